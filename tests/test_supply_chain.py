"""What is installed is known: its licences, its bill of materials, advisories; and nothing is unpickled."""

import ast
import hashlib
import json
import re
import runpy
import shutil
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.markers import Marker

from moodring.model import Predictor, WeightsError
from moodring.model.predictor import FILES, shipped_weights

ROOT = Path(__file__).parents[1]
DEPENDENCIES = runpy.run_path(str(ROOT / "docs" / "dependencies.py"))
AUDIT = runpy.run_path(str(ROOT / "requirements" / "audit.py"))
SECURITY = (ROOT / "docs" / "security.md").read_text("utf-8")
PAGE = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
NOTICE = (ROOT / "NOTICE").read_text("utf-8")

# --------------------------------------------------------------------------------------- packages


def _without_sizes(text: str) -> str:
    """The tables but for megabytes, which differ by platform."""
    return re.sub(r", \d+ MB on disk|(?<=\| )(?:[\d.]+|–)(?= \| \d{4}-)", "", text)


def test_the_tables_of_packages_are_those_of_the_lock() -> None:
    for name, table in DEPENDENCIES["tables"]().items():
        (shown,) = re.findall(rf"<!-- {name} -->\n(.*?)<!-- /{name} -->", PAGE, re.DOTALL)
        assert _without_sizes(shown) == _without_sizes(table), "run `make docs`"


def test_what_the_project_asks_for_has_a_reason_and_a_substitute() -> None:
    lines = DEPENDENCIES["tomllib"].loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = {DEPENDENCIES["_normalised"](re.split(r"[\[<>=! ;]", line)[0]) for line in lines["dependencies"]}
    assert asked == DEPENDENCIES["DIRECT"].keys()


def test_every_other_package_is_needed_by_one_of_them() -> None:
    found = {package.name: package for package in DEPENDENCIES["packages"]()}
    unasked = [name for name, package in found.items() if not (package.direct or package.needed_by)]
    assert unasked == ["setuptools"]  # installs the checkout


def test_a_release_of_an_unknown_day_ends_with_what_to_do() -> None:
    with pytest.raises(SystemExit, match=r"does not know when aiohttp==0\.1 was released: run `make lock`"):
        DEPENDENCIES["_released"]({"aiohttp==3.14.5": "2026-10-11"}, "aiohttp==0.1")


def test_days_of_release_are_taken_from_a_pylock_file(tmp_path: Path) -> None:
    (tmp_path / "pylock.toml").write_text(
        """
        [[packages]]
        name = "one"
        version = "1.0"
        wheels = [{ upload-time = 2026-03-02T00:01:00Z }, { upload-time = 2026-03-01T23:59:00Z }]
        [[packages]]
        name = "two"
        version = "2.0"
        sdist = { upload-time = 2025-01-01T12:00:00Z }
        """
    )
    assert DEPENDENCIES["releases"](tmp_path / "pylock.toml") == {
        "one==1.0": "2026-03-01",
        "two==2.0": "2025-01-01",
    }


def test_the_page_names_every_package_whose_licence_files_speak_of_copyleft() -> None:
    named = set(re.findall(r"^- \*\*([\w-]+)\*\*", PAGE.partition("\n## Copyleft\n")[2], re.MULTILINE))
    found = set()
    for package in DEPENDENCIES["packages"]():
        if package.size is None or "PSF-2.0" in package.licence:  # Python's says that it goes with the GPL
            continue
        for file in distribution(package.name).files or []:
            told = ".dist-info/" in str(file) and re.match(r"licen[cs]e|copying|notice", file.name.lower())
            if told and re.search(r"\b(GPL|LGPL|MPL|General Public License)\b", file.read_text("utf-8")):
                found.add(package.name)
    assert found <= named
    assert {"tqdm", "numpy"} <= named


@pytest.mark.parametrize(
    "path",
    [
        *(ROOT / "model" / "weights").glob("*.tflite"),
        *(ROOT / "model" / "languages").glob("*.npy"),
        *(ROOT / "bot" / "fonts").glob("*.ttf"),
    ],
    ids=lambda path: path.name,
)
def test_the_notice_speaks_of_what_ships(path: Path) -> None:
    assert path.parent.relative_to(ROOT).as_posix() in NOTICE
    own = {"NotoSansSC-subset.ttf": "SIL Open Font License", "faces.tflite": "MIT License"}
    assert path.name not in own or re.search(rf"{path.name}.*?{own[path.name]}", NOTICE, re.DOTALL)


# ------------------------------------------------------------------------------ bill of materials


@pytest.fixture(scope="module")
def bill(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Made in another folder than the repository's, as text."""
    made = tmp_path_factory.mktemp("bill") / "sbom.json"
    subprocess.run([sys.executable, ROOT / "docs" / "sbom.py", made], cwd=made.parent, check=True)
    return made.read_text("utf-8")


def test_the_bill_is_valid_and_the_same_each_time(bill: str, tmp_path: Path) -> None:
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(bill) is None
    subprocess.run([sys.executable, ROOT / "docs" / "sbom.py", tmp_path / "sbom.json"], check=True)
    assert (tmp_path / "sbom.json").read_text("utf-8") == bill


def test_the_bill_names_no_registry_no_machine_and_no_time(bill: str) -> None:
    assert re.findall(r"https?://[^\"]*", bill) == ["http://cyclonedx.org/schema/bom-1.6.schema.json"]
    assert str(ROOT) not in bill
    made = json.loads(bill)
    assert "serialNumber" not in made
    assert made["metadata"].keys() == {"component"}


def test_the_bill_holds_every_pinned_package_with_its_hashes_and_licence(bill: str) -> None:
    parts = {part["name"]: part for part in json.loads(bill)["components"] if part["type"] == "library"}
    lock = (ROOT / "requirements" / "run.txt").read_text("utf-8")
    assert {f"{name}=={part['version']}" for name, part in parts.items()} == set(
        re.findall(r"^[a-z0-9.-]+==[^ ]+", lock, re.MULTILINE)
    )
    hashes = [each["content"] for part in parts.values() for each in part["externalReferences"][0]["hashes"]]
    assert sorted(hashes) == sorted(re.findall(r"--hash=sha256:(\w+)", lock))
    assert all(part["licenses"][0]["expression"] for part in parts.values())


def test_the_bill_holds_what_ships_with_its_checksums(bill: str) -> None:
    parts = {part["name"]: part for part in json.loads(bill)["components"] if "hashes" in part}
    shipped = [*shipped_weights().iterdir(), *(ROOT / "bot" / "fonts").glob("*.ttf")]
    names = {path.resolve().relative_to(ROOT).as_posix() for path in shipped} - {"model/weights/card.json"}
    assert parts.keys() == names
    for name, part in parts.items():
        assert part["hashes"] == [
            {"alg": "SHA-256", "content": hashlib.sha256((ROOT / name).read_bytes()).hexdigest()}
        ]


def test_what_the_bill_depends_on_is_in_it(bill: str) -> None:
    made = json.loads(bill)
    refs = {part["bom-ref"] for part in made["components"]}
    graph = {each["ref"]: each["dependsOn"] for each in made["dependencies"]}
    assert {other for others in graph.values() for other in others} == refs


# -------------------------------------------------------------------------------------- advisories


def _answer(*dependencies: dict[str, Any]) -> dict[str, Any]:
    return {"dependencies": list(dependencies), "fixes": []}


FINE = {"name": "yarl", "version": "1.25.1", "vulns": []}
HARMED = {
    "name": "pillow",
    "version": "1.0",
    "vulns": [
        {"id": "PYSEC-1", "fix_versions": ["1.1", "2.0"], "aliases": ["CVE-1"], "description": "long"},
        {"id": "GHSA-2", "fix_versions": [], "aliases": [], "description": ""},
    ],
}
SKIPPED = {"name": "pillow", "skip_reason": "Dependency not found and could not be audited: pillow (1.0)"}
PINNED = {"yarl": ["run", "test"], "pillow": ["run", "page", "test"]}


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        (_answer(FINE, {**HARMED, "vulns": []}), 0, "no known vulnerabilities in 2 of 2 pinned packages"),
        (_answer(FINE, HARMED), 1, "vulnerabilities found; advisories were asked about 2 of 2"),
        (_answer(HARMED), 1, "vulnerabilities found; advisories were asked about 1 of 2"),
        (_answer(FINE, SKIPPED), 3, "could not ask: advisories were asked about 1 of 2 .* not about pillow"),
        (_answer(FINE), 3, "not about pillow"),
        (_answer(), 3, "could not ask: advisories were asked about 0 of 2"),
    ],
    ids=["none", "found", "found, one not asked", "skipped", "left out", "no answer"],
)
def test_no_vulnerability_is_not_the_same_as_no_answer(answer: dict[str, Any], code: int, words: str) -> None:
    found, lines = AUDIT["verdict"](answer, PINNED)
    assert found == code
    assert re.search(words, lines[-1])


def test_a_vulnerability_is_named_with_its_locks_and_what_fixes_it() -> None:
    _, lines = AUDIT["verdict"](_answer(FINE, HARMED), PINNED)
    assert lines[:-1] == [
        "pillow 1.0 (in run, page, test): PYSEC-1, fixed in 1.1, 2.0",
        "pillow 1.0 (in run, page, test): GHSA-2, fixed in no release yet",
    ]


def test_all_that_is_pinned_for_this_machine_is_asked_about() -> None:
    text = (ROOT / "requirements" / "test.txt").read_text("utf-8")
    found = re.findall(r"^([a-z0-9.-]+)==[^ ]+ (?:; (.*?) )?\\$", text, re.MULTILINE)
    assert AUDIT["pins"]().keys() == {
        name for name, marker in found if not marker or Marker(marker).evaluate()
    }


def test_what_pip_audit_cannot_answer_is_an_answer_about_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "pip-audit"
    program.write_text("#!/bin/sh\necho 'no route to host' >&2\nexit 1\n")
    program.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    assert AUDIT["ask"]() == {"dependencies": []}
    assert "no route to host" in capfd.readouterr().err


# ----------------------------------------------------------------------------------------- weights


@pytest.fixture
def copied_weights(tmp_path: Path) -> Path:
    """What ships, as links but for the card: a test replaces the file that it changes."""
    folder = tmp_path / "weights"
    folder.mkdir()
    for path in shipped_weights().iterdir():
        (folder / path.name).symlink_to(path.resolve())
    card = folder / "card.json"
    content = card.read_bytes()
    card.unlink()
    card.write_bytes(content)
    return folder


@pytest.mark.parametrize("name", [*FILES, "alternate.tflite"])
@pytest.mark.parametrize("place", [0, 0.5, -1], ids=["first", "middle", "last"])
def test_one_bit_of_what_ships_makes_it_refused_in_one_line(
    name: str, place: float, copied_weights: Path
) -> None:
    path = copied_weights / name
    content = bytearray(path.read_bytes())
    content[int(len(content) * place) if place > 0 else int(place)] ^= 1
    path.unlink()
    path.write_bytes(content)
    with pytest.raises(WeightsError, match=rf"{name} is not the file its card names") as caught:
        Predictor(copied_weights, "late" if name == "alternate.tflite" else None)
    assert "\n" not in str(caught.value)


def test_a_card_cannot_lead_out_of_its_folder(copied_weights: Path, tmp_path: Path) -> None:
    """The names of the files are the code's: the card has their checksums, and no say in where they are."""
    shutil.copy(copied_weights / "text.tflite", tmp_path / "outside.tflite")
    (copied_weights / "text.tflite").unlink()
    path = copied_weights / "card.json"
    card = json.loads(path.read_text("utf-8"))
    card["files"]["../outside.tflite"] = card["files"].pop("text.tflite")
    path.write_text(json.dumps(card))
    with pytest.raises(WeightsError, match=r"card\.json cannot be read"):
        Predictor(copied_weights)
    card["files"]["text.tflite"] = {**card["files"]["../outside.tflite"], "path": "../outside.tflite"}
    path.write_text(json.dumps(card))
    with pytest.raises(WeightsError, match=r"text\.tflite is missing"):
        Predictor(copied_weights)


def test_what_the_card_does_not_name_is_not_opened(copied_weights: Path) -> None:
    (copied_weights / "more.tflite").write_bytes(b"not a network")
    opened: list[str] = []

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and isinstance(arguments[0], str | Path):
            opened.append(Path(arguments[0]).name)

    sys.addaudithook(hook)
    Predictor(copied_weights)
    assert "text.tflite" in opened
    assert "more.tflite" not in opened


# ------------------------------------------------------------------------------------------ pickle

UNPICKLERS = {"pickle", "_pickle", "cPickle", "cloudpickle", "dill", "joblib", "marshal", "shelve", "torch"}
TRAINING = {
    "model/encoders/pretrained.py",  # an unpickler of six names reads the file that training starts from
    "model/on_torch.py",
}
"""Modules that only training imports (`test_reading_loads_nothing_that_only_training_needs`)."""


def _sources() -> list[Path]:
    return sorted(path for half in ("bot", "model") for path in (ROOT / half).rglob("*.py"))


@pytest.mark.parametrize("path", _sources(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_module_reads_pickles(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if path.relative_to(ROOT).as_posix() not in TRAINING and isinstance(
            node, ast.Import | ast.ImportFrom
        ):
            names = (
                [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            )
            assert not {name.partition(".")[0] for name in names} & UNPICKLERS
        if isinstance(node, ast.keyword) and node.arg == "allow_pickle":
            assert isinstance(node.value, ast.Constant)
            assert node.value.value is False


@pytest.mark.parametrize("name", ["decode.py", "worker.py"])
def test_the_pipe_to_a_decoding_process_carries_bytes(name: str) -> None:
    """`Connection.send` and `recv` would pickle: a process that was taken over could then take the bot."""
    tree = ast.parse((ROOT / "bot" / "intake" / name).read_text("utf-8"))
    called = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not {"send", "recv"} & called
    assert {"send_bytes", "recv_bytes"} <= called


READING = """
import pickle, _pickle, shelve, sys
from pathlib import Path
import babel

OWN = Path(babel.__file__).parent
load, trusted, read_by_babel = pickle.load, [], set()

def refuse(*arguments, **options):
    raise AssertionError("something is unpickled")

def load_of_babel(file):  # its locales, from the pinned package
    if not Path(file.name).resolve().is_relative_to(OWN):
        refuse()
    read_by_babel.add(Path(file.name).suffix)
    trusted.append(file)
    try:
        return load(file)
    finally:
        trusted.pop()

class Refused:
    def __init__(self, *arguments, **options):
        refuse()

for module in (pickle, _pickle):
    module.load, module.loads, module.Unpickler = load_of_babel, refuse, Refused
pickle._Unpickler = Refused
shelve.open = refuse
sys.addaudithook(lambda event, _: event.startswith("pickle.") and not trusted and refuse())

import asyncio, importlib, pkgutil
import moodring.bot
for module in pkgutil.walk_packages(moodring.bot.__path__, "moodring.bot."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)

from moodring.bot.backends.litert import LiteRTBackend
from moodring.bot.intake.decode import DecodePool
from moodring.bot.store import Store
from moodring.model import Predictor, Sample

async def read():
    predictor = Predictor()
    pool = DecodePool(workers=1, timeout_s=30, memory_mib=512, open_faces=predictor.open_faces)
    picture = await pool.decode(Path(sys.argv[1]).read_bytes(), faces=True)
    await pool.aclose()
    prepared = predictor.prepare("what a day", [picture])
    [logits] = predictor.open().infer([prepared])
    store = await Store.open("sqlite+aiosqlite:///" + sys.argv[2])
    await store.aclose()
    print(predictor.conclude(prepared, logits, 0).emotion, *prepared.used)

asyncio.run(read())
assert "torch" not in sys.modules
assert read_by_babel == {".dat"}, read_by_babel
"""


def test_nothing_but_babels_locales_is_unpickled_from_the_start_to_an_answer(tmp_path: Path) -> None:
    picture = ROOT / "tests" / "data" / "smile.png"
    command = [sys.executable, "-c", READING, str(picture), str(tmp_path / "moodring.sqlite3")]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert "image:0" in done.stdout


# ---------------------------------------------------------------------------------------- the page


@pytest.mark.parametrize(
    "path",
    sorted(
        set(re.findall(r"`((?:bot|model|tests|docs|deploy|requirements|benchmarks)/[\w./-]+)`", SECURITY))
    ),
)
def test_what_the_security_page_names_is_there(path: str) -> None:
    assert (ROOT / path).exists()
