"""The tables. Ids are Discord's snowflakes; no column holds anything that people wrote.

An index has first the columns that a query wants equal, then the one by which it goes on, then what it would
have to fetch. ``benchmarks/store_size.py`` measures them; a test asks both databases for their plans.
"""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import JSON, BigInteger, DateTime, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

_COUNTED = BigInteger().with_variant(Integer, "sqlite")
"""Numbers that the database counts up; SQLite does so for its own integers only."""


PEOPLE: Final = ("user_id", "author_id", "moderator_id")
"""The columns that name people; there are no others."""


def _index(name: str, *columns: str, where: str | None = None) -> Index:
    """Return an index, of those rows only to which an SQL condition applies."""
    only = None if where is None else text(where)
    return Index(f"ix_moodring_{name}", *columns, sqlite_where=only, postgresql_where=only)


class Table(DeclarativeBase):
    """Base of every table."""


class GuildRow(Table):
    """Settings of a guild that differ from the defaults."""

    __tablename__ = "moodring_guilds"

    guild_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)


class WatchRow(Table):
    """A channel that is listened to; ``mode`` names what follows its messages, such as ``flag,react``."""

    __tablename__ = "moodring_watches"

    channel_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    guild_id: Mapped[int] = mapped_column(BigInteger, index=True)
    mode: Mapped[str] = mapped_column(String(16))


class OptOutRow(Table):
    """A person who is not to be read."""

    __tablename__ = "moodring_opt_outs"

    user_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)


class AnswerRow(Table):
    """An answer in a channel and the message that it belongs to, for a day.

    ``answer_id`` is the bot's message, or the message itself when the answer is a reaction on it.
    The author's id is there so that opting out takes the answers along.
    """

    __tablename__ = "moodring_answers"
    __table_args__ = (_index("answers_guild", "guild_id", "message_id"),)

    message_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    answer_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False, index=True)
    channel_id: Mapped[int] = mapped_column(BigInteger)
    guild_id: Mapped[int | None] = mapped_column(BigInteger)
    author_id: Mapped[int] = mapped_column(BigInteger, index=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)


class DepartureRow(Table):
    """A guild that the bot has left, for as long as something is kept about it."""

    __tablename__ = "moodring_departures"

    guild_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    left_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class CommandTreeRow(Table):
    """Which commands an application last told Discord about."""

    __tablename__ = "moodring_command_trees"

    application_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    digest: Mapped[str] = mapped_column(String(64))


class CaseRow(Table):
    """A message that was flagged, and what became of it.

    ``author_id`` stands there only while something done to the author may still be appealed or is being
    decided; ``pending`` is what a moderator is doing at this moment.
    """

    __tablename__ = "moodring_cases"
    __table_args__ = (
        # A guild's cases are counted, filtered and paged in indexes alone: the rows lie all over the table.
        _index("cases_counted", "guild_id", "label_group", "state"),
        _index("cases_guild", "guild_id", "id", "channel_id", "label_group", "state"),
        _index("cases_opened", "guild_id", "opened_at", "would_act", "state"),
        _index("cases_channel", "channel_id", "id"),
        # What is looked for among all guilds are few cases of many.
        _index("cases_author", "author_id", where="author_id IS NOT NULL"),
        _index("cases_released", "changed_at", where="author_id IS NOT NULL"),
        _index("cases_unclear", "changed_at", where="state = 'unclear'"),
    )

    id: Mapped[int] = mapped_column(_COUNTED, primary_key=True)
    guild_id: Mapped[int] = mapped_column(BigInteger)
    channel_id: Mapped[int] = mapped_column(BigInteger)
    message_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    card_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    card_channel_id: Mapped[int | None] = mapped_column(BigInteger)
    label_group: Mapped[str] = mapped_column(String(16))
    scores: Mapped[dict[str, float]] = mapped_column(JSON)
    would_act: Mapped[bool]
    state: Mapped[str] = mapped_column(String(16))
    pending: Mapped[str | None] = mapped_column(String(16))
    author_id: Mapped[int | None] = mapped_column(BigInteger)
    opened_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class AutomationRow(Table):
    """An automatic action of a guild, tried or active."""

    __tablename__ = "moodring_automations"

    guild_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    action: Mapped[str] = mapped_column(String(16))
    since: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    active: Mapped[bool]


class JudgementRow(Table):
    """How often moderators found flags of a guild right or wrong, by score in steps of a twentieth."""

    __tablename__ = "moodring_judgements"

    guild_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    label_group: Mapped[str] = mapped_column(String(16), primary_key=True)
    step: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    right: Mapped[int]
    wrong: Mapped[int]


class MoodRow(Table):
    """How often which feeling was read in a channel over some hours, of at least five people together.

    Who wrote is nowhere; ``counts`` has the number of messages by label.
    """

    __tablename__ = "moodring_moods"
    __table_args__ = (_index("moods_guild", "guild_id", "start"),)

    channel_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    start: Mapped[datetime] = mapped_column(DateTime(timezone=True), primary_key=True, index=True)
    guild_id: Mapped[int] = mapped_column(BigInteger)
    hours: Mapped[int]
    counts: Mapped[dict[str, int]] = mapped_column(JSON)


class DigestRow(Table):
    """The week, by its beginning, of which a guild had its last digest."""

    __tablename__ = "moodring_digests"

    guild_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    week: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class CaseEventRow(Table):
    """What somebody did in a case: the intent before Discord is asked, the outcome after."""

    __tablename__ = "moodring_case_events"
    __table_args__ = (_index("case_events_open", "id", where="outcome IS NULL"),)

    id: Mapped[int] = mapped_column(_COUNTED, primary_key=True)
    case_id: Mapped[int] = mapped_column(
        _COUNTED, ForeignKey("moodring_cases.id", ondelete="CASCADE"), index=True
    )
    action: Mapped[str] = mapped_column(String(16))
    moderator_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    outcome: Mapped[str | None] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
