"""Conversations assembled of dev texts, quarrels and much that only looks like them, for `heat.py`.

Kinds of talk, each a recipe of who writes, how fast, and from which pool the next text is drawn. Pools are
made by the texts' human labels, never by what the model says of them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np

from moodring.model.data.record import Record
from moodring.model.labels import EMOTIONS, SENTIMENT_GROUPS

START: Final = datetime(2026, 1, 1, tzinfo=UTC)

FELT, JUDGED = ("goemotions", "chat"), ("convabuse", "davidson", "hatemoji", "surge_toxicity", "toxic_spans")
"""Sets with emotions, and sets with nothing but people's verdict on toxicity."""
ADDRESSED: Final = re.compile(r"\b(you|your|yours|yourself|you're|youre|u|ur|ya)\b", re.IGNORECASE)
RUDE: Final = re.compile(
    r"\b(fuck\w*|shit\w*|damn|ass|bitch\w*|hell|bastard\w*|crap|dick\w*)\b", re.IGNORECASE
)
LONGEST: Final = 30
"""Words of an abusive text; longer ones are comments under articles, not lines of a quarrel."""
NEGATIVE: Final = frozenset(SENTIMENT_GROUPS["negative"])
HOSTILE: Final = frozenset({"anger", "annoyance", "disgust"})
POOLS: Final[Mapping[str, tuple[frozenset[str], frozenset[str]]]] = {
    "ordinary": (frozenset(EMOTIONS), NEGATIVE),
    "excited": (frozenset({"excitement", "joy", "surprise", "admiration", "amusement"}), NEGATIVE),
    "comfort": (frozenset({"caring", "love", "optimism", "gratitude"}), NEGATIVE),
    "fun": (frozenset({"amusement", "joy", "love", "excitement"}), NEGATIVE),
    "sad": (frozenset({"sadness", "grief", "remorse", "fear", "disappointment"}), HOSTILE | {"disapproval"}),
    "disagreement": (frozenset({"disapproval"}), HOSTILE),
    "annoyance": (frozenset({"annoyance"}), frozenset({"anger"})),
    "anger": (frozenset({"anger"}), frozenset()),
    "complaint": (HOSTILE | {"disappointment"}, frozenset()),
}
"""Of what was not judged toxic: any of the first emotions and none of the second."""


def pools_of(name: str, record: Record) -> Iterator[str]:
    """Yield the pools that a text of a set belongs to, by the labels that people gave it."""
    emotions = record.emotions or frozenset()
    addressed = ADDRESSED.search(record.text) is not None
    if (record.toxicity or 0) >= 0.5:
        if addressed and len(record.text.split()) <= LONGEST:
            yield "abuse"
    elif name in JUDGED:
        if name != "convabuse" or record.toxicity:  # of what people say to bots, what a few judged abusive
            yield "rude"
    else:
        yield from (
            pool for pool, (any_of, none_of) in POOLS.items() if emotions & any_of and not emotions & none_of
        )
        if emotions & POOLS["complaint"][0] and not addressed:
            yield "venting"
        if not emotions & NEGATIVE and RUDE.search(record.text):
            yield "rude"


Mix = tuple[tuple[str, float], ...]
"""Pools, and how often a text comes from each."""
TALK: Final[Mix] = (("talk", 1),)
FEW: Final[Mix] = (("complaint", 1 / 3), ("disagreement", 1 / 3), ("sad", 1 / 3))
"""What the negative messages within ordinary talk are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of conversation, with ordinary talk before and after; of two numbers each draws one between."""

    share: float  # of all conversations
    length: tuple[int, int] = (20, 60)  # messages
    mixes: tuple[Mix, ...] = (TALK,)  # pools of its texts, one mix after the other
    between: tuple[int, int] = (0, 0)  # people whose conversation it is; 0: everybody's
    asides: tuple[float, float] = (0.1, 0.35)  # how often others write meanwhile
    people: tuple[int, int] = (3, 8)
    gaps: tuple[float, float] = (5, 90)  # median seconds between messages
    haste: tuple[float, float] = (0.5, 1.5)  # by what gaps have been multiplied in the end
    negative: tuple[float, float] = (0, 0.1)  # share of negative messages in its talk


ALIKE: Final = Kind(share=0, people=(2, 8), gaps=(3, 90), haste=(1, 1))
"""Whose turns and pace all kinds get where these shall say nothing."""
SPAT: Final = (10, 30)
QUARREL: Final = (
    (("disagreement", 0.6), ("ordinary", 0.4)),
    (("annoyance", 0.6), ("disagreement", 0.2), ("ordinary", 0.2)),
    (("anger", 0.5), ("annoyance", 0.3), ("ordinary", 0.2)),
    (("abuse", 0.5), ("anger", 0.35), ("ordinary", 0.15)),
)
CIVIL: Final = (("disagreement", 0.5), ("ordinary", 0.4), ("annoyance", 0.1))
EXCITED: Final = (("excited", 0.9), ("talk", 0.1))
VENT: Final = (("venting", 0.85), ("ordinary", 0.15))
SAD: Final = (("sad", 0.45), ("comfort", 0.3), ("talk", 0.25))
BANTER: Final = (("rude", 0.4), ("fun", 0.5), ("talk", 0.1))
KINDS: Final[Mapping[str, Kind]] = {
    "quarrel": Kind(share=0.25, length=SPAT, mixes=QUARREL, between=(2, 3), haste=(0.2, 1)),
    "ordinary": Kind(share=0.2, gaps=(3, 90), negative=(0.05, 0.2)),
    "outburst": Kind(share=0.05, gaps=(3, 90)),  # one abusive message that nobody answers
    "excited": Kind(share=0.1, mixes=(EXCITED,), gaps=(3, 40), haste=(0.1, 0.6)),
    "venting": Kind(
        share=0.12, length=SPAT, mixes=(VENT,), between=(1, 1), asides=(0.2, 0.6), haste=(0.3, 1)
    ),
    "sad": Kind(share=0.1, mixes=(SAD,), gaps=(15, 180)),
    "dialogue": Kind(share=0.06, between=(2, 2), asides=(0, 0.1), people=(2, 2), gaps=(5, 120)),
    "banter": Kind(share=0.06, mixes=(BANTER,), gaps=(3, 40), haste=(0.3, 1)),
    "disagreement": Kind(
        share=0.06, length=SPAT, mixes=(CIVIL,), between=(2, 3), gaps=(5, 60), haste=(0.5, 1)
    ),
}


Pools = Mapping[str, Sequence[int]]
"""Indices of texts by pool."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """An assembled conversation; lists hold one item a message."""

    kind: str
    texts: list[int]  # their indices
    authors: list[int]
    times: list[datetime]
    onset: int  # where what makes the kind begins
    end: int  # behind its last message
    abuse: int  # the first abusive message of a quarrel, else `end`


class Assembler:
    """Assembles conversations of a bootstrap of the texts; all is drawn by one seed."""

    def __init__(self, pools: Pools, seed: int, *, telling: bool) -> None:
        self.random = np.random.default_rng([seed, telling])
        self.telling = telling
        self.pools = {name: self.random.choice(texts, len(texts)) for name, texts in sorted(pools.items())}

    def assemble(self, count: int) -> list[Conversation]:
        """Return conversations of all kinds in their shares."""
        shares = [kind.share for kind in KINDS.values()]
        return [self._conversation(str(name)) for name in self.random.choice(list(KINDS), count, p=shares)]

    def _conversation(self, name: str) -> Conversation:
        kind = KINDS[name]
        onset, length, after = self._whole(10, 50), self._whole(*kind.length), self._whole(10, 30)
        end, people = onset + length, self._whole(*kind.people)
        plan = [(TALK, None)] * onset + list(self._body(kind, length, people)) + [(TALK, None)] * after
        negative = self.random.uniform(*kind.negative)
        pools = [self._pool(mix, negative) for mix, _ in plan]
        if name == "outburst":
            pools[self._whole(onset, end - 1)] = "abuse"
        if name == "quarrel" and "abuse" not in pools:
            pools[end - 1] = "abuse"
        abuse = pools.index("abuse") if name == "quarrel" else end
        texts = [int(self.pools[pool][self._whole(0, len(self.pools[pool]) - 1)]) for pool in pools]
        given = [author for _, author in plan] if self.telling else [None] * len(plan)
        authors = self._authors(people if self.telling else self._whole(*ALIKE.people), given)
        pace = kind if self.telling else ALIKE
        gaps = np.full(len(plan), np.exp(self.random.uniform(*np.log(pace.gaps))))
        gaps[onset:end] *= np.linspace(1, self.random.uniform(*pace.haste), length)
        seconds = np.cumsum(gaps * self.random.lognormal(0, 0.8, len(plan)))
        times = [START + timedelta(seconds=second) for second in seconds.tolist()]
        return Conversation(name, texts, authors, times, onset, end, abuse)

    def _body(self, kind: Kind, length: int, people: int) -> Iterator[tuple[Mix, int | None]]:
        """Yield for each message of what makes the kind a mix of pools, and its author if it is given."""
        cast = self.random.permutation(people).tolist()
        between, turn = self._whole(*kind.between), 0
        asides, insists = self.random.uniform(*kind.asides), self.random.uniform(0.1, 0.5)
        for place in range(length):
            if between and self.random.random() < asides:
                others = cast[between:]
                yield TALK, others[self._whole(0, len(others) - 1)] if others else None
                continue
            if between > 1 and self.random.random() >= insists:
                turn = (turn + self._whole(1, between - 1)) % between
            yield kind.mixes[place * len(kind.mixes) // length], cast[turn] if between else None

    def _authors(self, people: int, given: Sequence[int | None]) -> list[int]:
        """Return who writes: who is given, else the last author again, or anybody, some more than others."""
        often = np.cumsum(self.random.dirichlet(np.ones(people)))[:-1]
        again = self.random.uniform(0.1, 0.4)
        authors: list[int] = []
        for author in given:
            if author is not None:
                authors.append(author)
            elif authors and self.random.random() < again:
                authors.append(authors[-1])
            else:
                authors.append(int(np.searchsorted(often, self.random.random())))
        return authors

    def _pool(self, mix: Mix, negative: float) -> str:
        left = self.random.random()
        pool = next((pool for pool, share in mix if (left := left - share) < 0), mix[-1][0])
        if pool == "talk":
            return self._pool(FEW, 0) if self.random.random() < negative else "ordinary"
        return pool

    def _whole(self, least: int, most: int) -> int:
        return least + int(self.random.random() * (most - least + 1))
