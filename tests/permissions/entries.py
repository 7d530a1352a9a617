"""How each way into the bot is prepared and tried."""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final, TypeAlias

from simcord.backend import serializers
from simcord.backend.models import Message
from simcord.components import walk_components
from simcord.interactions import nest_options
from simcord.results import InteractionResult

from moodring.bot import texts
from moodring.bot.backtest import DEFAULT_THRESHOLDS
from moodring.bot.backtesting.buttons import BacktestButton, Press
from moodring.bot.backtesting.run import Ending, Run
from moodring.bot.moderation.automation import Automation
from moodring.bot.moderation.cards import distress_text
from moodring.bot.moderation.cases import Action, Case, Outcome
from moodring.bot.moderation.layouts import card, distress_card
from moodring.bot.mood.buttons import Form as MoodForm
from moodring.bot.mood.buttons import MoodButton
from moodring.bot.mood.counting import Span
from moodring.bot.mood.summary import Period
from moodring.bot.privacy import Press as PrivacyPress
from moodring.bot.privacy import PrivacyButton
from moodring.bot.recent import Kept
from moodring.bot.rules import Group
from moodring.bot.setup import describe
from moodring.bot.setup.describe import Topic
from moodring.bot.store import Answer, Watch
from moodring.bot.why import WhyButton
from moodring.model import Sample
from tests.bot.cogs.simulated import WordReader

from .guilds import AUTOCOMPLETE, COMMAND, FORM, VILE, Guilds, Person
from .table import Who

Act: TypeAlias = Callable[[], Awaitable[InteractionResult | None]]

JOY: Final = "utterly joy"
NOWHERE: Final = 4242424242424242
"""An id that nothing has."""

SCORES: Final = {Group.TOXICITY: 0.97, Group.ANGER: 0.3, Group.DISTRESS: 0.04}


@dataclass
class Stage:
    """Somebody about to try something.

    Attributes:
        guilds: Where.
        who: Who, as the table has it.
        person: The same as somebody in a server.
        source: The message under which Discord offers it; None where it is no message that does.
        opener: Who a form was opened for.
    """

    guilds: Guilds
    who: Who
    person: Person
    source: Message | None = None
    opener: int | None = None

    @property
    def is_here(self) -> bool:
        """Whether they are in the server."""
        return self.person.guild is self.guilds.here

    @property
    def log(self) -> Any:
        """The log channel of where they are, if they are in a server."""
        return self.guilds.there_log if self.who is Who.STRANGER else self.guilds.log

    @property
    def author(self) -> int:
        """Whose messages there are around them."""
        return self.guilds.author


# --- commands ----------------------------------------------------------------------------------------


def command(
    stage: Stage,
    name: str,
    *options: dict[str, Any],
    kind: int = COMMAND,
    person: Person | None = None,
    resolved: dict[str, Any] | None = None,
) -> Act:
    """Return the use of a command by its whole name."""
    person = person or stage.person
    root_name, *path = name.split()
    root = stage.guilds.backend.find_command(root_name, None, type=1)
    assert root is not None
    data = {
        "id": root["id"],
        "name": root_name,
        "type": 1,
        "options": nest_options(root, path, list(options)),
    }
    if resolved is not None:
        data["resolved"] = resolved

    async def act() -> InteractionResult:
        return await stage.guilds.interact(person, kind, data)

    return act


def option(name: str, kind: int, value: Any, **more: Any) -> dict[str, Any]:
    """Return an option as Discord sends it."""
    return {"name": name, "type": kind, "value": value, **more}


STRING, INTEGER, BOOLEAN, CHANNEL, ATTACHMENT = 3, 4, 5, 7, 11


def plain(name: str, *options: dict[str, Any]) -> Callable[[Stage], Awaitable[Act]]:
    """Return a command that takes no preparation."""

    async def prepare(stage: Stage) -> Act:
        return command(stage, name, *options)

    return prepare


def about_channel(
    stage: Stage, name: str, channel: Any, *, instead: int | None = None, person: Person | None = None
) -> Act:
    """Return the use of a command on a channel."""
    return command(
        stage,
        name,
        option("channel", CHANNEL, str(instead or channel.id)),
        person=person,
        resolved=stage.guilds.resolved(channel, instead=instead),
    )


async def analyze_message(stage: Stage, author_id: int) -> Act:
    """**Apps → Analyze** on somebody's message."""
    guilds = stage.guilds
    message = guilds.write(stage.person.channel, author_id, JOY)
    root = guilds.backend.find_command("Analyze", None, type=3)
    assert root is not None
    data = {
        "id": root["id"],
        "name": "Analyze",
        "type": 3,
        "target_id": str(message.id),
        "resolved": {
            "messages": {str(message.id): dict(serializers.message_payload(guilds.backend, message))}
        },
    }
    return lambda: guilds.interact(stage.person, COMMAND, data)


async def appeal(stage: Stage) -> Act:
    """``/appeal`` in a case about somebody's own message, in the server."""
    case = await case_here(stage, acted=True, author_id=stage.person.id)
    options = [option("case", INTEGER, case.id)] if stage.who is Who.STRANGER else []
    return command(stage, "appeal", *options)


async def typing_a_case(stage: Stage) -> Act:
    """``/appeal case:`` while it is typed."""
    await case_here(stage, acted=True, author_id=stage.person.id)
    return command(stage, "appeal", option("case", INTEGER, "", focused=True), kind=AUTOCOMPLETE)


async def mood(stage: Stage) -> Act:
    """``/mood`` of the channel, or from elsewhere of a channel of the server."""
    await moods(stage)
    if stage.who is Who.STRANGER:
        return about_channel(stage, "mood", stage.guilds.talk)
    return command(stage, "mood")


async def moods(stage: Stage) -> None:
    """Let there be a mood of the channel everybody sees."""
    guilds = stage.guilds
    start = guilds.env.now().replace(minute=0, second=0, microsecond=0) - timedelta(days=1)
    await guilds.store.moods.add([Span(guilds.here.id, guilds.talk.id, start, 1, {"joy": 15, "neutral": 5})])


async def cases_list(stage: Stage) -> Act:
    """``/cases list``, from elsewhere of a channel of the server."""
    await case_here(stage)
    if stage.who is Who.STRANGER:
        return about_channel(stage, "cases list", stage.guilds.talk)
    return command(stage, "cases list")


async def cases_show(stage: Stage) -> Act:
    """``/cases show`` of a case of the server."""
    case = await case_here(stage)
    return command(stage, "cases show", option("case", INTEGER, case.id))


async def watch_stop(stage: Stage) -> Act:
    """``/watch stop`` in a channel that is listened to."""
    if stage.person.guild is not None:
        watch = Watch(stage.person.channel.id, stage.person.guild.id, frozenset())
        await stage.guilds.cog("Setup")._watched.start(watch)
    return command(stage, "watch stop")


async def faces_off(stage: Stage) -> Act:
    """``/faces off`` where they are read."""
    guilds = stage.guilds
    for guild in (guilds.here, guilds.there):
        await guilds.store.guilds.put(guild.id, (await guilds.store.guilds.get(guild.id)).changed(faces=True))
    return command(stage, "faces off")


def settings_file(stage: Stage) -> bytes:
    """A file of the server's settings, with its channels and roles."""
    guilds = stage.guilds
    settings = {
        "log_channel_id": guilds.log.id,
        "digest_channel_id": guilds.talk.id,
        "exempt_channel_ids": [guilds.past.id],
        "exempt_role_ids": [guilds.moderator.id],
        "timeout_minutes": 77,
    }
    return json.dumps(
        {"moodring": 1, "settings": settings, "watched": {str(guilds.heard.id): ["flag"]}}
    ).encode()


async def setup_file(stage: Stage) -> Act:
    """``/setup file:`` with the settings of the server."""
    return hand_in(stage, settings_file(stage))


def hand_in(stage: Stage, data: bytes, person: Person | None = None) -> Act:
    """Return the use of ``/setup file:``."""
    backend, number = stage.guilds.backend, stage.guilds.backend.snowflake()
    stored = backend.cdn.store_attachment(number, stage.person.channel.id, "settings.json", data, None)
    resolved = {"attachments": {str(number): stored}}
    return command(stage, "setup", option("file", ATTACHMENT, str(number)), resolved=resolved, person=person)


async def backtest(stage: Stage) -> Act:
    """``/backtest`` of a channel of the server."""
    stage.guilds.write(stage.guilds.past, stage.author, JOY)
    return about_channel(stage, "backtest", stage.guilds.past)


# --- buttons for everybody ---------------------------------------------------------------------------


async def why(stage: Stage) -> Act:
    """**Why?** under an answer; for who is elsewhere, under one of the server."""
    channel = stage.guilds.talk if stage.who is Who.STRANGER else stage.person.channel
    answer = stage.source = await answered(stage, channel, stage.author, WhyButton())
    return press(stage, answer, "moodring:why")


async def answered(stage: Stage, channel: Any, author_id: int, *items: Any) -> Message:
    """Let there be an answer to somebody's message; return it."""
    guilds = stage.guilds
    asked = guilds.write(channel, author_id, JOY)
    answer = guilds.post(channel, *items or (WhyButton(),))
    guild_id = guilds.backend.get_channel(channel.id).guild_id
    await guilds.store.answers.add(
        Answer(asked.id, answer.id, channel.id, guild_id, author_id), guilds.env.now()
    )
    guilds.cog("Why")._services.recent.keep(answer.id, Kept(author_id, Sample(JOY)))
    return answer


def press(stage: Stage, message: Message, custom_id: str, person: Person | None = None) -> Act:
    """Return the press of a button whose id begins so."""
    [found] = [
        each
        for each in walk_components(message.components)
        if str(each.get("custom_id", "")).startswith(custom_id)
    ]
    return stage.guilds.using(person or stage.person, message, found)


def privacy(what: PrivacyPress) -> Callable[[Stage], Awaitable[Act]]:
    """Return a button under ``/privacy``, which everybody has before their own eyes."""

    async def prepare(stage: Stage) -> Act:
        person = stage.person
        if what is PrivacyPress.DELETE_NOW:
            await answered(stage, person.channel, person.id)
        message = stage.guilds.post(person.channel, PrivacyButton(what), only_for=person.id)
        stage.source = message
        return press(stage, message, f"moodring:{what}")

    return prepare


def mood_button(form: MoodForm) -> Callable[[Stage], Awaitable[Act]]:
    """Return a button under the mood of the channel that everybody in the server sees."""

    async def prepare(stage: Stage) -> Act:
        await moods(stage)
        guilds = stage.guilds
        button = MoodButton(form, guilds.talk.id, Period.WEEK, guilds.env.now())
        reader = stage.person.id if stage.is_here else guilds.other
        message = stage.source = guilds.post(guilds.talk, button, only_for=reader)
        return press(stage, message, f"moodring:mood:{form}")

    return prepare


# --- cases -------------------------------------------------------------------------------------------


async def case_here(
    stage: Stage,
    *,
    acted: bool = False,
    appealed: bool = False,
    author_id: int | None = None,
    channel: Any = None,
) -> Case:
    """Let there be a case of the server, with its card in the log channel."""
    guilds, cases = stage.guilds, stage.guilds.store.cases
    now, channel = guilds.env.now(), channel or guilds.talk
    author_id = author_id or stage.author
    message = guilds.write(channel, author_id, VILE)
    case = await cases.open(
        guild_id=guilds.here.id,
        channel_id=channel.id,
        message_id=message.id,
        group=Group.TOXICITY,
        scores=SCORES,
        would_act=False,
        at=now,
    )
    assert case is not None
    for action, moderator in ((Action.WARN, guilds.other), (Action.APPEAL, None))[: acted + 2 * appealed]:
        event = await cases.begin(case, action, moderator, now, author_id=author_id)
        assert event is not None
        await cases.finish(event, Outcome.DONE, now)
    case = await cases.get(guilds.here.id, case.id)
    assert case is not None
    sent = guilds.post(guilds.log, card([case]))
    case = replace(case, card_channel_id=guilds.log.id, card_id=sent.id)
    await cases.place(case)
    return case


def card_of(stage: Stage, case: Case) -> Message:
    """Return the card of a case."""
    assert case.card_id is not None
    return stage.guilds.backend.get_message(stage.guilds.log.id, case.card_id)


def case_button(what: str) -> Callable[[Stage], Awaitable[Act]]:
    """Return a button of a case."""

    async def prepare(stage: Stage) -> Act:
        case = await case_here(stage, appealed=what in {Action.UPHOLD, Action.REVERSE})
        stage.source = card_of(stage, case)
        return press(stage, stage.source, f"moodring:case:{what}:{case.id}")

    return prepare


async def case_menu(stage: Stage) -> Act:
    """The menu of a card with several cases."""
    cases = [await case_here(stage) for _ in range(2)]
    message = stage.source = stage.guilds.post(stage.guilds.log, card(cases))
    return choose(stage, message, "moodring:cases:", [str(cases[0].id)])


def choose(stage: Stage, message: Message, custom_id: str, values: Sequence[str]) -> Act:
    """Return a choice from a menu whose id begins so."""
    [found] = [
        each
        for each in walk_components(message.components)
        if str(each.get("custom_id", "")).startswith(custom_id)
    ]
    return stage.guilds.using(stage.person, message, found, values)


def distress(what: str) -> Callable[[Stage], Awaitable[Act]]:
    """Return a button under a card about somebody who may not be well."""

    async def prepare(stage: Stage) -> Act:
        guilds = stage.guilds
        message = guilds.write(guilds.talk, stage.author, "utterly grief")
        said = distress_text(guilds.here.id, guilds.talk.id, [message.id], "")
        stage.source = guilds.post(guilds.log, distress_card(said))
        return press(stage, stage.source, f"moodring:distress:{what}")

    return prepare


# --- backtests ---------------------------------------------------------------------------------------


async def run_here(stage: Stage, *, over: bool, channel: Any = None) -> Run:
    """Let there be a backtest of a channel of the server, over or going on."""
    guilds = stage.guilds
    place = guilds.bot.get_channel((channel or guilds.talk).id)
    run = Run(guilds.backend.snowflake(), place, days=7, now=guilds.env.now(), thresholds=DEFAULT_THRESHOLDS)
    prediction = await WordReader().classify(Sample(VILE))
    for number in range(1, 61):
        run.backtest.add(number, replace(prediction, toxicity=number / 61))
    run.ending = Ending.COMPLETE if over else None
    guilds.cog("Backtesting")._runs._runs[run.id] = run
    guilds.run = run
    return run


def backtest_button(what: Press) -> Callable[[Stage], Awaitable[Act]]:
    """Return a button of a backtest."""

    async def prepare(stage: Stage) -> Act:
        guilds, judge = stage.guilds, stage.person.id
        run = await run_here(stage, over=what is not Press.CANCEL)
        about = {Press.USE: 500}.get(what, 0)
        if what in {Press.RIGHT, Press.NOT, Press.SKIP, Press.STOP}:
            about = run.judging.next(judge) or 0
        allowed = stage.who in {Who.MANAGER, Who.ADMIN, Who.EX}
        public = what in {Press.CANCEL, Press.JUDGE}
        seen_by = None if public else judge if allowed else guilds.other
        stage.source = guilds.post(guilds.log, BacktestButton(what, run.id, about), only_for=seen_by)
        return press(stage, stage.source, "moodring:backtest")

    return prepare


# --- the panel and its forms -------------------------------------------------------------------------

PAGES: Final = {
    "choose-preset": Topic.SENSITIVITY,
    "sensitivity": Topic.SENSITIVITY,
    "choose-language": Topic.READING,
    "faces": Topic.READING,
    "ocr": Topic.READING,
    "reading": Topic.READING,
    "heat_notes": Topic.CARE,
    "direct_messages": Topic.CARE,
    "words": Topic.CARE,
    "care": Topic.CARE,
    "choose-automatic": Topic.AUTOMATIC,
    "stop-automatic": Topic.AUTOMATIC,
    "switch-on": Topic.AUTOMATIC,
}
"""On which page of the panel something stands; the others stand on the first."""


async def opened(stage: Stage, topic: Topic, channel: Any = None) -> Message:
    """Open the panel at a page, and there at a channel; who may not has somebody else's before them."""
    guilds = stage.guilds
    may = stage.who in {Who.MANAGER, Who.ADMIN, Who.EX, Who.FORGED}
    opener = stage.person if may else Person(guilds.other, guilds.here, guilds.talk)
    stage.opener = opener.id
    result = await command(stage, "setup", person=opener)()
    assert result is not None
    assert result.response is not None
    message = result.response._message
    if topic is not Topic.CHANNELS:
        await guilds.using(opener, message, component_of(message, "choose-topic"), [topic])()
        message = guilds.backend.get_message(message.channel_id, message.id)
    if channel is not None:
        menu = component_of(message, "choose-watched")
        await guilds.using(opener, message, menu, [str(channel.id)], guilds.resolved(channel))()
        message = guilds.backend.get_message(message.channel_id, message.id)
    stage.source = message
    return message


def label_of(key: str, name: str) -> set[str]:
    """Return what may stand on a component of the panel."""
    if name in {"faces", "ocr", "heat_notes", "direct_messages"}:
        return {texts.say(turn, setting=describe.title(name)) for turn in ("turn-on", "turn-off")}
    return {texts.say(key, channel="past") if key == "choose-does" else texts.say(key)}


def component_of(message: Message, key: str) -> dict[str, Any]:
    """Return a component of the panel by the text that stands on it, and for numbers its page."""
    name = key.partition(" ")[0]
    labels = label_of(name, name)
    [found] = [
        each
        for each in walk_components(message.components)
        if each.get("custom_id") and (each.get("label") in labels or each.get("placeholder") in labels)
    ]
    return found


CHOICES: Final = {
    "choose-topic": [Topic.CARE],
    "choose-does": ["react"],
    "choose-preset": ["calm"],
    "choose-language": ["de"],
    "choose-automatic": [Action.DELETE],
}
"""What is chosen from the panel's menus of texts."""

CHANNEL_MENUS: Final = ("choose-log", "choose-watched", "choose-channels", "choose-digest")
WATCHED_KEYS: Final = ("choose-does", "only-count", "stop-listening")


async def on_panel(stage: Stage, key: str) -> tuple[Message, dict[str, Any]]:
    """Let the panel be open where something stands; return it, and the component."""
    guilds = stage.guilds
    if key in {"stop-automatic", "switch-on"}:
        for guild in (guilds.here, guilds.there):
            since = guilds.env.now() - timedelta(days=8)
            await guilds.store.automations.put(Automation(guild.id, Action.DELETE, since))
    if key == "stop-listening":
        await guilds.cog("Setup")._watched.start(Watch(guilds.past.id, guilds.here.id, frozenset({"flag"})))
    topic = PAGES.get(key.rsplit(maxsplit=1)[-1], Topic.CHANNELS)
    message = await opened(stage, topic, guilds.past if key in WATCHED_KEYS else None)
    return message, component_of(message, key)


def panel(key: str) -> Callable[[Stage], Awaitable[Act]]:
    """Return a component of the panel."""

    async def prepare(stage: Stage) -> Act:
        guilds = stage.guilds
        message, found = await on_panel(stage, key)
        if key == "switch-on" and stage.who is Who.STRANGER:  # nothing is on trial with them
            await guilds.store.automations.stop(guilds.there.id)
        away = stage.who is Who.STRANGER
        if key in CHANNEL_MENUS:
            channel = guilds.there_talk if away else guilds.past
            return guilds.using(stage.person, message, found, [str(channel.id)], guilds.resolved(channel))
        if key == "choose-roles":
            role = guilds.admin_there if away else guilds.moderator
            resolved = {"roles": {str(role.id): dict(serializers.role_payload(role._role))}}
            return guilds.using(stage.person, message, found, [str(role.id)], resolved)
        return guilds.using(stage.person, message, found, CHOICES.get(key))

    return prepare


WRITTEN: Final = {
    "sensitivity": {"flag_toxicity": "77"},
    "reading": {"min_confidence": "77"},
    "care": {"timeout_minutes": "77"},
    "words": {"warn_line": "Be kind."},
}
"""What is written in the forms of settings."""


async def form_of(stage: Stage, key: str) -> InteractionResult:
    """Let a form of settings be open; return what opened it."""
    topic = Topic.CARE if key == "words" else PAGES[key]
    message = await opened(stage, topic)
    label = "words" if key == "words" else "numbers"
    opener = Person(stage.opener or 0, stage.guilds.here, stage.guilds.talk)
    shown = await stage.guilds.using(opener, message, component_of(message, label))()
    assert shown.modal is not None
    return shown


def submit(
    stage: Stage,
    shown: InteractionResult,
    written: dict[str, str],
    *,
    only: bool = False,
    person: Person | None = None,
) -> Act:
    """Return the sending of a form.

    Args:
        stage: Who sends it.
        shown: What opened it.
        written: What stands in its fields, those that it does not have included.
        only: Whether no other fields are sent.
        person: Who sends it instead.
    """
    form, guilds, person = shown.modal, stage.guilds, person or stage.person
    assert form is not None
    fields = (
        {}
        if only
        else {
            each["component"]["custom_id"]: each["component"].get("value") or ""
            for each in form["components"]
            if "component" in each
        }
    )
    components = [
        {
            "type": 18,
            "id": number,
            "component": {"type": 4, "id": 100 + number, "custom_id": name, "value": value},
        }
        for number, (name, value) in enumerate((fields | written).items(), 1)
    ]
    data = {"custom_id": form["custom_id"], "components": components}
    under = stage.source
    if under is not None and person.guild is not guilds.here:
        under = guilds.present(person.channel, under.components, only_for=person.id, boxed=True)

    async def act() -> InteractionResult:
        return await guilds.interact(person, FORM, data, under=under, says=stage.source)

    return act


def form(key: str) -> Callable[[Stage], Awaitable[Act]]:
    """Return a form of settings."""

    async def prepare(stage: Stage) -> Act:
        return submit(stage, await form_of(stage, key), WRITTEN[key])

    return prepare


async def appeal_form(stage: Stage) -> Act:
    """The form of an appeal, opened in the server."""
    return submit(stage, await appeal_opened(stage), {"words": "I quoted a film."})


async def appeal_opened(stage: Stage, author_id: int | None = None) -> InteractionResult:
    """Let the form of an appeal be open for whom a case concerns; return what opened it."""
    guilds = stage.guilds
    person = stage.person if stage.is_here else Person(guilds.author, guilds.here, guilds.talk)
    if author_id is not None:
        person = replace(person, id=author_id)
    await case_here(stage, acted=True, author_id=person.id)
    stage.opener = person.id
    shown = await command(stage, "appeal", person=person)()
    assert shown is not None
    assert shown.modal is not None
    return shown


# --- messages ----------------------------------------------------------------------------------------


def writes(stage: Stage, words: str, *, channel: Any = None, reply_to: Message | None = None) -> Act:
    """Return somebody's writing; who forges is a webhook."""
    guilds, channel = stage.guilds, channel or stage.person.channel
    reference = None
    if reply_to is not None:
        raw = {"channel_id": str(reply_to.channel_id), "message_id": str(reply_to.id)}
        reference = guilds.backend.normalize_message_reference(channel.id, raw)

    async def act() -> None:
        if stage.who is Who.FORGED:
            hook = guilds.here.create_webhook(channel)
            await hook.send(words)
        else:
            guilds.write(channel, stage.person.id, words, heard=True, reference=reference)
        await guilds.env.settle()

    return act


def mentioning(stage: Stage, words: str) -> str:
    """Return words that mention the bot."""
    return f"<@{stage.guilds.backend.bot_user.id}> {words}"


async def mention(stage: Stage) -> Act:
    """A message that mentions the bot."""
    return writes(stage, mentioning(stage, JOY))


async def mention_about(stage: Stage, author_id: int) -> Act:
    """A mention in a reply to somebody's message."""
    about = stage.guilds.write(stage.person.channel, author_id, JOY)
    return writes(stage, mentioning(stage, "?"), reply_to=about)


def watched_channel(stage: Stage) -> Any:
    """Return the channel that is listened to; where they are there is none, one that is not."""
    return stage.guilds.heard if stage.is_here else stage.person.channel


async def watched(stage: Stage) -> Act:
    """A message in a watched channel."""
    return writes(stage, VILE, channel=watched_channel(stage))


def edits(stage: Stage, message: Message, words: str) -> Act:
    """Return the change of a message."""

    async def act() -> None:
        stage.guilds.backend.edit_message(message.channel_id, message.id, {"content": words})
        await stage.guilds.env.settle()

    return act


async def watched_edit(stage: Stage) -> Act:
    """A message in a watched channel that is changed."""
    channel, guilds = watched_channel(stage), stage.guilds
    if stage.who is Who.FORGED:
        hook = guilds.here.create_webhook(channel)
        message = guilds.write(channel, hook.id, "calm", webhook_id=hook.id)
    else:
        message = guilds.write(channel, stage.person.id, "calm")
    return edits(stage, message, VILE)


async def asked(stage: Stage) -> Message:
    """Let somebody have asked by a mention, also who opted out since."""
    opt_outs = stage.guilds.store.opt_outs
    if stage.who is Who.OPTED_OUT:
        await opt_outs.remove(stage.person.id)
    await writes(stage, mentioning(stage, JOY))()
    if stage.who is Who.OPTED_OUT:
        await opt_outs.add(stage.person.id)
    messages = stage.guilds.backend.messages[stage.person.channel.id].values()
    return next(each for each in messages if each.author_id != stage.guilds.backend.bot_user.id)


async def answered_edit(stage: Stage) -> Act:
    """A message that was answered is changed."""
    return edits(stage, await asked(stage), mentioning(stage, "utterly anger"))


async def answered_delete(stage: Stage) -> Act:
    """A message that was answered is deleted."""
    message = await asked(stage)

    async def act() -> None:
        stage.guilds.backend.delete_message(message.channel_id, message.id)
        await stage.guilds.env.settle()

    return act


PREPARE: Final[dict[str, Callable[[Stage], Awaitable[Act]]]] = {
    "/analyze": plain("analyze", option("text", STRING, JOY)),
    "/analyze public": plain("analyze", option("text", STRING, JOY), option("public", BOOLEAN, True)),
    "Analyze": lambda stage: analyze_message(stage, stage.author),
    "Analyze own": lambda stage: analyze_message(stage, stage.person.id),
    "Analyze opted out": lambda stage: analyze_message(stage, stage.guilds.shy),
    "/privacy": plain("privacy"),
    "/appeal": appeal,
    "/appeal case:": typing_a_case,
    "/mood": mood,
    "/health": plain("health"),
    "/cases list": cases_list,
    "/cases show": cases_show,
    "/cases stats": plain("cases stats"),
    "/cases export": plain("cases export"),
    "/watch start": plain("watch start"),
    "/watch stop": watch_stop,
    "/watch status": plain("watch status"),
    "/watch tune": plain("watch tune", option("confidence", INTEGER, 55)),
    "/faces on": plain("faces on"),
    "/faces off": faces_off,
    "/setup": plain("setup"),
    "/setup show": plain("setup", option("show", BOOLEAN, True)),
    "/setup file": setup_file,
    "/backtest": backtest,
    "moodring:why": why,
    **{f"moodring:{press}": privacy(press) for press in PrivacyPress},
    **{f"moodring:mood:{form}": mood_button(form) for form in MoodForm},
    **{
        f"moodring:case:{what}": case_button(what)
        for what in ("show", "dismiss", "not-toxic", "warn", "time-out", "delete", "uphold", "reverse")
    },
    "moodring:cases": case_menu,
    "moodring:distress:talk": distress("talk"),
    "moodring:distress:dismiss": distress("dismiss"),
    **{f"moodring:backtest:{press}": backtest_button(press) for press in Press},
    **{
        f"panel:{key}": panel(key)
        for key in (
            "choose-topic",
            "show-all",
            "export",
            *CHANNEL_MENUS,
            "choose-roles",
            *WATCHED_KEYS,
            "choose-preset",
            "numbers sensitivity",
            "choose-language",
            "faces",
            "ocr",
            "numbers reading",
            "heat_notes",
            "direct_messages",
            "words care",
            "numbers care",
            "choose-automatic",
            "stop-automatic",
            "switch-on",
        )
    },
    **{f"form:{key}": form(key) for key in WRITTEN},
    "form:appeal": appeal_form,
    "mention": mention,
    "mention in a reply": lambda stage: mention_about(stage, stage.author),
    "mention in a reply to opted out": lambda stage: mention_about(stage, stage.guilds.shy),
    "watched": watched,
    "watched edit": watched_edit,
    "answered edit": answered_edit,
    "answered delete": answered_delete,
}
"""By entry: gets everything ready for somebody, and returns their attempt."""
