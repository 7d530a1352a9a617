"""The real bot in a simulated server, with a stand-in for the model."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

import discord
import numpy as np
import pytest
import simcord
from discord.ext import commands

from moodring.bot.app import build_bot
from moodring.bot.classifier import Explained
from moodring.bot.guild_settings import GuildSettings
from moodring.bot.local import seen
from moodring.bot.moderation.cases import Case
from moodring.bot.settings import DiscordSettings
from moodring.bot.store import Store, Watch
from moodring.model import NothingToReadError, Prediction, Sample, Skipped, Unreadable
from moodring.model.explain import Explanation, Words
from moodring.model.labels import EMOTIONS


class WordReader:
    """Classifies by the last word that is an emotion; ``maybe`` makes it unsure, ``utterly`` all but certain.

    ``vile`` makes a text toxic.

    Attributes:
        samples: What it was given.
        error: Raised instead of an answer, if set.
        gate: Answers wait for it; set unless a test clears it.
    """

    def __init__(self) -> None:
        self.samples: list[Sample] = []
        self.error: Exception | None = None
        self.gate = asyncio.Event()
        self.gate.set()

    async def classify(self, sample: Sample) -> Prediction:
        self.samples.append(sample)
        await self.gate.wait()
        if self.error is not None:
            raise self.error
        pictures = list(enumerate(sample.images))
        used = [f"image:{index}" for index, picture in pictures if isinstance(picture, bytes)]
        skipped = tuple(
            Skipped(f"image:{index}", picture.reason)
            for index, picture in pictures
            if isinstance(picture, Unreadable)
        )
        if not sample.text.strip() and not used:
            raise NothingToReadError(skipped)
        words = sample.text.lower().split()
        emotion = next((word for word in reversed(words) if word in EMOTIONS), "neutral")
        confidence = 0.4 if "maybe" in words else 0.99 if "utterly" in words else 0.9
        return Prediction(
            emotion=emotion,
            confidence=confidence,
            sure=confidence > 0.5,
            labels=(emotion,),
            emotions=dict.fromkeys(EMOTIONS, 0.01) | {emotion: confidence},
            sentiment="negative" if "vile" in words else "neutral",
            sentiments={"negative": 0.9, "neutral": 0.1, "positive": 0.0}
            if "vile" in words
            else {"negative": 0.1, "neutral": 0.8, "positive": 0.1},
            toxicity=0.97 if "vile" in words else 0.0,
            toxic="vile" in words,
            sexism=0.0,
            used=(*(["text"] if sample.text.strip() else []), *used),
            skipped=skipped,
            model="stand-in",
            ms=1.0,
        )

    async def explain(self, sample: Sample, label: str | None = None) -> Explained:
        """The emotion's word speaks for the answer and ``maybe`` against it."""
        prediction = await self.classify(sample)
        weights = {prediction.emotion: 2.0, "maybe": -1.0}
        words = tuple(
            Words(found.start(), found.end(), weights.get(found[0].lower(), 0.0))
            for found in re.finditer(r"\S+", sample.text)
        )
        heat = tuple(np.zeros((7, 7)) for part in prediction.used if part.startswith("image"))
        explanation = Explanation(prediction.emotion, prediction.confidence, words, heat)
        return Explained(explanation, tuple(b"a picture with heat" for _ in heat))


Shown: TypeAlias = discord.Message | simcord.ResponseMessage
"""A message, as a channel has it or as an interaction was answered with it."""


def said(message: Shown) -> str:
    """All the words of a message, its embeds' and components' included."""
    if isinstance(message, discord.Message):
        return seen.Words.of(message).text
    contents = [component.get("content") or "" for component in components(message)]
    embeds = [f"{embed.title}\n{embed.description}" for embed in message.embeds]
    return "\n".join([message.content or "", *embeds, *contents])


def components(message: Shown) -> Iterator[dict[str, Any]]:
    """All components of a message as Discord was sent them, the nested ones included."""

    def walk(found: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for component in found:
            yield component
            yield from walk(component.get("components", ()))

    if isinstance(message, simcord.ResponseMessage):
        yield from walk(message.components)
    else:
        yield from walk(dict(component.to_dict()) for component in message.components)


def menu(message: Shown, placeholder: str) -> dict[str, Any]:
    """The menu of a message in which this stands while nothing is chosen."""
    [found] = [each for each in components(message) if each.get("placeholder") == placeholder]
    return found


def as_filled_in(form: simcord.InteractionResult) -> dict[str, str]:
    """What stands in a form's fields before anybody writes there."""
    assert form.modal is not None
    fields = [each["component"] for each in form.modal["components"] if "component" in each]
    return {field["custom_id"]: field.get("value") or "" for field in fields}


class Server:
    """A guild with one channel, two members, a manager, and the bot."""

    def __init__(
        self, env: simcord.Env, reader: WordReader, store: Store, cdn: "Cdn", *, content: bool
    ) -> None:
        self.env = env
        self._cdn = cdn
        self.reader = reader
        self.store = store
        self._content = content
        self.guild = env.create_guild()
        self.channel = self.guild.create_text_channel("general")
        manager = self.guild.create_role("Manager", permissions=discord.Permissions(manage_guild=True))
        moderator = self.guild.create_role(
            "Moderator", permissions=discord.Permissions(moderate_members=True, manage_messages=True)
        )
        self.log = self.guild.create_text_channel("log")
        self.alice = self.guild.add_member(env.create_user("alice"))
        self.bob = self.guild.add_member(env.create_user("bob"))
        self.manager = self.guild.add_member(env.create_user("manager"), roles=[manager])
        self.max, self.ada = (
            self.guild.add_member(env.create_user(name), roles=[moderator]) for name in ("max", "ada")
        )

    @property
    def bot(self) -> commands.AutoShardedBot:
        bot = self.env.bot
        assert isinstance(bot, commands.AutoShardedBot)
        return bot

    @property
    def mention(self) -> str:
        return f"<@{self.env.backend.bot_user.id}>"

    @property
    def read_texts(self) -> list[str]:
        return [sample.text for sample in self.reader.samples]

    async def watch(self, **options: Any) -> simcord.InteractionResult:
        return await self.manager.slash(self.channel, "watch start", **options)

    async def moderate(self, **settings: Any) -> None:
        """Flag what is written in the channel, with these settings."""
        chosen = {"log_channel_id": self.log.id} | settings
        await self.store.guilds.put(self.guild.id, GuildSettings().changed(**chosen))
        await self.store.watches.start(Watch(self.channel.id, self.guild.id, frozenset({"flag"})))
        await self.restart()

    async def cases(self) -> list[Case]:
        """The cases of the guild, oldest first."""
        return list(reversed(await self.store.cases.find(self.guild.id)))

    def cards(self) -> list[discord.Message]:
        """The bot's messages in the log channel, oldest first."""
        history = sorted(self.log.history(), key=lambda message: message.id)
        return [message for message in history if message.author.bot]

    async def hears(self, event: str, *told: object) -> None:
        """Let every feature hear an event that the simulated Discord has no way to cause."""
        listeners = [heard for cog in self.bot.cogs.values() for heard in cog.get_listeners()]
        await asyncio.gather(*(listener(*told) for name, listener in listeners if name == event))

    @asynccontextmanager
    async def before_a_card_is_kept(self, happens: Callable[[Case], Awaitable[None]]) -> AsyncIterator[None]:
        """Let something happen to the next case once its card is sent, and before that is kept."""
        cases, happening = self.store.cases, []

        async def late(case: Case) -> None:
            kept_late.undo()
            happening.append(asyncio.ensure_future(happens(case)))
            for _ in range(50):  # by then it would be through
                await cases.guild_ids()
            await cases.place(case)

        with pytest.MonkeyPatch.context() as kept_late:
            kept_late.setattr(cases, "place", late)
            yield
        await asyncio.gather(*happening)

    async def restart(self) -> None:
        await self.env.restart_bot(new_bot(self.reader, self.store, self._cdn, content=self._content))

    def answers(self, channel: simcord.ChannelHandle | None = None) -> list[str | None]:
        """The headlines of the bot's answers in a channel, oldest first."""
        history = sorted((channel or self.channel).history(), key=lambda message: message.id)
        return [message.embeds[0].title for message in history if message.author.bot and message.embeds]

    def reactions(self, message: discord.Message) -> list[str]:
        [seen] = [other for other in self.channel.history() if other.id == message.id]
        return [str(reaction.emoji) for reaction in seen.reactions]


class Cdn:
    """Fetches what was uploaded to the simulated server."""

    def __init__(self) -> None:
        self.env: simcord.Env | None = None

    async def fetch(self, url: str, declared_size: int | None) -> bytes | Unreadable:
        assert self.env is not None
        return self.env.backend.cdn.get(url) or Unreadable("gone")


def new_bot(reader: WordReader, store: Store, cdn: Cdn, *, content: bool) -> commands.AutoShardedBot:
    settings = DiscordSettings(token=None, message_content=content)
    return build_bot(settings, classifier=reader, downloader=cdn, store=store)
