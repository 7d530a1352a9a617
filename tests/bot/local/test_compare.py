"""What a scenario's report says of what was expected and what came."""

import pytest

from moodring.bot.local.compare import one_line


@pytest.mark.parametrize("text", ["one\ntwo", "\x1b[2J\x1b]0;title\x07", "a\x85b\u2028c\u202e"])
def test_what_a_scenario_says_is_one_line_in_a_terminal(text: str) -> None:
    assert one_line(text).isprintable()
