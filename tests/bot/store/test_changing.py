"""What is set up in a guild is changed by one after the other, over all processes."""

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import DBAPIError

from moodring.bot.guild_settings import GuildSettings, GuildSettingsError
from moodring.bot.moderation.automation import Automation
from moodring.bot.moderation.cases import Action
from moodring.bot.setup.changes import change_settings
from moodring.bot.store import Store, changing, is_failure
from tests.postgres import Server

GUILD, OTHER_GUILD = 1 << 60, 2
AT = datetime(2026, 1, 1, tzinfo=UTC)

pytestmark = [pytest.mark.asyncio, pytest.mark.parametrize("url", ["file", "postgresql"], indirect=True)]


def one_more(old: GuildSettings) -> GuildSettings:
    """Count the changes."""
    return old.changed(warn_line=str(int(old.warn_line or 0) + 1))


async def test_changes_at_once_are_all_kept(store: Store, other: Store) -> None:
    changes = [change_settings(each, GUILD, one_more) for each in (store, other) for _ in range(20)]
    await asyncio.gather(
        *changes,
        change_settings(store, GUILD, lambda old: old.changed(faces=True)),
        change_settings(other, GUILD, lambda old: old.changed(cooldown_s=7)),
    )
    expected = GuildSettings(faces=True, cooldown_s=7, warn_line="40")
    assert await store.guilds.get(GUILD) == await other.guilds.get(GUILD) == expected


async def test_more_changes_than_there_are_connections_hold_nobody_up(url: str, store: Store) -> None:
    await asyncio.gather(*(change_settings(store, GUILD, one_more) for _ in range(40)))
    assert (await store.guilds.get(GUILD)).warn_line == "40"


async def test_a_change_that_fails_leaves_everything_as_it_was(store: Store, other: Store) -> None:
    async def fail() -> None:
        async with store.changing(GUILD) as held:
            await held.guilds.put(GUILD, GuildSettings(faces=True))
            await held.automations.put(Automation(GUILD, Action.DELETE, AT))
            raise GuildSettingsError

    with pytest.raises(GuildSettingsError):
        await fail()
    assert await other.guilds.get(GUILD) == GuildSettings()
    assert await other.automations.get(GUILD) is None
    async with other.changing(GUILD) as held:
        await held.guilds.put(GUILD, GuildSettings(ocr=False))
        await held.automations.put(Automation(GUILD, Action.DELETE, AT))
        await held.automations.stop(GUILD)
    assert await store.guilds.get(GUILD) == GuildSettings(ocr=False)
    assert await store.automations.get(GUILD) is None


async def test_others_see_a_change_once_it_is_whole_and_meanwhile_read_on(store: Store, other: Store) -> None:
    async with store.changing(GUILD) as held:
        await held.guilds.put(GUILD, GuildSettings(faces=True))
        assert await held.guilds.get(GUILD) == GuildSettings(faces=True)
        assert await other.guilds.get(GUILD) == GuildSettings()
    assert await other.guilds.get(GUILD) == GuildSettings(faces=True)


class TestPostgreSQL:
    @pytest.fixture
    def url(self, server: Server) -> str:
        return server.url()

    async def test_another_guild_is_changed_meanwhile(self, store: Store, other: Store) -> None:
        async with store.changing(GUILD):
            await change_settings(other, OTHER_GUILD, one_more)
        assert (await store.guilds.get(OTHER_GUILD)).warn_line == "1"

    async def test_who_waits_for_too_long_is_told_that_the_database_failed(
        self, store: Store, other: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(changing, "_WAIT_S", 1)
        async with store.changing(GUILD):
            with pytest.raises(DBAPIError) as raised:
                await change_settings(other, GUILD, one_more)
        assert is_failure(raised.value)
        await change_settings(other, GUILD, one_more)

    async def test_who_hangs_in_the_middle_of_a_change_loses_it_and_keeps_nobody(
        self, store: Store, other: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(changing, "_IDLE_S", 1)

        async def hang() -> None:
            async with store.changing(GUILD) as held:
                await held.guilds.put(GUILD, GuildSettings(faces=True))
                await change_settings(other, GUILD, one_more)  # waits for the server to end this one

        with pytest.raises(DBAPIError) as raised:
            await hang()
        assert is_failure(raised.value)
        assert await store.guilds.get(GUILD) == GuildSettings(warn_line="1")
