"""The format of scenarios: what is read, and how a mistake is told."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodring.bot.local.scenario import Runs, Says, ScenarioError, Waits, load_scenario, read_picture

STEP = '[[step]]\nwho = "bob"\nchannel = "general"\nsays = "hello"\n'


def written(folder: Path, text: str) -> Path:
    path = folder / "talk.toml"
    path.write_text(text, "utf-8")
    return path


def test_steps_are_read_in_order(tmp_path: Path) -> None:
    text = f"""
        title = "Two words"
        {STEP}
        [[step]]
        waits = 1.5
        [[step]]
        who = "admin"
        channel = "staff"
        runs = "/watch start"
        with = {{ channel = "general", mode = "react" }}
    """
    scenario = load_scenario(written(tmp_path, text))
    first, second, third = scenario.steps
    assert isinstance(first, Says)
    assert isinstance(second, Waits)
    assert isinstance(third, Runs)
    assert [step.described() for step in scenario.steps] == [
        "bob in #general: hello",
        "1.5 seconds pass",
        "admin in #staff: /watch start channel: general mode: react",
    ]
    assert scenario.message_content


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("title", "not valid TOML"),
        ('title = "x"', "step: missing"),
        (f"{STEP}", "title: missing"),
        (f'title = "x"\nauthor = "y"\n{STEP}', "author: unknown key"),
        (f'title = "x"\n{STEP}runs = "/analyze"', "step 1: a step needs exactly one of says, runs, menu"),
        ('title = "x"\n[[step]]\nwho = "bob"', "step 1: a step needs exactly one of"),
        (f'title = "x"\n{STEP.replace("bob", "eve")}', "step 1, who: Input should be 'admin'"),
        (f'title = "x"\n{STEP.replace("general", "attic")}', "step 1, channel: Input should be 'general'"),
        (f'title = "x"\n{STEP}{STEP.replace("channel", "chanel")}', "step 2, channel: missing"),
        (f'title = "x"\n{STEP}color = "red"', "step 1, color: unknown key"),
        (
            f'title = "x"\n{STEP}expect = {{ emotion = "bliss" }}',
            "step 1, expect, emotion: 'bliss' is none of",
        ),
        (f'title = "x"\n{STEP}expect = {{ emotions = "joy" }}', "step 1, expect, emotions: unknown key"),
        (f'title = "x"\n{STEP}expect = {{ confidence = [0.5, 5] }}', "step 1, expect, confidence, 1: Input"),
        (
            f'title = "x"\n{STEP}expect = {{ silence = false }}',
            "step 1, expect, silence: Input should be True",
        ),
        (f'title = "x"\n{STEP}reply_to = "hi"', "step 1, reply_to: no earlier step is named 'hi'"),
        (f'title = "x"\n{STEP}expect = {{ edited = "hi" }}', "step 1, edited: no earlier step is named 'hi'"),
        (f'title = "x"\n{STEP}as = "hi"\n{STEP}as = "hi"', "step 2, as: 'hi' names an earlier step already"),
    ],
)
def test_a_mistake_is_told_in_one_line_that_names_its_place(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(ScenarioError) as raised:
        load_scenario(written(tmp_path, text))
    assert str(raised.value).startswith(told)
    assert "\n" not in str(raised.value)


def test_a_file_that_is_missing_or_no_text_is_told(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="cannot be read"):
        load_scenario(tmp_path / "none.toml")
    (tmp_path / "picture.toml").write_bytes(b"\xff\xd8\xff")
    with pytest.raises(ScenarioError, match="not valid TOML"):
        load_scenario(tmp_path / "picture.toml")


keys = st.sampled_from(["who", "channel", "says", "runs", "with", "as", "expect", "waits", "restarts", "to"])
values = st.one_of(st.text(max_size=8), st.integers(), st.booleans(), st.lists(st.integers(), max_size=2))


@given(st.lists(st.dictionaries(keys, values, max_size=5), min_size=1, max_size=3))
def test_whatever_a_table_holds_it_is_read_or_told(
    tmp_path_factory: pytest.TempPathFactory, steps: list[dict[str, object]]
) -> None:
    lines = ['title = "x"']
    for step in steps:
        lines.append("[[step]]")
        lines += [f"{key} = {_toml(value)}" for key, value in step.items()]
    path = written(tmp_path_factory.mktemp("scenario"), "\n".join(lines))
    try:
        told = [step.described() for step in load_scenario(path).steps]
    except ScenarioError as error:
        told = str(error).splitlines()
        steps = [{}]  # one line, however many steps
    assert len(told) == len(steps)


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        escaped = "".join(f"\\U{ord(character):08x}" for character in value)
        return f'"{escaped}"'
    return str(value)


def test_a_picture_beside_the_scenario_comes_before_a_shipped_one(tmp_path: Path) -> None:
    shipped = read_picture("cat.jpg", tmp_path)
    (tmp_path / "cat.jpg").write_bytes(b"another cat")
    assert read_picture("cat.jpg", tmp_path) == b"another cat" != shipped


def test_a_picture_that_is_nowhere_is_told(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"no picture 'dog\.jpg' beside the scenario"):
        read_picture("dog.jpg", tmp_path)


@pytest.mark.parametrize(
    "text",
    [f"a = {'[' * 3000}", f"a = {'{a=' * 3000}", f"a = {'9' * 5000}"],
    ids=["lists", "tables", "digits"],
)
def test_what_exceeds_pythons_bounds_is_one_line_too(tmp_path: Path, text: str) -> None:
    with pytest.raises(ScenarioError, match="too long, or it is nested too deeply"):
        load_scenario(written(tmp_path, text))


def test_an_unknown_key_is_named_on_one_line_whatever_is_in_it(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as refused:
        load_scenario(written(tmp_path, f'title = "x"\n"\\u001b[31m\\n" = 1\n{STEP}'))
    assert str(refused.value) == r"'\x1b[31m\n': unknown key"


@pytest.mark.parametrize(
    "name", ["../secret.png", "/etc/hostname", "folder/cat.jpg", "x" * 300, "\0", "", ".."]
)
def test_a_picture_is_a_file_beside_the_scenario_and_nowhere_else(tmp_path: Path, name: str) -> None:
    beside = tmp_path / "scenarios"
    (beside / "folder").mkdir(parents=True)
    (beside / "folder" / "cat.jpg").write_bytes(b"x")
    (tmp_path / "secret.png").write_bytes(b"x")
    with pytest.raises(ScenarioError, match="no picture"):
        read_picture(name, beside)
