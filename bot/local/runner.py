"""``python -m bot simulate FILE``: plays a scenario and says what did not go as it must."""

import sys
from contextlib import aclosing
from pathlib import Path
from typing import Final

from ..classifier import open_classifier
from ..settings import Settings
from .page import Page, PageError, announce, require_page, run_until_stopped
from .play import play
from .scenario import ScenarioError, load_scenario
from .world import open_world

NOT_AS_EXPECTED: Final = 1
"""Exit code where the bot did something else than the scenario says."""

UNUSABLE: Final = 2
"""Exit code where the scenario cannot be played."""

STOPPED: Final = 130
"""Exit code where Ctrl-C came first, as shells have it."""


def simulate(path: Path, settings: Settings, *, page: bool = False) -> int:
    """Play a scenario in the simulated server and print what happens.

    Args:
        path: The scenario.
        settings: For the model and the page.
        page: Whether the server is then shown in the browser, until Ctrl-C.

    Returns:
        The exit code: 0 if everything went as it must.

    Raises:
        WeightsError: The weights are missing or damaged.
    """
    failed: int | None = None

    async def run() -> None:
        nonlocal failed
        scenario = load_scenario(path)
        async with (
            aclosing(open_classifier(settings)) as classifier,
            open_world(classifier, message_content=scenario.message_content) as world,
        ):
            failed = await play(scenario, world, path.parent, print_line)
            if page:
                async with Page(world, settings.page_port) as shown:
                    announce(shown.address)
                    await shown.run()

    try:
        if page:
            require_page()
        run_until_stopped(run())
    except ScenarioError as error:
        sys.stderr.write(f"moodring: {path}: {error}\n")
        return UNUSABLE
    except PageError as error:
        sys.stderr.write(f"moodring: {error}\n")
        return UNUSABLE
    if failed is None:
        return STOPPED
    return NOT_AS_EXPECTED if failed else 0


def print_line(line: str) -> None:
    """Write a line of the report at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
