"""What a server may set, in one place: its values and their bounds.

The panel, ``/setup show``, the docs and the file of an export are all made of this class. What people read of
a setting stands in the catalogues.
"""

import re
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from . import texts
from .rules import Bars, Exempt, Group

MAX_EXEMPT: Final = 25
"""Roles, and channels, that may be exempt: as many as one menu of Discord's offers."""

MAX_LINE: Final = 500
"""Characters of a text that a server writes for Moodring to say."""

LONGEST_COOLDOWN_S: Final = 3600
"""An hour: whoever wants fewer answers stops the watch."""

LONGEST_RETENTION_DAYS: Final = 365

Id = Annotated[int, Field(gt=0, lt=2**63)]
Ids = Annotated[tuple[Id, ...], Field(max_length=MAX_EXEMPT)]
Share = Annotated[float, Field(ge=0, le=1)]
Line = Annotated[str, Field(max_length=MAX_LINE)]

PRESETS: Final[dict[str, dict[str, float]]] = {
    "calm": {
        "flag_toxicity": 0.92,
        "flag_anger": 0.95,
        "flag_distress": 0.99,
        "act_toxicity": 0.97,
        "act_anger": 1.0,
    },
    "balanced": {
        "flag_toxicity": 0.8,
        "flag_anger": 0.9,
        "flag_distress": 0.98,
        "act_toxicity": 0.95,
        "act_anger": 1.0,
    },
    "watchful": {
        "flag_toxicity": 0.7,
        "flag_anger": 0.8,
        "flag_distress": 0.95,
        "act_toxicity": 0.95,
        "act_anger": 1.0,
    },
}
"""Names for sets of numbers, chosen on dev; ``benchmarks/presets.py`` measures them."""


WORDS: Final = {"heat_line": None, "distress_help": "distress-help", "warn_line": "warn-line"}
"""Texts that a server may write, and the catalogue's text where it wrote none: None where nothing is said."""

_FAULTS: Final[dict[str, tuple[str, str | None]]] = {
    "greater_than_equal": ("fault-at-least", "ge"),
    "less_than_equal": ("fault-at-most", "le"),
    "string_too_long": ("fault-too-long", "max_length"),
    "too_long": ("fault-too-many", "max_length"),
    "int_parsing": ("fault-number", None),
    "float_parsing": ("fault-number", None),
}
"""What is said of pydantic's errors by type, and what it calls the bound."""

_NAME: Final = re.compile("[a-z_]{1,40}")


class GuildSettingsError(ValueError):
    """A file of settings that cannot be taken; the message is one line for people."""


class GuildSettings(BaseModel):
    """How Moodring behaves in a server; the catalogues say what each field does (``setting-…``)."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    language: Literal["auto"] | texts.Language = "auto"
    log_channel_id: Id | None = None
    digest_channel_id: Id | None = None
    exempt_role_ids: Ids = ()
    exempt_channel_ids: Ids = ()
    flag_toxicity: Share = PRESETS["balanced"]["flag_toxicity"]
    flag_anger: Share = PRESETS["balanced"]["flag_anger"]
    flag_distress: Share = PRESETS["balanced"]["flag_distress"]
    act_toxicity: Share = PRESETS["balanced"]["act_toxicity"]
    act_anger: Share = PRESETS["balanced"]["act_anger"]
    faces: bool = False
    ocr: bool = True
    min_confidence: Share = 0.7  # rather silent than wrong: bots that speak up too easily are removed
    # By default at most six answers a minute in a lively channel.
    cooldown_s: int = Field(default=10, ge=0, le=LONGEST_COOLDOWN_S)
    heat_notes: bool = True
    heat_line: Line | None = None
    distress_help: Line | None = None
    warn_line: Line | None = None
    # The longest that Discord's own menu offers; an appeal must come after it.
    timeout_minutes: int = Field(default=60, ge=1, le=7 * 24 * 60)
    direct_messages: bool = False
    # Eight at least: the trial of an automatic action takes seven.
    retention_days: int = Field(default=30, ge=8, le=LONGEST_RETENTION_DAYS)

    def words(self, name: str) -> str:
        """Return a text that a server may write for Moodring to say.

        Args:
            name: The setting, one of `WORDS`. Unless it has a value the catalogue's text is said, in the
                language that is spoken.

        Raises:
            KeyError: It is none of them.
        """
        usual = default_words(name)
        own: str | None = getattr(self, name)
        return usual if own is None else own

    @property
    def bars(self) -> Bars:
        """From which scores on something is flagged or acted upon."""
        return Bars(
            flag={
                Group.TOXICITY: self.flag_toxicity,
                Group.ANGER: self.flag_anger,
                Group.DISTRESS: self.flag_distress,
            },
            act={Group.TOXICITY: self.act_toxicity, Group.ANGER: self.act_anger},
        )

    @property
    def exempt(self) -> Exempt:
        """What is never flagged."""
        return Exempt(frozenset(self.exempt_role_ids), frozenset(self.exempt_channel_ids))

    @property
    def preset(self) -> str | None:
        """The preset whose numbers these are, if any."""
        return next(
            (
                name
                for name, numbers in PRESETS.items()
                if all(getattr(self, key) == number for key, number in numbers.items())
            ),
            None,
        )

    def changed(self, **changes: Any) -> Self:
        """Return settings with other values, checked.

        Raises:
            GuildSettingsError: A value is none that the setting takes.
        """
        return self.parse(self.model_dump() | changes)

    @classmethod
    def parse(cls, values: object) -> Self:
        """Return settings made of plain values; what is left out has its default.

        Raises:
            GuildSettingsError: A name is no setting, or a value is none that it takes.
        """
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise GuildSettingsError(_readable(error)) from None

    def differing(self) -> dict[str, Any]:
        """Return as plain values for JSON what differs from the defaults."""
        return self.model_dump(mode="json", exclude_defaults=True)


def default_words(name: str) -> str:
    """Return what is said, in the language that is spoken, where a server wrote no text of its own.

    Args:
        name: The setting, one of `WORDS`.

    Raises:
        KeyError: It is none of them.
    """
    key = WORDS[name]
    return "" if key is None else texts.say(key)


def _readable(error: ValidationError) -> str:
    """Return the first fault as one clause that names the setting and never repeats a value."""
    fault = error.errors(include_input=False, include_url=False)[0]
    if not fault["loc"]:
        return texts.say("fault-no-list")
    name = str(fault["loc"][0])
    if fault["type"] == "extra_forbidden":  # a name that could be one is said: it may be a slip of the pen
        return (
            texts.say("fault-no-setting", name=name)
            if _NAME.fullmatch(name)
            else texts.say("fault-unknown-name")
        )
    title = texts.say(f"setting-{name}")
    key, bound = _FAULTS.get(fault["type"], ("fault-value", None))
    return (
        texts.say(key, title=title)
        if bound is None
        else texts.say(key, title=title, bound=fault["ctx"][bound])
    )
