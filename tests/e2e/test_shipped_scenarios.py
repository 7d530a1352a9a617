"""The shipped scenarios, played with the real model by the runner that `simulate` uses."""

from pathlib import Path

import pytest

from moodring.bot import local
from moodring.bot.local.play import play
from moodring.bot.local.scenario import load_scenario
from moodring.bot.local.world import open_world
from moodring.bot.services import Classifies

SCENARIOS = sorted((Path(local.__file__).parent / "scenarios").glob("*.toml"))


@pytest.mark.asyncio
@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
async def test_a_shipped_scenario_goes_as_it_says(path: Path, classifier: Classifies) -> None:
    scenario = load_scenario(path)
    report: list[str] = []
    async with open_world(classifier, message_content=scenario.message_content) as world:
        failed = await play(scenario, world, path.parent, report.append)
    assert not failed, "\n".join(report)
