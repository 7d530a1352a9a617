"""The simulated server: a small guild in memory with the real bot in it, on simcord."""

import contextlib
import re
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final, TypeAlias

import discord
import simcord
from discord.ext import commands

from .. import texts
from ..app import build_bot
from ..intake.download import Downloader, RemoteFile
from ..services import Classifies
from ..settings import DiscordSettings
from ..store import Store
from .avatars import draw_avatar


class Channel(StrEnum):
    """The guild's text channels."""

    GENERAL = "general"
    PICTURES = "pictures"
    NEWS = "news"
    STAFF = "staff"


class Person(StrEnum):
    """The guild's people."""

    ADMIN = "admin"
    MODERATOR = "moderator"
    ALICE = "alice"
    BOB = "bob"
    OLGA = "olga"


TOPICS: Final[dict[Channel, str]] = {
    Channel.GENERAL: "Small talk",
    Channel.PICTURES: "Show what you see",
    Channel.NEWS: "Moodring may read here, but not write",
    Channel.STAFF: "Only for the admin and the moderator",
}

DISPLAY_NAMES: Final[dict[Person, str]] = {
    Person.ADMIN: "Ada (admin)",
    Person.MODERATOR: "Max (moderator)",
    Person.ALICE: "Alice",
    Person.BOB: "Bob",
    Person.OLGA: "Olga (opted out)",
}

STAFF: Final[frozenset[Person]] = frozenset({Person.ADMIN, Person.MODERATOR})

BOT_PERMISSIONS: Final[discord.Permissions] = discord.Permissions(
    view_channel=True,
    read_message_history=True,
    send_messages=True,
    send_messages_in_threads=True,
    embed_links=True,
    add_reactions=True,
    attach_files=True,
    manage_messages=True,
    moderate_members=True,
)
"""What the invitation in the README asks for; the simulated bot gets no more."""

SETTLE_S: Final[float] = 30.0
"""Longest wait for the bot to finish with one action; the first answer may load the model."""

CDN: Final = "https://cdn.simcord.invalid"
"""Where simcord says that its files lie; nothing can be reached there, its client reads them."""

BOT_NAME: Final = "Moodring"

AVATAR: Final = "initial"
"""What stands for an avatar's hash."""

NewBot: TypeAlias = Callable[[], Awaitable[tuple[commands.AutoShardedBot, Store]]]
"""Makes the bot and opens its store, as at its first start and after a restart."""

_MENTION: Final = re.compile(r"`[^`]*`|@moodring\b", re.IGNORECASE)


class Member(simcord.MemberActor):
    """Someone in the guild; ``@moodring`` in what they write is a mention, as Discord's client makes it."""

    def _with_mentions(self, text: str) -> str:
        bot = self.guild.me
        assert bot is not None, "simcord makes the bot a member"  # noqa: S101
        return _MENTION.sub(lambda found: found[0] if found[0][0] == "`" else bot.mention, text)

    async def send(
        self,
        channel: simcord.ChannelHandle,
        content: str = "",
        *,
        reply_to: discord.Message | simcord.ResponseMessage | None = None,
        attachments: Sequence[tuple[str, bytes]] = (),
    ) -> discord.Message:
        """Write a message and wait until the bot has done what follows."""
        text = self._with_mentions(content)
        return await super().send(channel, text, reply_to=reply_to, attachments=attachments)

    async def edit(self, message: discord.Message | simcord.ResponseMessage, content: str) -> None:
        """Edit an own message and wait until the bot has done what follows."""
        await super().edit(message, self._with_mentions(content))


class World:
    """A guild with channels, people and the bot. Made by :func:`open_world`.

    Args:
        env: The simulated Discord, running, with the bot in it.
        bot: The bot.
        store: What the bot keeps.
        new_bot: Makes the bot anew.
    """

    def __init__(self, env: simcord.Env, bot: commands.AutoShardedBot, store: Store, new_bot: NewBot) -> None:
        self.env = env
        self.bot = bot
        self.store = store
        self._new_bot = new_bot
        self.guild = env.create_guild("Moodring Garden")
        self._roles = {
            Person.ADMIN: self._role("Admin", discord.Permissions.all()),
            Person.MODERATOR: self._role(
                "Moderator", discord.Permissions(manage_messages=True, moderate_members=True)
            ),
        }
        self.people = {person: self._member(person) for person in Person}
        self.channels = {channel: self._channel(channel) for channel in Channel}
        self._locales = own_locales(env)
        self._let_admin_own_the_bot()

    def speak(self, person: Person, locale: str) -> None:
        """Let a person's Discord be in a language, by its code such as ``"de"``; at first it is English."""
        self._locales[self.people[person].id] = locale

    def _role(self, name: str, permissions: discord.Permissions) -> simcord.RoleHandle:
        return self.guild.create_role(name, permissions=permissions)

    def _member(self, person: Person) -> Member:
        user = self.env.create_user(person.value, global_name=DISPLAY_NAMES[person], avatar=AVATAR)
        self.guild.add_member(user, roles=[self._roles[person]] if person in STAFF else [])
        return Member(self.env, self.guild, user)

    def _channel(self, channel: Channel) -> simcord.ChannelHandle:
        bot = self.guild.me
        assert bot is not None, "simcord makes the bot a member"  # noqa: S101
        granted = discord.Permissions(BOT_PERMISSIONS.value)
        if channel is Channel.NEWS:
            granted.update(send_messages=False, add_reactions=False, manage_messages=False)
        # simcord grants its bot everything, so all else is denied.
        overwrites: dict[Any, discord.PermissionOverwrite] = {
            bot: discord.PermissionOverwrite.from_pair(granted, ~granted)
        }
        if channel is Channel.STAFF:
            overwrites[self.guild.default_role] = discord.PermissionOverwrite(view_channel=False)
            overwrites |= {
                role: discord.PermissionOverwrite(view_channel=True) for role in self._roles.values()
            }
        return self.guild.create_text_channel(channel.value, topic=TOPICS[channel], overwrites=overwrites)

    @property
    def bot_id(self) -> int:
        """The bot's user id."""
        return self.env.backend.bot_user.id

    def viewers(self, channel: Channel) -> list[Member]:
        """Return who sees a channel."""
        public = channel is not Channel.STAFF
        return [member for person, member in self.people.items() if public or person in STAFF]

    def avatars(self) -> dict[str, tuple[str, bytes]]:
        """Return the avatars, by address: a file name and a PNG file each."""
        users = [(self.bot_id, BOT_NAME)]
        users += [(member.id, DISPLAY_NAMES[person]) for person, member in self.people.items()]
        return {
            f"{CDN}/avatars/{user_id}/{AVATAR}.png": (f"{AVATAR}.png", draw_avatar(name[0], number))
            for number, (user_id, name) in enumerate(users)
        }

    async def restart(self) -> None:
        """Stop the bot and start it anew; the guild and what the bot stored stay."""
        self.bot, self.store = await self._new_bot()
        self._let_admin_own_the_bot()
        await self.env.restart_bot(self.bot)

    def _let_admin_own_the_bot(self) -> None:
        """Make the admin whoever runs the bot; to simcord every bot belongs to itself."""
        self.bot.owner_id = self.people[Person.ADMIN].id

    def catch_up(self) -> None:
        """Move the simulated clock to now; by itself it stands still, so that tests do not flicker."""
        behind = (datetime.now(UTC) - self.env.now()).total_seconds()
        self.env.backend.advance_clock(max(0.0, behind))


def own_locales(env: simcord.Env) -> dict[int, str]:
    """Let people's Discord be in languages of their own; simcord's is in English for everybody.

    Returns:
        Discord's codes by user id, to be filled in.
    """
    locales: dict[int, str] = {}
    emit = env.backend.emit

    def emit_in_own_locale(event: str, payload: Any, *rest: Any, **options: Any) -> Any:
        if event == "INTERACTION_CREATE":
            user = payload.get("user") or payload["member"]["user"]
            payload["locale"] = locales.get(int(user["id"]), payload["locale"])
        return emit(event, payload, *rest, **options)

    env.backend.emit = emit_in_own_locale  # type: ignore[method-assign]
    return locales


@contextlib.asynccontextmanager
async def _open_attachment(client: discord.Client, url: str) -> AsyncIterator[RemoteFile]:
    """Open an attachment of the simulated server as the downloader expects it."""
    try:
        data = await client.http.get_from_cdn(url)
    except discord.NotFound:
        yield RemoteFile(status=404, length=None, encoding=None, chunks=_pieces(b""))
    else:
        yield RemoteFile(status=200, length=len(data), encoding=None, chunks=_pieces(data))


async def _pieces(data: bytes) -> AsyncIterator[bytes]:
    yield data


@contextlib.asynccontextmanager
async def open_world(classifier: Classifies, *, message_content: bool = True) -> AsyncIterator[World]:
    """Start the simulated server with the bot in it and end both afterwards.

    Nothing is left behind: what the bot stores lies in a temporary folder.

    Args:
        classifier: Reads samples; the caller closes it.
        message_content: Whether Discord lets the bot read messages that do not mention it.
    """
    settings = DiscordSettings(token=None, message_content=message_content)
    approved = discord.Intents.default()
    approved.message_content = message_content
    async with contextlib.AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="moodring-"))

        async def new_bot() -> tuple[commands.AutoShardedBot, Store]:
            store = await Store.open(f"sqlite+aiosqlite:///{folder}/moodring.sqlite3")
            stack.push_async_callback(store.aclose)
            downloader = Downloader(lambda url: _open_attachment(bot, url), {CDN})
            bot = build_bot(settings, classifier=classifier, downloader=downloader, store=store)
            return bot, store

        bot, store = await new_bot()
        env = simcord.Env(bot, approved_intents=approved, shard_count=1, settle_timeout=SETTLE_S)
        await env.start()
        stack.push_async_callback(env.shutdown)
        assert bot.user is not None, "simcord logs the bot in"  # noqa: S101
        await bot.user.edit(username=BOT_NAME)
        env.backend.bot_user.avatar = AVATAR  # simcord lets a bot change its name only
        world = World(env, bot, store, new_bot)
        await _opt_out(world.people[Person.OLGA], world.channels[Channel.GENERAL])
        yield world


async def _opt_out(member: Member, channel: simcord.ChannelHandle) -> None:
    """Opt out as a person does."""
    shown = await member.slash(channel, "privacy")
    assert shown.response is not None, "the bot answers every command"  # noqa: S101
    await member.click(shown.response, label=texts.say("opt-out"))
