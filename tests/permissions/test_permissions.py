"""Every way into the bot, tried by everybody: what becomes of it is what `docs/permissions.md` says."""

from collections.abc import Awaitable, Callable
from typing import Final

import pytest
from simcord.backend.access import message_accessible
from simcord.backend.command_access import command_access

from moodring.bot import texts

from .entries import PREPARE, Act, Stage
from .forgeries import forgeries
from .guilds import Guilds, Seen
from .table import ENTRIES, Cell, Effect, Entry, Kind, Verdict, Who

CELLS: Final = [pytest.param(entry, who, id=f"{entry.key}-{who}") for entry in ENTRIES for who in Who]


def words_of(key: str, guilds: Guilds) -> str:
    """Return what is said, by the text's name and what follows it; of an open end the beginning."""
    name, _, about = key.partition(" ")
    match name:
        case "staff-only":
            return texts.say(name, permissions=texts.permissions([about]))
        case "mood-not-watched":
            return texts.say(name, channel=guilds.talk.mention)
        case "not-taken":
            return texts.say(name, why="…").partition("…")[0]
        case _:
            return texts.say(name)


def is_offered(stage: Stage, entry: Entry) -> bool:
    """Return whether Discord would offer it to somebody, by its own rules."""
    backend = stage.guilds.backend
    if stage.who is Who.BOT:
        return False
    if entry.kind is Kind.COMMAND:
        name, kind = ("Analyze", 3) if entry.key.startswith("Analyze") else (entry.key[1:].split()[0], 1)
        root = backend.find_command(name, None, type=kind)
        assert root is not None
        return command_access(
            backend, root, user_id=stage.person.id, channel_id=stage.person.channel.id
        ).allowed
    if entry.kind is Kind.FORM:
        return stage.opener == stage.person.id
    assert stage.source is not None
    guild_id = backend.get_channel(stage.source.channel_id).guild_id
    if guild_id != (None if stage.person.guild is None else stage.person.guild.id):
        return False
    return message_accessible(backend, stage.source.channel_id, stage.source, stage.person.id)


def check_foreign(stage: Stage, seen: Seen) -> None:
    """Check that nothing of the server came to somebody elsewhere, or was changed by them."""
    here = stage.guilds.here
    ids = {
        here.id,
        *(channel.id for channel in here.channels.values()),
        *(role.id for role in here.roles.values()),
    }
    assert not [row for row in seen.changed if any(str(number) in row for number in ids)]


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(("entry", "who"), CELLS)
async def test_what_becomes_of_it_is_what_the_page_says(guilds: Guilds, entry: Entry, who: Who) -> None:
    cell = entry.cells[who]
    if cell.verdict is Verdict.NEVER:
        for label, prepare in forgeries(guilds, entry.key):
            await guilds.restore()
            never(guilds, entry, cell, label, await attempt(guilds, prepare))
        return
    await guilds.restore()
    person = guilds.liar if who is Who.FORGED else guilds.people[who]
    stage = Stage(guilds, who, person)
    writer = person.id if entry.kind is Kind.MESSAGE else None
    if who is Who.EX:
        guilds.promote()
    seen = await attempt(guilds, lambda: PREPARE[entry.key](stage), but=writer, loses=who is Who.EX)
    if entry.kind is not Kind.MESSAGE and who is not Who.FORGED:
        assert is_offered(stage, entry) is not cell.hidden
    check(guilds, entry, cell, seen)
    if who is Who.STRANGER and entry.kind is not Kind.ANYONE:
        check_foreign(stage, seen)


async def attempt(
    guilds: Guilds, prepare: Callable[[], Awaitable[Act]], *, but: int | None = None, loses: bool = False
) -> Seen:
    """Let somebody try, and return what comes of it.

    Args:
        guilds: Where.
        prepare: Gets everything ready.
        but: Whose own messages do not count.
        loses: Whether they lose their permissions before they act.
    """
    act = await prepare()
    if loses:
        guilds.demote()
    await guilds.env.settle()
    before = await guilds.snapshot(but=but)
    return await guilds.seen(before, await act(), but=but)


def check(guilds: Guilds, entry: Entry, cell: Cell, seen: Seen) -> None:
    """Check that what is there to see is what the table says, and nothing else."""
    match cell.verdict:
        case Verdict.WORKS | Verdict.WORKS_AT_HOME:
            assert seen.effect == (entry.effect if cell.effect is None else cell.effect), seen
        case Verdict.REFUSED:
            refused(guilds, entry, cell, seen)
        case Verdict.IGNORED:
            assert seen.effect is Effect.NONE, seen
    assert seen.errors == []


def refused(guilds: Guilds, entry: Entry, cell: Cell, seen: Seen) -> None:
    """Check that one text was said and nothing happened: to them alone, unless it was asked in public."""
    asked_in_public = entry.kind is Kind.MESSAGE
    [told] = seen.public if asked_in_public else seen.told
    assert words_of(cell.keys[0], guilds) in told
    assert seen.effect is (Effect.PUBLIC if asked_in_public else Effect.PRIVATE), seen


def never(guilds: Guilds, entry: Entry, cell: Cell, label: str, seen: Seen) -> None:
    """Check that nothing happened, and that nothing was said but what may be."""
    assert seen.effect in Effect.PRIVATE, (label, seen)
    may = [words_of(key, guilds) for key in cell.keys]
    assert all(any(words in told for words in may) for told in seen.told), (label, seen)
    assert seen.errors == [], (label, seen)
