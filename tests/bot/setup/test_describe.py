"""What is said of settings: each with its value, as people read it, and never longer than a message."""

from typing import Any

import discord
import pytest

from moodring.bot import texts
from moodring.bot.boxes import Layout
from moodring.bot.guild_settings import PRESETS, GuildSettings
from moodring.bot.setup import describe
from moodring.bot.store import Watch

DEFAULTS = GuildSettings()
NAMES = tuple(GuildSettings.model_fields)


def words(view: Layout) -> str:
    return "\n".join(
        each.content for each in view.walk_children() if isinstance(each, discord.ui.TextDisplay)
    )


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("log_channel_id", None, "none"),
        ("log_channel_id", 5, "<#5>"),
        ("digest_channel_id", None, "none"),
        ("digest_channel_id", 5, "<#5>"),
        ("exempt_role_ids", [], "none"),
        ("exempt_role_ids", [5, 6], "<@&5>, <@&6>"),
        ("exempt_channel_ids", [5, 6], "<#5>, <#6>"),
        ("language", "en", "English"),
        ("flag_toxicity", 0.8, "80\N{NO-BREAK SPACE}%"),
        ("min_confidence", 0.123456, "12.3456\N{NO-BREAK SPACE}%"),
        ("faces", True, "on"),
        ("faces", False, "off"),
        ("cooldown_s", 10, "10 s"),
        ("timeout_minutes", 60, "60 min"),
        ("retention_days", 30, "30 days"),
        ("heat_line", "", "none"),
        ("heat_line", "Easy now.", "“Easy now.”"),
        ("heat_line", "*Easy* @everyone", "“\\*Easy\\* @\u200beveryone”"),
    ],
)
def test_a_value_is_said_as_people_read_it(name: str, value: Any, said: str) -> None:
    assert describe.value(name, DEFAULTS.changed(**{name: value})) == said


def test_long_values_are_shortened() -> None:
    long = DEFAULTS.changed(exempt_role_ids=range(1, 26), warn_line="x" * 500)
    roles = describe.value("exempt_role_ids", long)
    assert roles.startswith("<@&1>, ")
    assert roles.endswith("<@&10>, and 15 more")
    assert describe.value("warn_line", long) == f"“{'x' * (describe.SHOWN_CHARACTERS - 1)}…”"


@pytest.mark.parametrize("name", ["distress_help", "warn_line"])
def test_what_we_say_ourselves_is_shown_in_full(name: str) -> None:
    assert describe.value(name, DEFAULTS) == f"“{DEFAULTS.words(name)}”"


@pytest.mark.parametrize("name", NAMES)
def test_a_setting_stands_on_two_lines_with_what_it_does(name: str) -> None:
    head, about = describe.line(name, DEFAULTS).splitlines()
    assert head == f"**{describe.title(name)}**: {describe.value(name, DEFAULTS)}"
    assert about == f"-# {describe.description(name)}"


@pytest.mark.parametrize("preset", PRESETS)
def test_the_sensitivity_is_called_by_its_preset(preset: str) -> None:
    of_preset = DEFAULTS.changed(**PRESETS[preset])
    assert describe.sensitivity(of_preset).startswith(f"**Sensitivity**: {texts.say(f'preset-{preset}')}\n")
    assert "Own numbers" in describe.sensitivity(of_preset.changed(flag_anger=0.5))


@pytest.mark.parametrize(
    ("count", "last"), [(0, "**Watched channels**: none"), (1, "- <#1>: flag, reply"), (12, "- and 2 more")]
)
def test_watched_channels_are_listed_up_to_a_point(count: int, last: str) -> None:
    found = [Watch(number, 1, frozenset({"reply", "flag"})) for number in range(1, count + 1)]
    assert describe.watches(found).splitlines()[-1] == last


def test_a_channel_where_nothing_follows_is_only_counted() -> None:
    assert describe.watches([Watch(1, 1, frozenset())]).endswith("- <#1>: count only")


def test_the_list_has_every_setting_and_says_who_may_change_them() -> None:
    shown = words(describe.show_box(DEFAULTS, [Watch(5, 1, frozenset({"flag"}))]))
    assert all(describe.title(name) in shown for name in NAMES)
    assert "- <#5>: flag" in shown
    assert shown.endswith(texts.say("setup-who"))


def test_the_docs_get_a_row_for_each_setting_and_each_preset() -> None:
    rows = describe.table().splitlines()
    assert [row.split("`")[1] for row in rows[2:]] == [
        name for names in describe.FIELDS.values() for name in names
    ]
    presets = describe.presets_table().splitlines()
    assert [row.split(" | ")[0] for row in presets[2:]] == ["| Calm", "| Balanced", "| Watchful"]
    assert len({row.count("|") for row in presets}) == 1
