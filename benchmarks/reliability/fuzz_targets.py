"""What is fuzzed: for each parser a function from bytes to nothing, and what it may do with them.

A target hands bytes over as strangers would. What is documented may be raised, and is expected to be one line
for people; anything else that is raised is a fault, and so is a promise of ``fuzz_promises`` that is broken.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import fuzz_files as files
import fuzz_seeds as seeds
import fuzz_words as words
from fuzz_promises import Read


@dataclass(frozen=True, slots=True)
class Target:
    """Something to fuzz.

    Attributes:
        share: How many inputs it gets, relative to the others; dear ones get fewer.
        limit_ms: Processor time that an input may take, instruments included.
        longest: Bytes of an input that mutation makes.
        seeds: What to start from.
        open: Prepares it, in its own process and its own empty folder.
        words: What mutation puts in.
        parsers: Pure Python packages of others whose branches guide mutation beside Moodring's own.
        repair: What makes a mutated input pass its first check.
    """

    share: int
    limit_ms: int
    longest: int
    seeds: Callable[[], Sequence[bytes]]
    open: Callable[[Path], Read]
    words: Sequence[str] = ()
    parsers: Sequence[str] = ()
    repair: Callable[[bytes], bytes] | None = None


def _encoded(*written: str) -> Callable[[], list[bytes]]:
    return lambda: [each.encode() for each in written]


def _environments() -> list[bytes]:
    return [form + each.encode() for each in seeds.ENVIRONMENT for form in (b"", b"e")]


def _json(*records: object) -> Callable[[], list[bytes]]:
    return lambda: [*map(seeds.encoded, records), *(each.encode() for each in seeds.DEEP)]


_CARDS: Final = (b"\0", b"\0\0\x10\x04null", b"\xff", b"\0\0\0\0" + b"[" * 4000)

TARGETS: Final[dict[str, Target]] = {
    "text": Target(100, 3000, 512, seeds.texts, words.open_text, seeds.MARKUP),
    "answers": Target(50, 3000, 512, seeds.texts, words.open_answers, seeds.MARKUP),
    "catalogues": Target(220, 1000, 512, seeds.texts, words.open_catalogues, seeds.MARKUP),
    "logs": Target(220, 500, 512, seeds.texts, words.open_logs, seeds.CONTROLS),
    "custom_ids": Target(200, 500, 128, _encoded(*seeds.CUSTOM_IDS), words.open_custom_ids, seeds.ID_PARTS),
    "numbers": Target(60, 500, 64, _encoded(*seeds.NUMBERS), words.open_numbers, seeds.NUMBER_PARTS),
    "lines": Target(60, 500, 512, _encoded(*seeds.LINES, *seeds.DEEP), files.open_lines, seeds.JSON),
    "settings_file": Target(50, 1000, 1200, _json(seeds.SETTINGS_FILE), files.open_settings_file, seeds.JSON),
    "environment": Target(
        20, 1000, 400, _environments, files.open_environment, seeds.DOTENV, parsers=("dotenv",)
    ),
    "scenario": Target(
        60,
        1000,
        800,
        _encoded(seeds.SCENARIO, *seeds.DEEP),
        files.open_scenario,
        seeds.TOML,
        parsers=("tomllib",),
    ),
    "export": Target(
        60, 1000, 800, _json(seeds.EXPORT, seeds.EXPORT["messages"]), files.open_export, seeds.JSON
    ),
    "weights": Target(100, 1000, 512, lambda: _CARDS, files.open_weights, seeds.JSON),
    "images": Target(
        400,
        2000,
        4096,
        seeds.images,
        files.open_images,
        seeds.CHUNKS,
        parsers=("PIL",),
        repair=seeds.repaired,
    ),
}
"""All targets. Shares are relative: what is quick gets most of the inputs."""
