"""A case that never was."""

from datetime import UTC, datetime
from typing import Any

from moodring.bot.moderation.cases import Action, Case, CaseEvent, Outcome, State
from moodring.bot.rules import Group

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def case(*events: CaseEvent, **changes: Any) -> Case:
    """Case 7, an open one about toxicity, with what was done in it."""
    values: dict[str, Any] = {
        "id": 7,
        "guild_id": 1,
        "channel_id": 2,
        "message_id": 3,
        "card_channel_id": 4,
        "card_id": 5,
        "group": Group.TOXICITY,
        "scores": {Group.TOXICITY: 0.97, Group.ANGER: 0.3, Group.DISTRESS: 0.04},
        "would_act": True,
        "state": State.OPEN,
        "pending": None,
        "author_id": None,
        "opened_at": NOON,
    }
    return Case(**values | changes, events=events)


def event(action: Action, outcome: Outcome | None = Outcome.DONE, moderator_id: int | None = 42) -> CaseEvent:
    return CaseEvent(action, moderator_id, outcome, NOON)
