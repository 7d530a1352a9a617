"""People at work, each at the same time as the others, and what they were told is so."""

import asyncio
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

from aiohttp import web
from kills_counts import Counts
from parts import on_the_wire
from simcord.backend.models import Interaction, Message
from simcord.components import walk_components

from moodring.bot.guild_settings import GuildSettings

on_the_wire()

import faults as wire
from people import Guild
from stand_in import LOGGED, Answer, StandIn

INSULTS = (
    "you are a pathetic stupid idiot and everyone hates you",
    "shut your filthy mouth you dumb bitch",
    "nobody wants you here you worthless piece of shit",
)

PATIENCE_S = 5.0
"""Seconds that a person waits for an answer before going on to something else."""

LOST_PATIENCE_S = 20.0
"""Seconds after which the bot is taken to be broken, not slow."""

TALKERS = 8
"""People in a channel where feelings are counted: five have to write before anything is kept, and how many do
is an estimate."""

EFFECT_S = 0.05
"""Seconds that Discord takes to do what a moderator decided: kills come in the middle of it."""

ACTIONS = {
    "Not toxic": "not-toxic",
    "Dismiss": "dismiss",
    "Warn": "warn",
    "Time out": "time-out",
    "Delete": "delete",
}
"""Buttons of a case, and what they are called in the database."""

IS_OUT, IS_IN = "You are **opted out**", "You are **not opted out**"
TURN_ON, TURN_OFF = "Heat notes: turn on", "Heat notes: turn off"
"""What the bot says."""


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

    def may_be(self, found: object) -> bool:
        """Return whether it may be so."""
        return found == self.value or found in self.tried


class People:
    """Those who work with the bot.

    Args:
        stand_in: Discord.
        guild: Their guild.
        seed: Of what they do.

    Attributes:
        hall: A channel where feelings are counted.
        facts: What they were told, by name.
        insults: Messages that may become cases.
        unread: Insults by somebody who has opted out.
        carded: Insults whose card was seen.
        clicked: How often each action was wanted, by message and name.
        done: What was told to be done of it.
        told: How often anything was acknowledged, by kind.
        just_told: Set with each acknowledgement.
        acting: Set when Discord begins what a moderator decided.
        faults: What somebody was told that is not so.
    """

    def __init__(self, stand_in: StandIn, guild: Guild, seed: int) -> None:
        self.stand_in = stand_in
        self.guild = guild
        create = stand_in.backend.create_channel
        self.hall = create(guild.id, "hall")
        self._side = [create(guild.id, f"side-{number}") for number in range(3)]
        self._talkers = [guild.join(f"talker-{number}").name for number in range(TALKERS)]
        for name in ("carol", "dave"):
            guild.join(name)
        self._random = random.Random(seed)  # noqa: S311 - a seed, no secret
        at_first = GuildSettings()
        self.facts = {"setting": Fact(at_first.min_confidence), "panel": Fact(at_first.heat_notes)}
        self.insults: set[int] = set()
        self.unread: set[int] = set()
        self.carded: set[int] = set()
        self.clicked: Counter[tuple[int, str]] = Counter()
        self.done: set[tuple[int, str]] = set()
        self.told: Counter[str] = Counter()
        self.just_told = asyncio.Event()
        self.acting = asyncio.Event()
        self.faults: list[str] = []

    async def prepare(self) -> None:
        """Let the admin set the server up, and somebody opt out for good."""
        guild = self.guild
        panel = await self._answer(guild.slash("admin", "setup", channel=guild.staff))
        await self._answer(guild.pick("admin", panel, "Choose the log channel", guild.staff))
        await self._answer(guild.slash("admin", "watch start", mode="flag", channel=guild.general))
        await self._answer(guild.slash("admin", "watch start", mode="count", channel=self.hall))
        self.facts["log"] = Fact(guild.staff.id)
        self.facts[f"watch {guild.general.id}"] = Fact("flag")
        self.facts[f"watch {self.hall.id}"] = Fact("count")
        await self._choose("dave", wanted=True)
        await self.stand_in.quiet()
        for method, path in (
            ("DELETE", f"/channels/{guild.general.id}/messages/"),
            ("PATCH", f"/guilds/{guild.id}/members/"),
            ("POST", f"/channels/{guild.general.id}/messages"),
        ):
            self.stand_in.strike(method, path, self._act, times=LOGGED)

    def workers(self, counts: Counts) -> list[Callable[[], Coroutine[Any, Any, None]]]:
        """Return what people do at the same time, each for ever."""
        return [
            self._set_up,
            self._opt,
            self._watch,
            self._insult,
            self._insult_unread,
            self._judge,
            lambda: self._talk(counts),
        ]

    def cards(self) -> list[str]:
        """Return what the cards of cases say, oldest first."""
        said = (json.dumps(card.components, ensure_ascii=False) for card in self.guild.cards())
        return [card for card in said if "🚩" in card]

    def kept(self, name: str, found: object) -> bool:
        """Return whether what is found after a crash is what it may be; from now on it is that."""
        fact = self.facts[name]
        right = fact.may_be(found)
        fact.acknowledged(found)
        return right

    async def _act(self, request: web.Request, answer: Answer) -> web.StreamResponse:
        """Take a while, as Discord does: after it is done, or before, and then not for a bot that is gone."""
        self.acting.set()
        if self._random.random() < 0.5:
            response = await answer()
            await asyncio.sleep(EFFECT_S)
            return response
        await asyncio.sleep(EFFECT_S)
        gone = request.transport is None or request.transport.is_closing()
        return await (wire.answer_nobody() if gone else answer())

    async def _answer(self, interaction: Interaction) -> Message:
        await self.stand_in.until(lambda: self.guild.shown(interaction), LOST_PATIENCE_S)
        shown = self.guild.shown(interaction)
        assert shown is not None
        return shown

    async def _acknowledged(self, name: str, value: object, interaction: Interaction, words: str) -> None:
        """Wait until somebody is told that something is so, in these words."""
        fact = self.facts.setdefault(name, Fact())
        fact.tried.append(value)
        try:
            async with asyncio.timeout(PATIENCE_S):
                shown = await self._answer(interaction)
        except TimeoutError:
            return
        kind = name.partition(" ")[0]
        if words not in _said(shown):
            self.faults.append(f"{kind}: somebody was told something else than what they asked for")
            return
        fact.acknowledged(value)
        self._took_note(kind)

    def _took_note(self, kind: str) -> None:
        self.told[kind] += 1
        self.just_told.set()

    async def _set_up(self) -> None:
        """The admin changes settings, by turns with a command and in the panel."""
        shown = self.guild.slash("admin", "setup", channel=self.guild.staff)
        panel = await self._answer(self.guild.choose("admin", await self._answer(shown), "care"))
        if not self.facts["panel"].may_be(TURN_OFF in _said(panel)):
            self.faults.append("the panel shows another setting than what was acknowledged")
        while True:
            confidence = self._random.randint(1, 100)
            used = self.guild.slash("admin", "watch tune", confidence=confidence)
            await self._acknowledged("setting", confidence / 100, used, f"from {confidence}\u00a0%")
            wanted = TURN_ON in _said(panel)
            clicked = self.guild.click("admin", panel, TURN_ON if wanted else TURN_OFF)
            await self._acknowledged("panel", wanted, clicked, TURN_OFF if wanted else TURN_ON)

    async def _opt(self) -> None:
        """Members opt out and in again."""
        while True:
            for who in ("alice", "bob"):
                wanted = not self.facts.get(f"opt-out {self.guild.people[who].id}", Fact(False)).value
                await self._choose(who, wanted=wanted)

    async def _choose(self, who: str, *, wanted: bool) -> None:
        fact = f"opt-out {self.guild.people[who].id}"
        known = self.facts.setdefault(fact, Fact(False))
        shown = await self._answer(self.guild.slash(who, "privacy"))
        if not known.may_be(IS_OUT in _said(shown)):
            self.faults.append("somebody is shown another choice than what was acknowledged")
        clicked = self.guild.click(who, shown, "Opt out" if wanted else "Opt in")
        await self._acknowledged(fact, wanted, clicked, IS_OUT if wanted else IS_IN)

    async def _watch(self) -> None:
        """The admin watches channels, or watches them no more."""
        while True:
            place = self._random.choice(self._side)
            fact = f"watch {place.id}"
            mode = self._random.choice(["react", "flag", "count", None])
            if mode is None and self.facts.get(fact, Fact()).value is None:
                continue
            name, options = ("watch stop", {}) if mode is None else ("watch start", {"mode": mode})
            used = self.guild.slash("admin", name, channel=place, **options)
            words = "I no longer read" if mode is None else "I now read"
            await self._acknowledged(fact, mode, used, words)

    async def _insult(self) -> None:
        """Somebody insults others, in a channel that is watched for it."""
        while True:
            message = self.guild.write("carol", self._random.choice(INSULTS))
            self.insults.add(message.id)
            link = f"/{message.channel_id}/{message.id})"
            await self.stand_in.until(
                lambda link=link: any(link in card for card in self.cards()[-2:]), LOST_PATIENCE_S
            )
            self.carded.add(message.id)
            self._took_note("case")

    async def _insult_unread(self) -> None:
        """Somebody who has opted out writes there too."""
        while True:
            self.unread.add(self.guild.write("dave", self._random.choice(INSULTS)).id)
            await asyncio.sleep(0.5)

    async def _talk(self, counts: Counts) -> None:
        """People talk where only counts are kept."""
        for talker in cycle(self._talkers):
            self.guild.write(talker, "I love this, thank you", channel=self.hall)
            counts.wrote()
            await asyncio.sleep(0.1)

    async def _judge(self) -> None:
        """The moderator decides in cases."""
        moderator = self.guild.people["moderator"].id
        while True:
            shown = await self._answer(self.guild.slash("moderator", "cases list", state="open"))
            numbers = [int(found) for found in re.findall(r"#(\d+)", _said(shown))]
            if not numbers:
                await asyncio.sleep(0.1)
                continue
            number = self._random.choice(numbers)
            case = await self._answer(self.guild.slash("moderator", "cases show", case=number))
            labels = {str(each.get("label")) for each in walk_components(case.components)}
            offered = sorted(labels & set(ACTIONS))
            link = re.search(r"/channels/\d+/\d+/(\d+)\)", _said(case))
            if not offered or link is None:
                continue
            label = self._random.choice(offered)
            wanted = int(link[1]), ACTIONS[label]
            self.clicked[wanted] += 1
            before = _said(case)
            self.guild.click("moderator", case, label)
            try:
                await self.stand_in.until(lambda case=case, before=before: _said(case) != before, PATIENCE_S)
            except TimeoutError:
                continue
            if f"**{label}** by <@{moderator}> · " in _said(case):  # if it failed, that stands between
                self.done.add(wanted)
                self._took_note("action")


def _said(message: Message) -> str:
    """Return all that stands in a message of the bot."""
    embeds = json.dumps(message.embeds, ensure_ascii=False, default=str)
    return f"{message.content} {embeds} {json.dumps(message.components, ensure_ascii=False)}"
