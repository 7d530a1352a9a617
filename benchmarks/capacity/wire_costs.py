"""What the whole bot takes of a machine: the real process on the stand-in for Discord, by the kernel's count.

Each figure is a difference: of processor time between a bot that has something to do and one that has not, of
memory between before and after.
"""

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[2]
for folder in (ROOT / "benchmarks", ROOT / "tests" / "wire"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

from figures import counted, figures, free_port
from measure import process_tree, resident_mb
from people import Guild
from process import Bot, running
from simcord.backend.models import Channel
from stand_in import StandIn, open_stand_in

TICKS_S: Final = os.sysconf("SC_CLK_TCK")

PICTURE: Final = ROOT / "bot" / "local" / "pictures" / "cat.jpg"

IDLE_S: Final = 5.0
"""Seconds for which a bot is watched that has nothing to do."""

EACH_S: Final = 0.05
"""Seconds between two handfuls of messages."""

PATIENCE_S: Final = 60.0
"""Seconds that the bot may take with what it was told."""

FEELING: Final = "I love this so much, thank you all!"
"""What is answered wherever answers are given."""


class TooSlowError(RuntimeError):
    """The bot sheds what it is to be measured with; the message is one line."""


@dataclass(frozen=True, slots=True)
class Spent:
    """Processor time of a bot, in seconds since its start.

    Attributes:
        loop: Of its main thread, where the event loop is.
        threads: Of its other threads: inference, tokeniser, database.
        children: Of its decoding processes that are there.
    """

    loop: float = 0.0
    threads: float = 0.0
    children: float = 0.0

    def __sub__(self, before: "Spent") -> "Spent":
        return Spent(self.loop - before.loop, self.threads - before.threads, self.children - before.children)

    def each(self, count: int, idle_s: "Spent", seconds: float) -> dict[str, float]:
        """Return milliseconds a message, without what an idle bot takes in the same time."""
        parts = {"loop": self.loop, "threads": self.threads, "decoders": self.children}
        idle = {"loop": idle_s.loop, "threads": idle_s.threads, "decoders": idle_s.children}
        return {
            f"{name}_ms": round(max(0.0, taken - idle[name] * seconds) / count * 1000, 3)
            for name, taken in parts.items()
        }


def _spent(pid: int) -> Spent:
    loop = cpu_s(Path(f"/proc/{pid}/task/{pid}/stat"))
    whole = cpu_s(Path(f"/proc/{pid}/stat"))
    others = [cpu_s(Path(f"/proc/{child}/stat")) for child in process_tree(pid) if child != pid]
    return Spent(loop, whole - loop, sum(others))


def cpu_s(stat: Path) -> float:
    """Return user and system time from a stat file, as proc(5) has it."""
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_S


class Talk:
    """A guild whose channels are read in different ways, and who writes there."""

    def __init__(self, stand_in: StandIn) -> None:
        self.stand_in = stand_in
        self.guild = Guild(stand_in, "Measured")
        create = stand_in.backend.create_channel
        self.channels: dict[str, Channel] = {
            name: create(self.guild.id, name) for name in ("unwatched", "count", "reply")
        }
        self._file = PICTURE.read_bytes()
        self._number = 0

    async def watch(self) -> None:
        """Let two of the channels be watched, each in its way; every feeling is answered."""
        for mode in ("count", "reply"):
            await self._use("watch start", mode=mode, channel=self.channels[mode])
        await self._use("watch tune", cooldown=0, confidence=1)

    async def _use(self, command: str, **options: Any) -> None:
        used = self.guild.slash("admin", command, **options)
        await self.stand_in.until(lambda: self.guild.shown(used), PATIENCE_S)

    def replies(self) -> int:
        """Return how many answers the bot has written."""
        backend = self.stand_in.backend
        found = backend.messages[self.channels["reply"].id].values()
        return sum(message.author_id == backend.bot_user.id for message in found)

    def write(self, place: str, text: str, *, pictured: bool = False) -> None:
        """Write something that nobody wrote before."""
        self._number += 1
        files = [(PICTURE.name, self._file)] if pictured else []
        who = ("alice", "bob", "moderator")[self._number % 3]
        self.guild.write(who, f"{text} {self._number}", *files, channel=self.channels[place])


class Meter:
    """Measures a running bot.

    Args:
        bot: The process.
        port: Of its health endpoint.
        talk: Whose messages it reads.
    """

    def __init__(self, bot: Bot, port: int, talk: Talk) -> None:
        self.pid = bot.pid
        self.talk = talk
        self._port = port
        self._idle = Spent()

    async def rest(self) -> dict[str, float]:
        """Return the processor time that the bot takes with nothing to do, in milliseconds a second."""
        before = _spent(self.pid)
        await asyncio.sleep(IDLE_S)
        taken = _spent(self.pid) - before
        self._idle = Spent(taken.loop / IDLE_S, taken.threads / IDLE_S, taken.children / IDLE_S)
        return taken.each(round(IDLE_S), Spent(), 0.0)

    async def read(
        self, place: str, texts: Sequence[str], rate: float, *, pictured: bool = False
    ) -> dict[str, float]:
        """Have messages read in a channel.

        Args:
            place: Its name.
            texts: What is written there.
            rate: Messages a second, fewer than the bot could read.
            pictured: Whether each has a picture.

        Returns:
            What each takes, in milliseconds.

        Raises:
            TooSlowError: The bot did not read them all.
        """
        known = await figures(self._port)
        before, began = _spent(self.pid), asyncio.get_running_loop().time()
        for number, text in enumerate(texts):
            due = began + number / rate - asyncio.get_running_loop().time()
            if due > EACH_S or number % 10 == 0:
                await asyncio.sleep(max(0.0, due))
            self.talk.write(place, text, pictured=pictured)
        seconds = asyncio.get_running_loop().time() - began
        if place != "unwatched":
            await self._settled(counted(known, "moodring_readings_total watched") + len(texts))
            now = await figures(self._port)
            if lost := round(counted(now, "moodring_shed_total") - counted(known, "moodring_shed_total")):
                raise TooSlowError(
                    f"{lost} of {len(texts)} messages were shed at {rate:g} a second; is the machine busy?"
                )
        else:
            await asyncio.sleep(1.0)
        return (_spent(self.pid) - before).each(len(texts), self._idle, seconds)

    async def _readings(self) -> float:
        return counted(await figures(self._port), "moodring_readings_total watched")

    async def _settled(self, readings: float) -> None:
        async with asyncio.timeout(PATIENCE_S):
            # Another process can only be asked.
            while await self._readings() < readings:  # noqa: ASYNC110
                await asyncio.sleep(0.5)
        await asyncio.sleep(0.5)  # what follows a reading


@asynccontextmanager
async def measured_bot(threads: int) -> AsyncIterator[Meter]:
    """Start a bot with a guild whose channels it watches."""
    async with open_stand_in() as stand_in:
        talk = Talk(stand_in)
        port = free_port()
        settings = {
            "MOODRING_HEALTH_PORT": str(port),
            "MOODRING_LOG_LEVEL": "WARNING",
            "MOODRING_THREADS": str(threads),
        }
        with tempfile.TemporaryDirectory(prefix="moodring-") as folder:
            async with running(stand_in, Path(folder), settings) as bot:
                await talk.watch()
                yield Meter(bot, port, talk)


async def measure_bot(texts: Sequence[str], scale: float = 1.0) -> dict[str, Any]:
    """Return what the bot takes, by what it does.

    Args:
        texts: What people write.
        scale: How many messages, of the usual number.

    Raises:
        TooSlowError: The machine is too slow, or busy with something else.
    """

    def some(count: int) -> list[str]:
        return [texts[number % len(texts)] for number in range(max(10, round(count * scale)))]

    found: dict[str, Any] = {}
    async with measured_bot(1) as meter:
        await meter.read("count", some(40), 10)  # the first ones open files
        base = resident_mb(meter.pid)["pss"]
        found["idle_s"] = await meter.rest()
        found["event"] = await meter.read("unwatched", some(2000), 400)
        found["text"] = await meter.read("count", some(500), 25)
        found["base_mb"] = resident_mb(meter.pid)["pss"]
        await meter.read("count", some(10), 4, pictured=True)
        found["picture"] = await meter.read("count", some(100), 5, pictured=True)
        decoding = resident_mb(meter.pid)
        found["decoder_mb"] = round(
            (decoding["pss"] - found["base_mb"]) / max(1, decoding["processes"] - 1), 1
        )
        feelings = [FEELING] * len(some(200))
        found["reply"] = await meter.read("reply", feelings, 10)
        if (given := meter.talk.replies()) < 0.95 * len(feelings):
            raise TooSlowError(f"{given} of {len(feelings)} messages were answered; is the machine busy?")
    async with measured_bot(2) as meter:
        await meter.read("count", some(40), 10)
        await meter.read("count", some(40), 400)  # more at once than one thread reads
        found["thread_mb"] = round(max(0.0, resident_mb(meter.pid)["pss"] - base), 1)
    return found
