"""After a whole session nothing of what people wrote or showed is left on disk, in logs or in memory."""

import gc
import io
import logging
import tempfile
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from moodring.bot.classifier import Classifier
from moodring.bot.local.play import Play
from moodring.bot.local.scenario import Scenario
from moodring.bot.local.world import World, open_world
from moodring.bot.logs import JsonFormatter
from moodring.bot.moderation.cases import Action

MARK = "zebraquartz"
COLOUR = bytes((201, 37, 118))
SECRETS = (MARK.encode(), MARK.encode("utf-16-le"), 64 * COLOUR)

HOLDERS = {"moodring", "builtins", "collections", "numpy"}
"""The packages whose objects may hold what was read."""

CODE = (type, types.ModuleType, types.FunctionType, types.BuiltinFunctionType)

INSULT = f"you are a pathetic stupid idiot and everyone hates you, {MARK}"
SESSION: list[dict[str, Any]] = [
    {"as": "panel", "who": "admin", "channel": "staff", "runs": "/setup"},
    {"who": "admin", "chooses": "#staff", "from": "Choose the log channel", "on": "panel"},
    {"who": "admin", "channel": "general", "runs": "/watch start", "with": {"mode": "flag"}},
    {"who": "alice", "channel": "general", "says": f"good morning, {MARK}"},
    {"as": "insult", "who": "bob", "channel": "general", "says": INSULT, "images": ["secret.png"]},
    {"who": "moderator", "clicks": "Show", "on": "insult"},
    {"who": "moderator", "clicks": "Delete", "on": "insult"},
    {"as": "form", "who": "bob", "channel": "general", "runs": "/appeal"},
    {"who": "bob", "writes": {"words": f"I was quoting, {MARK}"}, "on": "form"},
    {"who": "alice", "channel": "general", "says": f"I want to die, {MARK}"},
    {"as": "asked", "who": "alice", "channel": "pictures", "says": f"@moodring so happy, {MARK}"},
    {"who": "alice", "clicks": "Why?", "on": "asked"},
    {
        "who": "alice",
        "channel": "pictures",
        "runs": "/analyze",
        "with": {"text": f"thank you, {MARK}", "image": "secret.png"},
    },
    {"who": "bob", "menu": "Analyze", "on": "asked"},
    {"who": "alice", "edits": "asked", "to": f"@moodring so sad, {MARK}"},
    {"who": "bob", "channel": "general", "runs": "/mood"},
    {"who": "admin", "channel": "general", "runs": "/backtest", "with": {"days": 1}},
    {"as": "choice", "who": "alice", "channel": "general", "runs": "/privacy"},
    {"who": "alice", "clicks": "My data", "on": "choice"},
    {"who": "alice", "clicks": "Opt out", "on": "choice"},
]


def marked_picture() -> bytes:
    """A picture whose pixels, metadata and file can all be recognised."""
    file, words = io.BytesIO(), PngImagePlugin.PngInfo()
    words.add_text("Comment", MARK)
    Image.frombytes("RGB", (64, 64), 64 * 64 * COLOUR).save(file, "PNG", pnginfo=words)
    return file.getvalue()


def reachable(roots: list[object]) -> Iterator[object]:
    """Everything that the bot's own parts hold on to; what Discord's client and server hold is not theirs."""
    seen: set[int] = set()
    waiting = [*roots]
    while waiting:
        found = waiting.pop()
        package = type(found).__module__.partition(".")[0]
        if id(found) in seen or package not in HOLDERS or isinstance(found, CODE):
            continue
        seen.add(id(found))
        yield found
        waiting += gc.get_referents(found)


def holds_secret(found: object) -> bool:
    if isinstance(found, str):
        return MARK in found
    if isinstance(found, bytes | bytearray):
        return any(secret in found for secret in SECRETS)
    return isinstance(found, np.ndarray) and holds_secret(found.tobytes())


def kept_in_memory(world: World) -> list[object]:
    roots = [world.bot.services, *(vars(cog) for cog in world.bot.cogs.values())]  # type: ignore[attr-defined]
    return [found for found in reachable(roots) if holds_secret(found)]


@pytest.mark.asyncio
async def test_nothing_of_what_people_wrote_or_showed_is_left(
    classifier: Classifier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    given, written = tmp_path / "given", tmp_path / "written"
    given.mkdir()
    written.mkdir()
    (given / "secret.png").write_bytes(marked_picture())
    monkeypatch.setattr(tempfile, "tempdir", str(written))
    monkeypatch.chdir(written)
    logs = io.StringIO()
    handler = logging.StreamHandler(logs)
    handler.setFormatter(JsonFormatter())
    monkeypatch.setattr(logging.getLogger(), "handlers", [handler])
    caplog.set_level(logging.DEBUG, "moodring")  # not the attribute: loggers remember what they may say

    async with open_world(classifier) as world:
        play = Play(world, given)
        scenario = Scenario.model_validate({"title": "A session", "step": SESSION})
        for step in scenario.steps[:-1]:
            await play.do(step)
        assert kept_in_memory(world)  # for a quarter of an hour, so that somebody may ask why
        await play.do(scenario.steps[-1])
        [case] = await world.bot.services.store.cases.find(world.guild.id)  # type: ignore[attr-defined]
        assert [event.action for event in case.events] == [Action.DELETE, Action.APPEAL]
        files = [path for path in written.rglob("*") if path.is_file()]
        assert any(path.suffix == ".sqlite3" for path in files)
        for path in files:
            assert not any(secret in path.read_bytes() for secret in SECRETS), path.name
        assert kept_in_memory(world) == []
    assert "flagged" in logs.getvalue()
    assert MARK not in logs.getvalue()
    assert list(written.iterdir()) == []
