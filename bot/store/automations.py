"""Automatic actions of guilds, tried or active."""

from dataclasses import asdict
from typing import ClassVar

from ..moderation.automation import Automation
from ..moderation.cases import Action
from .repositories import Repository, utc
from .tables import AutomationRow, Table
from .upsert import put


class Automations(Repository):
    """One automatic action a guild: who changes it holds the guild, see `Store.changing`."""

    tables: ClassVar[tuple[type[Table], ...]] = (AutomationRow,)

    async def get(self, guild_id: int) -> Automation | None:
        """Return a guild's automatic action, if it tries or has one."""
        async with self._sessions() as session:
            row = await session.get(AutomationRow, guild_id)
        return None if row is None else Automation(guild_id, Action(row.action), utc(row.since), row.active)

    async def put(self, automation: Automation) -> None:
        """Keep a guild's automatic action."""
        async with self._sessions.begin() as session:
            await session.execute(put(session, AutomationRow, **asdict(automation)))

    async def stop(self, guild_id: int) -> None:
        """Take a guild's automatic action away."""
        await self._delete(AutomationRow, AutomationRow.guild_id == guild_id)

    async def forget_guild(self, guild_id: int) -> None:
        """Take a guild's automatic action away."""
        await self.stop(guild_id)

    async def forget_user(self, user_id: int) -> None:
        """Do nothing: it says nothing of people."""
