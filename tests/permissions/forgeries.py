"""What Discord would never send, by the way in that it is sent to."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Final, TypeAlias

from simcord.backend import serializers

from moodring.bot.backtesting.buttons import BacktestButton, Press
from moodring.bot.moderation.layouts import card
from moodring.bot.mood.summary import Period
from moodring.bot.why import WhyButton

from . import entries
from .entries import INTEGER, NOWHERE, PREPARE, WRITTEN, Act, Stage, option
from .guilds import AUTOCOMPLETE, COMMAND, COMPONENT, Guilds
from .table import BY_KEY, Kind, Who

Prepare: TypeAlias = Callable[[], Awaitable[Act]]

NO_CASES: Final = (
    "0",
    "7",
    "999999999999999999",
    "9999999999999999999",
    "-1",
    "１",
    "1 ",
    "1\n",
    "0x1",
    "1" * 70,
    "",
)
"""What follows in an id where a case's number should: a number of none, or no number."""

NO_CHANNELS: Final = ("0", "-1", "1", str(NOWHERE), "9" * 20, "9" * 60, "１２", "", "*")

NO_CHOICES: Final = (["x"], [], ["-1"], ["１"], ["9" * 18], ["9" * 19], ["9" * 5000], [" 1"])
"""Choices from the menu of cases that name none."""

UNOFFERED: Final[Sequence[Sequence[str]]] = (
    ["bogus"],
    [],
    ["dismiss"],
    ["warn"],
    ["flag", "bogus"],
    ["x" * 2000],
)
"""Choices that no menu of texts offers."""


def forgeries(guilds: Guilds, key: str) -> Iterator[tuple[str, Prepare]]:
    """Yield what is forged for an entry: a name for it, and what prepares it."""
    stage = Stage(guilds, Who.FORGED, guilds.people[Who.FORGED])
    kind = BY_KEY[key].kind
    if kind is Kind.MESSAGE:
        yield "a webhook", lambda: PREPARE[key](stage)
        return
    if BY_KEY[key].needs and "moodring:mood" not in key and key not in {"/mood", "moodring:why"}:
        yield "who claims to be an administrator", lambda: claimed(guilds, key)
    yield from of_command(stage, key)
    if key.startswith("moodring:"):
        yield from of_button(stage, key)
    elif kind is Kind.PANEL:
        yield from of_panel(stage, key.removeprefix("panel:"))
    elif kind is Kind.FORM:
        yield from of_form(stage, key.removeprefix("form:"))


async def claimed(guilds: Guilds, key: str) -> Act:
    """What is offered to staff, used by a member who claims to have every permission."""
    return await PREPARE[key](Stage(guilds, Who.MEMBER, guilds.liar))


def later(act: Act) -> Prepare:
    """Return what needs no preparation."""

    async def prepare() -> Act:
        return act

    return prepare


# --- commands ----------------------------------------------------------------------------------------


FILES: Final = (
    b"",
    b"[]",
    b"{}",
    b'{"moodring": 1, "settings": {"log_channel_id": -1}}',
    b"\xff",
    b"[" * 9999,
)
"""What is no file of settings."""


def of_command(stage: Stage, key: str) -> Iterator[tuple[str, Prepare]]:
    """Yield forged options."""
    elsewhere = stage.guilds.there_talk
    name = key.removeprefix("/").removesuffix(" public")
    match key:
        case "/analyze" | "/analyze public":
            yield "nothing", later(entries.command(stage, name))
        case "Analyze" | "Analyze own":
            yield "a message that is not there", lambda: nothing_chosen(stage)
        case "Analyze opted out":
            yield "whoever asks", lambda: PREPARE[key](stage)
        case "/mood" | "/cases list" | "/watch start" | "/watch stop" | "/backtest":
            yield "a channel elsewhere", later(entries.about_channel(stage, name, elsewhere))
            nowhere = entries.about_channel(stage, name, elsewhere, instead=NOWHERE)
            yield "a channel nowhere", later(nowhere)
        case "/appeal" | "/cases show":
            yield from of_case(stage, name)
        case "/appeal case:":
            yield "somebody else's", lambda: others_typed(stage)
        case "/setup file":
            for data in FILES:
                yield repr(data[:60]), lambda data=data: handed(stage, data)


def of_case(stage: Stage, name: str) -> Iterator[tuple[str, Prepare]]:
    """Yield numbers of no case, and of one that somebody else may appeal in."""
    for number in (0, -1, 7, 2**53):
        yield str(number), later(entries.command(stage, name, option("case", INTEGER, number)))
    if name == "appeal":
        yield "somebody else's", lambda: others_case(stage)


async def nothing_chosen(stage: Stage) -> Act:
    """The menu without the message."""
    root = stage.guilds.backend.find_command("Analyze", None, type=3)
    assert root is not None
    data = {
        "id": root["id"],
        "name": "Analyze",
        "type": 3,
        "target_id": str(NOWHERE),
        "resolved": {"messages": {}},
    }
    return lambda: stage.guilds.interact(stage.person, COMMAND, data)


async def others_case(stage: Stage) -> Act:
    """An appeal in somebody else's case."""
    case = await entries.case_here(stage, acted=True)
    return entries.command(stage, "appeal", option("case", INTEGER, case.id))


async def others_typed(stage: Stage) -> Act:
    """The number of somebody else's case while it is typed."""
    case = await entries.case_here(stage, acted=True)
    typed = option("case", INTEGER, str(case.id), focused=True)
    return entries.command(stage, "appeal", typed, kind=AUTOCOMPLETE)


async def handed(stage: Stage, data: bytes) -> Act:
    """A file that is none of settings."""
    return entries.hand_in(stage, data)


# --- buttons and menus that last ---------------------------------------------------------------------


def of_button(stage: Stage, key: str) -> Iterator[tuple[str, Prepare]]:
    """Yield forged ids, and choices that were not offered."""
    custom_ids = [key.upper(), f"{key}\n", f"{key}:", f" {key}", key[:-1], f"{key}{':1' * 30}"]
    match key.split(":")[1]:
        case "case":
            custom_ids += [f"{key}:{number}" for number in NO_CASES]
        case "cases":
            for values in NO_CHOICES:
                yield f"case {values!r:.40}", lambda values=values: chosen(stage, values)
        case "mood":
            custom_ids += moods(stage, key)
        case "backtest":
            custom_ids += [f"{key}:{number}:0" for number in NO_CHANNELS]
            yield from of_backtest(stage, Press(key.rpartition(":")[2]))
        case "why":
            yield "an answer of a hidden channel", lambda: why_elsewhere(stage)
            yield "in a hidden channel", lambda: why_unseen(stage)
            custom_ids.append(key)
    for custom_id in custom_ids:
        yield repr(custom_id), lambda custom_id=custom_id: pressed(stage, custom_id)


def moods(stage: Stage, key: str) -> Iterator[str]:
    """Yield ids of moods of no channel, and of no time."""
    for channel in (*NO_CHANNELS, str(stage.guilds.there_talk.id)):
        yield f"{key}:{Period.WEEK}:{channel}:1700000000"
    for until in ("0", "9999999999", "99999999999", "-1", "x"):
        yield f"{key}:{Period.WEEK}:{stage.guilds.talk.id}:{until}"


def of_backtest(stage: Stage, what: Press) -> Iterator[tuple[str, Prepare]]:
    """Yield what is not offered yet, and what no judgements suggest."""
    if what is not Press.CANCEL:
        yield "a run that goes on", lambda: pressed_early(stage, what)
    if what is Press.USE:
        yield "a threshold above 1", lambda: used(stage, 99999)


async def pressed(stage: Stage, custom_id: str) -> Act:
    """A button with such an id."""
    button = {"type": 2, "style": 1, "label": "x", "custom_id": custom_id}
    message = stage.guilds.present(stage.guilds.talk, [{"type": 1, "components": [button]}])
    return stage.guilds.using(stage.person, message, button)


async def chosen(stage: Stage, values: Sequence[str]) -> Act:
    """A choice from the menu of cases."""
    cases = [await entries.case_here(stage) for _ in range(2)]
    message = stage.guilds.post(stage.guilds.log, card(cases))
    return entries.choose(stage, message, "moodring:cases:", values)


async def pressed_early(stage: Stage, press: Press) -> Act:
    """A button that is not offered before a backtest is over."""
    run = await entries.run_here(stage, over=False)
    message = stage.guilds.post(stage.guilds.log, BacktestButton(press, run.id, 500))
    return entries.press(stage, message, "moodring:backtest")


async def used(stage: Stage, thousandths: int) -> Act:
    """A threshold that no judgements suggest."""
    run = await entries.run_here(stage, over=True)
    message = stage.guilds.post(stage.guilds.log, BacktestButton(Press.USE, run.id, thousandths))
    return entries.press(stage, message, "moodring:backtest")


async def why_elsewhere(stage: Stage) -> Act:
    """The answer of another channel, said to stand in this one."""
    guilds = stage.guilds
    answer = await entries.answered(stage, guilds.secret, guilds.author)
    here = guilds.post(guilds.talk, WhyButton())
    member = guilds.people[Who.MEMBER]
    data = {"custom_id": "moodring:why", "component_type": 2}
    return lambda: guilds.interact(member, COMPONENT, data, under=here, says=answer)


async def why_unseen(stage: Stage) -> Act:
    """The answer in a channel that somebody does not see."""
    guilds = stage.guilds
    answer = await entries.answered(stage, guilds.secret, guilds.author)
    return entries.press(stage, answer, "moodring:why", guilds.people[Who.MEMBER])


# --- the panel and forms -----------------------------------------------------------------------------


def of_panel(stage: Stage, key: str) -> Iterator[tuple[str, Prepare]]:
    """Yield choices that were not offered, and ids that nothing has."""
    guilds = stage.guilds
    if key in entries.CHANNEL_MENUS:
        for channel_id in (guilds.there_talk.id, NOWHERE):
            yield (
                f"channel {channel_id}",
                lambda channel_id=channel_id: foreign_channel(stage, key, channel_id),
            )
    elif key == "choose-roles":
        yield "a role elsewhere", lambda: foreign_role(stage)
    elif key in entries.CHOICES:
        for values in UNOFFERED:
            yield f"{values!r:.40}", lambda values=values: unoffered(stage, key, values)
    yield "an id that nothing has", lambda: unknown(stage, key)


async def foreign_channel(stage: Stage, key: str, channel_id: int) -> Act:
    """A channel that is not the server's."""
    guilds = stage.guilds
    message, found = await entries.on_panel(stage, key)
    resolved = guilds.resolved(guilds.there_talk, instead=channel_id)
    return guilds.using(stage.person, message, found, [str(channel_id)], resolved)


async def foreign_role(stage: Stage) -> Act:
    """A role that is not the server's."""
    guilds, role = stage.guilds, stage.guilds.admin_there
    message, found = await entries.on_panel(stage, "choose-roles")
    resolved = {"roles": {str(role.id): dict(serializers.role_payload(role._role))}}
    return guilds.using(stage.person, message, found, [str(role.id)], resolved)


async def unoffered(stage: Stage, key: str, values: Sequence[str]) -> Act:
    """A choice that the menu does not offer."""
    if key == "choose-does" and not values:  # any number may be chosen there
        values = ["none"]
    message, found = await entries.on_panel(stage, key)
    return stage.guilds.using(stage.person, message, found, values)


async def unknown(stage: Stage, key: str) -> Act:
    """A component of the panel under another id."""
    message, found = await entries.on_panel(stage, key)
    return stage.guilds.using(stage.person, message, found | {"custom_id": "0" * 32}, [])


def of_form(stage: Stage, key: str) -> Iterator[tuple[str, Prepare]]:
    """Yield forms with other fields than they have, and those of somebody else."""
    if key == "appeal":
        yield "somebody else's", lambda: others_form(stage)
        for written in ({}, {"words": ""}, {"words": " \n"}, {"bogus": "x"}):
            yield repr(written), lambda written=written: appealed(stage, written)
        return
    field = next(iter(WRITTEN[key]))
    for written in ({}, {"bogus": "x"}, {field: "9" * 5000}, {field: "\0"} if key != "words" else {}):
        yield f"{written!r:.40}", lambda written=written: filled_in(stage, key, written)


async def others_form(stage: Stage) -> Act:
    """The form that was opened for somebody else."""
    shown = await entries.appeal_opened(stage, stage.guilds.author)
    return entries.submit(stage, shown, {"words": "I quoted a film."})


async def appealed(stage: Stage, written: dict[str, str]) -> Act:
    """One's own form with such fields alone."""
    return entries.submit(stage, await entries.appeal_opened(stage), written, only=True)


async def filled_in(stage: Stage, key: str, written: dict[str, str]) -> Act:
    """A form of settings with such fields alone."""
    return entries.submit(stage, await entries.form_of(stage, key), written, only=True)
