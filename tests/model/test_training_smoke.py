"""The whole way from raw data to a trained network, with the real towers and the real commands.

Needs what `make weights` fetches; takes a minute or two on one core.
"""

import json
from functools import partial
from pathlib import Path

import pytest

from moodring.model import data
from moodring.model.cli import PRETRAINED, main
from moodring.model.data import Corpus
from moodring.model.encoders.pretrained import PretrainedError, find_pretrained

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def pretrained() -> Path:
    folder = REPOSITORY / PRETRAINED
    try:
        find_pretrained(folder, "tokenizer.json")
    except PretrainedError as missing:
        pytest.skip(str(missing))
    return folder


def test_invented_rows_train_the_real_network(
    source: Path,
    corpora: tuple[Corpus, ...],
    pretrained: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    # The row counts of the real sets would refuse the invented ones.
    monkeypatch.setattr(data, "prepare", partial(data.prepare, corpora=corpora))
    monkeypatch.setattr(data, "load_split", partial(data.load_split, corpora=corpora))
    prepared, run = tmp_path / "prepared", tmp_path / "run"
    main(["data", "--source", str(source), "--out", str(prepared)])
    folders = ["--data", str(source), "--prepared", str(prepared), "--pretrained", str(pretrained)]
    sizes = ["--limit", "32", "--epochs", "1", "--batch", "32", "--max-tokens", "16"]
    capsys.readouterr()
    main(["train", *folders, "--out", str(run), "--strategy", "progressive", *sizes])

    scores = json.loads(capsys.readouterr().out)
    manifest = json.loads((run / "manifest.json").read_text())
    assert scores == manifest["dev"]
    assert all(0 <= score <= 1 for score in scores.values())
    assert manifest["settings"]["strategy"] == "progressive"
    assert manifest["rows"].keys() <= {corpus.name for corpus in corpora}
    assert manifest["rows"]["mvsa_single"] == 1
    assert (run / "classifier.weights.h5").stat().st_size > 76_000_000  # the word table is in int8
