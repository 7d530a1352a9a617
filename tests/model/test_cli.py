"""The model's command line explains itself and answers mistakes in one line."""

import subprocess
import sys
from pathlib import Path

import pytest

from moodring.model.card import render
from moodring.model.cli import main

from .exported import Exported

REPOSITORY = Path(__file__).parents[2]
COMMANDS = (
    "data",
    "scan",
    "faces",
    "train",
    "ask",
    "pack",
    "compare",
    "export",
    "saved-model",
    "evaluate",
    "card",
)


def test_the_module_runs_by_its_folders_name() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "model", "--help"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert all(command in done.stdout for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_an_example_and_no_empty_default(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="0"):
        main([command, "--help"])
    text = capsys.readouterr().out
    assert f"example: python -m model {command}" in text
    assert "None" not in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["data", "--source", "nowhere"], "error: nowhere/.* is missing: the source must be the folder"),
        (["scan", "--data", "d"], r"error: runs/data/manifest\.json is missing: run `python -m model data"),
        (
            ["faces", "--pretrained", "p"],
            r"error: no tiny_face_detector_model-weights_manifest\.json under p: fetch it with `make faces`",
        ),
        (
            ["train", "--data", "d", "--out", "o"],
            r"error: runs/data/manifest\.json is missing: run `python -m model data",
        ),
        (
            ["ask", "--data", "d", "--run", "r"],
            r"error: runs/data/manifest\.json is missing: run `python -m model data",
        ),
        (
            ["pack", "--run", "r", "--out", "o"],
            r"error: r/manifest\.json is missing: the run has not finished",
        ),
        (
            ["compare", "--data", "d", "--init", "r"],
            r"error: runs/data/manifest\.json is missing: run `python -m model data",
        ),
        (
            ["export", "--data", "d", "--text", "t", "--run", "r"],
            r"error: runs/data/manifest\.json is missing: run `python -m model data",
        ),
        (
            ["saved-model", "--weights", "w", "--out", "1"],
            r"error: w/card\.json is missing: get it back",
        ),
        (["evaluate", "--data", "d", "--weights", "w"], r"error: w/card\.json is missing: get it back"),
        (["card", "--weights", "w"], r"error: w/card\.json is missing: get it back"),
    ],
    ids=COMMANDS,
)
def test_what_is_missing_is_one_line(
    arguments: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit, match=message) as ended:
        main(arguments)
    assert "\n" not in str(ended.value)


@pytest.mark.parametrize("share", ["davidson", "davidson=much", "=0.5="])
def test_a_wrong_share_is_explained(share: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["train", "--data", "d", "--out", "o", "--share", share])
    assert "is not SET=SHARE, such as davidson=0.1" in capsys.readouterr().err


def test_an_unknown_set_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moodring.model.data.load_split", lambda *_: {"goemotions": [], "edos": []})
    with pytest.raises(SystemExit, match="--share names davison, which is none of goemotions, edos"):
        main(["train", "--data", "d", "--out", "o", "--share", "davison=0.1"])


def test_an_interrupt_ends_without_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("moodring.model.data.prepare", interrupt)
    with pytest.raises(SystemExit, match="130"):
        main(["data", "--source", "s"])


def test_the_card_is_written_as_a_page(
    exported: Exported, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "card.md"
    main(["card", "--weights", str(exported.folder), "--out", str(page)])
    assert page.read_text("utf-8") == render(exported.card)
    assert capsys.readouterr().out == f"wrote {page}\n"
