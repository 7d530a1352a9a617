"""Flood the bot with watched messages, and look whether people still get their answers.

The stand-in for Discord sends 200 messages a second in one loud guild, three in ten with a picture. One
person writes most of them; a neighbour writes there now and then, and so does somebody in a quiet guild:
both are answered by a reaction. Somebody else uses commands. What the figures are made of is the bot's own
(its health endpoint), the stand-in's clock, and the kernel's.
"""

import asyncio
import contextlib
import random
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from flood_figures import (
    BY_ONE,
    HEARTBEAT_MS,
    RATE,
    WITH_PICTURE,
    Hang,
    Measured,
    Seen,
    Talk,
    rows_of,
)
from parts import ROOT, Outcome, on_the_wire
from simcord.backend import serializers
from simcord.backend.models import Channel, Interaction, Message

on_the_wire()

import discord
from figures import counted, figures
from flood_decoders import DECODERS, GONE, decoders, hang_one
from measure import resident_mb
from people import Guild, Person
from process import Bot, running
from stand_in import StandIn, open_stand_in

SHOWN: Final = 0.15
"""Share of that person's words that are answered if they are read, so that it is seen which are."""

TICK_S: Final = 0.05
"""Seconds between two handfuls of messages."""

HEALTH_PORT: Final = 18_999

PATIENCE_S: Final = 15.0
"""Seconds after which somebody who writes expects no answer any more."""

WORDS: Final = "the a my your this what when great bad day night game idea love hate think never maybe why no"

PICTURE: Final = ROOT / "bot" / "local" / "pictures" / "cat.jpg"


class Flood:
    """The flood and who is caught in it."""

    def __init__(self, stand_in: StandIn, seed: int) -> None:
        self.stand_in = stand_in
        self.random = random.Random(seed)  # noqa: S311 - a seed, no secret
        self.loud = Guild(stand_in, "Loud")
        self.quiet = Guild(stand_in, "Quiet")
        self.many = [self.loud.join(f"writer-{number}") for number in range(20)]
        self.one = self.loud.join("flooder")
        self.seen = Seen()
        self._talking: set[asyncio.Task[None]] = set()
        create = stand_in.backend.create_channel
        self._apart = create(self.loud.id, "apart")
        self._beside = create(self.loud.id, "beside")
        self._picture = PICTURE.read_bytes()
        self._template = self._payload(self.loud.write("alice", "x"))
        self._pictured = self._payload(self.loud.write("alice", "x", ("cat.jpg", self._picture)))
        stand_in.backend.subscribers.append(self._answered)

    def _payload(self, message: Message) -> dict[str, Any]:
        return dict(serializers.message_payload(self.stand_in.backend, message))

    async def prepare(self) -> None:
        """Let both guilds be watched: every feeling is answered, but for where most of the flood is."""
        watched = (
            (self.loud, "count", self.loud.general),  # else answers are a flood of their own
            (self.loud, "react", self._apart),
            (self.loud, "react", self._beside),
            (self.quiet, "react", self.quiet.general),
        )
        for guild, mode, channel in watched:
            await self._shown(guild, guild.slash("admin", "watch start", mode=mode, channel=channel))
        for guild in (self.loud, self.quiet):
            await self._shown(guild, guild.slash("admin", "watch tune", cooldown=0, confidence=1))

    async def _shown(self, guild: Guild, used: Interaction) -> Message:
        await self.stand_in.until(lambda: guild.shown(used), 20)
        shown = guild.shown(used)
        assert shown is not None
        return shown

    def words(self) -> str:
        """Return a line that nobody wrote before."""
        return " ".join(self.random.choices(WORDS.split(), k=self.random.randint(3, 25)))

    def feeling(self) -> str:
        """Return a line that nobody wrote before and that shows a feeling."""
        return f"I love this so much, thank you for {self.words()}!"

    async def pour(self) -> None:
        """Send the flood for ever, at its rate however long a handful takes."""
        began = time.perf_counter()
        while True:
            due = int((time.perf_counter() - began) * RATE)
            for _ in range(due - self.seen.sent):
                self._pour_one()
                self.seen.sent += 1
            await asyncio.sleep(TICK_S)

    def _pour_one(self) -> None:
        by_one = self.random.random() < BY_ONE
        pictured = self.random.random() < WITH_PICTURE
        if by_one and not pictured and self.random.random() < SHOWN:
            self.loud.write(self.one.name, self.feeling(), channel=self._apart)
            self.seen.flooder.written += 1
            return
        writer: Person = self.one if by_one else self.random.choice(self.many)
        # Not kept by the stand-in: there are too many.
        message = dict(self._pictured if pictured else self._template)
        message["id"] = str(self.stand_in.backend.snowflake())
        message["content"] = self.words()
        message["author"] = {**message["author"], "id": str(writer.id), "username": writer.name}
        self.stand_in.backend.emit("MESSAGE_CREATE", message)

    def _answered(self, event: str, payload: Mapping[str, Any]) -> None:
        """Take note how old a message of the flooder is that is answered."""
        if event == "MESSAGE_REACTION_ADD" and payload["channel_id"] == str(self._apart.id):
            written = discord.utils.snowflake_time(int(payload["message_id"]))
            self.seen.flooder.waited_s.append((discord.utils.utcnow() - written).total_seconds())

    async def chat(self, talk: Talk, guild: Guild, channel: Channel, every_s: float) -> None:
        """Write something that shows a feeling, for ever."""
        while True:
            task = asyncio.create_task(self._chat_once(talk, guild, channel))
            self._talking.add(task)
            task.add_done_callback(self._talking.discard)
            await asyncio.sleep(every_s)

    async def _chat_once(self, talk: Talk, guild: Guild, channel: Channel) -> None:
        began = time.perf_counter()
        message = guild.write("bob", self.feeling(), channel=channel)
        talk.written += 1
        try:
            await self.stand_in.until(lambda: message.reactions, PATIENCE_S)
        except TimeoutError:
            return
        talk.waited_s.append(time.perf_counter() - began)

    def chats(self) -> list[asyncio.Task[None]]:
        """Let the neighbour and somebody in the quiet guild write."""
        talks = (
            (self.seen.neighbour, self.loud, self._beside, 2.0),
            (self.seen.quiet, self.quiet, self.quiet.general, 1.0),
        )
        return [asyncio.create_task(self.chat(*talk)) for talk in talks]

    async def talked(self) -> None:
        """Wait until all who wrote have their answer, or none."""
        await asyncio.gather(*self._talking)

    async def ask(self) -> None:
        """Use commands in the quiet guild, one after the other, about two a second."""
        while True:
            began = time.perf_counter()
            try:
                await self._shown(self.quiet, self.quiet.slash("alice", "analyze", text=self.words()))
            except TimeoutError:
                self.seen.unanswered += 1
            else:
                self.seen.answers_s.append(time.perf_counter() - began)
            await asyncio.sleep(0.5)

    async def weigh(self, bot: Bot) -> None:
        """Look what the bot takes, every two seconds."""
        while True:
            with contextlib.suppress(*GONE):
                self.seen.memory_mb.append(resident_mb(bot.pid)["pss"])
            await asyncio.sleep(2)

    async def ask_for_health(self) -> str:
        """Let the owner look how the bot is; return what is said."""
        shown = await self._shown(self.quiet, self.quiet.slash("admin", "health"))
        return " ".join([shown.content, str(shown.embeds), str(shown.components)])

    async def show_picture(self) -> str:
        """Let somebody ask what a picture says; return the answer."""
        me = self.stand_in.backend.bot_user.id
        asked = self.quiet.write("alice", f"<@{me}> {self.words()}", ("cat.jpg", self._picture))
        await self.stand_in.until(lambda: self.quiet.answers_to(asked), PATIENCE_S)
        [answer] = self.quiet.answers_to(asked)
        return " ".join([answer.content, str(answer.embeds)])


async def flood(seconds: float, hangs: int, seed: int) -> Outcome:
    """Flood the bot.

    Args:
        seconds: How long, after a sixth of it to warm up; afterwards it goes on while decoders hang.
        hangs: How many of these, one after the other.
        seed: Of what is written.
    """
    async with open_stand_in() as stand_in:
        stand_in.gateway.heartbeat_ms = HEARTBEAT_MS
        water = Flood(stand_in, seed)
        stand_in.owner_id = water.quiet.people["admin"].id
        with tempfile.TemporaryDirectory(prefix="moodring-") as folder:
            settings = {"MOODRING_HEALTH_PORT": str(HEALTH_PORT), "MOODRING_LOG_LEVEL": "WARNING"}
            async with running(stand_in, Path(folder), settings) as bot:
                await water.prepare()
                going_on = [asyncio.create_task(work()) for work in (water.pour, water.ask)]
                try:
                    await asyncio.sleep(seconds / 6)
                    await _all_started(water, bot)
                    measured = await _measure(water, bot, seconds)
                    hang = await _hang(water, bot, hangs)
                finally:
                    await _end(going_on)
                end = await _settled(water.seen)
                errors = bot.errors()
                assert await bot.stop() == 0
    rows = rows_of(water.seen, measured, hang, end)
    faults = [f"{row.tried}: {row.figures}" for row in rows if not row.held]
    faults += [f"error in the log: {error['event']}" for error in errors]
    return Outcome("flood", rows, faults=faults, seed=seed)


async def _all_started(water: Flood, bot: Bot) -> None:
    """Ask for pictures until all decoders are there: the one for people may not have been needed yet."""
    async with asyncio.timeout(PATIENCE_S):
        while len(decoders(bot.pid)) < DECODERS:
            await water.show_picture()


async def _measure(water: Flood, bot: Bot, seconds: float) -> Measured:
    """Let people write for some seconds of the flood, and measure."""
    seen, began = water.seen, asyncio.get_running_loop().time()
    before, sent, answers = await figures(HEALTH_PORT), seen.sent, len(seen.answers_s)
    seen.flooder = flooder = Talk()
    meanwhile = [*water.chats(), asyncio.create_task(water.weigh(bot))]
    try:
        await asyncio.sleep(seconds / 2)
        said = await water.ask_for_health()
        await asyncio.sleep(seconds / 2)
    finally:
        await _end(meanwhile)
    after, sent, seen.flooder = await figures(HEALTH_PORT), seen.sent - sent, Talk()
    beats = [at for at in water.stand_in.gateway.beats if at >= began]
    measured = Measured(before, after, sent, flooder, seen.answers_s[answers:], beats, said, seconds)
    await water.talked()
    return measured


async def _hang(water: Flood, bot: Bot, hangs: int) -> Hang:
    """Let decoders hang, one after the other; the flood and the commands go on."""
    before, answers, pids = await figures(HEALTH_PORT), len(water.seen.answers_s), decoders(bot.pid)
    meanwhile = water.chat(water.seen.meanwhile, water.quiet, water.quiet.general, 1.0)
    chat = asyncio.create_task(meanwhile)
    gone_s = [await hang_one(bot.pid, water.random) for _ in range(hangs)]
    await _end([chat])
    await water.talked()
    answer = await water.show_picture()
    said = await water.ask_for_health()
    after, fresh = await figures(HEALTH_PORT), decoders(bot.pid) - pids
    return Hang(before, after, gone_s, len(fresh), answer, said, water.seen.answers_s[answers:])


async def _settled(seen: Seen) -> dict[str, float]:
    """Return the bot's figures once it has met all messages; otherwise after some seconds."""
    ends = time.perf_counter() + PATIENCE_S
    found = await figures(HEALTH_PORT)
    while counted(found, "moodring_readings_total watched") < seen.written and time.perf_counter() < ends:
        await asyncio.sleep(0.1)
        found = await figures(HEALTH_PORT)
    return found


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    """End what goes on for ever; what failed of it is raised."""
    for task in tasks:
        task.cancel()
    for ended in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(ended, Exception):
            raise ended
