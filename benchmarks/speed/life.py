"""What a person and an operator notice: how soon an answer comes, the start, the memory, a large photo."""

import asyncio
import contextlib
import io
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

import discord
import numpy as np
import simcord
from discord.ext import commands
from measure import MB, ROOT, environment, resident_mb
from PIL import Image

from moodring.bot.classifier import open_classifier
from moodring.bot.local.world import Channel, Person, open_world
from moodring.bot.settings import Settings
from moodring.model import Decoded, Predictor
from moodring.model.image import decode_image

PHOTO: Final = (4_000, 3_000)
"""Width and height in pixels of a phone's photo."""

PHOTO_BYTES: Final = 4_000_000

PICTURE: Final = ROOT / "bot" / "local" / "pictures" / "cat.jpg"

FIRST_ANSWER: Final = """
import asyncio, sys
from moodring.bot.cli import OBJECTS_PER_COLLECTION
import gc
gc.set_threshold(OBJECTS_PER_COLLECTION)
from moodring.bot.classifier import open_classifier
from moodring.bot.local.world import Channel, Person, open_world
from moodring.bot.settings import Settings

async def main():
    classifier = open_classifier(Settings(_env_file=None))
    async with open_world(classifier) as world:
        channel = world.channels[Channel.GENERAL]
        await world.people[Person.ALICE].send(channel, "@moodring what a lovely day")
        assert any(message.author.id == world.bot_id for message in channel.history())
        print("answered", flush=True)
        await classifier.aclose()

asyncio.run(main())
"""
"""A process from nothing to its first answer in the simulated server."""


def first_answer_s(times: int) -> list[float]:
    """Return seconds from the start of a process to its first answer in the simulated server."""
    taken = []
    for _ in range(times + 1):  # the first is not measured: Python may still compile
        began = time.perf_counter()
        with subprocess.Popen(
            [sys.executable, "-c", FIRST_ANSWER], env=environment(), stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "answered\n"
            taken.append(round(time.perf_counter() - began, 3))
    return taken[1:]


def answer_ms(messages: int) -> dict[str, float]:
    """Return how long a mention takes to be answered in the simulated server, ours and a bare bot's.

    Both are bots of discord.py that answer a mention with an embed; what simcord itself takes is in both.
    """
    return asyncio.run(_answer_ms(messages))


async def _answer_ms(messages: int) -> dict[str, float]:
    texts = [f"number {number}: that was a good match" for number in range(messages)]

    async def timed(send: Callable[[str], Awaitable[object]]) -> float:
        taken = []
        for text in texts:
            began = time.perf_counter()
            await send(text)
            taken.append(time.perf_counter() - began)
        return round(statistics.median(taken[messages // 10 :]) * 1_000, 2)

    classifier = open_classifier(Settings(_env_file=None))
    async with contextlib.aclosing(classifier), open_world(classifier) as world:
        alice, channel = world.people[Person.ALICE], world.channels[Channel.GENERAL]
        ours = await timed(lambda text: alice.send(channel, f"@moodring {text}"))
        given = sum(message.author.id == world.bot_id for message in channel.history())
        assert given == messages, f"{given} answers to {messages} messages"
    bot = _bare_bot()
    env = simcord.Env(bot, shard_count=1)
    await env.start()
    try:
        guild = env.create_guild("Bare")
        alone = guild.create_text_channel("general")
        somebody = guild.add_member(env.create_user("alice"))
        bare = await timed(lambda text: somebody.send(alone, f"<@{env.backend.bot_user.id}> {text}"))
        given = sum(message.author.id == env.backend.bot_user.id for message in alone.history())
        assert given == messages, f"{given} answers of the bare bot to {messages} messages"
    finally:
        await env.shutdown()
    return {"ours": ours, "bare": bare, "over": round(ours - bare, 2)}


def _bare_bot() -> commands.AutoShardedBot:
    intents = discord.Intents(guilds=True, guild_messages=True)
    bot = commands.AutoShardedBot(commands.when_mentioned, intents=intents)

    @bot.event
    async def on_message(message: discord.Message) -> None:
        if bot.user in message.mentions:
            await message.reply(embed=discord.Embed(title="joy", description="90 % sure"))

    return bot


def imports_s(times: int) -> dict[str, float]:
    """Return seconds that Python takes to import the bot, and to import the libraries that it stands on."""
    programs = {
        "bot": "import moodring.bot.app, moodring.bot.features, moodring.model.predictor",
        "libraries": "import discord.ext.commands, sqlalchemy.ext.asyncio, pydantic_settings, numpy",
    }
    taken: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(times + 1):
        for name, program in programs.items():
            began = time.perf_counter()
            subprocess.run([sys.executable, "-c", program], env=environment(), check=True)
            taken[name].append(time.perf_counter() - began)
    return {name: round(statistics.median(each[1:]), 3) for name, each in taken.items()}


def wheel_mb() -> float:
    """Return the size of the wheel that is built of this checkout."""
    with tempfile.TemporaryDirectory() as folder:
        build = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet", "--no-deps"]
        subprocess.run([*build, "--no-build-isolation", "--wheel-dir", folder, ROOT], check=True)
        [wheel] = Path(folder).glob("*.whl")
        return round(wheel.stat().st_size / MB, 1)


def photo_ms(times: int) -> dict[str, float]:
    """Return how long a photo of 12 megapixels takes: decoded and cropped, and through the tower."""
    file = _photo()
    predictor = Predictor()
    engine = predictor.open()
    decoded, seen = [], []
    for _ in range(times + 1):
        began = time.perf_counter()
        picture = decode_image(file)
        between = time.perf_counter()
        engine.infer([predictor.prepare("", [Decoded(picture)])])
        decoded.append(between - began)
        seen.append(time.perf_counter() - between)
    ms = {"decode": decoded[1:], "network": seen[1:]}  # the first time is not measured
    figures = {name: round(statistics.median(taken) * 1_000, 1) for name, taken in ms.items()}
    return {"megabytes": round(len(file) / 1e6, 1), **figures, "all": round(sum(figures.values()), 1)}


def _photo() -> bytes:
    """Return a JPEG just below `PHOTO_BYTES`: smooth colours under the noise of a sensor."""
    random = np.random.default_rng(0)
    small = Image.fromarray(random.integers(40, 216, (30, 40, 3), np.uint8))
    smooth = np.asarray(small.resize(PHOTO, Image.Resampling.BICUBIC), np.int16)
    noisy = smooth + random.normal(0, 6, (PHOTO[1], PHOTO[0], 1)).astype(np.int16)
    photo = Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))
    for quality in range(95, 20, -1):
        file = io.BytesIO()
        photo.save(file, "JPEG", quality=quality)
        if file.tell() <= PHOTO_BYTES:
            return file.getvalue()
    raise AssertionError("no quality makes it small enough")


def memory_mb(answers: int) -> dict[str, float]:
    """Return the memory of the real bot in all its processes, at its start and after answers.

    It is connected to the stand-in for Discord of the tests, which is a process of its own: this one. Every
    fifth message has a picture.
    """
    sys.path.insert(0, str(ROOT / "tests" / "wire"))
    return asyncio.run(_memory_mb(answers))


async def _memory_mb(answers: int) -> dict[str, float]:
    from people import Guild
    from process import running
    from stand_in import open_stand_in

    with tempfile.TemporaryDirectory() as folder:
        async with open_stand_in() as stand_in, running(stand_in, Path(folder)) as bot:
            guild = Guild(stand_in)
            me = stand_in.backend.bot_user.id
            ready = resident_mb(bot.pid)
            for number in range(answers):
                files = [(PICTURE.name, PICTURE.read_bytes())] if number % 5 == 0 else []
                asked = guild.write("alice", f"<@{me}> number {number}: that was a good match", *files)
                await stand_in.until(lambda asked=asked: guild.answers_to(asked))
            after = resident_mb(bot.pid)
    return {
        "ready_rss_mb": ready["rss"],
        "rss_mb": after["rss"],
        "pss_mb": after["pss"],
        "processes": after["processes"],
    }
