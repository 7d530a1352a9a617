"""An event is one line, as text or JSON, and libraries never log whole messages."""

import json
import logging
import re
from collections.abc import Iterator

import pytest

from moodring.bot.logs import configure_logs
from moodring.bot.settings import LogSettings

log = logging.getLogger("moodring.bot.test")


@pytest.fixture(autouse=True)
def restored_logging() -> Iterator[None]:
    """Give the test run its handlers and levels back."""
    root, ours = logging.getLogger(), logging.getLogger("moodring")
    handlers, levels = root.handlers[:], (root.level, ours.level)
    root.handlers.clear()
    yield
    root.handlers[:] = handlers
    root.setLevel(levels[0])
    ours.setLevel(levels[1])


def configure(**settings: str) -> None:
    configure_logs(LogSettings.model_validate(settings))


def test_text_is_one_line_with_the_details_behind(capsys: pytest.CaptureFixture[str]) -> None:
    configure()

    log.info("answered %d", 3, extra={"message_id": 7, "ms": 1.5})

    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z INFO moodring\.bot\.test: answered 3 message_id=7 ms=1\.5\n",
        capsys.readouterr().err,
    )


def test_json_is_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure(log_format="json")

    log.warning("one\nevent", extra={"message_id": 7})
    log.info("another")

    first, second = map(json.loads, capsys.readouterr().err.splitlines())
    assert first.pop("time") <= second.pop("time")
    assert first == {
        "level": "WARNING",
        "logger": "moodring.bot.test",
        "event": "one\nevent",
        "message_id": 7,
    }
    assert second["event"] == "another"


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_an_exception_stays_in_its_events_line(log_format: str, capsys: pytest.CaptureFixture[str]) -> None:
    configure(log_format=log_format)

    try:
        int("two\nlines")
    except ValueError:
        log.exception("failed")

    [line] = capsys.readouterr().err.splitlines()
    assert "ValueError" in line


def test_the_level_is_ours_alone_below_info(capsys: pytest.CaptureFixture[str]) -> None:
    configure(log_level="debug")

    log.debug("ours")
    logging.getLogger("discord.gateway").debug("a whole message")

    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert "ours" in lines[0]


def test_the_level_holds_for_libraries_above_info(capsys: pytest.CaptureFixture[str]) -> None:
    configure(log_level="ERROR")

    log.warning("ours")
    logging.getLogger("discord.gateway").warning("theirs")

    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("log_format", ["text", "json"])
@pytest.mark.parametrize(
    "text", ["a\x0bb", "a\x0cb\x1c", "a\x85b", "a\u2028b\u2029", "\x1b[2J", "\u202eturned", "\ud800", "\0"]
)
def test_nothing_in_an_event_breaks_its_line_or_moves_a_terminal(
    log_format: str, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    configure(log_format=log_format)

    log.info("named %s", text, extra={"name_of": text})

    [line] = capsys.readouterr().err.splitlines()
    assert line.isprintable()
