"""Guilds that the bot has left."""

import sqlalchemy as sa
from alembic.operations import Operations

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade(op: Operations) -> None:
    """Bring the tables to this revision."""
    op.create_table(
        "moodring_departures",
        sa.Column("guild_id", sa.BigInteger(), autoincrement=False, primary_key=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade(op: Operations) -> None:
    """Take this revision back."""
    op.drop_table("moodring_departures")
