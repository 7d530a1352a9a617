"""Acting without moderators: off at first, and only after a trial in which it does nothing but count."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import discord

from ..guild_settings import GuildSettings
from .cases import Action

TRIAL: Final = timedelta(days=7)
"""How long a trial runs before the action may be switched on."""

AUTOMATIC: Final = (Action.DELETE, Action.TIME_OUT)
"""What may be done without moderators."""


AUTOMATIC_NEEDS: Final = {
    Action.DELETE: discord.Permissions(manage_messages=True),
    Action.TIME_OUT: discord.Permissions(moderate_members=True),
}
"""What it takes to switch each on, beside what setting a server up takes; the bot needs it too."""


@dataclass(frozen=True, slots=True)
class Automation:
    """An automatic action of a guild.

    Attributes:
        guild_id: The guild.
        action: What is done, or counted.
        since: When its trial began.
        active: Whether it is done; before, it is only counted.
    """

    guild_id: int
    action: Action
    since: datetime
    active: bool = False

    def may_be_switched_on(self, now: datetime) -> bool:
        """Return whether the trial is over."""
        return not self.active and now - self.since >= TRIAL


def after_change(
    automation: Automation | None, old: GuildSettings, new: GuildSettings, now: datetime
) -> Automation | None:
    """Return what becomes of an automatic action when settings change.

    A trial says something of the bars that it ran with: with other ones it begins anew.

    Args:
        automation: The guild's, if it has one.
        old: The settings before.
        new: The settings after.
        now: When.
    """
    if automation is None or old.bars == new.bars:
        return automation
    return replace(automation, since=now, active=False)
