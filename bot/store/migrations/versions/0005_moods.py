"""Counts of feelings by channel and time, and of which week a guild had its digest."""

import sqlalchemy as sa
from alembic.operations import Operations

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade(op: Operations) -> None:
    """Bring the tables to this revision."""
    op.create_table(
        "moodring_moods",
        sa.Column("channel_id", sa.BigInteger(), autoincrement=False, primary_key=True),
        sa.Column("start", sa.DateTime(timezone=True), primary_key=True),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
    )
    op.create_index("ix_moodring_moods_guild_id", "moodring_moods", ["guild_id"])
    op.create_index("ix_moodring_moods_start", "moodring_moods", ["start"])
    op.create_table(
        "moodring_digests",
        sa.Column("guild_id", sa.BigInteger(), autoincrement=False, primary_key=True),
        sa.Column("week", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade(op: Operations) -> None:
    """Take this revision back."""
    op.drop_table("moodring_digests")
    op.drop_table("moodring_moods")
