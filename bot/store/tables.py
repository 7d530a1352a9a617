"""The tables. Ids are Discord's snowflakes; no column holds anything that people wrote."""

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Table(DeclarativeBase):
    """Base of every table."""


class GuildRow(Table):
    """Settings of a guild that differ from the defaults."""

    __tablename__ = "moodring_guilds"

    guild_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    min_confidence: Mapped[float]
    cooldown_s: Mapped[int]
    faces: Mapped[bool]


class WatchRow(Table):
    """A channel that is listened to."""

    __tablename__ = "moodring_watches"

    channel_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    guild_id: Mapped[int] = mapped_column(BigInteger)
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

    message_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    answer_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False, index=True)
    channel_id: Mapped[int] = mapped_column(BigInteger)
    guild_id: Mapped[int | None] = mapped_column(BigInteger)
    author_id: Mapped[int] = mapped_column(BigInteger, index=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)


class CommandTreeRow(Table):
    """Which commands an application last told Discord about."""

    __tablename__ = "moodring_command_trees"

    application_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    digest: Mapped[str] = mapped_column(String(64))
