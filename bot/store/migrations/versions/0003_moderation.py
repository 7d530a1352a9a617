"""Settings as one document; cases, automatic actions, judgements."""

import sqlalchemy as sa
from alembic.operations import Operations

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_GUILDS = sa.table(
    "moodring_guilds",
    sa.column("guild_id", sa.BigInteger()),
    sa.column("min_confidence", sa.Double()),
    sa.column("cooldown_s", sa.Integer()),
    sa.column("faces", sa.Boolean()),
    sa.column("settings", sa.JSON()),
)
_OLD = ("min_confidence", "cooldown_s", "faces")
_COUNTED = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade(op: Operations) -> None:
    """Bring the tables to this revision."""
    op.add_column("moodring_guilds", sa.Column("settings", sa.JSON(), nullable=False, server_default="{}"))
    connection = op.get_bind()
    for row in connection.execute(sa.select(_GUILDS)).mappings().all():
        connection.execute(
            _GUILDS.update()
            .where(_GUILDS.c.guild_id == row["guild_id"])
            .values(settings={name: row[name] for name in _OLD})
        )
    with op.batch_alter_table("moodring_guilds") as table:
        table.alter_column("settings", server_default=None)
        for name in _OLD:
            table.drop_column(name)
    op.create_table(
        "moodring_cases",
        sa.Column("id", _COUNTED, primary_key=True),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False, unique=True),
        sa.Column("card_id", sa.BigInteger(), nullable=True),
        sa.Column("card_channel_id", sa.BigInteger(), nullable=True),
        sa.Column("label_group", sa.String(16), nullable=False),
        sa.Column("scores", sa.JSON(), nullable=False),
        sa.Column("would_act", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("pending", sa.String(16), nullable=True),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    )
    for column in ("guild_id", "channel_id", "card_id", "author_id", "opened_at"):
        op.create_index(f"ix_moodring_cases_{column}", "moodring_cases", [column])
    op.create_table(
        "moodring_automations",
        sa.Column("guild_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "moodring_judgements",
        sa.Column("guild_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("label_group", sa.String(16), primary_key=True),
        sa.Column("step", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("right", sa.Integer(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
    )
    op.create_table(
        "moodring_case_events",
        sa.Column("id", _COUNTED, primary_key=True),
        sa.Column(
            "case_id",
            _COUNTED,
            sa.ForeignKey("moodring_cases.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("moderator_id", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.String(16), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    for column in ("case_id", "moderator_id", "outcome"):
        op.create_index(f"ix_moodring_case_events_{column}", "moodring_case_events", [column])


def downgrade(op: Operations) -> None:
    """Take the tables back to the revision before."""
    for name in ("case_events", "cases", "judgements", "automations"):
        op.drop_table(f"moodring_{name}")
    op.add_column(
        "moodring_guilds", sa.Column("min_confidence", sa.Double(), nullable=False, server_default="0.7")
    )
    op.add_column(
        "moodring_guilds", sa.Column("cooldown_s", sa.Integer(), nullable=False, server_default="10")
    )
    op.add_column(
        "moodring_guilds", sa.Column("faces", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    connection = op.get_bind()
    for row in connection.execute(sa.select(_GUILDS.c.guild_id, _GUILDS.c.settings)).mappings().all():
        kept = {name: row["settings"][name] for name in _OLD if name in row["settings"]}
        if kept:
            connection.execute(_GUILDS.update().where(_GUILDS.c.guild_id == row["guild_id"]).values(**kept))
    with op.batch_alter_table("moodring_guilds") as table:
        table.drop_column("settings")
