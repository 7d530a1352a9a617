"""What the parts of the reliability run share: what they found, and where the stand-in for Discord is."""

import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the report.

    Attributes:
        tried: What was done to the bot.
        count: How often.
        promise: What has to hold.
        held: Whether it did.
        figures: What was measured.
    """

    tried: str
    count: int
    promise: str
    held: bool
    figures: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a part found.

    Attributes:
        part: Its name.
        rows: Its lines.
        lost: Settled facts that were lost; None where that is not known.
        faults: What did not hold, in words.
        seed: Of what was random.
    """

    part: str
    rows: list[Row]
    lost: int | None = 0
    faults: list[str] = field(default_factory=list)
    seed: int | None = None


def on_the_wire() -> None:
    """Let the modules of ``tests/wire`` be imported."""
    wire = str(ROOT / "tests" / "wire")
    if wire not in sys.path:
        sys.path.insert(0, wire)
