"""Flood the bot with watched messages, and look whether people still get their answers.

The stand-in for Discord sends 200 messages a second in one loud guild, three in ten with a picture; in a
quiet one somebody writes once a second and is answered by a reaction, and somebody else uses commands. The
figures are the bot's own (its health endpoint), the stand-in's clock, and the kernel's.
"""

import asyncio
import random
import sys
import tempfile
import time
from collections import deque
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import aiohttp
from parts import ROOT, Outcome, Row, on_the_wire
from prometheus_client.parser import text_string_to_metric_families
from simcord.backend import serializers
from simcord.backend.models import Interaction, Message

on_the_wire()
sys.path.insert(0, str(ROOT / "benchmarks"))

from measure import resident_mb
from people import Guild
from process import Bot, running
from stand_in import StandIn, open_stand_in

RATE: Final = 200
"""Messages a second in the loud guild."""

WITH_PICTURE: Final = 0.3
"""Share of them that have one."""

TICK_S: Final = 0.05
"""Seconds between two handfuls of messages."""

HEARTBEAT_MS: Final = 5_000
"""Milliseconds between two heartbeats: eight times as often as Discord asks for."""

HEALTH_PORT: Final = 18_999

WAITING: Final = 150
"""Messages that wait for their turn, or are on the wire, at most: 64 may wait."""

WORDS: Final = "the a my your this what when great bad day night game idea love hate think never maybe why no"


LIMITS: Final = {"lag_s": 0.05, "answer_s": 1.0, "memory": 0.1, "growth": 0.05, "heartbeat_s": 1.0}
"""What has to hold: the loop's lag and the answers at the 99th percentile, memory around its middle, and how
late a heartbeat may be."""


@dataclass
class Seen:
    """What was measured.

    Attributes:
        sent: Messages of the flood.
        answers_s: How long each command took, to its whole answer.
        unanswered: Commands without one.
        quiet: Messages in the quiet guild, and of these those that were answered.
        reactions_s: How long those took.
        memory_mb: The whole bot's, proportional, over time.
        said: What ``/health`` said in the middle of it.
    """

    sent: int = 0
    quiet: int = 0
    answers_s: list[float] = field(default_factory=list)
    unanswered: int = 0
    reactions_s: list[float] = field(default_factory=list)
    memory_mb: list[float] = field(default_factory=list)
    said: str = ""

    @property
    def written(self) -> int:
        """All messages."""
        return self.sent + self.quiet


def percentile(values: list[float], share: float) -> float:
    """Return the value that a share of all does not exceed."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))] if values else float("nan")


class Flood:
    """The flood and who is caught in it."""

    def __init__(self, stand_in: StandIn, seed: int) -> None:
        self.stand_in = stand_in
        self.random = random.Random(seed)  # noqa: S311 - a seed, no secret
        self.loud = Guild(stand_in, "Loud")
        self.quiet = Guild(stand_in, "Quiet")
        self.writers = [self.loud.join(f"writer-{number}") for number in range(20)]
        self.seen = Seen()
        picture = (ROOT / "bot" / "local" / "pictures" / "cat.jpg").read_bytes()
        self._template = self._payload(self.loud.write("alice", "x"))
        self._pictured = self._payload(self.loud.write("alice", "x", ("cat.jpg", picture)))

    def _payload(self, message: Message) -> dict[str, Any]:
        return dict(serializers.message_payload(self.stand_in.backend, message))

    async def prepare(self) -> None:
        """Let both guilds be watched."""
        for guild, mode in ((self.loud, "reply"), (self.quiet, "react")):
            await self._shown(guild, guild.slash("admin", "watch start", mode=mode, channel=guild.general))
        used = self.quiet.slash("admin", "watch tune", cooldown=0, confidence=1)
        await self._shown(self.quiet, used)

    async def _shown(self, guild: Guild, used: Interaction) -> Message:
        await self.stand_in.until(lambda: guild.shown(used), 20)
        shown = guild.shown(used)
        assert shown is not None
        return shown

    def words(self) -> str:
        """Return a line that nobody wrote before."""
        return " ".join(self.random.choices(WORDS.split(), k=self.random.randint(3, 25)))

    async def pour(self) -> None:
        """Send the flood for ever, at its rate however long a handful takes."""
        began, backend = time.perf_counter(), self.stand_in.backend
        while True:
            due = int((time.perf_counter() - began) * RATE)
            for _ in range(due - self.seen.sent):
                pictured = self.random.random() < WITH_PICTURE
                writer = self.random.choice(self.writers)
                message = dict(self._pictured if pictured else self._template)
                message["id"] = str(backend.snowflake())
                message["content"] = self.words()
                message["author"] = {**message["author"], "id": str(writer.id), "username": writer.name}
                backend.emit("MESSAGE_CREATE", message)
                self.seen.sent += 1
            await asyncio.sleep(TICK_S)

    async def chat(self) -> None:
        """Write in the quiet guild, once a second, something that shows a feeling."""
        waiting: deque[asyncio.Task[None]] = deque(maxlen=1000)
        while True:
            waiting.append(asyncio.create_task(self._chat_once()))
            await asyncio.sleep(1)

    async def _chat_once(self) -> None:
        began = time.perf_counter()
        message = self.quiet.write("bob", f"I love this so much, thank you for {self.words()}!")
        self.seen.quiet += 1
        await self.stand_in.until(lambda: message.reactions, 15)
        self.seen.reactions_s.append(time.perf_counter() - began)

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
            self.seen.memory_mb.append(resident_mb(bot.pid)["pss"])
            await asyncio.sleep(2)

    async def ask_for_health(self, after_s: float) -> None:
        """Let the owner look how the bot is."""
        await asyncio.sleep(after_s)
        shown = await self._shown(self.quiet, self.quiet.slash("admin", "health"))
        self.seen.said = " ".join([shown.content, str(shown.embeds), str(shown.components)])


async def figures() -> dict[str, float]:
    """Return the bot's own figures: by name and labels."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{HEALTH_PORT}/metrics") as response,
    ):
        families = text_string_to_metric_families(await response.text())
    return {
        sample.name + "".join(f" {value}" for _, value in sorted(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


async def flood(seconds: float, seed: int) -> Outcome:
    """Flood the bot.

    Args:
        seconds: How long, after a sixth of it to warm up.
        seed: Of what is written.
    """
    async with open_stand_in() as stand_in:
        stand_in.gateway.heartbeat_ms = HEARTBEAT_MS
        water = Flood(stand_in, seed)
        admin = water.quiet.people["admin"].id
        stand_in.owner_id = admin
        with tempfile.TemporaryDirectory(prefix="moodring-") as folder:
            settings = {"MOODRING_HEALTH_PORT": str(HEALTH_PORT), "MOODRING_LOG_LEVEL": "WARNING"}
            async with running(stand_in, Path(folder), settings) as bot:
                await water.prepare()
                pouring = [asyncio.create_task(work()) for work in (water.pour, water.chat, water.ask)]
                await asyncio.sleep(seconds / 6)
                began, sent = len(water.seen.answers_s), water.seen.written
                before, beats = await figures(), len(stand_in.gateway.beats)
                measuring = [
                    asyncio.create_task(water.weigh(bot)),
                    asyncio.create_task(water.ask_for_health(seconds / 2)),
                ]
                await asyncio.sleep(seconds)
                after, sent = await figures(), water.seen.written - sent
                for task in (*pouring, *measuring):
                    task.cancel()
                await asyncio.gather(*pouring, *measuring, return_exceptions=True)
                errors = bot.errors()
                assert await bot.stop() == 0
                after_warm_up = Measured(before, after, began, sent, stand_in.gateway.beats[beats:], seconds)
    rows = _rows(water.seen, after_warm_up)
    faults = [f"{row.tried}: {row.figures}" for row in rows if not row.held]
    faults += [f"error in the log: {error['event']}" for error in errors]
    return Outcome("flood", rows, faults=faults, seed=seed)


@dataclass(frozen=True)
class Measured:
    """What there is beside what people saw, from the end of the warm-up on.

    Attributes:
        before: The bot's figures then.
        after: Its figures at the end.
        began: Commands that were answered before.
        sent: Messages of both guilds since then.
        beats: When heartbeats came, in seconds.
        seconds: How long it took.
    """

    before: dict[str, float]
    after: dict[str, float]
    began: int
    sent: int
    beats: list[float]
    seconds: float

    def counted(self, prefix: str) -> float:
        """Return how much the figures grew whose name begins so."""
        return sum(
            value - self.before.get(name, 0) for name, value in self.after.items() if name.startswith(prefix)
        )

    def quantile_bound(self, name: str, share: float) -> float:
        """Return the upper bound of the bucket that a quantile of what was counted lies in."""
        prefix = f"{name}_bucket "
        buckets = sorted(
            (float(key.removeprefix(prefix)), value - self.before.get(key, 0))
            for key, value in self.after.items()
            if key.startswith(prefix)
        )
        return next(bound for bound, count in buckets if count >= share * buckets[-1][1])


def _rows(seen: Seen, measured: Measured) -> list[Row]:
    lag_s = measured.quantile_bound("moodring_event_loop_lag_seconds", 0.99)
    answers = seen.answers_s[measured.began :]
    answer_s = percentile(answers, 0.99)
    middle = percentile(seen.memory_mb, 0.5)
    spread = max(abs(each - middle) for each in seen.memory_mb) / middle
    third = max(1, len(seen.memory_mb) // 3)
    growth = percentile(seen.memory_mb[-third:], 0.5) / percentile(seen.memory_mb[:third], 0.5) - 1
    beats = measured.beats
    late_s = max((later - earlier for earlier, later in pairwise(beats)), default=0) - HEARTBEAT_MS / 1000
    shed = measured.counted("moodring_shed_total")
    met = measured.counted("moodring_readings_total watched")
    unmet = measured.sent - met
    read = measured.counted("moodring_readings_total watched answered")
    answered = len(seen.reactions_s) / max(1, seen.quiet)
    return [
        Row(
            "watched messages, 30 % with a picture",
            measured.sent,
            f"{RATE} a second or more; each is read, or shed and counted, but for those that wait",
            measured.sent >= RATE * measured.seconds and shed > 0 and read > 0 and abs(unmet) <= WAITING,
            f"{measured.seconds:.0f} s: read {read:.0f}, shed {shed:.0f}, otherwise ended "
            f"{met - read - shed:.0f}; at the end {unmet:+.0f} against what was sent",
        ),
        Row(
            "event loop meanwhile, samples",
            int(measured.counted("moodring_event_loop_lag_seconds_count")),
            "lag p99 ≤ 50 ms",
            lag_s <= LIMITS["lag_s"],
            f"p99 within {lag_s * 1000:.0f} ms",
        ),
        Row(
            "commands meanwhile",
            len(answers),
            "answered, p99 ≤ 1 s",
            answer_s <= LIMITS["answer_s"] and not seen.unanswered,
            f"p50 {percentile(answers, 0.5):.2f} s, p99 {answer_s:.2f} s, without answer {seen.unanswered}",
        ),
        Row(
            "heartbeats meanwhile",
            len(beats),
            "none late by more than 1 s",
            late_s <= LIMITS["heartbeat_s"] and len(beats) >= measured.seconds * 1000 / HEARTBEAT_MS - 2,
            f"latest by {max(0, late_s):.2f} s",
        ),
        Row(
            "messages of a quiet guild meanwhile",
            seen.quiet,
            "the loud guild does not starve it",
            answered >= 0.95,
            f"{answered:.0%} answered, p50 {percentile(seen.reactions_s, 0.5):.2f} s, "
            f"p99 {percentile(seen.reactions_s, 0.99):.2f} s",
        ),
        Row(
            "memory meanwhile, with all its processes",
            len(seen.memory_mb),
            "flat: ± 10 % of its median, and the last third no more than 5 % above the first",
            spread <= LIMITS["memory"] and growth <= LIMITS["growth"],
            f"median {middle:.0f} MB, from {min(seen.memory_mb):.0f} to {max(seen.memory_mb):.0f} MB, "
            f"growth {growth:+.1%}",
        ),
        Row("/health meanwhile", 1, "says that it is busy", "busy" in seen.said.lower(), ""),
    ]
