"""The life of a case: a flagged message and what was done about it. Plain data, no Discord here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from ..rules import Group

APPEAL: Final = timedelta(days=14)
"""How long what was done may be appealed; then the case forgets whose message it was. A week more than the
longest time-out, during which nobody can use commands."""


class State(StrEnum):
    """Where a case stands."""

    OPEN = "open"
    DISMISSED = "dismissed"
    NOT_TOXIC = "not-toxic"
    ACTED = "acted"
    UNCLEAR = "unclear"  # the bot stopped in the middle of an action: somebody has to look
    APPEALED = "appealed"
    UPHELD = "upheld"
    REVERSED = "reversed"


class Action(StrEnum):
    """What may be done in a case."""

    DISMISS = "dismiss"
    NOT_TOXIC = "not-toxic"
    WARN = "warn"
    TIME_OUT = "time-out"
    DELETE = "delete"
    APPEAL = "appeal"
    UPHOLD = "uphold"
    REVERSE = "reverse"


class Outcome(StrEnum):
    """How an action ended; one that is under way has none."""

    DONE = "done"
    FAILED = "failed"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Step:
    """When an action may be taken, and where it leads.

    Attributes:
        before: The states in which it may be taken.
        after: The state that follows it.
    """

    before: frozenset[State]
    after: State


_UNDECIDED: Final = frozenset({State.OPEN, State.UNCLEAR})
_TO_BE_ACTED_ON: Final = _UNDECIDED | {State.ACTED}
_IN_APPEAL: Final = frozenset({State.APPEALED})

STEPS: Final[Mapping[Action, Step]] = {
    Action.DISMISS: Step(_UNDECIDED, State.DISMISSED),
    Action.NOT_TOXIC: Step(_UNDECIDED, State.NOT_TOXIC),
    Action.WARN: Step(_TO_BE_ACTED_ON, State.ACTED),
    Action.TIME_OUT: Step(_TO_BE_ACTED_ON, State.ACTED),
    Action.DELETE: Step(_TO_BE_ACTED_ON, State.ACTED),
    Action.APPEAL: Step(frozenset({State.ACTED, State.UNCLEAR}), State.APPEALED),
    Action.UPHOLD: Step(_IN_APPEAL, State.UPHELD),
    Action.REVERSE: Step(_IN_APPEAL, State.REVERSED),
}
"""Every action once a case: whoever comes second is told so."""

PUNISHING: Final = (Action.WARN, Action.TIME_OUT, Action.DELETE)
"""What is done to the author of a message, and may be appealed."""

AUTHOR_KNOWN: Final = frozenset({State.ACTED, State.UNCLEAR, State.APPEALED})
"""States in which a case knows whose message it was."""

CONFIRMED: Final = frozenset({State.ACTED, State.APPEALED, State.UPHELD})
REFUTED: Final = frozenset({State.DISMISSED, State.NOT_TOXIC, State.REVERSED})
"""States that say whether the flag was right."""


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """Something that was done in a case.

    Attributes:
        action: What.
        moderator_id: Who did it; None for Moodring itself, for an appeal, and for people who were forgotten.
        outcome: How it ended; None while it is under way.
        at: When.
    """

    action: Action
    moderator_id: int | None
    outcome: Outcome | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Case:
    """A flagged message.

    Attributes:
        id: Its number.
        guild_id: Where it was written.
        channel_id: Its channel.
        message_id: The message.
        card_channel_id: Where its card is; None before there is one.
        card_id: The message with its card.
        group: What it was flagged for.
        scores: How strongly it belonged to each group.
        would_act: Whether it reached the bar of acting without moderators.
        state: Where the case stands.
        pending: What somebody is doing at this moment.
        author_id: Whose message it was, only while that matters (`AUTHOR_KNOWN`).
        opened_at: When it was flagged.
        events: What was done, in order.
    """

    id: int
    guild_id: int
    channel_id: int
    message_id: int
    card_channel_id: int | None
    card_id: int | None
    group: Group
    scores: Mapping[Group, float]
    would_act: bool
    state: State
    pending: Action | None
    author_id: int | None
    opened_at: datetime
    events: tuple[CaseEvent, ...] = ()

    @property
    def score(self) -> float:
        """How strongly it belonged to the group that it was flagged for."""
        return self.scores[self.group]

    @property
    def done(self) -> frozenset[Action]:
        """What was done in it."""
        return frozenset(event.action for event in self.events if event.outcome is Outcome.DONE)

    @property
    def punished_by(self) -> frozenset[int]:
        """Who did something to the author; they do not decide about the appeal."""
        return frozenset(
            event.moderator_id
            for event in self.events
            if event.moderator_id is not None and event.action in PUNISHING and event.outcome is Outcome.DONE
        )

    def may(self, action: Action) -> bool:
        """Return whether an action may be taken now."""
        return self.pending is None and action not in self.done and self.state in STEPS[action].before
