"""Takes the docs' pictures anew: the real bot and weights in the simulated server, on a phone's width.

Needs Chromium. Example: .venv-test/bin/python docs/pictures.py
"""

import asyncio
import sys
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from moodring.bot import local
from moodring.bot.classifier import open_classifier
from moodring.bot.local.page import Page
from moodring.bot.local.past import invent_past
from moodring.bot.local.play import Play
from moodring.bot.local.scenario import PICTURES, Scenario
from moodring.bot.local.world import DISPLAY_NAMES, Channel, Person, open_world
from moodring.bot.services import Classifies
from moodring.bot.settings import Settings
from moodring.model import Sample

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
SCENARIOS = Path(local.__file__).parent / "scenarios"
WIDTH, HEIGHT = 460, 1600
MARGIN = 6
MONDAY = datetime(2026, 1, 19, 8, 15, tzinfo=UTC)
"""When it is in pictures of a mood, so that they come out the same every time."""

INSULT = "you are a pathetic stupid idiot and everyone hates you"

sys.path.append(str(ROOT / "tests" / "e2e"))


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the docs.

    Attributes:
        name: Its file, without the ending.
        steps: What happens before, as a scenario has it.
        channel: Where one looks.
        viewer: Who looks.
        messages: How many of the last messages there are shown.
        locales: In which language people's Discord is; English for who is not named.
        past: Whether channels have a past, which is invented. It is `MONDAY` then, otherwise now.
    """

    name: str
    steps: list[dict[str, Any]]
    channel: Channel = Channel.STAFF
    viewer: Person = Person.MODERATOR
    messages: int = 1
    locales: Mapping[Person, str] = field(default_factory=dict)
    past: bool = False


def _says(who: str, says: str, **more: Any) -> dict[str, Any]:
    return {"who": who, "channel": "general", "says": says, **more}


SET_UP: Final[list[dict[str, Any]]] = [
    {"as": "panel", "who": "admin", "channel": "staff", "runs": "/setup"},
    {"who": "admin", "chooses": "#staff", "from": "Choose the log channel", "on": "panel"},
    {"who": "admin", "chooses": "#general", "from": "Choose a channel to listen", "on": "panel"},
    {"who": "admin", "chooses": "Flag", "from": "What shall I do in", "on": "panel"},
]

PAST: Final = (
    "good morning, who is up for a round?",
    "me, after lunch",
    "that was a really stupid move",
    "I know, I was half asleep",
    "shut your filthy mouth you dumb bitch",
    "you play like trash today",
    "haha true, this game is crap anyway",
    "what the hell is wrong with you",
    "oh screw you",
    "stop being such a loser",
    INSULT,
    "what a moron, get lost",
    "thanks everyone, that was fun",
)

PICTURES_TO_TAKE: Final = (
    Picture(
        "answer",
        [_says("bob", "@moodring look at this sweet little face, I love her so much", images=["cat.jpg"])],
        channel=Channel.GENERAL,
        viewer=Person.ALICE,
        messages=2,
    ),
    Picture("panel", SET_UP, viewer=Person.ADMIN),
    Picture("card", [*SET_UP, _says("alice", INSULT)]),
    Picture(
        "show",
        [
            *SET_UP,
            _says("alice", INSULT, **{"as": "insult"}),
            {"who": "moderator", "clicks": "Show", "on": "insult"},
        ],
    ),
    Picture("distress", [*SET_UP, _says("alice", "my dad died yesterday and I can't stop crying")]),
    Picture(
        "appeal",
        [
            *SET_UP,
            _says("bob", INSULT, **{"as": "insult"}),
            {"who": "moderator", "clicks": "Delete", "on": "insult"},
            {"as": "form", "who": "bob", "channel": "general", "runs": "/appeal"},
            {
                "who": "bob",
                "writes": {"words": "I was quoting the film we all saw last night."},
                "on": "form",
            },
        ],
        messages=2,
    ),
    Picture(
        "backtest",
        [
            *SET_UP[:2],
            *(_says(("alice", "bob")[number % 2], line) for number, line in enumerate(6 * PAST)),
            {"who": "admin", "channel": "general", "runs": "/backtest", "with": {"days": 1}},
        ],
        viewer=Person.ADMIN,
    ),
    Picture(
        "mood",
        [{"who": "alice", "channel": "general", "runs": "/mood"}],
        channel=Channel.GENERAL,
        viewer=Person.ALICE,
        past=True,
    ),
    Picture(
        "digest",
        [
            SET_UP[0],
            {
                "who": "admin",
                "chooses": "#general",
                "from": "Choose a channel for the weekly digest",
                "on": "panel",
            },
            {"waits": 3600},
        ],
        channel=Channel.GENERAL,
        viewer=Person.ALICE,
        past=True,
    ),
    Picture(
        "panel-de",
        [
            SET_UP[0],
            {"who": "admin", "chooses": "Lesen und Antworten", "from": "Andere Seite", "on": "panel"},
        ],
        viewer=Person.ADMIN,
        locales={Person.ADMIN: "de"},
    ),
    Picture(
        "privacy",
        [{"who": "alice", "channel": "general", "runs": "/privacy"}],
        channel=Channel.GENERAL,
        viewer=Person.ALICE,
    ),
    Picture(
        "heat",
        [
            *SET_UP[:3],
            {"who": "admin", "chooses": [], "from": "What shall I do in", "on": "panel"},
            _says("alice", "did you see the match last night?"),
            _says("bob", "yes, what a game"),
            _says("alice", "I don't think the referee was fair at all"),
            _says("bob", "oh come on, you always say that when you lose"),
            _says("alice", "that's so annoying, you never listen to anyone"),
            _says("bob", "you're being ridiculous, stop whining all the time"),
            _says("alice", "I'm sick of you, shut up already"),
        ],
    ),
)


async def _take(program: str, picture: Picture, classifier: Classifies) -> bytes:
    """Let a picture's steps happen and return what one sees as a PNG file."""
    from chromium import browser_tab

    scenario = Scenario.model_validate({"title": picture.name, "step": picture.steps})
    async with (
        open_world(classifier) as world,
        Page(world, port=0) as page,
        browser_tab(program) as tab,
    ):
        for person, locale in picture.locales.items():
            world.speak(person, locale)
        if picture.past:
            world.env.backend.advance_clock((MONDAY - world.env.now()).total_seconds())
            await invent_past(world)
        else:
            world.catch_up()
        play = Play(world, SCENARIOS)
        for step in scenario.steps:
            await play.do(step)
        await tab.resize(WIDTH, HEIGHT)
        await tab.open(f"{page.address}{picture.channel}")
        await tab.wait_for("window.simcordPreview?.ready")
        await tab.wait_for(_chosen(DISPLAY_NAMES[picture.viewer]))
        await tab.wait_for(_ready(picture.messages))
        await tab.wait_for("[...document.images].every(each => each.complete && each.naturalWidth > 0)")
        await tab.wait_for("document.getAnimations().length === 0")
        return await tab.screenshot(await tab.evaluate(_clip(picture.messages)))


def _chosen(name: str) -> str:
    """Return a script that looks through somebody's eyes, and is true once it does."""
    return f"""(() => {{
        const menu = [...document.querySelectorAll('select')]
            .find(each => [...each.options].some(option => option.textContent.includes({name!r})));
        const option = menu && [...menu.options].find(option => option.textContent.includes({name!r}));
        if (!option) return false;
        if (menu.value === option.value) return true;
        menu.value = option.value;
        menu.dispatchEvent(new Event('change', {{bubbles: true}}));
        return false;
    }})()"""


def _clip(messages: int) -> str:
    """Return a script that finds where the last messages are."""
    return f"""(() => {{
        const shown = [...document.querySelectorAll('.channel-message')].slice(-{messages});
        const boxes = shown.map(each => each.getBoundingClientRect());
        const top = boxes[0].y - {MARGIN};
        return {{x: boxes[0].x, y: top, width: boxes[0].width, height: boxes.at(-1).bottom + {MARGIN} - top}};
    }})()"""


def _ready(messages: int) -> str:
    """Return a script that is true once the last messages stand still."""
    return f"""(() => {{
        const shown = [...document.querySelectorAll('.channel-message')].slice(-{messages});
        return shown.length === {messages} && shown.every(each => each.getBoundingClientRect().height > 20);
    }})()"""


async def _take_all(program: str, wanted: list[str]) -> None:
    settings = Settings(_env_file=None, token=None)
    async with aclosing(open_classifier(settings)) as classifier:
        photo = (PICTURES / "cat.jpg").read_bytes()
        await classifier.classify(Sample("Loads the model, which a running bot has done.", (photo,)))
        for picture in PICTURES_TO_TAKE:
            if not wanted or picture.name in wanted:
                (IMAGES / f"{picture.name}.png").write_bytes(await _take(program, picture, classifier))


def main() -> None:
    """Take the pictures that are named on the command line, or all."""
    from chromium import find_browser

    program = find_browser()
    if program is None:
        sys.exit("no Chromium is installed (Debian: apt-get install chromium)")
    asyncio.run(_take_all(program, sys.argv[1:]))


if __name__ == "__main__":
    main()
