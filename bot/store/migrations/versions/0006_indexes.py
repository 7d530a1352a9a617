"""Indexes for ten million counts and a million cases."""

import sqlalchemy as sa
from alembic.operations import Operations

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_NEW = (
    ("watches_guild_id", "watches", ("guild_id",), None),
    ("answers_guild", "answers", ("guild_id", "message_id"), None),
    ("cases_guild", "cases", ("guild_id", "id", "channel_id", "label_group", "state"), None),
    ("cases_counted", "cases", ("guild_id", "label_group", "state"), None),
    ("cases_opened", "cases", ("guild_id", "opened_at", "would_act", "state"), None),
    ("cases_channel", "cases", ("channel_id", "id"), None),
    ("cases_author", "cases", ("author_id",), "author_id IS NOT NULL"),
    ("cases_released", "cases", ("changed_at",), "author_id IS NOT NULL"),
    ("cases_unclear", "cases", ("changed_at",), "state = 'unclear'"),
    ("case_events_open", "case_events", ("id",), "outcome IS NULL"),
    ("moods_guild", "moods", ("guild_id", "start"), None),
)
_OLD = (
    ("cases", "guild_id"),
    ("cases", "channel_id"),
    ("cases", "author_id"),
    ("cases", "opened_at"),
    ("case_events", "outcome"),
    ("moods", "guild_id"),
)


def upgrade(op: Operations) -> None:
    """Bring the tables to this revision."""
    for table, column in _OLD:
        op.drop_index(f"ix_moodring_{table}_{column}", f"moodring_{table}")
    for name, table, columns, where in _NEW:
        only = None if where is None else sa.text(where)
        op.create_index(
            f"ix_moodring_{name}",
            f"moodring_{table}",
            columns,
            sqlite_where=only,
            postgresql_where=only,
        )


def downgrade(op: Operations) -> None:
    """Take this revision back."""
    for name, table, _columns, _where in _NEW:
        op.drop_index(f"ix_moodring_{name}", f"moodring_{table}")
    for table, column in _OLD:
        op.create_index(f"ix_moodring_{table}_{column}", f"moodring_{table}", [column])
