"""Kill the bot at random moments of a busy session, and look what of all that it acknowledged is still there.

A stand-in for Discord goes on; the bot is started, used by several people at once, killed by SIGKILL at a
seeded moment and started again on the same database. What somebody was told is done has to be there:
settings, opt-outs, watched channels, cases and what was done in them. Nothing may have been done twice.
"""

import asyncio
import json
import random
import re
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import closing
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from parts import Outcome, Row, on_the_wire
from simcord.backend.models import Interaction, Message
from simcord.components import walk_components

from moodring.bot.guild_settings import GuildSettings

on_the_wire()

import faults as wire
from people import Guild
from process import running
from stand_in import LOGGED, StandIn, open_stand_in

MOMENTS_S = (0.0, 6.0)
"""A kill comes so many seconds after the bot is connected; some come while it starts."""

IN_START = 0.1
"""Share of the kills that come while it starts."""

START_S = 3.0
"""Seconds of a start in which they come."""

INSULTS = (
    "you are a pathetic stupid idiot and everyone hates you",
    "shut your filthy mouth you dumb bitch",
    "nobody wants you here you worthless piece of shit",
)

PATIENCE_S = 5.0
"""Seconds that a person waits for an answer before going on to something else."""

TALKERS = 6
"""People in a channel where feelings are counted: five have to write before anything is kept."""

UNSAVED_S = 3.0
"""Seconds of counts that a kill may cost: two until they are put aside, one until a message is read."""

EFFECT_S = 0.05
"""Seconds that Discord takes to delete a message or to time somebody out: kills come in the middle of it."""

ACTIONS = {
    "Not toxic": "not-toxic",
    "Dismiss": "dismiss",
    "Warn": "warn",
    "Time out": "time-out",
    "Delete": "delete",
}
"""Buttons of a case, and what they are called in the database."""

EFFECTS = {"delete": ("DELETE", "/channels/"), "time-out": ("PATCH", "/guilds/")}
"""What Discord is asked for by actions, where nothing keeps it from doing that twice."""


@dataclass
class Fact:
    """Something that people change: what was acknowledged, and what may have become of it since.

    Attributes:
        value: What was acknowledged last, or found after a crash.
        tried: What was asked for since, without an acknowledgement.
    """

    value: object = None
    tried: list[object] = field(default_factory=list)

    def acknowledged(self, value: object) -> None:
        """Take note that somebody was told."""
        self.value = value
        self.tried.clear()

    def holds(self, found: object) -> bool:
        """Return whether what is found is what it may be; from now on it is that."""
        right = found == self.value or found in self.tried
        self.acknowledged(found)
        return right


class Session:
    """People at work, and what they were told.

    Attributes:
        facts: By name.
        done: Acknowledged actions in cases, by message and name.
        cut_off: Actions that a kill cut off between intent and outcome, by their number.
        checked: How many acknowledged facts were looked up after a crash.
        acknowledged: How many there were, by kind.
    """

    def __init__(self, stand_in: StandIn, guild: Guild, seed: int) -> None:
        self.stand_in = stand_in
        self.guild = guild
        self.hall = stand_in.backend.create_channel(guild.id, "hall")
        self.talkers = [guild.join(f"talker-{number}").name for number in range(TALKERS)]
        self.said: list[float] = []
        self.at_risk = 0
        self.side = [stand_in.backend.create_channel(guild.id, f"side-{number}") for number in range(3)]
        self.random = random.Random(seed)  # noqa: S311 - a seed, no secret
        self.facts: dict[str, Fact] = {}
        self.carded: set[int] = set()
        self.done: set[tuple[int, str]] = set()
        self.cut_off: set[int] = set()
        self.acknowledged: Counter[str] = Counter()
        self.checked = 0

    def workers(self) -> list[Callable[[], Coroutine[Any, Any, None]]]:
        """Return what people do at the same time, each for ever."""
        return [self._tune, self._opt, self._watch, self._insult, self._judge, self._talk]

    async def prepare(self) -> None:
        """Let the admin set the server up."""
        guild = self.guild
        panel = await self._answer(guild.slash("admin", "setup", channel=guild.staff))
        await self._answer(guild.pick("admin", panel, "Choose the log channel", guild.staff))
        await self._answer(guild.slash("admin", "watch start", mode="flag", channel=guild.general))
        await self._answer(guild.slash("admin", "watch start", mode="count", channel=self.hall))
        for method, path in EFFECTS.values():
            self.stand_in.strike(method, path, wire.slow(EFFECT_S), times=LOGGED)

    async def _answer(self, interaction: Interaction) -> Message:
        await self.stand_in.until(lambda: self.guild.shown(interaction), 20)
        shown = self.guild.shown(interaction)
        assert shown is not None
        return shown

    async def _acknowledged(self, fact: str, value: object, interaction: Interaction) -> Message | None:
        """Wait until somebody is told that something is so; None where that does not come."""
        known = self.facts.setdefault(fact, Fact())
        known.tried.append(value)
        try:
            async with asyncio.timeout(PATIENCE_S):
                shown = await self._answer(interaction)
        except TimeoutError:
            return None
        if "went wrong" in shown.content:
            return None
        known.acknowledged(value)
        self.acknowledged[fact.partition(" ")[0]] += 1
        return shown

    async def _tune(self) -> None:
        """The admin tunes how sure the bot must be."""
        while True:
            confidence = self.random.randint(1, 100)
            used = self.guild.slash("admin", "watch tune", confidence=confidence)
            await self._acknowledged("setting", confidence / 100, used)

    async def _opt(self) -> None:
        """Members opt out and in again."""
        while True:
            for who in ("alice", "bob"):
                shown = await self._answer(self.guild.slash(who, "privacy"))
                out = f"opt-out {self.guild.people[who].id}"
                wanted = not self.facts.get(out, Fact(False)).value
                clicked = self.guild.click(who, shown, "Opt out" if wanted else "Opt in")
                await self._acknowledged(out, wanted, clicked)

    async def _watch(self) -> None:
        """The admin watches channels, or watches them no more."""
        while True:
            place = self.random.choice(self.side)
            fact = f"watch {place.id}"
            mode = self.random.choice(["react", "flag", "count", None])
            if mode is None and self.facts.get(fact, Fact()).value is None:
                continue
            name, options = ("watch stop", {}) if mode is None else ("watch start", {"mode": mode})
            wanted = mode
            used = self.guild.slash("admin", name, channel=place, **options)
            await self._acknowledged(fact, wanted, used)

    async def _insult(self) -> None:
        """Somebody insults others, in a channel that is watched for it."""
        while True:
            message = self.guild.write("carol", self.random.choice(INSULTS))
            await self.stand_in.until(lambda message=message: self._is_carded(message), 20)
            self.carded.add(message.id)
            self.acknowledged["case"] += 1

    def _is_carded(self, message: Message) -> bool:
        link = f"/{message.channel_id}/{message.id})"
        return any(link in json.dumps(card.components) for card in self.guild.cards())

    async def _talk(self) -> None:
        """People talk where only counts are kept."""
        while True:
            self.guild.write(self.random.choice(self.talkers), "I love this, thank you", channel=self.hall)
            self.said.append(time.monotonic())
            await asyncio.sleep(0.1)

    def killed(self) -> None:
        """Take note of the counts that a kill at this moment may cost."""
        self.at_risk += sum(time.monotonic() - at <= UNSAVED_S for at in self.said)

    def counted(self, database: Path) -> int:
        """Return how many messages are counted once the bot has ended by itself."""
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as kept:
            rows = kept.execute("SELECT counts FROM moodring_moods WHERE channel_id = ?", (self.hall.id,))
            return sum(sum(json.loads(counts).values()) for (counts,) in rows)

    async def _judge(self) -> None:
        """The moderator decides in cases."""
        while True:
            shown = await self._answer(self.guild.slash("moderator", "cases list", state="open"))
            numbers = [int(found) for found in re.findall(r"#(\d+)", json.dumps(shown.components))]
            if not numbers:
                await asyncio.sleep(0.1)
                continue
            number = self.random.choice(numbers)
            case = await self._answer(self.guild.slash("moderator", "cases show", case=number))
            offered = {each.get("label") for each in walk_components(case.components)} & set(ACTIONS)
            if not offered:
                continue
            label = self.random.choice(sorted(offered))
            before = json.dumps(case.components)
            self.guild.click("moderator", case, label)
            try:
                await self.stand_in.until(
                    lambda case=case, before=before: json.dumps(case.components) != before, 5
                )
            except TimeoutError:
                continue
            found = re.search(r"/channels/\d+/\d+/(\d+)\)", json.dumps(case.components))
            if found and "failed" not in json.dumps(case.components):
                self.done.add((int(found[1]), ACTIONS[label]))
                self.acknowledged["action"] += 1

    # --- after the crash --------------------------------------------------------------------------------

    def check(self, database: Path) -> list[str]:
        """Return what is lost or wrong in a database."""
        faults = []
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as kept:
            [[whole]] = kept.execute("PRAGMA integrity_check").fetchall()
            if whole != "ok":
                faults.append(f"integrity: {whole}")
            found = self._found(kept)
            for name, fact in self.facts.items():
                self.checked += 1
                expected, tried = fact.value, list(fact.tried)
                if not fact.holds(found.get(name, False if name.startswith("opt-out") else None)):
                    faults.append(f"{name}: {found.get(name)} instead of {expected} or {tried}")
            cases = {row[0] for row in kept.execute("SELECT message_id FROM moodring_cases")}
            self.checked += len(self.carded)
            faults += [f"case of message {message} is gone" for message in self.carded - cases]
            events = Counter(
                kept.execute(
                    "SELECT c.message_id, e.action FROM moodring_case_events e "
                    "JOIN moodring_cases c ON c.id = e.case_id WHERE e.outcome = 'done'"
                ).fetchall()
            )
            self.checked += len(self.done)
            faults += [
                f"{action} of message {message} is gone" for message, action in self.done - set(events)
            ]
            faults += [f"{event} was done {count} times" for event, count in events.items() if count > 1]
            intents = Counter(action for (action,) in kept.execute("SELECT action FROM moodring_case_events"))
            self.cut_off |= {
                number
                for (number,) in kept.execute("SELECT id FROM moodring_case_events WHERE outcome IS NULL")
            }
        return faults + self._repeated(intents)

    def unclear(self, database: Path) -> tuple[int, int]:
        """Return how many actions that were cut off are shown as *check this*, and how many are not."""
        query = (
            "SELECT e.id, c.message_id FROM moodring_case_events e JOIN moodring_cases c ON c.id = e.case_id "
            "WHERE e.outcome = 'unclear' AND c.state = 'unclear' AND c.pending IS NULL"
        )
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as kept:
            unclear = dict(kept.execute(query).fetchall())
        cards = [json.dumps(card.components).casefold().split("\\n") for card in self.guild.cards()]
        told = {
            number
            for number, message in unclear.items()
            for card in cards
            for line, following in pairwise([*card, ""])  # alone on a card it stands below the link
            if f"/{message})" in line and "check this" in line + following
        }
        return len(told & self.cut_off), len(self.cut_off - told)

    def _found(self, kept: sqlite3.Connection) -> dict[str, object]:
        found: dict[str, object] = {}
        for (settings,) in kept.execute("SELECT settings FROM moodring_guilds"):
            chosen = GuildSettings.parse(json.loads(settings))  # what is left out has its default
            found["setting"] = chosen.min_confidence
        for (user,) in kept.execute("SELECT user_id FROM moodring_opt_outs"):
            found[f"opt-out {user}"] = True
        for channel, mode in kept.execute("SELECT channel_id, mode FROM moodring_watches"):
            found[f"watch {channel}"] = mode
        return found

    def _repeated(self, intents: Counter[str]) -> list[str]:
        """Return what people saw more than once, or Discord was asked for more often than was meant."""
        bot = self.stand_in.backend.bot_user.id
        replies: Counter[str] = Counter()
        for message in self.stand_in.backend.messages[self.guild.general.id].values():
            if message.author_id == bot and message.reference:
                replies[message.reference["message_id"]] += 1
        asked = {
            action: sum(
                request.method == method and request.path.startswith(path)
                for request in self.stand_in.requests
            )
            for action, (method, path) in EFFECTS.items()
        }
        twice = [
            f"message {message} was warned {count} times" for message, count in replies.items() if count > 1
        ]
        return twice + [
            f"{action} was meant {intents[action]} times and asked for {count} times"
            for action, count in asked.items()
            if count > intents[action]
        ]


async def kill_often(kills: int, seed: int) -> Outcome:
    """Kill the bot, again and again.

    Args:
        kills: How often.
        seed: Of the moments and of what people do.
    """
    faults: list[str] = []
    moments = random.Random(seed)  # noqa: S311 - a seed, no secret
    async with open_stand_in() as stand_in:
        guild = Guild(stand_in)
        guild.join("carol")
        session = Session(stand_in, guild, seed)
        with (
            tempfile.TemporaryDirectory(prefix="moodring-") as name,
            tempfile.TemporaryDirectory(prefix="moodring-", dir="/dev/shm") as memory,
        ):
            folder = Path(name)
            settings = {"MOODRING_MEMORY_DIR": memory}
            database = folder / "moodring.sqlite3"
            async with running(stand_in, folder, settings):
                await session.prepare()
            unclear = 0
            for number in range(kills):
                if moments.random() < IN_START:
                    await _kill_in_start(stand_in, folder, settings, moments.uniform(0, START_S))
                else:
                    await _kill_at_work(stand_in, folder, settings, session, moments.uniform(*MOMENTS_S))
                faults += [f"kill {number + 1}: {fault}" for fault in session.check(database)]
            async with running(stand_in, folder, settings) as bot:
                await stand_in.quiet(
                    3
                )  # on_ready comes 2 s after the guilds; then cards are brought up to date
                unclear, left = session.unclear(database)
                if left:
                    faults.append(f"{left} actions were cut off and nobody is told")
                faults += [f"error in the log: {error['event']}" for error in bot.errors()]
                assert await bot.stop() == 0
            faults += session.check(database)
            counted, said = session.counted(database), len(session.said)
            if not said - session.at_risk <= counted <= said:
                faults.append(
                    f"{counted} messages are counted of {said}, of which {session.at_risk} were at risk"
                )
    told = ", ".join(f"{kind} {count}" for kind, count in sorted(session.acknowledged.items()))
    return Outcome(
        "kills",
        [
            Row(
                "killed by SIGKILL at a random moment, then started again",
                kills,
                "nothing acknowledged is lost, nothing is done twice, the database is whole",
                not faults,
                f"acknowledged meanwhile: {told}; looked up {session.checked} times; "
                f"{unclear} actions cut off between intent and outcome are shown as *check this*",
            ),
            Row(
                "counts of feelings through these kills",
                said,
                f"off by no more than what came within {UNSAVED_S:.0f} s before a kill",
                not any("counted" in fault for fault in faults),
                f"{counted} of {said} counted; {session.at_risk} came within that time",
            ),
        ],
        lost=len(faults),
        faults=faults,
        seed=seed,
    )


async def _kill_in_start(stand_in: StandIn, folder: Path, settings: dict[str, str], seconds: float) -> None:
    starting = asyncio.create_task(_hold(stand_in, folder, settings))
    await asyncio.sleep(seconds)
    starting.cancel()
    await asyncio.wait([starting])


async def _hold(stand_in: StandIn, folder: Path, settings: dict[str, str]) -> None:
    async with running(stand_in, folder, settings):
        await asyncio.sleep(60)


async def _kill_at_work(
    stand_in: StandIn, folder: Path, settings: dict[str, str], session: Session, seconds: float
) -> None:
    async with running(stand_in, folder, settings) as bot:
        people = [asyncio.create_task(work()) for work in session.workers()]
        await asyncio.sleep(seconds)
        await bot.kill()
        session.killed()
        for person in people:
            person.cancel()
        for ended in await asyncio.gather(*people, return_exceptions=True):
            if isinstance(ended, Exception) and not isinstance(ended, TimeoutError):
                raise ended
