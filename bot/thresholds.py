"""Thresholds as people write them, in a shell and in Discord."""

from typing import Final

from . import texts

MAX_THRESHOLDS: Final = 20
"""Thresholds of one backtest: more would not be read by anybody."""

QUOTED_CHARACTERS: Final = 20
"""Of what could not be read, so much is repeated."""


class ThresholdsError(ValueError):
    """What was written are no thresholds; the message is one line for people."""


def parse_thresholds(text: str) -> tuple[float, ...]:
    """Read thresholds with commas between them; duplicates are dropped, the lowest comes first.

    Args:
        text: Such as ``".7, .85"``, or in per cent, ``"70, 85 %"``: so is read what is above 1.

    Returns:
        The thresholds, each above 0 and at most 1.

    Raises:
        ThresholdsError: One is none, or there are too many.
    """
    thresholds = {_threshold(part.strip()) for part in text.split(",")}
    if len(thresholds) > MAX_THRESHOLDS:
        raise ThresholdsError(texts.say("thresholds-many", most=MAX_THRESHOLDS))
    return tuple(sorted(thresholds))


def _threshold(written: str) -> float:
    quoted = written if len(written) <= QUOTED_CHARACTERS else f"{written[:QUOTED_CHARACTERS]}…"
    quoted = repr(quoted)[1:-1]  # on one line, whatever is in it
    try:
        number = float(written.removesuffix("%"))
    except ValueError:
        raise ThresholdsError(texts.say("threshold-no-number", written=quoted)) from None
    if written.endswith("%") or number > 1:
        number = round(number / 100, 6)
    if not 0 < number <= 1:
        raise ThresholdsError(texts.say("threshold-range", written=quoted))
    return number
