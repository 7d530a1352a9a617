"""First tables."""

import sqlalchemy as sa
from alembic.operations import Operations

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade(op: Operations) -> None:
    """Bring the tables to this revision."""
    op.create_table(
        "moodring_guilds",
        sa.Column("guild_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("min_confidence", sa.Double(), nullable=False),
        sa.Column("cooldown_s", sa.Integer(), nullable=False),
    )
    op.create_table(
        "moodring_watches",
        sa.Column("channel_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("mode", sa.String(16), nullable=False),
    )
    op.create_table(
        "moodring_opt_outs",
        sa.Column("user_id", sa.BigInteger(), primary_key=True, autoincrement=False),
    )
    op.create_table(
        "moodring_answers",
        sa.Column("message_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("answer_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=True),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    for column in ("answer_id", "author_id", "created_at"):
        op.create_index(f"ix_moodring_answers_{column}", "moodring_answers", [column])
    op.create_table(
        "moodring_command_trees",
        sa.Column("application_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("digest", sa.String(64), nullable=False),
    )


def downgrade(op: Operations) -> None:
    """Take the tables back to the revision before."""
    for table in ("command_trees", "answers", "opt_outs", "watches", "guilds"):
        op.drop_table(f"moodring_{table}")
