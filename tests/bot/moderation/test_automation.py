"""A trial has to run its week, with the bars that it is about."""

from datetime import UTC, datetime, timedelta

import pytest

from moodring.bot.guild_settings import GuildSettings
from moodring.bot.moderation.automation import TRIAL, Automation, after_change
from moodring.bot.moderation.cases import Action

SINCE = datetime(2026, 1, 2, tzinfo=UTC)
DEFAULTS = GuildSettings()


@pytest.mark.parametrize(
    ("active", "passed", "may"),
    [
        (False, TRIAL - timedelta(seconds=1), False),
        (False, TRIAL, True),
        (True, TRIAL, False),
    ],
)
def test_an_action_is_switched_on_once_its_trial_is_over(active: bool, passed: timedelta, may: bool) -> None:
    automation = Automation(1, Action.DELETE, SINCE, active)
    assert automation.may_be_switched_on(SINCE + passed) is may


@pytest.mark.parametrize("active", [False, True])
@pytest.mark.parametrize("changes", [{"act_toxicity": 0.9}, {"flag_toxicity": 0.9}, {"act_anger": 0.9}])
def test_with_other_bars_the_trial_begins_anew_and_nothing_is_done(
    active: bool, changes: dict[str, float]
) -> None:
    later = SINCE + timedelta(days=9)
    automation = Automation(1, Action.TIME_OUT, SINCE, active)
    after = after_change(automation, DEFAULTS, DEFAULTS.changed(**changes), later)
    assert after == Automation(1, Action.TIME_OUT, later, active=False)


def test_other_settings_leave_a_trial_alone() -> None:
    automation = Automation(1, Action.DELETE, SINCE, active=True)
    after = after_change(automation, DEFAULTS, DEFAULTS.changed(faces=True), SINCE + TRIAL)
    assert after == automation


def test_where_there_is_no_action_none_comes_of_a_change() -> None:
    assert after_change(None, DEFAULTS, DEFAULTS.changed(act_toxicity=0.9), SINCE) is None
