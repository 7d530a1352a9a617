"""Plays a scenario in the simulated server and compares what follows with what must follow."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias, TypeVar

import discord
import simcord
from discord import AppCommandOptionType, ComponentType, app_commands

from ..apologies import apologise
from .compare import Finding, compare, one_line, told
from .scenario import (
    Chooses,
    Clicks,
    Deletes,
    Edits,
    Menu,
    Restarts,
    Runs,
    Says,
    Scenario,
    ScenarioError,
    Step,
    Waits,
    Writes,
    read_picture,
)
from .seen import Change, Scene
from .world import Channel, Member, Person, World

Name = TypeVar("Name", Channel, Person)

Write: TypeAlias = Callable[[str], object]
"""Takes one line of the report."""

_REFUSALS: Final = (simcord.SetupError, simcord.BackendError)
"""What simcord raises where a real person could not do what the step says."""


@dataclass(slots=True)
class Deed:
    """A step that later steps may name.

    Attributes:
        message: The message that was written in it, if any.
        answers: Ids of the bot's messages that followed.
        result: How the bot took a command or a click, if it was one.
    """

    message: discord.Message | None
    answers: tuple[int, ...]
    result: simcord.InteractionResult | None


class CannotError(Exception):
    """Nobody could do in Discord what a step says; the message says why."""


class NotOfferedError(CannotError):
    """Discord does not show the command to that person."""


@dataclass(slots=True)
class Play:
    """A scenario being played.

    Args:
        world: Where it is played.
        folder: The scenario's folder, where its pictures may lie.
    """

    world: World
    folder: Path
    _deeds: dict[str, Deed] = field(default_factory=dict)

    async def do(self, step: Step) -> Change:
        """Let a step happen and return what the bot did.

        Raises:
            CannotError: Nobody could do that in Discord.
        """
        before = Scene.of(self.world)
        done: discord.Message | simcord.InteractionResult | None = None
        try:
            done = await self._act(step)
        except _REFUSALS as error:
            raise CannotError(str(error)) from None
        except TimeoutError:
            raise CannotError("the bot did not come to an end with it") from None
        finally:
            change = Change.between(before, Scene.of(self.world))
            if (name := getattr(step, "name", None)) is not None:
                message = done if isinstance(done, discord.Message) else None
                result = done if isinstance(done, simcord.InteractionResult) else None
                self._deeds[name] = Deed(message, change.written, result)
        return change

    async def _act(self, step: Step) -> discord.Message | simcord.InteractionResult | None:
        """Do a step; return the message that it wrote, or how the bot took it."""
        match step:
            case Says():
                return await self._person(step.who).send(
                    self.world.channels[step.channel],
                    step.says,
                    reply_to=self._target(step.reply_to) if step.reply_to else None,
                    attachments=[(name, read_picture(name, self.folder)) for name in step.images],
                )
            case Edits():
                await self._person(step.who).edit(self._target(step.edits), step.to)
            case Deletes():
                await self._person(step.who).delete(self._target(step.deletes))
            case Waits():
                await self.world.env.advance_time(step.waits)
            case Restarts():
                await self.world.restart()
            case _:
                return await self._interact(step)
        return None

    async def _interact(self, step: Runs | Menu | Clicks | Chooses | Writes) -> simcord.InteractionResult:
        """Use a command or a component; return how the bot took it."""
        person = self._person(step.who)
        match step:
            case Runs():
                return await self._run(step)
            case Menu():
                target = self._target(step.on)
                return await person.context_menu(self._channel_of(target), step.menu, target)
            case Clicks():
                return await person.click(self._answer(step.on), label=step.clicks)
            case Chooses():
                return await self._choose(step)
            case Writes():
                return await person.submit_modal(self._form(step.on), step.writes)

    async def _choose(self, step: Chooses) -> simcord.InteractionResult:
        """Choose from a menu, found by the beginning of what stands in it."""
        message = self._answer(step.on)
        for menu in _menus(message.components):
            if (menu.placeholder or "").startswith(step.menu_says):
                values = [self._choice(menu, name) for name in step.chosen]
                return await self._person(step.who).select(message, values, custom_id=menu.custom_id)
        raise CannotError(f"there is no menu {step.menu_says!r} on {step.on!r}")

    def _choice(self, menu: discord.SelectMenu, name: str) -> Any:
        """Return what a menu's entry stands for, as simcord takes it."""
        if menu.type is ComponentType.channel_select:
            return self.world.channels[_named(Channel, name.removeprefix("#"))]
        if menu.type is ComponentType.role_select:
            if (role := self.world.guild.roles.get(name.removeprefix("@"))) is None:
                raise ScenarioError(f"there is no role {name!r}")
            return role
        return next((option.value for option in menu.options if option.label.startswith(name)), name)

    def _form(self, name: str) -> simcord.InteractionResult:
        result = self._deeds[name].result
        if result is None:
            raise CannotError(f"nothing opened a form in {name!r}")
        return result

    async def _run(self, step: Runs) -> simcord.InteractionResult:
        name = step.runs.removeprefix("/")
        person, channel = self._person(step.who), self.world.channels[step.channel]
        if name not in person.available_commands(channel):
            raise NotOfferedError(f"Discord offers no /{name} to {step.who} in #{step.channel}")
        types = _option_types(self.world, name)
        options = {option: self._option(types.get(option), value) for option, value in step.options.items()}
        return await person.slash(channel, name, **options)

    def _option(self, kind: AppCommandOptionType | None, value: bool | float | str) -> Any:
        """Return a slash option's value as simcord takes it."""
        match kind:
            case AppCommandOptionType.attachment:
                return str(value), read_picture(str(value), self.folder)
            case AppCommandOptionType.channel:
                return self.world.channels[_named(Channel, value)]
            case AppCommandOptionType.user:
                return self._person(_named(Person, value))
        return value

    def _person(self, person: Person) -> Member:
        return self.world.people[person]

    def is_gone(self, name: str) -> bool:
        """Return whether what was written in an earlier step is deleted by now."""
        message = self._deeds[name].message
        return message is not None and not any(
            message.id == other.id for channel in self.world.channels.values() for other in channel.history()
        )

    def answers_in(self, name: str) -> tuple[int, ...]:
        """Return the ids of the bot's messages that followed an earlier step."""
        return self._deeds[name].answers

    def _target(self, name: str) -> discord.Message:
        """Return the message written in an earlier step, or else the bot's answer in it."""
        return self._deeds[name].message or self._answer(name)

    def _answer(self, name: str) -> discord.Message:
        messages = Scene.of(self.world).messages
        for number in self.answers_in(name):
            if number in messages:
                return messages[number]
        raise CannotError(f"the bot has no answer to {name!r}")

    def _channel_of(self, message: discord.Message) -> simcord.ChannelHandle:
        return next(channel for channel in self.world.channels.values() if channel.id == message.channel.id)


def _menus(components: Sequence[Any]) -> Iterator[discord.SelectMenu]:
    """Yield every menu of a message."""
    for component in components:
        if isinstance(component, discord.SelectMenu):
            yield component
        yield from _menus(getattr(component, "children", ()))


def _named(names: type[Name], value: object) -> Name:
    try:
        return names(str(value))
    except ValueError:
        raise ScenarioError(f"{value!r} is none of {', '.join(names)}") from None


def _option_types(world: World, name: str) -> dict[str, AppCommandOptionType]:
    """Return the type of each option of a slash command."""
    for command in world.bot.tree.walk_commands():
        if command.qualified_name == name and isinstance(command, app_commands.Command):
            return {option.display_name: option.type for option in command.parameters}
    return {}


async def play(scenario: Scenario, world: World, folder: Path, write: Write) -> int:
    """Play a scenario to its end.

    Args:
        scenario: What happens and what must follow.
        world: Where it is played.
        folder: The scenario's folder, where its pictures may lie.
        write: Takes the report, line by line.

    Returns:
        How many steps did not go as they must.

    Raises:
        ScenarioError: A step names a picture, channel or person that does not exist.
    """
    write(scenario.title)
    for person, locale in scenario.locales.items():
        world.speak(person, locale)
    current = Play(world, folder)
    failed = 0
    for number, step in enumerate(scenario.steps, start=1):
        write(f"{number:>3} {one_line(step.described())}")
        try:
            findings = await _play_step(current, step)
        except ScenarioError as error:
            raise ScenarioError(f"step {number}: {error}") from None
        for finding in findings:
            write(f"      ✓ {finding.expected}" if finding.met else f"      ✗ expected: {finding.expected}")
            if not finding.met:
                write(f"        seen:     {finding.seen}")
        failed += not all(finding.met for finding in findings)
    total = len(scenario.steps)
    write(f"{total - failed} of {total} steps as expected")
    return failed


class _Told(logging.Handler):
    """Keeps the faults for which the bot said sorry, and which simcord therefore never hears of."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.faults: list[BaseException] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and record.exc_info[1] is not None:
            self.faults.append(record.exc_info[1])


@contextmanager
def _faults_told() -> Iterator[list[BaseException]]:
    told = _Told()
    logger = logging.getLogger(apologise.__module__)
    logger.addHandler(told)
    try:
        yield told.faults
    finally:
        logger.removeHandler(told)


async def _play_step(current: Play, step: Step) -> list[Finding]:
    """Play one step; whatever goes wrong is a finding."""
    cursor = current.world.env.error_cursor
    told_of: list[BaseException] = []
    try:
        with _faults_told() as told_of:
            change = await current.do(step)
        findings = list(compare(step.expect, change, current.answers_in))
        if step.expect.gone is not None:
            gone = current.is_gone(step.expect.gone)
            findings.append(Finding(gone, f"{step.expect.gone!r} is deleted", "it is there"))
        if step.expect.hidden:
            findings.append(Finding(False, "Discord does not offer this", told(change)))
        if step.expect.impossible:
            findings.append(Finding(False, "Discord does not allow this", told(change)))
    except CannotError as error:
        if step.expect.impossible:
            findings = [Finding(True, "Discord does not allow this", str(error))]
        else:
            met = isinstance(error, NotOfferedError) and step.expect.hidden is True
            expected = "Discord does not offer this" if met else "the step is possible"
            findings = [Finding(met, expected, str(error))]
    raised = dict.fromkeys((*current.world.env.errors_since(cursor), *told_of))  # commands' are in both
    # A check that refuses a command is no fault: the bot has told the person.
    faults = [error for error in raised if not isinstance(error, app_commands.CheckFailure)]
    findings += [Finding(False, "no fault in the bot", repr(error)) for error in faults]
    return findings
