"""The real process never writes the token anywhere: not in a debug log, not when it is refused or falls."""

import asyncio
import base64
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from tests.bot.loopback_discord import LoopbackDiscord

END_S = 60
"""Longest life of a process; a cold disk loads the model slowly."""

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GqZx7w.k3jP9vQm2LrT8sYb5NdF1hWc6XgA4uEoZi0KpR"
SECRETS = [
    *(part.encode() for part in TOKEN.split(".")[1:]),  # the first part is the bot's id, which is no secret
    TOKEN.encode("utf-16-le"),
    TOKEN.encode().hex().encode(),
    *(base64.b64encode(b"-" * shift + TOKEN.encode())[4:-4] for shift in range(3)),
]
"""What would give the token away, also in the middle of something that was encoded."""

FALLING = """
from moodring.bot import app, cli

async def fall(tree, application_id, store):
    token = tree.client.http.token  # a fault with the token at hand
    raise RuntimeError("this is a bug")

app.sync_if_changed = fall
cli.main(["run"])
"""

FALLING_IN_AN_EVENT = """
import signal
from moodring.bot import app, cli

async def on_connect(bot):
    token = bot.http.token
    signal.raise_signal(signal.SIGTERM)
    raise RuntimeError("this is a bug")

app.Moodring.on_connect = on_connect
cli.main(["run"])
"""

RUN = ("-m", "moodring.bot", "run")
DOCTOR = ("-m", "moodring.bot", "doctor")


@dataclass(frozen=True)
class End:
    """How a process ended, and all that it wrote."""

    code: int
    output: str
    errors: str
    files: dict[str, bytes]

    def gives_away(self) -> list[str]:
        written = {"stdout": self.output.encode(), "stderr": self.errors.encode(), **self.files}
        return [name for name, content in written.items() if any(secret in content for secret in SECRETS)]


@pytest_asyncio.fixture
async def discord(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[LoopbackDiscord]:
    server = LoopbackDiscord()
    async with server.serve(monkeypatch):
        yield server


@pytest.fixture
def log_format() -> str:
    return "text"


@pytest.fixture
def environment(log_format: str, tmp_path: Path) -> dict[str, str]:
    """Everything is logged; nothing of the settings of whoever runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MOODRING_")}
    return {
        **kept,
        "PYTHONASYNCIODEBUG": "1",
        "MOODRING_LOG_LEVEL": "DEBUG",
        "MOODRING_LOG_FORMAT": log_format,
        "MOODRING_DATA_DIR": str(tmp_path),
        "MOODRING_TOKEN": TOKEN,
    }


async def _ended(
    discord: LoopbackDiscord, environment: dict[str, str], *arguments: str, stop: bool = False
) -> End:
    """Run a process against the stand-in until it ends, or is ready and then stopped."""
    folder = Path(environment["MOODRING_DATA_DIR"])
    ready = asyncio.Event()

    async def is_ready() -> None:
        ready.set()

    discord.when_ready = is_ready
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        cwd=folder,
        env={
            **environment,
            "MOODRING_API_BASE": f"http://{discord._address}",
            "MOODRING_GATEWAY_URL": f"ws://{discord._address}/gateway",
            "MOODRING_CDN_HOSTS": discord._address,
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(END_S):
            reading = asyncio.create_task(process.communicate())
            if stop:
                await ready.wait()
                process.send_signal(signal.SIGTERM)
            output, errors = await reading
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode is not None
    files = {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return End(process.returncode, output.decode(), errors.decode(), files)


@pytest.mark.asyncio
@pytest.mark.parametrize("log_format", ["text", "json"])
async def test_a_debugged_session_does_not_write_the_token(
    discord: LoopbackDiscord, environment: dict[str, str]
) -> None:
    end = await _ended(discord, environment, *RUN, stop=True)
    assert end.code == 0
    assert "other addresses than Discord's usual ones" in end.errors
    assert "moodring.sqlite3" in end.files
    assert end.gives_away() == []


@pytest.mark.asyncio
async def test_a_token_from_a_file_is_not_written_either(
    discord: LoopbackDiscord, environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("secret") / "token"
    file.touch(0o600)
    file.write_text(f"{TOKEN}\n")
    del environment["MOODRING_TOKEN"]
    end = await _ended(discord, {**environment, "MOODRING_TOKEN_FILE": str(file)}, *RUN, stop=True)
    assert end.code == 0
    assert end.gives_away() == []


@pytest.mark.asyncio
@pytest.mark.parametrize("where", ["login", "gateway"])
async def test_a_refused_token_is_one_line_without_the_token(
    where: str, discord: LoopbackDiscord, environment: dict[str, str]
) -> None:
    discord.refused_token = where == "login"
    discord.close_code = 4004  # authentication failed
    end = await _ended(discord, environment, *RUN)
    told = [line for line in end.errors.splitlines() if line.startswith("moodring: ")]
    assert len(told) == 1
    assert "Traceback" not in end.errors
    assert end.code == (2 if where == "login" else 1)
    assert end.gives_away() == []


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("token", "words"),
    [
        (f"Bot {TOKEN}", "moodring: MOODRING_TOKEN: should be the bare token"),
        (f"{TOKEN}\n{TOKEN}", "moodring: MOODRING_TOKEN: should be the bare token"),
    ],
)
async def test_a_token_that_is_none_is_one_line_without_it(
    token: str, words: str, discord: LoopbackDiscord, environment: dict[str, str]
) -> None:
    end = await _ended(discord, {**environment, "MOODRING_TOKEN": token}, *RUN)
    assert end.code == 2
    assert end.errors.startswith(words)
    assert len(end.errors.splitlines()) == 1
    assert end.gives_away() == []


@pytest.mark.asyncio
async def test_a_token_file_that_others_can_read_is_one_line_without_it(
    discord: LoopbackDiscord, environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("secret") / "token"
    file.write_text(TOKEN)
    file.chmod(0o644)
    del environment["MOODRING_TOKEN"]
    end = await _ended(discord, {**environment, "MOODRING_TOKEN_FILE": str(file)}, *RUN)
    assert end.code == 2
    assert re.fullmatch(r"moodring: MOODRING_TOKEN_FILE: others on this machine may read .*\n", end.errors)
    assert end.gives_away() == []


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("script", "log_format"),
    [(FALLING, "text"), (FALLING_IN_AN_EVENT, "json")],
    ids=["at the start", "in an event"],
)
async def test_a_bug_keeps_its_traceback_and_the_token_to_itself(
    script: str, discord: LoopbackDiscord, environment: dict[str, str]
) -> None:
    end = await _ended(discord, environment, "-c", script)
    assert end.code == (0 if script is FALLING_IN_AN_EVENT else 1)
    assert "RuntimeError: this is a bug" in end.errors
    assert end.gives_away() == []


@pytest.mark.asyncio
@pytest.mark.parametrize("refused", [False, True])
async def test_the_doctor_asks_with_the_token_and_does_not_say_it(
    refused: bool, discord: LoopbackDiscord, environment: dict[str, str]
) -> None:
    discord.refused_token = refused
    end = await _ended(discord, environment, *DOCTOR)
    assert end.code == refused
    assert ("Discord refuses the token" if refused else "Discord accepts it") in end.output
    assert end.gives_away() == []


def test_what_is_looked_for_is_found_where_it_is() -> None:
    told = [
        "token=" + TOKEN,
        f"…{TOKEN[-38:]}",
        base64.b64encode(f'{{"token": "{TOKEN}"}}'.encode()).decode(),
    ]
    assert all(End(0, text, "", {}).gives_away() == ["stdout"] for text in told)
