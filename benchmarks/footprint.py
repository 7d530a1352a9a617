"""What the bot takes: the environment on disk, and its memory in all processes after many answers.

The real bot runs in the simulated server with the shipped weights; every fifth message carries a picture,
so the decoding processes are there too. The simulated server's own memory is part of the figure.

Example: python benchmarks/footprint.py --environment .venv
"""

import argparse
import asyncio
import os
import sys
import tomllib
from pathlib import Path
from typing import Any

from measure import folder_mb, report, resident_mb

from moodring.bot.arena import share_arena
from moodring.bot.classifier import open_classifier
from moodring.bot.local.world import Channel, Person, open_world
from moodring.bot.settings import Settings
from moodring.model.unmask import shared_unmasker

ROOT = Path(__file__).parents[1]
CHAT = ROOT / "tests" / "data" / "chat.toml"
PICTURE = ROOT / "bot" / "local" / "pictures" / "cat.jpg"
PICTURE_EVERY = 5


async def _memory(answers: int) -> dict[str, float]:
    """Have messages answered and return the memory of this process and its children."""
    texts = [line["text"] for line in tomllib.loads(CHAT.read_text("utf-8"))["line"]]
    attachment = [(PICTURE.name, PICTURE.read_bytes())]
    classifier = open_classifier(Settings(_env_file=None))
    shared_unmasker()  # kept from the bot's start on
    try:
        async with open_world(classifier) as world:
            alice, channel = world.people[Person.ALICE], world.channels[Channel.GENERAL]
            for number in range(answers):
                await alice.send(
                    channel,
                    f"@moodring {texts[number % len(texts)]} {number}",
                    attachments=attachment if number % PICTURE_EVERY == 0 else (),
                )
            given = sum(message.author.id == world.bot_id for message in channel.history())
            assert given == answers, f"{given} answers to {answers} messages"
            return resident_mb(os.getpid())
    finally:
        await classifier.aclose()


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--environment", type=Path, default=Path(sys.prefix), help="folder to weigh (default: this Python's)"
    )
    parser.add_argument("--answers", type=int, default=100, help="answers to give (default: 100)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    share_arena()  # as the bot does

    memory = asyncio.run(_memory(arguments.answers))
    figures: dict[str, Any] = {
        "environment_mb": folder_mb(arguments.environment),
        "weights_mb": folder_mb(ROOT / "model" / "weights"),
        "answers": arguments.answers,
        "rss_mb": memory["rss"],
        "pss_mb": memory["pss"],
        "processes": memory["processes"],
    }
    report(
        "footprint",
        figures,
        f"environment {figures['environment_mb']} MB and weights {figures['weights_mb']} MB on disk; "
        f"after {arguments.answers} answers {memory['rss']} MB resident in {memory['processes']} processes "
        f"({memory['pss']} MB with shared pages counted once)",
        as_json=arguments.json,
    )


if __name__ == "__main__":
    main()
