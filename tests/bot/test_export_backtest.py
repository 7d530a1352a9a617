"""``backtest`` counts what would have been flagged in an export, and prints nothing of what was written."""

import asyncio
import io
import json
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from invented_prediction import prediction

from moodring.bot import export_backtest
from moodring.bot.backtest import DEFAULT_THRESHOLDS, Backtest, Skip
from moodring.bot.classifier import BusyError, DeadlineError, InferenceError
from moodring.bot.export_backtest import OptOutCheck, backtest_export, report
from moodring.bot.guild_settings import PRESETS
from moodring.bot.intake.exports import ExportError
from moodring.bot.rules import Bars, Group, flag_of
from moodring.bot.settings import Settings
from moodring.bot.store import Store, StoreError
from moodring.model import Language, NothingToReadError, Prediction, Predictor, Sample

EXPORT = Path(__file__).parents[1] / "data" / "export.json"

ERRORS = {"busy": BusyError(), "late": DeadlineError(1), "broken": InferenceError("no")}


class Scripted:
    """Reads the toxicity that a message's first word says, if it is a number."""

    def __init__(self) -> None:
        self.samples: list[Sample] = []

    async def classify(self, sample: Sample) -> Prediction:
        self.samples.append(sample)
        await asyncio.sleep(0)
        if not (sample.text or sample.images):
            raise NothingToReadError
        word = sample.text.partition(" ")[0]
        if word in ERRORS:
            raise ERRORS[word]
        language = Language.OTHER if "étranger" in sample.text else Language.ENGLISH
        return prediction(float(word or 0), language)

    async def aclose(self) -> None:
        """Nothing was opened."""


@pytest.fixture
def classifier(monkeypatch: pytest.MonkeyPatch) -> Scripted:
    scripted = Scripted()
    monkeypatch.setattr(export_backtest, "open_classifier", lambda settings: scripted)
    return scripted


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path)


def message(number: int, content: str, **changes: Any) -> dict[str, Any]:
    author = {"id": str(500 + number), "isBot": False}
    return {"id": str(number), "content": content, "author": author, "attachments": []} | changes


@pytest.fixture
def export(tmp_path: Path) -> Callable[..., Path]:
    def write(*messages: object) -> Path:
        path = tmp_path / "export.json"
        path.write_text(json.dumps({"guild": {}, "channel": {}, "messages": messages}), "utf-8")
        return path

    return write


BOT = {"id": "9", "isBot": True}
ADDRESS = [{"url": "https://cdn.discordapp.com/attachments/1/2/a.png?ex=1"}]
MIXED = (
    message(1, "0.95 secret"),
    message(2, "0.99 secret", author=BOT),
    message(3, "0.6 secret"),
    message(4, ""),
    message(5, "0.1 secret"),
    message(6, "0.99 joined", type="GuildMemberJoin"),
    {"id": "7", "content": 7},
    message(8, "0.97 étranger secret"),
    message(9, "", attachments=ADDRESS),
    message(10, "0.8 secret", attachments=ADDRESS),
)


@pytest.mark.usefixtures("classifier")
def test_the_json_follows_the_contract(
    settings: Settings, export: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert backtest_export(settings, export(*MIXED), (0.5, 0.9), as_json=True) == 0

    out, err = capsys.readouterr()
    assert json.loads(out) == {
        "messages": 10,
        "read": 5,
        "thresholds": [
            {"threshold": 0.5, "flagged": ["1", "3", "10"]},
            {"threshold": 0.9, "flagged": ["1"]},
        ],
    }
    assert err == ""


@pytest.mark.usefixtures("classifier")
def test_people_are_told_what_was_read_and_what_was_not(
    settings: Settings, export: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert backtest_export(settings, export(*MIXED), (0.5, *DEFAULT_THRESHOLDS), as_json=False) == 0

    out = capsys.readouterr().out
    assert out.startswith(
        "10 messages, 5 of them read\n"
        "        1 not read: written by bots\n"
        "        1 not read: Discord's own notices\n"
        "        2 not read: nothing to read\n"
        "        1 not read: damaged\n"
    )
    assert re.search(r"^0\.5 +3 +60\.00 % +600\.0$", out, re.MULTILINE)
    assert "(without 1 in other languages than English, which are never flagged)" in out
    assert re.search(r"^0\.9–1\.0  1$", out, re.MULTILINE)
    assert "secret" not in out


def test_the_presets_thresholds_are_named_lowest_first() -> None:
    lines = report(Backtest[str](DEFAULT_THRESHOLDS))

    named = [match[1] for line in lines if (match := re.match(r"0\.\d+ \((\w+)\)", line))]
    assert named == sorted(PRESETS, key=lambda name: PRESETS[name]["flag_toxicity"])
    assert len(named) == len(PRESETS)


def test_a_report_fits_a_terminal_and_its_picture_sixty_columns() -> None:
    backtest = Backtest[str]([0.123, *DEFAULT_THRESHOLDS])
    for number in range(3000):
        backtest.add(str(10**18 + number), prediction((number % 997) / 997 if number % 3 else 0.01))
    for reason in Skip:
        backtest.skipped[reason] = 1_234_567

    lines = report(backtest)

    assert max(map(len, lines)) <= 80
    bars = [line for line in lines if "█" in line]
    assert len(bars) == 10
    assert max(map(len, bars)) <= 60


@pytest.mark.parametrize(
    ("count", "bar"), [(0, ""), (1, "▏ "), (500, "█" * 19 + " "), (1000, "█" * 38 + " ")]
)
def test_bars_are_as_long_as_their_counts_and_nothing_is_lost(count: int, bar: str) -> None:
    backtest = Backtest[str]([0.5])
    for number in range(1000):
        backtest.add(str(number), prediction(0.05))
    for number in range(count):
        backtest.add(str(number), prediction(0.95))

    assert f"0.9–1.0  {bar}{count:,}" in report(backtest)


@pytest.mark.usefixtures("classifier")
@pytest.mark.parametrize("messages", [(), (message(1, "0.9 secret", author=BOT),), ({"id": 1},)])
@pytest.mark.parametrize("as_json", [True, False])
def test_an_export_without_anything_to_read_is_no_error(
    messages: Sequence[object],
    as_json: bool,
    settings: Settings,
    export: Callable[..., Path],
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert backtest_export(settings, export(*messages), (0.5,), as_json=as_json) == 0

    out = capsys.readouterr().out
    if as_json:
        assert json.loads(out)["read"] == 0
    else:
        assert out.startswith(f"{len(messages)} messages, 0 of them read\n")


@pytest.mark.usefixtures("classifier")
@pytest.mark.parametrize("as_json", [True, False])
def test_messages_that_could_not_be_read_are_told_and_the_rest_is_counted(
    as_json: bool, settings: Settings, export: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    texts = ("busy secret", "0.9 secret", "late secret", "broken secret", "late secret")
    path = export(*(message(number, text) for number, text in enumerate(texts)))

    assert backtest_export(settings, path, (0.5,), as_json=as_json) == 1

    out, err = capsys.readouterr()
    assert ('"read": 1' if as_json else "5 messages, 1 of them read") in out
    assert err == (
        "moodring: messages that could not be read: 1 refused as too many at once, "
        "2 given up as too slow, 1 failed in the model; the figures are without them\n"
    )


@pytest.mark.usefixtures("classifier")
@pytest.mark.parametrize("as_json", [True, False])
def test_of_a_cut_export_nothing_is_printed(
    as_json: bool, settings: Settings, export: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    path = export(*(message(number, "0.9 secret") for number in range(100)))
    path.write_bytes(path.read_bytes()[:-50])

    with pytest.raises(ExportError, match="ends too early, at message 100"):
        backtest_export(settings, path, (0.5,), as_json=as_json)

    assert capsys.readouterr() == ("", "")


def test_pictures_beside_the_export_are_read_and_addresses_are_not(
    classifier: Scripted, settings: Settings, export: Callable[..., Path], tmp_path: Path
) -> None:
    (tmp_path / "media").mkdir()
    for number in range(6):
        (tmp_path / "media" / f"{number}.png").write_bytes(b"%d" % number)
    local = [{"url": f"media/{number}.png"} for number in range(6)]
    path = export(message(1, "", attachments=[*ADDRESS, *local]), message(2, "0.5", attachments=ADDRESS))

    backtest_export(settings, path, (0.5,), as_json=True)

    assert {sample.text: sample.images for sample in classifier.samples} == {
        "": (b"0", b"1", b"2", b"3"),
        "0.5": (),
    }
    assert not any(sample.faces for sample in classifier.samples)


async def opt_out(url: str, *people: int) -> None:
    store = await Store.open(url)
    for person in people:
        await store.opt_outs.add(person)
    await store.aclose()


def test_who_opted_out_is_not_read(
    classifier: Scripted,
    settings: Settings,
    export: Callable[..., Path],
    capsys: pytest.CaptureFixture[str],
) -> None:
    asyncio.run(opt_out(settings.database_url, 502))
    path = export(
        message(1, "0.1 mine"),
        message(2, "0.2 private"),
        message(3, "0.3 private", author={"id": 502}),
        message(4, "0.4 private", author={"id": "anonymous"}),
        message(5, "0.5 mine"),
    )

    assert backtest_export(settings, path, (0.5,), as_json=False) == 0

    assert {sample.text for sample in classifier.samples} == {"0.1 mine", "0.5 mine"}
    assert "        3 not read: authors opted out\n" in capsys.readouterr().out


@pytest.mark.usefixtures("classifier")
def test_no_database_is_made(settings: Settings, export: Callable[..., Path], tmp_path: Path) -> None:
    backtest_export(settings, export(message(1, "0.1", author={"id": "anonymous"})), (0.5,), as_json=True)

    assert [path.name for path in tmp_path.iterdir()] == ["export.json"]


@pytest.mark.usefixtures("classifier")
def test_a_database_that_cannot_be_used_stops_the_backtest(
    settings: Settings, export: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "moodring.sqlite3").write_bytes(b"no database" * 100)

    with pytest.raises(StoreError, match="cannot be used"):
        backtest_export(settings, export(message(1, "0.1")), (0.5,), as_json=True)

    assert capsys.readouterr().out == ""


@pytest.mark.asyncio
@pytest.mark.parametrize("name", ["", "/", "/:memory:", "/{tmp}/missing.sqlite3"])
async def test_in_a_database_that_is_not_there_nobody_opted_out(name: str, tmp_path: Path) -> None:
    check = await OptOutCheck.open(f"sqlite+aiosqlite://{name.replace('{tmp}', str(tmp_path))}")

    assert not await check.contains("502")
    assert not await check.contains("anonymous")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.asyncio
@pytest.mark.parametrize("url", ["postgresql+asyncpg://nobody@localhost:1/none", "%"])
async def test_a_database_that_may_hold_opt_outs_and_cannot_be_used_is_an_error(url: str) -> None:
    with pytest.raises(StoreError, match="database"):
        await OptOutCheck.open(url)


@pytest.mark.asyncio
async def test_a_database_that_is_named_as_a_uri_is_opened(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///file:{tmp_path}/there?uri=true"
    await opt_out(url, 502)

    check = await OptOutCheck.open(url)
    found = [await check.contains("502"), await check.contains("503")]
    await check.aclose()

    assert found == [True, False]


@pytest.mark.asyncio
async def test_only_the_last_authors_are_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_backtest, "MAX_AUTHORS", 10)
    url = f"sqlite+aiosqlite:///{tmp_path / 'database'}"
    await opt_out(url, 5, 25)

    check = await OptOutCheck.open(url)
    found = [number for number in [*range(30), 5, 2**63 - 1] if await check.contains(str(number))]
    await check.aclose()

    assert found == [5, 25, 5]
    assert len(check._known) <= 10


@pytest.mark.usefixtures("classifier")
def test_a_terminal_shows_how_far_it_is(
    settings: Settings, export: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stderr", terminal := Terminal())

    backtest_export(settings, export(message(1, "0.1"), message(2, "busy")), (0.5,), as_json=True)

    progress, complaint, _ = terminal.getvalue().split("\n")
    assert re.fullmatch(r"\r█{20} 100%  2 messages, 1 failed, \d messages/s", progress)
    assert complaint.startswith("moodring: messages that could not be read: 1 refused")


def test_the_shipped_model_flags_what_the_bot_would(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "moodring.bot", "backtest", EXPORT, "--json", "--thresholds", ".3,.8"]

    run = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=120, check=True)

    told = json.loads(run.stdout)
    assert (told["messages"], told["read"]) == (12, 9)
    assert list(tmp_path.iterdir()) == []
    messages = json.loads(EXPORT.read_text("utf-8"))["messages"]
    texts = {entry["id"]: entry["content"] for entry in messages if entry["type"] != "GuildMemberJoin"}
    people = {entry["id"] for entry in messages if not entry["author"]["isBot"]}
    words = [(identity, text) for identity, text in texts.items() if text and identity in people]
    predictions = Predictor().predict([Sample(text) for _, text in words])
    for threshold in told["thresholds"]:
        bars = Bars(
            flag={Group.TOXICITY: threshold["threshold"], Group.ANGER: None, Group.DISTRESS: None}, act={}
        )
        expected = [
            identity
            for (identity, _), read in zip(words, predictions, strict=True)
            if flag_of(read, bars, hot=False)
        ]
        assert {"1002", "1007"} <= set(expected)
        assert threshold["flagged"] == expected
