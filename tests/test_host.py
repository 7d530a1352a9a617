"""A host that owns a bot.py loads Moodring as an extension."""

import os
import subprocess
import sys
from pathlib import Path

HOST = """
import asyncio
import discord
from discord.ext import commands

async def main():
    async with commands.Bot("!", intents=discord.Intents.default()) as bot:
        await bot.load_extension("moodring.bot.plugin")
        print("loaded", *sorted(command.name for command in bot.tree.get_commands()))
        await bot.unload_extension("moodring.bot.plugin")
        print("left", len(bot.cogs), len(bot.tree.get_commands()))

if __name__ == "__main__":
    asyncio.run(main())
"""


def test_the_extension_loads_from_a_host_whose_own_file_is_bot_py(tmp_path: Path) -> None:
    (tmp_path / "bot.py").write_text(HOST, "utf-8")
    (tmp_path / "model.py").write_text("raise RuntimeError('the host has a model of its own')\n", "utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MOODRING_")}
    done = subprocess.run(
        [sys.executable, "bot.py"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    loaded, left = done.stdout.splitlines()
    assert {"analyze", "watch", "privacy"} <= set(loaded.split())
    assert left == "left 0 0"
