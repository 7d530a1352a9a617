"""A person's file holds all that was found, in a form that any reader understands."""

import json
from datetime import UTC, datetime

from moodring.bot import texts
from moodring.bot.my_data import my_data_file


def test_ids_are_text_and_times_have_a_zone() -> None:
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC).replace(tzinfo=None)  # as SQLite hands it out
    row = {
        "id": 1,
        "author_id": 1 << 62,
        "guild_id": None,
        "at": noon,
        "scores": {"anger": 0.5},
    }
    assert json.loads(my_data_file({"moodring_cases": [row]})) == {
        "about": texts.say("my-data-about"),
        "cases": [
            {
                "id": "1",
                "author_id": "4611686018427387904",
                "guild_id": None,
                "at": "2026-01-01T12:00:00+00:00",
                "scores": {"anger": 0.5},
            }
        ],
    }
