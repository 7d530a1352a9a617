"""Settings of a server are changed one after the other, whoever changes them."""

import asyncio
import sqlite3
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from moodring.bot.guild_settings import GuildSettings, GuildSettingsError
from moodring.bot.moderation.automation import Automation
from moodring.bot.moderation.cases import Action
from moodring.bot.setup.changes import change_settings
from moodring.bot.store import Store
from moodring.bot.store.repositories import Guilds

GUILD = 5
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)

pytestmark = pytest.mark.asyncio


async def test_what_two_people_change_at_once_is_changed_both(store: Store) -> None:
    await asyncio.gather(
        change_settings(store, GUILD, lambda old: old.changed(faces=True)),
        change_settings(store, GUILD, lambda old: old.changed(cooldown_s=7)),
        change_settings(store, GUILD + 1, lambda old: old.changed(min_confidence=0.5)),
    )
    assert await store.guilds.get(GUILD) == GuildSettings(faces=True, cooldown_s=7)
    assert await store.guilds.get(GUILD + 1) == GuildSettings(min_confidence=0.5)


async def test_a_value_that_is_refused_changes_nothing_and_keeps_nobody_waiting(store: Store) -> None:
    with pytest.raises(GuildSettingsError):
        await change_settings(store, GUILD, lambda old: old.changed(cooldown_s=-1))
    changed = await change_settings(store, GUILD, lambda old: old.changed(cooldown_s=1))
    assert (changed.old, changed.new) == (GuildSettings(), GuildSettings(cooldown_s=1))


async def test_an_action_never_goes_by_bars_that_were_not_on_trial(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    active = Automation(GUILD, Action.DELETE, LONG_AGO, active=True)
    await store.automations.put(active)

    async def full(*_: Any) -> None:
        raise OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full"))

    def higher(old: GuildSettings) -> GuildSettings:
        return old.changed(flag_toxicity=0.99)

    with monkeypatch.context() as patched:
        patched.setattr(Guilds, "put", full)
        with pytest.raises(OperationalError):
            await change_settings(store, GUILD, higher)
    assert await store.guilds.get(GUILD) == GuildSettings()  # neither has changed
    assert await store.automations.get(GUILD) == active
    assert (await change_settings(store, GUILD, higher)).trial_anew
    begun = await store.automations.get(GUILD)
    assert begun is not None
    assert not begun.active
