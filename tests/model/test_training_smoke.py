"""The whole recipe, from raw data to files that are read, with the real towers and the real command.

Needs what `make weights` fetches; takes some minutes.
"""

from functools import partial
from pathlib import Path

import pytest

from moodring.model import Predictor, Sample, recipe
from moodring.model.cli import main
from moodring.model.commands import PRETRAINED
from moodring.model.encoders.pretrained import PretrainedError, find_pretrained

from .invented_corpora import MANY_ROWS, invented_corpora, write_many

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def pretrained() -> Path:
    folder = REPOSITORY / PRETRAINED
    try:
        find_pretrained(folder, "tokenizer.json")
    except PretrainedError as missing:
        pytest.skip(str(missing))
    return folder


def test_the_recipe_of_what_ships_goes_through_all_its_stages(
    pretrained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # The row counts of the real sets would refuse the invented ones.
    corpora = invented_corpora(MANY_ROWS)
    monkeypatch.setattr(recipe, "prepare", partial(recipe.prepare, corpora=corpora))
    monkeypatch.setattr(recipe, "scan", partial(recipe.scan, corpora=corpora))
    monkeypatch.setattr(recipe, "scan_faces", partial(recipe.scan_faces, corpora=corpora))
    monkeypatch.setattr(recipe, "load_split", partial(recipe.load_split, corpora=corpora))
    write_many(tmp_path / "data")
    places = {"data": "data", "prepared": "prepared", "out": "runs"}
    folders = [f"--{option}={tmp_path / name}" for option, name in places.items()]
    command = ["train", "--recipe", "shipped", "--smoke", *folders, f"--pretrained={pretrained}"]
    main(command)

    said = capsys.readouterr().out
    stages = (
        "preparing",
        "reading the faces and the text in pictures",
        "training teacher-0",
        "asking teacher-0",
        "training once-0",
        "asking once-0",
        "training text",
        "asking text",
        "training without-None",
        "asking without-None",
        "training pairs-0",
        "training late",
        "exporting",
    )
    assert [stage for stage in stages if stage in said] == list(stages)
    predictor = Predictor(tmp_path / "runs" / "weights")
    [prediction] = predictor.predict([Sample("what a soup")])
    assert prediction.model == predictor.version
    training = predictor.card["training"]
    text = training["started_from"]
    assert text["taught_by"][0]["settings"]["strategy"] == "text"
    assert training["rows"].keys() <= MANY_ROWS.keys()
    assert Predictor(tmp_path / "runs" / "weights", "late").version.startswith("late-")
    assert (tmp_path / "runs" / "model-card.md").read_text("utf-8").startswith("# ")

    finished = (tmp_path / "runs" / "text" / "manifest.json").read_text()
    main(command)
    said = capsys.readouterr().out
    assert "training" not in said
    assert "exporting" not in said
    assert finished == (tmp_path / "runs" / "text" / "manifest.json").read_text()

    with pytest.raises(SystemExit, match="teacher-0 holds a run of other settings or sets"):
        main([*command, "--without", "chat"])
