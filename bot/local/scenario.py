"""The format of a scenario: a scripted conversation in TOML and what must follow.

``docs/scenarios.md`` explains it with examples.
"""

import tomllib
from abc import abstractmethod
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self, TypeAlias

import discord
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    PositiveFloat,
    Tag,
    ValidationError,
    model_validator,
)

from moodring.model.labels import EMOTIONS, SENTIMENTS

from .world import Channel, Person

PICTURES: Final[Path] = Path(__file__).parent / "pictures"
"""Pictures that every scenario may use by name."""

WELCOME: Final[Path] = Path(__file__).parent / "scenarios" / "welcome.toml"
"""The first conversation of the simulated server."""

WELCOME_FLAG: Final[Path] = WELCOME.with_name("welcome_flag.toml")
"""What happens there once members have said what there is to try."""

ACTIONS: Final[tuple[str, ...]] = (
    "says",
    "runs",
    "menu",
    "clicks",
    "chooses",
    "writes",
    "edits",
    "deletes",
    "restarts",
    "waits",
)
"""The keys that say what happens in a step; every step has exactly one."""


class ScenarioError(ValueError):
    """A scenario that cannot be played; the message is one line for people."""


def _as_list(value: object) -> object:
    return value if isinstance(value, list) else [value]


def _known(*labels: str) -> AfterValidator:
    def check(values: list[str]) -> list[str]:
        for value in values:
            if value not in labels:
                raise ValueError(f"{value!r} is none of {', '.join(labels)}")
        return values

    return AfterValidator(check)


def _is_locale(value: str) -> str:
    codes = [locale.value for locale in discord.Locale]
    if value not in codes:
        raise ValueError(f"{value!r} is none of Discord's languages {', '.join(codes)}")
    return value


Locale: TypeAlias = Annotated[str, AfterValidator(_is_locale)]

Texts: TypeAlias = Annotated[list[str], BeforeValidator(_as_list), Field(min_length=1)]
Probability: TypeAlias = Annotated[float, Field(ge=0, le=1)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Expect(_Table):
    """What must follow a step; every key that is given is checked.

    Attributes:
        silence: The bot writes nothing, reacts to nothing and changes nothing.
        emotion: The answer's emotion is one of these.
        sentiment: The answer's sentiment is one of these.
        confidence: The answer's confidence lies between these two, 0..1.
        sure: Whether the answer is given as sure.
        says: Pieces of text that the bot's words contain, in any case.
        omits: Pieces of text that none of the bot's new words contains, in any case.
        private: Whether only the person who asked sees the answer.
        reacts: Whether the bot reacts with an emoji.
        edited: The bot changes its answer to this step; what is checked is the changed answer.
        removed: The bot's answer to this step is gone.
        gone: What was written in the step of this name, which may be this one, is deleted now.
        hidden: Discord does not offer the command to this person.
        impossible: Discord does not let this person do it, such as somebody who is timed out.
    """

    silence: Literal[True] | None = None
    emotion: Annotated[Texts, _known(*EMOTIONS)] | None = None
    sentiment: Annotated[Texts, _known(*SENTIMENTS)] | None = None
    confidence: tuple[Probability, Probability] | None = None
    sure: bool | None = None
    says: Texts | None = None
    omits: Texts | None = None
    private: bool | None = None
    reacts: bool | None = None
    edited: str | None = None
    removed: str | None = None
    gone: str | None = None
    hidden: Literal[True] | None = None
    impossible: Literal[True] | None = None


class _Step(_Table):
    expect: Expect = Expect()

    @abstractmethod
    def described(self) -> str:
        """Return what happens, on one line."""

    def mentioned(self) -> Iterator[tuple[str, str]]:
        """Yield each key of this step that names an earlier step, with that name."""
        for table in (self, self.expect):
            for key in ("on", "reply_to", "edits", "deletes", "edited", "removed", "gone"):
                if (name := getattr(table, key, None)) is not None:
                    yield key, name


class _Act(_Step):
    who: Person


class _Named(_Act):
    name: str | None = Field(default=None, alias="as")


class Says(_Named):
    """Someone writes a message; ``@moodring`` in it mentions the bot."""

    channel: Channel
    says: str
    images: list[str] = []
    reply_to: str | None = None

    def described(self) -> str:
        """Return what happens, on one line."""
        reply = f" in reply to {self.reply_to!r}" if self.reply_to else ""
        pictures = "".join(f" [{name}]" for name in self.images)
        return f"{self.who} in #{self.channel}{reply}: {self.says}{pictures}"


class Runs(_Named):
    """Someone uses a slash command."""

    channel: Channel
    runs: str = Field(pattern=r"^/\S")
    options: dict[str, bool | int | float | str] = Field(default={}, alias="with")

    def described(self) -> str:
        """Return what happens, on one line."""
        options = "".join(f" {name}: {value}" for name, value in self.options.items())
        return f"{self.who} in #{self.channel}: {self.runs}{options}"


class Menu(_Named):
    """Someone uses a command of a message's context menu."""

    menu: str
    on: str

    def described(self) -> str:
        """Return what happens, on one line."""
        return f"{self.who} chooses Apps → {self.menu} on {self.on!r}"


class Clicks(_Named):
    """Someone clicks a button of the bot's answer to an earlier step."""

    clicks: str
    on: str

    def described(self) -> str:
        """Return what happens, on one line."""
        return f"{self.who} clicks {self.clicks!r} on {self.on!r}"


class Chooses(_Named):
    """Someone chooses from a menu of the bot's answer to an earlier step, by what stands in the menu."""

    chooses: list[str] | str
    menu_says: str = Field(alias="from")
    on: str

    @property
    def chosen(self) -> list[str]:
        """What is chosen: channels as ``#name``, roles as ``@name``, else an entry of the menu."""
        return [self.chooses] if isinstance(self.chooses, str) else self.chooses

    def described(self) -> str:
        """Return what happens, on one line."""
        what = ", ".join(self.chosen) or "nothing"
        return f"{self.who} chooses {what} from {self.menu_says!r} on {self.on!r}"


class Writes(_Named):
    """Someone fills in the form that an earlier step of theirs opened."""

    writes: dict[str, str]
    on: str

    def described(self) -> str:
        """Return what happens, on one line."""
        fields = "".join(f" {name}: {text}" for name, text in self.writes.items())
        return f"{self.who} writes into the form of {self.on!r}:{fields}"


class Edits(_Act):
    """Someone edits an own message."""

    edits: str
    to: str

    def described(self) -> str:
        """Return what happens, on one line."""
        return f"{self.who} edits {self.edits!r}: {self.to}"


class Deletes(_Act):
    """Someone deletes a message."""

    deletes: str

    def described(self) -> str:
        """Return what happens, on one line."""
        return f"{self.who} deletes {self.deletes!r}"


class Restarts(_Step):
    """The bot is stopped and started again."""

    restarts: Literal[True]

    def described(self) -> str:
        """Return what happens, on one line."""
        return "the bot is restarted"


class Waits(_Step):
    """Time passes, in seconds of the simulated server."""

    waits: PositiveFloat

    def described(self) -> str:
        """Return what happens, on one line."""
        return f"{self.waits:g} seconds pass"


def _action(value: object) -> str | None:
    """Return the one action that a step's table names."""
    named = [key for key in ACTIONS if isinstance(value, dict) and key in value]
    return named[0] if len(named) == 1 else None


Step: TypeAlias = Annotated[
    Annotated[Says, Tag("says")]
    | Annotated[Runs, Tag("runs")]
    | Annotated[Menu, Tag("menu")]
    | Annotated[Clicks, Tag("clicks")]
    | Annotated[Chooses, Tag("chooses")]
    | Annotated[Writes, Tag("writes")]
    | Annotated[Edits, Tag("edits")]
    | Annotated[Deletes, Tag("deletes")]
    | Annotated[Restarts, Tag("restarts")]
    | Annotated[Waits, Tag("waits")],
    Discriminator(
        _action,
        custom_error_type="action",
        custom_error_message=f"a step needs exactly one of {', '.join(ACTIONS)}",
    ),
]


class Scenario(_Table):
    """A scripted conversation.

    Attributes:
        title: What it shows, in one line.
        message_content: Whether Discord lets the bot read messages that do not mention it.
        locales: In which language people's Discord is, by its codes; English for who is not named.
        steps: What happens, in order.
    """

    title: str
    message_content: bool = True
    locales: dict[Person, Locale] = {}
    steps: list[Step] = Field(alias="step", min_length=1)

    @model_validator(mode="after")
    def _names_are_known(self) -> Self:
        known: set[str] = set()
        for number, step in enumerate(self.steps, start=1):
            own = step.name if isinstance(step, _Named) else None
            for key, name in step.mentioned():
                if name not in known and not (key == "gone" and name == own):
                    raise ValueError(f"step {number}, {key}: no earlier step is named {name!r}")
            if isinstance(step, _Named) and step.name is not None:
                if step.name in known:
                    raise ValueError(f"step {number}, as: {step.name!r} names an earlier step already")
                known.add(step.name)
        return self


def _readable(error: ValidationError) -> str:
    """Return the first fault as ``step 3, who: …``."""
    fault = error.errors()[0]
    parts = map(str, fault["loc"])
    place = [part if part.isprintable() else ascii(part) for part in parts]  # on one line, whatever is in it
    if place[:1] == ["step"] and len(place) > 1:
        place[:3] = [f"step {int(place[1]) + 1}"]  # the third part is the kind of step
    what = {"extra_forbidden": "unknown key", "missing": "missing"}.get(
        fault["type"], fault["msg"].removeprefix("Value error, ")
    )
    return f"{', '.join(place)}: {what}" if place else what


def load_scenario(path: Path) -> Scenario:
    """Read a scenario.

    Raises:
        ScenarioError: The file cannot be read, is not TOML or is not a scenario; names the key.
    """
    try:
        with path.open("rb") as file:
            data: dict[str, Any] = tomllib.load(file)
    except OSError as error:
        raise ScenarioError(f"cannot be read ({error.strerror})") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ScenarioError(f"not valid TOML ({error})") from None
    except (ValueError, RecursionError):  # Python's own bounds on digits and on calls
        raise ScenarioError("not a scenario: a number is too long, or it is nested too deeply") from None
    try:
        return Scenario.model_validate(data)
    except ValidationError as error:
        raise ScenarioError(_readable(error)) from None


def read_picture(name: str, beside: Path) -> bytes:
    """Read a picture that a scenario names.

    Args:
        name: File name, without folders; looked for beside the scenario, then among the shipped pictures.
        beside: The scenario's folder.

    Raises:
        ScenarioError: There is no such file.
    """
    with suppress(OSError):  # such as a name that is too long for any file
        for folder in (beside, PICTURES):
            if Path(name).name == name and (folder / name).is_file():
                return (folder / name).read_bytes()
    shipped = ", ".join(sorted(picture.name for picture in PICTURES.glob("*.jpg")))
    raise ScenarioError(f"no picture {name!r} beside the scenario, and the shipped ones are {shipped}")
