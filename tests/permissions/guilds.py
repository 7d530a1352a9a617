"""Two servers with the real bot, and everybody who might try something in them."""

import json
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, Final

import discord
import simcord
from discord.ext import commands
from simcord.backend import serializers
from simcord.backend.models import Message
from simcord.interactions import base_payload
from simcord.results import InteractionResult
from sqlalchemy import FromClause, delete, insert, select, text

from moodring.bot.guild_settings import GuildSettings
from moodring.bot.lasting import lasting_view
from moodring.bot.store import Store, Watch
from moodring.bot.store.tables import Table
from tests.bot.cogs.simulated import Cdn, WordReader, new_bot

from .table import Effect, Who

EPHEMERAL: Final = 1 << 6
COMPONENTS_V2: Final = 1 << 15

COMMAND, COMPONENT, AUTOCOMPLETE, FORM = 2, 3, 4, 5
"""Kinds of interactions (https://discord.com/developers/docs/interactions/receiving-and-responding)."""

EVERYTHING: Final = str(discord.Permissions.all().value)

VILE: Final = "you are a vile person"


@dataclass(frozen=True)
class Person:
    """Somebody, and where they are.

    Attributes:
        id: Their id.
        guild: The server; None in a direct message.
        channel: The channel.
        claims: Whether what is sent says that they may do everything.
    """

    id: int
    guild: simcord.builders.GuildHandle | None
    channel: simcord.ChannelHandle
    claims: bool = False


@dataclass(frozen=True)
class Snapshot:
    """How things stand.

    Attributes:
        rows: The database.
        public: The bot's messages that others see, by id; and which other ones there are.
        private: Those that one person sees.
        timed_out: Who is timed out, and until when.
        noted: What is in memory.
    """

    rows: Sequence[str]
    public: Mapping[int, str]
    private: Mapping[int, str]
    timed_out: Mapping[int, str]
    noted: str


@dataclass(frozen=True)
class Seen:
    """What somebody's attempt has led to.

    Attributes:
        effect: What changed.
        told: New messages that they alone see.
        public: New messages that others see, too.
        changed: Rows that were written, changed or deleted.
        errors: What the bot logged as an error.
    """

    effect: Effect
    told: Sequence[str]
    public: Sequence[str]
    changed: Sequence[str]
    errors: Sequence[str]


def _rows_of(table: FromClause) -> str:
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    return f"SELECT '{table.name}' || json_array({columns}) FROM {table.name}"


_ROWS: Final = text(" UNION ALL ".join(map(_rows_of, Table.metadata.sorted_tables)))
"""All of the database in one question: it is asked often."""


class Errors(logging.Handler):
    """Collects what is logged as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Take one in."""
        raised = record.exc_info[1] if record.exc_info else None
        self.lines.append(f"{record.getMessage()}: {raised!r}")


class Guilds:
    """Two servers: one in which everything happens, and another one with an administrator of its own.

    Attributes:
        here: The server.
        there: The other one.
        talk: A channel of the server that everybody sees.
        heard: One that is watched.
        log: Its log channel, which staff sees.
        secret: A channel that nobody sees but the bot and administrators.
        author: Who wrote what cases are about.
        shy: Somebody who opted out.
        other: A moderator and manager besides those who try.
        people: Who tries.
        run: The backtest that is looked at, if any.
    """

    def __init__(self, env: simcord.Env, store: Store) -> None:
        self.env, self.store, self.backend = env, store, env.backend
        self.errors = Errors()
        self.run: Any = None
        self.here, self.there = env.create_guild("Here"), env.create_guild("There")
        allow, deny = (
            discord.PermissionOverwrite(view_channel=True),
            discord.PermissionOverwrite(view_channel=False),
        )
        self.moderator = self.here.create_role(
            "Moderator", permissions=discord.Permissions(moderate_members=True, manage_messages=True)
        )
        self.manager = self.here.create_role("Manager", permissions=discord.Permissions(manage_guild=True))
        admin, self.admin_there = (
            guild.create_role("Admin", permissions=discord.Permissions(administrator=True))
            for guild in (self.here, self.there)
        )
        names = ("author", "shy", "member", "opted out", "ex")
        author, shy, member, opted_out, ex = (self._joins(name) for name in names)
        self.author, self.shy, self.opted_out = author.id, shy.id, opted_out.id
        self.other = self._joins("other", self.moderator, self.manager).id
        staff = dict.fromkeys((self.moderator, self.manager), allow)
        me = self.here.me
        assert me is not None
        closed = {self.here.default_role: deny, me: allow}
        self.talk = self.here.create_text_channel("talk")
        self.past = self.here.create_text_channel("past")
        self.heard = self.here.create_text_channel("heard")
        self.log = self.here.create_text_channel("log", overwrites=closed | staff | {ex: allow})
        self.secret = self.here.create_text_channel("secret", overwrites=closed)
        self.there_log = self.there.create_text_channel("log")
        self.there_talk = self.there.create_text_channel("talk")
        self._ex = ex.id
        here = {
            Who.MEMBER: member.id,
            Who.OPTED_OUT: opted_out.id,
            Who.MODERATOR: self._joins("moderator", self.moderator).id,
            Who.MANAGER: self._joins("manager", self.manager).id,
            Who.ADMIN: self._joins("admin", admin).id,
            Who.EX: ex.id,
            Who.BOT: self.here.add_member(env.create_user("bot", bot=True)).id,
        }
        self.people = {who: Person(user_id, self.here, self.talk) for who, user_id in here.items()}
        away = self.there.add_member(env.create_user("stranger"), roles=[self.admin_there])
        self.people[Who.STRANGER] = Person(away.id, self.there, self.there_talk)
        writing = env.create_user("writing")
        self.here.add_member(writing, roles=[admin])
        self.people[Who.DM] = Person(writing.id, None, writing.dm_channel)
        self.people[Who.FORGED] = self.people[Who.ADMIN]

    def _joins(self, name: str, *roles: simcord.RoleHandle) -> simcord.MemberActor:
        return self.here.add_member(self.env.create_user(name), roles=roles)

    @property
    def bot(self) -> commands.AutoShardedBot:
        """The bot."""
        assert isinstance(self.env.bot, commands.AutoShardedBot)
        return self.env.bot

    def cog(self, name: str) -> Any:
        """Return a feature by the end of its name."""
        found = self.bot.get_cog(f"Moodring{name}")
        assert found is not None
        return found

    @property
    def liar(self) -> Person:
        """A member without any permission who claims to have all."""
        member = self.people[Who.MEMBER]
        return Person(member.id, member.guild, member.channel, claims=True)

    def known(self, channel: simcord.ChannelHandle) -> discord.TextChannel:
        """Return a channel as the bot knows it."""
        found = self.bot.get_channel(channel.id)
        assert isinstance(found, discord.TextChannel)
        return found

    async def open(self) -> None:
        """Set both servers up, and remember how things stand then."""
        for guild, log in ((self.here, self.log), (self.there, self.there_log)):
            await self.store.guilds.put(guild.id, GuildSettings().changed(log_channel_id=log.id))
        await self.store.watches.start(Watch(self.heard.id, self.here.id, frozenset({"flag"})))
        await self.store.opt_outs.add(self.opted_out)
        await self.store.opt_outs.add(self.shy)
        await self.env.settle()
        async with self.store._sessions() as session:
            self._kept = {
                table: [dict(row) for row in (await session.execute(select(table))).mappings()]
                for table in Table.metadata.sorted_tables
            }
        self._rows = await self._table_rows()
        await self._forget()
        logging.getLogger().addHandler(self.errors)

    async def close(self) -> None:
        """Collect no errors any more."""
        logging.getLogger().removeHandler(self.errors)

    async def restore(self) -> None:
        """Let things stand as after `open`."""
        for messages in self.backend.messages.values():
            messages.clear()
        for user_id, until in self._timed_out().items():
            assert until
            self.backend.get_member(self.here.id, user_id).timed_out_until = None
            self.backend.announce_member_update(self.here.id, user_id)
        if await self._table_rows() != self._rows:
            async with self.store._sessions.begin() as session:
                for table in reversed(self._kept):
                    await session.execute(delete(table))
                for table, rows in self._kept.items():
                    if rows:
                        await session.execute(insert(table), rows)
        await self._forget()
        await self.env.settle()
        self.errors.lines.clear()

    async def _forget(self) -> None:
        """Let the bot's memory follow the database."""
        self.run = None
        self.cog("Backtesting")._runs._runs.clear()
        for opened in (self.cog("Setup")._opened, self.cog("Cases")._opened):
            for view in list(opened._views):
                view.stop()  # else every later step would look at all their timers
        watched = self.cog("Setup")._watched
        watched.forget_guild(self.here.id)
        watched.forget_guild(self.there.id)
        await watched.load(hears=True)

    def promote(self) -> None:
        """Give the ex-moderator what they will lose."""
        for role in (self.moderator, self.manager):
            self.backend.add_member_role(self.here.id, self._ex, role.id)

    def demote(self) -> None:
        """Take it from them."""
        for role in (self.moderator, self.manager):
            self.backend.remove_member_role(self.here.id, self._ex, role.id)

    # --- how things stand --------------------------------------------------------------------------------

    async def snapshot(self, *, but: int | None = None) -> Snapshot:
        """Return how things stand.

        Args:
            but: Whose own messages are left out.
        """
        public: dict[int, str] = {}
        private: dict[int, str] = {}
        for messages in self.backend.messages.values():
            for message in messages.values():
                if message.author_id != but and message.webhook_id is None:
                    (private if message.is_ephemeral else public)[message.id] = shown(message)
        return Snapshot(await self._table_rows(), public, private, self._timed_out(), self._noted())

    async def seen(
        self, before: Snapshot, result: InteractionResult | None, *, but: int | None = None
    ) -> Seen:
        """Return what has changed since, and what somebody was told."""
        after = await self.snapshot(but=but)
        effect = Effect.NONE
        effect |= Effect.STORED if before.rows != after.rows else Effect.NONE
        effect |= Effect.PUBLIC if before.public != after.public else Effect.NONE
        effect |= Effect.PRIVATE if before.private != after.private else Effect.NONE
        effect |= Effect.TIMED_OUT if before.timed_out != after.timed_out else Effect.NONE
        effect |= Effect.NOTED if before.noted != after.noted else Effect.NONE
        if result is not None and result.modal is not None:
            effect |= Effect.FORM
        if result is not None and result.autocomplete_choices:
            effect |= Effect.PRIVATE
        return Seen(
            effect,
            [text for number, text in after.private.items() if number not in before.private],
            [text for number, text in after.public.items() if number not in before.public],
            sorted(set(before.rows) ^ set(after.rows)),
            list(self.errors.lines),
        )

    async def _table_rows(self) -> list[str]:
        """Return every row of the database, as JSON after the table's name."""
        async with self.store._sessions() as session:
            return sorted((await session.execute(_ROWS)).scalars())

    def _timed_out(self) -> dict[int, str]:
        members = self.backend.get_guild(self.here.id).members
        return {
            user_id: str(member.timed_out_until)
            for user_id, member in members.items()
            if member.timed_out_until
        }

    def _noted(self) -> str:
        if self.run is None:
            return ""
        judging = self.run.judging if self.run.ending is not None else None
        return repr((self.run._cancelled, judging and (judging._right, judging._skipped, judging._shown)))

    # --- what somebody does ------------------------------------------------------------------------------

    def write(
        self,
        channel: simcord.ChannelHandle,
        author_id: int,
        words: str,
        *,
        heard: bool = False,
        **fields: Any,
    ) -> Message:
        """Let somebody write.

        Args:
            channel: Where.
            author_id: Who.
            words: What.
            heard: Whether the bot hears of it.
            fields: What else the message has.
        """
        return self.backend.create_message(channel.id, author_id, words, broadcast=heard, **fields)

    def post(
        self,
        channel: simcord.ChannelHandle,
        *items: discord.ui.Item[Any] | discord.ui.LayoutView,
        only_for: int | None = None,
    ) -> Message:
        """Let the bot show something, as a message of its own.

        Args:
            channel: Where.
            items: A row of buttons, or a whole box.
            only_for: Who alone sees it.
        """
        box = items[0] if items and isinstance(items[0], discord.ui.LayoutView) else None
        view = box or lasting_view(*items)
        return self.present(channel, view.to_components(), only_for=only_for, boxed=box is not None)

    def present(
        self,
        channel: simcord.ChannelHandle,
        components: list[dict[str, Any]],
        *,
        only_for: int | None = None,
        boxed: bool = False,
    ) -> Message:
        """Let a message of the bot's stand in a channel, whatever its components are."""
        meta = None
        if only_for is not None:
            user = dict(serializers.user_payload(self.backend.get_user(only_for)))
            meta = {"id": "1", "type": 2, "user": user, "authorizing_integration_owners": {}}
        return self.backend.create_message(
            channel.id,
            self.backend.bot_user.id,
            components=components,
            flags=(EPHEMERAL if only_for is not None else 0) | (COMPONENTS_V2 if boxed else 0),
            interaction_metadata=meta,
            broadcast=False,
        )

    async def interact(
        self,
        person: Person,
        kind: int,
        data: dict[str, Any],
        *,
        under: Message | None = None,
        says: Message | None = None,
    ) -> InteractionResult:
        """Send an interaction, as Discord would, or would not.

        Args:
            person: Who acts.
            kind: One of the kinds above.
            data: What they do.
            under: The message that they act on.
            says: Which message it is said to be instead.
        """
        channel_id = person.channel.id if under is None else under.channel_id
        record, payload = base_payload(
            self.backend,
            type=kind,
            channel_id=channel_id,
            guild_id=None if person.guild is None else person.guild.id,
            user_id=person.id,
            data=data,
        )
        if under is not None:
            record.source_message_id = under.id
            payload["message"] = dict(serializers.message_payload(self.backend, under))
            if says is not None:
                payload["message"]["id"] = str(says.id)
        if person.claims:
            payload["member"] |= {"permissions": EVERYTHING, "roles": [str(self.admin_there.id)]}
        self.backend.emit("INTERACTION_CREATE", payload)
        await self.env.settle()
        return InteractionResult(self.env, record)

    def bring(self, person: Person, message: Message) -> Message:
        """Return a message, or for somebody who is elsewhere a copy of it, there."""
        guild_id = self.backend.get_channel(message.channel_id).guild_id
        if guild_id == (None if person.guild is None else person.guild.id):
            return message
        return self.backend.create_message(
            person.channel.id,
            self.backend.bot_user.id,
            message.content,
            components=message.components,
            flags=message.flags,
            interaction_metadata=message.interaction_metadata,
            broadcast=False,
        )

    def using(
        self,
        person: Person,
        message: Message,
        component: Mapping[str, Any],
        values: Sequence[str] | None = None,
        resolved: Mapping[str, Any] | None = None,
    ) -> Callable[[], Awaitable[InteractionResult]]:
        """Return a press of a button or a choice from a menu; who is elsewhere brings the message along.

        Args:
            person: Who.
            message: What the component stands under.
            component: The component.
            values: What is chosen from a menu.
            resolved: What these values are.
        """
        data = {"custom_id": component["custom_id"], "component_type": component["type"]}
        if values is not None:
            data |= {"values": list(values)} | ({} if resolved is None else {"resolved": resolved})
        under = self.bring(person, message)
        return lambda: self.interact(person, COMPONENT, data, under=under, says=message)

    def resolved(self, *channels: simcord.ChannelHandle, instead: int | None = None) -> dict[str, Any]:
        """Return channels as Discord sends them with an id.

        Args:
            channels: The channels.
            instead: An id that they are said to have.
        """
        found = {}
        for channel in channels:
            payload = dict(serializers.channel_payload(self.backend, self.backend.get_channel(channel.id)))
            number = str(instead or channel.id)
            found[number] = payload | {"id": number, "permissions": EVERYTHING}
        return {"channels": found}


def shown(message: Message) -> str:
    """Return all that a message shows, and what hangs on it."""
    reactions = sorted((each.emoji, tuple(each.user_ids)) for each in message.reactions)
    files = [each["filename"] for each in message.attachments]
    if message.embeds or message.components or reactions or files:
        return json.dumps(
            [message.content, message.embeds, message.components, reactions, files],
            ensure_ascii=False,
            default=str,
        )
    return message.content


async def open_guilds(stack: AsyncExitStack) -> Guilds:
    """Open both servers; the stack closes them."""
    store = await Store.open("sqlite+aiosqlite://")
    stack.push_async_callback(store.aclose)
    cdn = Cdn()
    approved = discord.Intents.default()
    approved.message_content = True
    bot = new_bot(WordReader(), store, cdn, content=True)
    env = cdn.env = simcord.Env(bot, shard_count=1, approved_intents=approved)
    await env.start()
    stack.push_async_callback(env.shutdown)
    guilds = Guilds(env, store)
    await guilds.open()
    stack.push_async_callback(guilds.close)
    return guilds
