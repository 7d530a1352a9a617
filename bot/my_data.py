"""What is kept about a person, as a file for that person."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from . import texts
from .store.repositories import utc


def my_data_file(kept: Mapping[str, Sequence[Mapping[str, Any]]]) -> bytes:
    """Return a JSON file: by name of the table its rows, with ids as strings, as Discord writes them.

    Args:
        kept: What `Store.about` found.
    """
    tables = {
        table.removeprefix("moodring_"): [
            {name: _plain(name, value) for name, value in row.items()} for row in rows
        ]
        for table, rows in kept.items()
    }
    return json.dumps({"about": texts.say("my-data-about"), **tables}, indent=2, ensure_ascii=False).encode()


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, datetime):
        return utc(value).isoformat()
    is_id = name == "id" or name.endswith("_id")
    return str(value) if is_id and value is not None else value
