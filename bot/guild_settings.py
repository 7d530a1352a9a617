"""What a server may set, in one place: its values, their bounds, and what is said of them.

The panel, ``/setup show``, the docs and the file of an export are all made of this class.
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


_NAME: Final = re.compile("[a-z_]{1,40}")


class GuildSettingsError(ValueError):
    """A file of settings that cannot be taken; the message is one line for people."""


class GuildSettings(BaseModel):
    """How Moodring behaves in a server; every field says what it does."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    language: Literal["en"] = Field(
        default="en", title="Language", description="The language in which I speak to this server."
    )
    log_channel_id: Id | None = Field(
        default=None,
        title="Log channel",
        description="Where I show flags to moderators. Without one I flag nothing.",
    )
    exempt_role_ids: Ids = Field(
        default=(), title="Exempt roles", description="Whose messages are never flagged."
    )
    exempt_channel_ids: Ids = Field(
        default=(), title="Exempt channels", description="Where nothing is ever flagged, though it is read."
    )
    flag_toxicity: Share = Field(
        default=PRESETS["balanced"]["flag_toxicity"],
        title="Flag toxicity from",
        description="How toxic a message must look to be shown to moderators.",
    )
    flag_anger: Share = Field(
        default=PRESETS["balanced"]["flag_anger"],
        title="Flag anger from",
        description="How angry a message must look to be shown, in a conversation that has heated up.",
    )
    flag_distress: Share = Field(
        default=PRESETS["balanced"]["flag_distress"],
        title="Show distress from",
        description="How sad or afraid a message must look for me to ask you to look after its author. "
        "I always do if they say in plain words that they want to die.",
    )
    act_toxicity: Share = Field(
        default=PRESETS["balanced"]["act_toxicity"],
        title="Act on toxicity from",
        description="How toxic a message must look for an automatic action, which is off at first.",
    )
    act_anger: Share = Field(
        default=PRESETS["balanced"]["act_anger"],
        title="Act on anger from",
        description="The same for anger.",
    )
    faces: bool = Field(
        default=False,
        title="Faces",
        description="Whether I guess what faces in pictures express. The law may ask for consent to that.",
    )
    ocr: bool = Field(
        default=True,
        title="Text in pictures",
        description="Whether I read the text in pictures, where whoever runs me has switched that on.",
    )
    min_confidence: Share = Field(
        default=0.7,  # rather silent than wrong: bots that speak up too easily are removed
        title="Answer from",
        description="How sure I must be of a feeling to answer in a channel that I answer in by myself.",
    )
    cooldown_s: int = Field(
        default=10,  # at most six answers a minute in a lively channel
        ge=0,
        le=LONGEST_COOLDOWN_S,
        title="Silence after an answer",
        description="Seconds in which I answer nothing more in the same channel.",
    )
    heat_notes: bool = Field(
        default=True,
        title="Heat notes",
        description="Whether I tell moderators in the log channel when a conversation heats up.",
    )
    heat_line: Line = Field(
        default="",
        title="Calming line",
        description="What I write into a conversation that has heated up; nothing if it is empty.",
    )
    distress_help: Line = Field(
        default=texts.DISTRESS_HELP,
        title="Help text",
        description="What stands on the card about somebody in distress, such as whom to call.",
    )
    warn_line: Line = Field(
        default=texts.WARN_LINE,
        title="Warning",
        description="What I reply to a message when a moderator presses Warn.",
    )
    timeout_minutes: int = Field(
        default=60,
        ge=1,
        le=7 * 24 * 60,  # the longest that Discord's own menu offers; an appeal must come after it
        title="Time-out",
        description="Minutes that somebody is timed out when a moderator presses Time out.",
    )
    direct_messages: bool = Field(
        default=False,
        title="Direct messages",
        description="Whether I tell a member in a direct message what was done and how to appeal.",
    )
    retention_days: int = Field(
        default=30,
        ge=8,  # the dry run of an automatic action takes seven
        le=LONGEST_RETENTION_DAYS,
        title="Keep cases for",
        description="Days after which a case is deleted for good.",
    )

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


def _readable(error: ValidationError) -> str:
    """Return the first fault as one line that names the setting and never repeats a value."""
    fault = error.errors(include_input=False, include_url=False)[0]
    if not fault["loc"]:
        return "this is not a list of settings"
    name = str(fault["loc"][0])
    if fault["type"] == "extra_forbidden":  # a name that could be one is said: it may be a slip of the pen
        return f"{name} is not a setting" if _NAME.fullmatch(name) else "a name in it is not a setting"
    return f"{name}: {fault['msg'][0].lower()}{fault['msg'][1:]}"
