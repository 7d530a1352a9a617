"""Whether a guild has faces read."""

import sqlalchemy as sa
from alembic.operations import Operations

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade(op: Operations) -> None:
    """Bring the tables to this revision."""
    # Guilds that chose settings before never agreed to this one.
    op.add_column(
        "moodring_guilds", sa.Column("faces", sa.Boolean(), nullable=False, server_default=sa.false())
    )


def downgrade(op: Operations) -> None:
    """Take the tables back to the revision before."""
    op.drop_column("moodring_guilds", "faces")
