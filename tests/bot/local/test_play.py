"""Playing a scenario: what is compared, and how it is reported."""

import re
from pathlib import Path

import pytest

from moodring.bot.cogs.privacy import Privacy
from moodring.bot.local.play import play
from moodring.bot.local.scenario import Scenario, ScenarioError
from moodring.bot.local.world import World, open_world
from moodring.model import Prediction, Sample

pytestmark = pytest.mark.asyncio


async def report(world: World, *steps: dict[str, object]) -> list[str]:
    """Play steps and return the report, without title and sum."""
    scenario = Scenario.model_validate({"title": "A talk", "step": list(steps)})
    lines: list[str] = []
    failed = await play(scenario, world, Path(), lines.append)
    title, *told, total = lines
    assert title == "A talk"
    assert total == f"{len(steps) - failed} of {len(steps)} steps as expected"
    return told


def says(text: str, **more: object) -> dict[str, object]:
    return {"who": "bob", "channel": "general", "says": text, **more}


async def test_what_is_as_expected_is_ticked_off(world: World) -> None:
    expect = {"emotion": "joy", "confidence": [0.7, 0.8], "sure": True, "private": False, "says": "Joy"}
    assert await report(world, says("@moodring joy", expect=expect)) == [
        "  1 bob in #general: @moodring joy",
        "      ✓ emotion joy",
        "      ✓ confidence 70% to 80%",
        "      ✓ sure",
        "      ✓ for everyone",
        "      ✓ it says 'Joy'",
    ]


@pytest.mark.parametrize(
    ("expect", "expected", "seen"),
    [
        ({"emotion": ["grief", "anger"]}, "emotion grief or anger", "joy"),
        ({"sentiment": "positive"}, "sentiment positive", "neutral"),
        ({"confidence": [0.9, 1.0]}, "confidence 90% to 100%", "75%"),
        ({"sure": False}, "not sure", "😊 Joy / "),
        ({"private": True}, "for one person only", "😊 Joy / "),
        ({"says": ["joy", "sorrow"]}, "it says 'sorrow'", "😊 Joy / "),
        ({"silence": True}, "silence", "😊 Joy / "),
        ({"reacts": True}, "a reaction", "no reaction"),
        ({"hidden": True}, "Discord does not offer this", "😊 Joy / "),
    ],
)
async def test_what_is_not_as_expected_is_shown_beside_what_was_seen(
    world: World, expect: dict[str, object], expected: str, seen: str
) -> None:
    lines = await report(world, says("@moodring joy", expect=expect))
    assert f"      ✗ expected: {expected}" in lines
    assert lines[-1].startswith(f"        seen:     {seen}")


async def test_no_answer_where_one_is_expected_is_said_so(world: World) -> None:
    lines = await report(world, says("joy", expect={"emotion": "joy"}))
    assert lines[-2:] == ["      ✗ expected: emotion joy", "        seen:     no answer"]


async def test_an_answer_that_does_not_follow_its_message_is_noticed(world: World) -> None:
    asked = says("@moodring joy", **{"as": "asked"})
    lines = await report(world, asked, says("hello", expect={"edited": "asked", "removed": "asked"}))
    assert lines[-4:] == [
        "      ✗ expected: the answer to 'asked' changes",
        "        seen:     nothing",
        "      ✗ expected: the answer to 'asked' goes",
        "        seen:     it stays",
    ]


async def test_a_step_that_nobody_could_do_fails_with_its_reason(world: World) -> None:
    lines = await report(
        world,
        says("joy", **{"as": "word"}),
        {"who": "alice", "edits": "word", "to": "anger"},
        {"who": "alice", "clicks": "Opt out", "on": "word"},
        {"who": "alice", "channel": "staff", "runs": "/analyze", "with": {"text": "joy"}},
        {"who": "alice", "channel": "general", "runs": "/analyze", "with": {"words": "joy"}},
    )
    reasons = [line.removeprefix("        seen:     ") for line in lines if "seen:" in line]
    assert reasons == [
        "Users can only edit their own messages",
        "the bot has no answer to 'word'",
        "Discord offers no /analyze to alice in #staff",
        "Command 'analyze' has no option 'words'",
    ]


class Faulty:
    """A classifier with a bug."""

    async def classify(self, sample: Sample) -> Prediction:
        raise ZeroDivisionError("a bug")


async def test_a_fault_in_the_bot_fails_the_step() -> None:
    async with open_world(Faulty()) as world:
        lines = await report(world, says("@moodring joy"))
    assert lines[-2:] == [
        "      ✗ expected: no fault in the bot",
        "        seen:     ZeroDivisionError('a bug')",
    ]


async def test_a_fault_behind_a_button_fails_the_step_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(Privacy, "pressed", fail)
    shown = {"as": "shown", "who": "alice", "channel": "general", "runs": "/privacy"}
    lines = await report(world, shown, {"who": "alice", "clicks": "My data", "on": "shown"})
    assert [line for line in lines if "✗" in line or "seen:" in line] == [
        "      ✗ expected: no fault in the bot",
        "        seen:     ZeroDivisionError('a bug')",
    ]


@pytest.mark.parametrize(
    ("options", "told"),
    [({"image": "dog.jpg"}, "no picture 'dog.jpg'"), ({"text": "joy", "image2": "x"}, "no picture 'x'")],
)
async def test_a_picture_that_is_nowhere_ends_the_play(
    world: World, options: dict[str, object], told: str
) -> None:
    step = {"who": "alice", "channel": "general", "runs": "/analyze", "with": options}
    with pytest.raises(ScenarioError, match=re.escape(f"step 2: {told}")):
        await report(world, says("hello"), step)


async def test_a_channel_that_is_nowhere_ends_the_play(world: World) -> None:
    step = {"who": "admin", "channel": "general", "runs": "/watch start", "with": {"channel": "attic"}}
    with pytest.raises(ScenarioError, match="step 1: 'attic' is none of general, pictures, news, staff"):
        await report(world, step)


async def test_a_step_that_speaks_of_one_that_failed_fails_too(world: World) -> None:
    lines = await report(
        world,
        {"who": "alice", "channel": "staff", "says": "joy", "as": "secret"},
        {"who": "bob", "menu": "Analyze", "on": "secret"},
        says("hello", expect={"removed": "secret"}),
    )
    assert lines[-5:] == [
        "      ✗ expected: the step is possible",
        "        seen:     the bot has no answer to 'secret'",
        "  3 bob in #general: hello",
        "      ✗ expected: the answer to 'secret' goes",
        "        seen:     there was none",
    ]
