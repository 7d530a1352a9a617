"""The panel of ``/setup``: one private message, a page a topic, every setting with its value."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

import discord

from .. import texts
from ..apologies import apologise
from ..delivery import is_first
from ..guild_settings import MAX_EXEMPT, PRESETS, WORDS, GuildSettings
from ..lasting import Click
from ..moderation.automation import AUTOMATIC, TRIAL, Automation
from ..moderation.cases import Action
from ..permissions import MANAGER, allows
from ..speaking import speak_to
from ..store import Watch
from . import describe
from .components import Button, ChannelMenu, Menu, RoleMenu
from .describe import FIELDS, Topic
from .forms import NUMBERS

TIMEOUT_S: Final = 14 * 60
"""Discord lets a private message be changed for 15 minutes."""

DOES: Final = ("flag", "react", "reply")
"""What may be done in a watched channel, in the order in which it is offered."""

WATCHABLE_TYPES: Final = [
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.voice,
    discord.ChannelType.public_thread,
    discord.ChannelType.private_thread,
]


@dataclass(frozen=True, slots=True)
class Trial:
    """An automatic action as the panel shows it.

    Attributes:
        automation: The action.
        acted: How many messages it did, or would have done, something about since its trial began.
        refuted: How many of these moderators dismissed or took back.
        is_over: Whether it may be switched on.
    """

    automation: Automation
    acted: int
    refuted: int
    is_over: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """What the panel shows.

    Attributes:
        settings: The server's settings.
        watches: Its watched channels.
        topic: The page.
        channel_id: The channel whose watching is being changed, if any.
        notes: What stands in the way, one line each.
        grant_url: Where missing permissions are granted, if that helps.
        trial: The automatic action, if one is tried or active.
    """

    settings: GuildSettings
    watches: tuple[Watch, ...]
    topic: Topic = Topic.CHANNELS
    channel_id: int | None = None
    notes: tuple[str, ...] = ()
    grant_url: str | None = None
    trial: Trial | None = None


class Changes(Protocol):
    """What the panel's components set going: the cog."""

    async def turn(self, click: Click, shown: Shown) -> None:
        """Show another page, or another channel."""
        ...

    async def change(self, click: Click, shown: Shown, **values: Any) -> None:
        """Change settings and show them."""
        ...

    async def watch(self, click: Click, shown: Shown, does: Sequence[str] | None) -> None:
        """Listen to the shown channel so, or no more."""
        ...

    async def ask(self, click: Click, shown: Shown, names: Sequence[str]) -> None:
        """Ask for the values of settings in a form."""
        ...

    async def automate(self, click: Click, shown: Shown, action: Action | None) -> None:
        """Begin the trial of an automatic action, or end it and the action."""
        ...

    async def switch_on(self, click: Click, shown: Shown) -> None:
        """Switch the action on whose trial is over."""
        ...

    async def show_all(self, click: Click) -> None:
        """Show all settings."""
        ...

    async def export(self, click: Click) -> None:
        """Hand the settings out as a file."""
        ...


class Panel(discord.ui.LayoutView):
    """The panel as it is shown once; every change shows it anew.

    Args:
        changes: What its components set going.
        shown: What it shows.
        channel_names: The names of the server's channels, by id.
    """

    def __init__(self, changes: Changes, shown: Shown, channel_names: dict[int, str]) -> None:
        super().__init__(timeout=TIMEOUT_S)
        self._changes = changes
        self._shown = shown
        self._channel_names = channel_names
        self._box: discord.ui.Container[Panel] = discord.ui.Container()
        self.add_item(self._box)
        self._text(f"## {texts.say(f'topic-{shown.topic}')}\n-# {texts.say('setup-who')}")
        match shown.topic:
            case Topic.CHANNELS:
                self._channels()
            case Topic.SENSITIVITY:
                self._sensitivity()
            case Topic.READING:
                self._reading()
            case Topic.CARE:
                self._care()
            case Topic.AUTOMATIC:
                self._automatic()
        self._notes()
        self._navigation()

    async def interaction_check(self, interaction: Click, /) -> bool:
        """Return whether the person may still set the server up; tell them if not."""
        speak_to(interaction)
        return is_first(interaction) and await allows(interaction, MANAGER)

    async def on_error(self, interaction: Click, error: Exception, _item: discord.ui.Item[Any], /) -> None:
        """Apologise for an unexpected failure."""
        await apologise(interaction, error)

    def _text(self, text: str) -> None:
        self._box.add_item(discord.ui.TextDisplay(text))

    def _row(self, *items: discord.ui.Item[Any]) -> None:
        self._box.add_item(discord.ui.ActionRow(*items))

    def _setting(self, name: str) -> None:
        self._text(describe.line(name, self._shown.settings))

    def _switch(self, name: str) -> None:
        """Add a setting that is on or off, with the button that turns it."""
        is_on = bool(getattr(self._shown.settings, name))

        async def turn(click: Click) -> None:
            await self._changes.change(click, self._shown, **{name: not is_on})

        self._setting(name)
        self._row(Button(texts.say("turn-off" if is_on else "turn-on", setting=describe.title(name)), turn))

    def _form(self, label: str, names: Sequence[str]) -> Button:
        async def ask(click: Click) -> None:
            await self._changes.ask(click, self._shown, names)

        return Button(label, ask)

    def _channels(self) -> None:
        settings = self._shown.settings

        async def log(click: Click, chosen: list[int]) -> None:
            await self._changes.change(click, self._shown, log_channel_id=chosen[0] if chosen else None)

        async def digest(click: Click, chosen: list[int]) -> None:
            await self._changes.change(click, self._shown, digest_channel_id=chosen[0] if chosen else None)

        async def roles(click: Click, chosen: list[int]) -> None:
            await self._changes.change(click, self._shown, exempt_role_ids=chosen)

        async def channels(click: Click, chosen: list[int]) -> None:
            await self._changes.change(click, self._shown, exempt_channel_ids=chosen)

        async def choose(click: Click, chosen: list[int]) -> None:
            await self._changes.turn(click, replace(self._shown, channel_id=chosen[0]))

        present = [settings.log_channel_id] if settings.log_channel_id else []
        self._setting("log_channel_id")
        self._row(
            ChannelMenu(
                texts.say("choose-log"),
                log,
                channel_types=[discord.ChannelType.text],
                default_values=_channels_of(present),
                min_values=0,
            )
        )
        self._text(describe.watches(self._shown.watches))
        self._row(
            ChannelMenu(
                texts.say("choose-watched"),
                choose,
                channel_types=WATCHABLE_TYPES,
                default_values=_channels_of(filter(None, [self._shown.channel_id])),
            )
        )
        if self._shown.channel_id is not None:
            self._watching(self._shown.channel_id)
        self._setting("exempt_role_ids")
        self._row(
            RoleMenu(
                texts.say("choose-roles"),
                roles,
                default_values=[
                    discord.SelectDefaultValue(id=role_id, type=discord.SelectDefaultValueType.role)
                    for role_id in settings.exempt_role_ids
                ],
                min_values=0,
                max_values=MAX_EXEMPT,
            )
        )
        self._setting("exempt_channel_ids")
        self._row(
            ChannelMenu(
                texts.say("choose-channels"),
                channels,
                channel_types=WATCHABLE_TYPES,
                default_values=_channels_of(settings.exempt_channel_ids),
                min_values=0,
                max_values=MAX_EXEMPT,
            )
        )
        self._setting("digest_channel_id")
        self._row(
            ChannelMenu(
                texts.say("choose-digest"),
                digest,
                channel_types=[discord.ChannelType.text, discord.ChannelType.news],
                default_values=_channels_of(filter(None, [settings.digest_channel_id])),
                min_values=0,
            )
        )

    def _watching(self, channel_id: int) -> None:
        """Add what to do in a channel, and how to stop."""
        watch = next((each for each in self._shown.watches if each.channel_id == channel_id), None)

        async def do(click: Click, does: list[str]) -> None:
            await self._changes.watch(click, self._shown, does)

        async def count(click: Click) -> None:
            await self._changes.watch(click, self._shown, [])

        async def stop(click: Click) -> None:
            await self._changes.watch(click, self._shown, None)

        options = [
            discord.SelectOption(
                label=texts.say(f"does-{what}"),
                value=what,
                description=texts.say(f"does-{what}.about"),
                default=watch is not None and what in watch.does,
            )
            for what in DOES
        ]
        name = self._channel_names.get(channel_id, "?")
        self._row(Menu(texts.say("choose-does", channel=name), options, do, several=True))
        if watch is None:  # Discord sends nothing where nothing is chosen and nothing was
            self._row(Button(texts.say("only-count"), count))
        else:
            self._row(Button(texts.say("stop-listening"), stop))

    def _sensitivity(self) -> None:
        settings = self._shown.settings

        async def choose(click: Click, chosen: list[str]) -> None:
            await self._changes.change(click, self._shown, **PRESETS[chosen[0]])

        self._text(describe.sensitivity(settings))
        options = [
            discord.SelectOption(
                label=texts.say(f"preset-{name}"),
                value=name,
                description=texts.say(f"preset-{name}.about"),
                default=name == settings.preset,
            )
            for name in PRESETS
        ]
        self._row(Menu(texts.say("choose-preset"), options, choose))
        self._text("\n".join(describe.line(name, settings) for name in describe.BARS))
        self._row(self._form(texts.say("numbers"), describe.BARS))

    def _reading(self) -> None:
        settings = self._shown.settings

        async def speak(click: Click, chosen: list[str]) -> None:
            await self._changes.change(click, self._shown, language=chosen[0])

        self._setting("language")
        options = [
            discord.SelectOption(
                label=texts.say(f"language-{code}"), value=code, default=code == settings.language
            )
            for code in ("auto", *texts.LANGUAGES)
        ]
        self._row(Menu(texts.say("choose-language"), options, speak))
        self._switch("faces")
        self._switch("ocr")
        numbers = NUMBERS[Topic.READING]
        self._text("\n".join(describe.line(name, settings) for name in numbers))
        self._row(self._form(texts.say("numbers"), numbers))

    def _care(self) -> None:
        self._switch("heat_notes")
        self._switch("direct_messages")
        numbers = NUMBERS[Topic.CARE]
        self._text("\n".join(describe.line(name, self._shown.settings) for name in (*WORDS, *numbers)))
        self._row(self._form(texts.say("words"), tuple(WORDS)), self._form(texts.say("numbers"), numbers))

    def _automatic(self) -> None:
        trial = self._shown.trial

        async def begin(click: Click, chosen: list[str]) -> None:
            await self._changes.automate(click, self._shown, Action(chosen[0]))

        async def end(click: Click) -> None:
            await self._changes.automate(click, self._shown, None)

        async def switch_on(click: Click) -> None:
            await self._changes.switch_on(click, self._shown)

        self._text(texts.say("automatic-about"))
        if trial is None:
            options = [
                discord.SelectOption(label=texts.say(f"action-{action}"), value=action)
                for action in AUTOMATIC
            ]
            self._row(Menu(texts.say("choose-automatic"), options, begin))
            return
        automation = trial.automation
        until = discord.utils.format_dt(automation.since + TRIAL, "R")
        self._text(
            texts.automatic(
                automation.action, trial.acted, trial.refuted, None if automation.active else until
            )
        )
        stop = Button(texts.say("stop-automatic"), end)
        if automation.active:
            self._row(stop)
            return
        switch = Button(texts.say("switch-on"), switch_on)
        switch.disabled = not trial.is_over
        self._row(switch, stop)

    def _notes(self) -> None:
        if self._shown.notes:
            self._text("\n".join(self._shown.notes))
        if self._shown.grant_url is not None:
            self._row(discord.ui.Button(label=texts.say("grant"), url=self._shown.grant_url))

    def _navigation(self) -> None:
        async def turn(click: Click, chosen: list[str]) -> None:
            await self._changes.turn(click, replace(self._shown, topic=Topic(chosen[0]), channel_id=None))

        self._box.add_item(discord.ui.Separator())
        options = [
            discord.SelectOption(
                label=texts.say(f"topic-{topic}"), value=topic, default=topic is self._shown.topic
            )
            for topic in FIELDS
        ]
        self._row(Menu(texts.say("choose-topic"), options, turn))
        self._row(
            Button(texts.say("show-all"), self._changes.show_all),
            Button(texts.say("export"), self._changes.export),
        )


def _channels_of(channel_ids: Iterable[int]) -> list[discord.SelectDefaultValue]:
    kind = discord.SelectDefaultValueType.channel
    return [discord.SelectDefaultValue(id=channel_id, type=kind) for channel_id in channel_ids]
