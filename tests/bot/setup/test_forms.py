"""Forms: what stands in them is what a setting is, and nonsense is told."""

from typing import Any

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodring.bot import texts
from moodring.bot.guild_settings import MAX_LINE, WORDS, GuildSettings, GuildSettingsError
from moodring.bot.setup import describe
from moodring.bot.setup.forms import NUMBERS, Form, as_written, read

DEFAULTS = GuildSettings()
SHARES = tuple(name for name in GuildSettings.model_fields if describe.is_share(name))
NUMBER_NAMES = tuple(name for names in NUMBERS.values() for name in names)


@pytest.mark.parametrize("names", [*NUMBERS.values(), tuple(WORDS)])
def test_a_form_keeps_within_what_discord_takes(names: tuple[str, ...]) -> None:
    async def unused(*_: Any) -> None:
        raise AssertionError("nobody submits")

    full = DEFAULTS.changed(**dict.fromkeys(WORDS, "x" * MAX_LINE))
    labels = Form(names, full, unused).children
    assert len(labels) <= 5
    for name, label in zip(names, labels, strict=True):
        assert isinstance(label, discord.ui.Label)
        assert isinstance(label.component, discord.ui.TextInput)
        assert len(label.text) <= 45
        assert len(label.description or "") <= 100
        assert describe.description(name).startswith((label.description or "").removesuffix("…"))
        assert label.component.default == as_written(name, full)
        assert len(label.component.default) <= (label.component.max_length or 0)


@pytest.mark.parametrize(
    ("name", "written", "value"),
    [
        ("flag_toxicity", "85", 0.85),
        ("flag_toxicity", "85 %", 0.85),
        ("flag_toxicity", "85,5", 0.855),
        ("flag_toxicity", " 85.25% ", 0.8525),
        ("flag_toxicity", "0", 0.0),
        ("flag_toxicity", "100", 1.0),
        ("cooldown_s", " 60 ", "60"),
        ("heat_line", "  Easy, 100 % now. ", "Easy, 100 % now."),
    ],
)
def test_what_was_written_is_read(name: str, written: str, value: object) -> None:
    assert read(name, written) == value


@pytest.mark.parametrize("name", WORDS)
def test_a_text_that_is_left_as_it_stands_stays_the_catalogues(name: str) -> None:
    assert read(name, as_written(name, DEFAULTS)) is None
    with texts.speaking("de"):
        assert read(name, as_written(name, DEFAULTS)) is None
        own = DEFAULTS.changed(**{name: "Own words"})
        assert read(name, as_written(name, own)) == "Own words"


@pytest.mark.parametrize("written", ["", "%", "much", "100.1", "-1", "nan", "inf", "8 5", "1,000.5"])
def test_what_is_no_per_cent_is_told_as_such(written: str) -> None:
    with pytest.raises(GuildSettingsError) as caught:
        read("min_confidence", written)
    assert str(caught.value) == "“Answer from” takes a number from 0 to 100"


@given(st.sampled_from(SHARES), st.integers(0, 1_000_000))
def test_a_share_that_was_written_stays_when_the_form_is_sent_unchanged(name: str, millionths: int) -> None:
    settings = DEFAULTS.changed(**{name: millionths / 1_000_000})
    assert read(name, as_written(name, settings)) == getattr(settings, name)


@given(st.sampled_from(SHARES), st.floats(0, 1))
def test_any_share_fits_into_its_field(name: str, share: float) -> None:
    written = as_written(name, DEFAULTS.changed(**{name: share}))
    assert len(written) <= 8
    assert read(name, written) == pytest.approx(share, abs=1e-6)


@given(
    st.sampled_from(NUMBER_NAMES), st.text(max_size=8) | st.from_regex(r"-?\d{1,3}[.,]?\d?%?", fullmatch=True)
)
def test_anything_written_becomes_settings_or_one_line(name: str, written: str) -> None:
    settings, why = DEFAULTS, ""
    try:
        settings = DEFAULTS.changed(**{name: read(name, written)})
    except GuildSettingsError as error:
        why = str(error)
    assert why.isprintable()
    assert settings.changed(**{name: getattr(DEFAULTS, name)}) == DEFAULTS
