"""Takes the README's picture anew: a message with a photo and the bot's real answer, in the simulated server.

Needs Chromium. Example: .venv-test/bin/python docs/picture.py
"""

import asyncio
import sys
from contextlib import aclosing
from pathlib import Path

from moodring.bot.classifier import open_classifier
from moodring.bot.local.page import Page
from moodring.bot.local.scenario import PICTURES
from moodring.bot.local.world import Channel, Person, open_world
from moodring.bot.settings import Settings
from moodring.model import Sample

ROOT = Path(__file__).parents[1]
OUT = ROOT / "docs" / "images" / "answer.png"
MESSAGE = "@moodring look at this sweet little face, I love her so much"
SHOWN = "[...document.querySelectorAll('.channel-message')].at(-1)?.innerText.includes('Sentiment')"
SIZE = (1000, 1100)
WIDTH = 550
MARGIN = 6
CONVERSATION = f"""(() => {{
    const boxes = [...document.querySelectorAll('.channel-message')].map(it => it.getBoundingClientRect());
    const top = boxes[0].y - {MARGIN};
    return {{x: boxes[0].x, y: top, width: {WIDTH}, height: boxes.at(-1).bottom + {MARGIN} - top}};
}})()"""

sys.path.append(str(ROOT / "tests" / "e2e"))


async def _take(program: str) -> bytes:
    """Have the message answered and return the conversation as a PNG file."""
    from chromium import browser_tab

    settings = Settings(_env_file=None, token=None)
    async with (
        aclosing(open_classifier(settings)) as classifier,
        open_world(classifier) as world,
        Page(world, port=0) as page,
        browser_tab(program) as tab,
    ):
        world.catch_up()
        photo = (PICTURES / "cat.jpg").read_bytes()
        await classifier.classify(Sample("Loads the model, which a running bot has done.", (photo,)))
        bob, channel = world.people[Person.BOB], world.channels[Channel.GENERAL]
        await bob.send(channel, MESSAGE, attachments=[("cat.jpg", photo)])
        await tab.resize(*SIZE)
        await tab.open(page.address)
        await tab.wait_for("window.simcordPreview?.ready")
        await tab.wait_for(SHOWN)
        await tab.click("#messages-toggle")
        await tab.wait_for("document.querySelector('.channel-message').getBoundingClientRect().x === 0")
        await tab.wait_for("document.getAnimations().length === 0")  # the toggle slides a panel away
        await tab.wait_for("[...document.images].every(each => each.complete)")
        return await tab.screenshot(await tab.evaluate(CONVERSATION))


def main() -> None:
    """Take the picture."""
    from chromium import find_browser

    program = find_browser()
    if program is None:
        sys.exit("no Chromium is installed (Debian: apt-get install chromium)")
    OUT.write_bytes(asyncio.run(_take(program)))


if __name__ == "__main__":
    main()
