"""The command line answers mistakes in one line and every command explains itself."""

import subprocess
import sys
from pathlib import Path

import pytest

from moodring.bot import analyze, app, backtest, backup, doctor, export_backtest, jsonl
from moodring.bot.cli import main
from moodring.bot.local import commands
from moodring.bot.settings import Settings
from moodring.bot.shards import Shards
from moodring.model import WeightsError

REPOSITORY = Path(__file__).parents[2]
COMMANDS = ("run", "analyze", "backtest", "simulate", "doctor", "backup", "restore", "sync")


@pytest.fixture(autouse=True)
def no_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run in a folder without .env and without settings in the environment."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"MOODRING_{name.upper()}", raising=False)
    monkeypatch.setattr("moodring.bot.cli.configure_logs", lambda settings: None)
    monkeypatch.setattr(sys, "argv", ["moodring"])  # not pytest's own name, however it was started


def exit_code(*arguments: str) -> int:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    code = caught.value.code
    return code if isinstance(code, int) else 0


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_code(command, "--help") == 0

    usage, _, example = capsys.readouterr().out.partition("\nexample:\n")
    assert usage.startswith(f"usage: moodring {command}")
    assert f"moodring {command}" in example


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code("--help") == 0

    listed = capsys.readouterr().out
    assert all(f"    {command} " in listed for command in COMMANDS)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["bogus"], "invalid choice: 'bogus'"),
        (["--bogus"], "unrecognized arguments: --bogus"),
        (["analyze"], "give --text, --image or both; or --jsonl"),
        (["analyze", "--jsonl", "--text", "x"], "--jsonl reads messages from standard input"),
        (["analyze", "--jsonl", "--json"], "--jsonl reads messages from standard input"),
        (["analyze", "--image"], "expected at least one argument"),
        (["analyze", "--tex", "x"], "unrecognized arguments: --tex x"),
        (["run", "--shards"], "expected one argument"),
        (["run", "--shards", "0-15"], "shards are written as 0-15/64"),
        (["run", "--shards", "0-64/64"], "there is no shard 64 of 64: they are numbered from 0"),
        (["run", "--shards", "3-1/4"], "shard 1 comes before shard 3"),
        (["run", "--shards", "0-1/4"], "--shards is for Discord: set MOODRING_TOKEN"),
        (["simulate"], "required: FILE"),
        (["backtest"], "required: FILE"),
        (["backup"], "required: FILE"),
        (["restore"], "required: FILE"),
        (["backtest", "x.json", "--thresholds"], "expected one argument"),
        (["backtest", "x.json", "--thresholds", ""], "“” is not a number"),
        (["backtest", "x.json", "--thresholds", ".5,"], "“” is not a number"),
        (["backtest", "x.json", "--thresholds", ".5,high"], "“high” is not a number"),
        (["backtest", "x.json", "--thresholds", "0"], "0 is no threshold: one is above 0 and at most 1"),
        (["backtest", "x.json", "--thresholds", "-.5"], "-.5 is no threshold"),
        (["backtest", "x.json", "--thresholds", "500"], "500 is no threshold"),
        (["backtest", "x.json", "--thresholds", "nan"], "nan is no threshold"),
        (["backtest", "x.json", "--thresholds", "inf"], "inf is no threshold"),
        (
            ["backtest", "x.json", "--thresholds", ",".join(f"0.{number}" for number in range(11, 32))],
            "more than 20 are too many",
        ),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_code(*arguments) == 2

    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("moodring: ")
    assert complaint in line


@pytest.mark.parametrize(
    "command",
    [[], ["run"], ["analyze", "--text", "x"], ["backtest", "x"], ["simulate", "x"], ["sync"]],
)
def test_wrong_settings_are_one_line_and_exit_code_2(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MOODRING_THREADS", "many")

    assert exit_code(*command) == 2

    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("moodring: MOODRING_THREADS: ")


def test_the_doctor_counts_wrong_settings_as_a_finding(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MOODRING_THREADS", "many")

    assert exit_code("doctor") == 1

    [line] = capsys.readouterr().out.splitlines()
    assert "MOODRING_THREADS" in line


def test_damaged_weights_are_one_line(tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.setenv("MOODRING_WEIGHTS", str(tmp_path / "nowhere"))

    assert exit_code("analyze", "--text", "x") == 1

    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("moodring: ")
    assert "nowhere" in line


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("missing.json", "cannot be read: No such file or directory"),
        (".", "cannot be read: Is a directory"),
        ("empty.json", "is empty"),
        ("page.html", "is not JSON"),
    ],
)
def test_an_export_that_cannot_be_read_is_one_line(
    name: str, complaint: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty.json").touch()
    (tmp_path / "page.html").write_text("<html>")

    assert exit_code("backtest", name) == 1

    out, err = capsys.readouterr()
    assert out == ""
    [line] = err.splitlines()
    assert line.startswith(f"moodring: {name} ")
    assert complaint in line


def test_a_database_that_cannot_be_used_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "moodring.sqlite3").write_bytes(b"no database" * 100)
    (tmp_path / "export.json").write_text("[]")

    assert exit_code("backtest", "export.json") == 1

    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("moodring: the database ")


def test_a_backup_that_cannot_be_made_or_restored_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_code("backup", "copy") == 1
    assert exit_code("restore", "copy") == 1

    complaints = capsys.readouterr().err.splitlines()
    assert [complaint.partition(" of ")[0].partition(" to ")[0] for complaint in complaints] == [
        "moodring: no backup",
        "moodring: nothing was restored",
    ]


def test_a_bug_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(settings: Settings) -> int:
        raise RuntimeError("a bug")

    monkeypatch.setattr(app, "sync", broken)

    with pytest.raises(RuntimeError, match="a bug"):
        main(["sync"])


@pytest.mark.parametrize("command", [[], ["run"]])
@pytest.mark.parametrize(("token", "chosen"), [("", "page"), ("abc", "discord")])
def test_without_a_token_the_simulated_server_runs(
    command: list[str], token: str, chosen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []
    monkeypatch.setenv("MOODRING_TOKEN", token)
    monkeypatch.setattr(commands, "serve", lambda settings: ran.append("page") or 0)
    monkeypatch.setattr(app, "run", lambda settings, shards: ran.append("discord") or 0)

    assert exit_code(*command) == 0
    assert ran == [chosen]


def test_ctrl_c_is_the_usual_end_of_the_bot_and_cuts_other_commands_short(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object, **__: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(commands, "serve", interrupted)
    monkeypatch.setattr(jsonl, "analyze_lines", interrupted)

    assert exit_code("run") == 0
    assert exit_code("analyze", "--jsonl") == 130
    assert capsys.readouterr().err == ""


def test_arguments_reach_their_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOODRING_TOKEN", "abc")
    calls: list[tuple[object, ...]] = []

    def note(*arguments: object, **options: object) -> int:
        given = [argument for argument in arguments if not isinstance(argument, Settings)]
        calls.append((*given, options))
        return 3

    monkeypatch.setattr(analyze, "analyze", note)
    monkeypatch.setattr(commands, "simulate", note)
    monkeypatch.setattr(doctor, "doctor", note)
    monkeypatch.setattr(export_backtest, "backtest_export", note)
    monkeypatch.setattr(backup, "backup", note)
    monkeypatch.setattr(backup, "restore", note)
    monkeypatch.setattr(app, "run", note)

    for arguments in (
        ["analyze", "--image", "a", "b", "--text", "t", "--image", "c"],
        ["analyze", "--image", "a", "--json", "--faces", "--explain", "--heat", "there"],
        ["simulate", "x.toml", "--page"],
        ["doctor"],
        ["backtest", "x.json"],
        ["backtest", "x.json", "--json", "--thresholds", "1, .5,0.50,5e-1,.25"],
        ["backup", "there"],
        ["backup", "there/x", "--overwrite"],
        ["restore", "there/x"],
        ["run", "--shards", "0-15/64"],
        ["run"],
    ):
        assert exit_code(*arguments) == 3

    assert calls == [
        ("t", ["a", "b", "c"], {"as_json": False, "faces": False, "why": False, "heat": None}),
        ("", ["a"], {"as_json": True, "faces": True, "why": True, "heat": Path("there")}),
        (Path("x.toml"), {"page": True}),
        ({},),
        (Path("x.json"), backtest.DEFAULT_THRESHOLDS, {"as_json": False}),
        (Path("x.json"), (0.25, 0.5, 1.0), {"as_json": True}),
        (Path("there"), {"overwrite": False}),
        (Path("there/x"), {"overwrite": True}),
        (Path("there/x"), {}),
        (Shards(0, 15, 64), {}),
        (None, {}),
    ]


def test_the_module_is_a_door_to_the_same_command_line() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "bot", "analyze", "--help"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )

    assert run.stdout.startswith("usage: python -m bot analyze")


def test_a_quick_answer_needs_no_heavy_library() -> None:
    heavy = {"discord", "numpy", "ai_edge_litert", "sqlalchemy", "PIL"}
    probe = f"import sys, moodring.bot.cli; print(*({heavy} & set(sys.modules)))"

    run = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)

    assert run.stdout.strip() == ""


def test_weights_errors_are_told_by_every_command(monkeypatch, capsys) -> None:
    def damaged(settings: Settings) -> int:
        raise WeightsError("text.tflite is missing: get it back")

    monkeypatch.setattr(commands, "serve", damaged)

    assert exit_code() == 1
    assert capsys.readouterr().err == "moodring: text.tflite is missing: get it back\n"
