"""What a server may set describes itself, has its bounds, and tells a fault without repeating it."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodring.bot import texts
from moodring.bot.guild_settings import MAX_EXEMPT, MAX_LINE, PRESETS, GuildSettings, GuildSettingsError
from moodring.bot.rules import Exempt, Group
from moodring.bot.setup.describe import FIELDS
from moodring.bot.texts import LANGUAGES

NAMES = tuple(GuildSettings.model_fields)
SHARES = (*PRESETS["balanced"], "min_confidence")
DEFAULTS = GuildSettings()
SECRET = "hunter2"  # stands for whatever somebody wrote where a setting is expected


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_says_what_it_is_and_does(name: str) -> None:
    assert texts.say(f"setting-{name}")
    assert texts.say(f"setting-{name}.about").endswith(".")


def test_every_setting_is_on_exactly_one_page_of_the_panel() -> None:
    on_pages = Counter(name for names in FIELDS.values() for name in names)
    assert on_pages == Counter(NAMES)


def test_no_two_settings_have_the_same_title() -> None:
    for language in LANGUAGES:
        with texts.speaking(language):
            assert len({texts.say(f"setting-{name}") for name in NAMES}) == len(NAMES)


# --- presets ----------------------------------------------------------------------------------------------


def test_presets_differ_in_nothing_but_their_numbers() -> None:
    assert {frozenset(numbers) for numbers in PRESETS.values()} == {frozenset(PRESETS["balanced"])}


@pytest.mark.parametrize("name", PRESETS["balanced"])
def test_a_calmer_preset_has_no_lower_bar(name: str) -> None:
    bars = [PRESETS[preset][name] for preset in ("calm", "balanced", "watchful")]
    assert bars == sorted(bars, reverse=True)
    if name.startswith("flag_"):
        assert len(set(bars)) == 3


@pytest.mark.parametrize("preset", PRESETS)
def test_nothing_is_acted_on_that_would_not_be_flagged(preset: str) -> None:
    bars = DEFAULTS.changed(**PRESETS[preset]).bars
    for group, bar in bars.act.items():
        flag = bars.flag[group]
        assert bar is not None
        assert flag is not None
        assert bar >= flag


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_is_known_by_its_numbers(preset: str) -> None:
    settings = DEFAULTS.changed(**PRESETS[preset])
    assert settings.preset == preset
    assert settings.changed(flag_anger=0.123).preset is None
    assert settings.changed(faces=True).preset == preset


def test_a_server_begins_balanced() -> None:
    assert DEFAULTS.preset == "balanced"


# --- values and their bounds ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        *((name, [0, 0.5, 1], [-0.001, 1.001, float("nan"), float("inf"), "much", None]) for name in SHARES),
        ("language", ["auto", *LANGUAGES], ["fr", "", None]),
        ("log_channel_id", [None, 1, 2**63 - 1], [0, -1, 2**63, "general"]),
        ("digest_channel_id", [None, 1, 2**63 - 1], [0, -1, 2**63, "general"]),
        ("exempt_role_ids", [[], list(range(1, MAX_EXEMPT + 1))], [[0], [2**63], range(1, MAX_EXEMPT + 2)]),
        ("exempt_channel_ids", [[], list(range(1, MAX_EXEMPT + 1))], [["x"], [[1]], {"1": 2}]),
        ("faces", [True, False], ["perhaps", None, 2]),
        ("cooldown_s", [0, 3600], [-1, 3601, 1.5, "soon"]),
        ("heat_line", [None, "", "x" * MAX_LINE], ["x" * (MAX_LINE + 1), 5]),
        ("timeout_minutes", [1, 7 * 24 * 60], [0, 7 * 24 * 60 + 1]),
        ("direct_messages", [True, False], [[]]),
        ("retention_days", [365], [7, 366]),
    ],
)
def test_a_setting_takes_what_is_within_its_bounds(name: str, good: list[Any], bad: list[Any]) -> None:
    for value in good:
        taken = getattr(DEFAULTS.changed(**{name: value}), name)
        assert taken == (tuple(value) if isinstance(value, list) else value)
    for value in bad:
        with pytest.raises(GuildSettingsError):
            DEFAULTS.changed(**{name: value})


@pytest.mark.parametrize("name", NAMES)
def test_a_fault_names_the_setting_on_one_line_and_repeats_no_value(name: str) -> None:
    with pytest.raises(GuildSettingsError) as caught:
        GuildSettings.parse({name: SECRET * 100})
    assert str(caught.value).startswith(f"“{texts.say(f'setting-{name}')}” ")
    assert SECRET not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"colour": SECRET}, "colour is not a setting"),
        ({"two\nlines": 1}, "a name in it is not a setting"),
        ({"x" * 3000: 1}, "a name in it is not a setting"),
        ({"@everyone": 1}, "a name in it is not a setting"),
        ([SECRET], "this is not a list of settings"),
        (None, "this is not a list of settings"),
    ],
)
def test_what_is_no_setting_is_told_without_its_value(values: object, said: str) -> None:
    with pytest.raises(GuildSettingsError) as caught:
        GuildSettings.parse(values)
    assert str(caught.value) == said


def test_a_change_that_is_refused_leaves_the_settings_as_they_were() -> None:
    settings = DEFAULTS.changed(cooldown_s=60)
    with pytest.raises(GuildSettingsError):
        settings.changed(faces=True, cooldown_s=-1)
    assert settings == DEFAULTS.changed(cooldown_s=60)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            **{name: st.floats(0, 1) for name in SHARES},
            "log_channel_id": st.none() | st.integers(1, 2**63 - 1),
            "exempt_role_ids": st.lists(st.integers(1, 2**63 - 1), max_size=MAX_EXEMPT),
            "faces": st.booleans(),
            "heat_line": st.text(max_size=MAX_LINE),
        },
    )
)
def test_what_differs_from_the_defaults_is_all_that_has_to_be_kept(values: dict[str, Any]) -> None:
    settings = GuildSettings.parse(values)
    kept = settings.differing()
    assert GuildSettings.parse(kept) == settings
    assert set(kept) <= set(values)


def test_the_rules_get_bars_and_exemptions() -> None:
    settings = DEFAULTS.changed(
        flag_toxicity=0.1,
        flag_anger=0.2,
        flag_distress=0.3,
        act_toxicity=0.4,
        act_anger=0.5,
        exempt_role_ids=[7, 8],
        exempt_channel_ids=[9],
    )
    assert settings.bars.flag == {Group.TOXICITY: 0.1, Group.ANGER: 0.2, Group.DISTRESS: 0.3}
    assert settings.bars.act == {Group.TOXICITY: 0.4, Group.ANGER: 0.5}
    assert settings.exempt == Exempt(frozenset({7, 8}), frozenset({9}))
