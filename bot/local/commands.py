"""What the command line does with the simulated server: show it, or play a scenario in it."""

import contextlib
import logging
import signal
import sys
from pathlib import Path
from typing import Final

from ..classifier import open_classifier
from ..interrupts import run_until_stopped
from ..settings import Settings

NOT_AS_EXPECTED: Final = 1
"""Exit code where the bot did something else than the scenario says."""

UNUSABLE: Final = 2
"""Exit code where the scenario cannot be played or the page cannot be shown."""

STOPPED: Final = 130
"""Exit code where Ctrl-C came before the end, as shells have it."""

_STOP: Final = (signal.SIGINT, signal.SIGTERM)
"""The usual ways to end it, and so no error."""


def serve(settings: Settings) -> int:
    """Show the simulated server as a page until Ctrl-C or SIGTERM.

    Returns:
        The exit code.

    Raises:
        WeightsError: The weights are missing or damaged.
    """
    _quieten(settings)
    from .page import Page, PageError, furnish, require_page
    from .past import invent_past
    from .play import play
    from .scenario import WELCOME, WELCOME_FLAG, load_scenario
    from .world import open_world

    async def run() -> None:
        async with (
            contextlib.aclosing(open_classifier(settings)) as classifier,
            open_world(classifier) as world,
            Page(world, settings.page_port) as page,
        ):
            world.catch_up()
            await invent_past(world)
            await play(load_scenario(WELCOME), world, WELCOME.parent, lambda _: None)
            await furnish(world, page.address)
            await play(load_scenario(WELCOME_FLAG), world, WELCOME_FLAG.parent, lambda _: None)
            _announce(page.address)
            await page.run()

    try:
        require_page()
        with contextlib.suppress(KeyboardInterrupt):
            run_until_stopped(run(), _STOP)
    except PageError as error:
        return _complain(str(error))
    return 0


def simulate(path: Path, settings: Settings, *, page: bool = False) -> int:
    """Play a scenario in the simulated server and print what happens.

    Args:
        path: The scenario.
        settings: For the model and the page.
        page: Whether the server is then shown as a page, until Ctrl-C.

    Returns:
        The exit code: 0 if everything went as it must.

    Raises:
        WeightsError: The weights are missing or damaged.
    """
    _quieten(settings)
    from .page import Page, PageError, require_page
    from .play import play
    from .scenario import ScenarioError, load_scenario
    from .world import open_world

    failed: int | None = None

    async def run() -> None:
        nonlocal failed
        scenario = load_scenario(path)
        async with (
            contextlib.aclosing(open_classifier(settings)) as classifier,
            open_world(classifier, message_content=scenario.message_content) as world,
        ):
            failed = await play(scenario, world, path.parent, _print)
            if page:
                async with Page(world, settings.page_port) as shown:
                    _announce(shown.address)
                    await shown.run()

    try:
        if page:
            require_page()
        with contextlib.suppress(KeyboardInterrupt):
            run_until_stopped(run(), _STOP)
    except ScenarioError as error:
        return _complain(f"{path}: {error}")
    except PageError as error:
        return _complain(str(error))
    if failed is None:
        return STOPPED
    return NOT_AS_EXPECTED if failed else 0


def _quieten(settings: Settings) -> None:
    """Keep the terminal for what people look for, unless they asked for a log level.

    Call it before simcord is imported: it tries discord.py out with a client that logs warnings.
    """
    if "log_level" not in settings.model_fields_set:
        logging.getLogger().setLevel(logging.ERROR)
        logging.getLogger("moodring").setLevel(logging.WARNING)


def _announce(address: str) -> None:
    """Tell where the page is, and how to go on to a real server."""
    _print(f"Simulated server: open {address} in a browser (Ctrl-C ends it)")
    _print("Real server: set MOODRING_TOKEN to your bot's token and start again (see README.md)")


def _print(line: str) -> None:
    """Write a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _complain(fault: str) -> int:
    sys.stderr.write(f"moodring: {fault}\n")
    return UNUSABLE
