"""What is compared, and under what a pair is read."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Variant:
    """One contender.

    Attributes:
        name: Its name in files and tables.
        strategy: How it fuses, one of ``classifier.FUSIONS``.
        combine: How late fusion combines.
        options: What its fusion is built with beside the defaults.
        picture_text: Whether it reads the text found in pictures.
        faces: Whether it reads the faces found in them, which a guild has to ask for.
        hides: The modality that it is never shown, ``image`` or ``text``, or None.
        rates_of: The variant whose chosen rates it takes, or None to choose its own.
    """

    name: str
    strategy: str
    combine: str = "gated"
    options: Mapping[str, Any] = field(default_factory=dict)
    picture_text: bool = True
    faces: bool = False
    hides: str | None = None
    rates_of: str | None = None


_PROGRESSIVE: Final = Variant("progressive", "progressive")

STRATEGIES: Final = (
    Variant("early", "early"),
    Variant("late-concatenate", "late", "concatenate"),
    Variant("late-add", "late", "add"),
    Variant("late-gated", "late", "gated"),
    _PROGRESSIVE,
    replace(_PROGRESSIVE, name="words alone", hides="image"),
    replace(_PROGRESSIVE, name="pictures alone", hides="text"),
)
"""What is compared: the fusions, and what each modality is worth without the other."""

ABLATIONS: Final = tuple(
    replace(changed, name=f"progressive, {name}", rates_of="progressive")
    for name, changed in {
        "1 depth": replace(_PROGRESSIVE, options={"stages": 1}),
        "2 depths": replace(_PROGRESSIVE, options={"stages": 2}),
        "1 token": replace(_PROGRESSIVE, options={"tokens": 1}),
        "8 tokens": replace(_PROGRESSIVE, options={"tokens": 8}),
        "no gates": replace(_PROGRESSIVE, options={"gated": False}),
        "feedback": replace(_PROGRESSIVE, strategy="feedback"),
        "no text of pictures": replace(_PROGRESSIVE, picture_text=False),
        "with faces": replace(_PROGRESSIVE, faces=True),
    }.items()
)
"""Progressive fusion with one thing changed."""

CONDITIONS: Final = (
    "both",
    "no image",
    "no text",
    "another's image",
    "another's text",
    "noisy image",
    "noisy text",
)
"""What a held-out pair is read under."""
