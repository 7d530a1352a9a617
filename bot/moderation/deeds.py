"""Doing what a moderator decided: the intent is kept before Discord is asked, the outcome after."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import discord

from .. import texts
from ..answers import AnyBot
from ..delivery import FAILED, why
from ..guild_settings import GuildSettings
from ..permissions import NO_PINGS, Place, is_let_in, lacks, lacks_to_read
from ..services import Services
from ..speaking import language_in
from ..store import going_on
from .cases import PUNISHING, Action, Case, Outcome

log: Final = logging.getLogger(__name__)

SOURCE_NEEDS: Final[Mapping[Action, tuple[str, ...]]] = {
    Action.WARN: ("view_channel",),
    Action.TIME_OUT: ("view_channel", "moderate_members"),
    Action.DELETE: ("view_channel", "manage_messages"),
}
"""What a moderator must be allowed in the channel of the message, beside what working on cases takes."""

BOT_NEEDS: Final[Mapping[Action, tuple[str, ...]]] = {
    Action.WARN: ("view_channel", "send_messages", "read_message_history"),
    Action.TIME_OUT: ("moderate_members",),
    Action.DELETE: ("view_channel", "manage_messages"),
    Action.REVERSE: ("moderate_members",),
}
"""What the bot itself must be allowed there."""


class RefusedError(Exception):
    """Something cannot be done; the message says why, to the person who wanted it."""


class Deeds:
    """Does what is decided in cases.

    Args:
        bot: The host.
        services: Where cases are kept.
    """

    def __init__(self, bot: AnyBot, services: Services) -> None:
        self._bot = bot
        self._store = services.store
        self._unwritten: dict[int, tuple[Outcome, datetime]] = {}  # outcomes that the database did not take

    async def do(self, case: Case, action: Action, moderator: discord.Member | None) -> Case:
        """Do something in a case, once.

        Args:
            case: The case, as it was seen.
            action: What.
            moderator: Who decided it; None for Moodring itself.

        Returns:
            The case afterwards.

        Raises:
            RefusedError: It may not be done, cannot be done, or somebody was faster.
        """
        await self._write_outcomes()
        guild = self._guild(case)
        settings = await self._store.guilds.get(case.guild_id)
        if moderator is not None:
            await self._check_moderator(case, action, moderator)
        self._check_bot(case, action, guild)
        author = await self._author(case, action, guild, moderator)
        now = discord.utils.utcnow()
        event_id = await self._store.cases.begin(
            case,
            action,
            None if moderator is None else moderator.id,
            now,
            author_id=None if author is None else author.id,
        )
        if event_id is None:
            raise RefusedError(await self._too_late(case))
        outcome = Outcome.UNCLEAR
        try:
            with texts.speaking(language_in(guild, settings)):
                await self._effect(case, action, author, settings, reason=_audit_reason(case, moderator))
            outcome = Outcome.DONE
        except FAILED as error:
            refused = isinstance(error, discord.HTTPException) and error.status < 500
            outcome = Outcome.FAILED if refused else Outcome.UNCLEAR
            failed = texts.say("deed-failed", action=texts.say(f"action-{action}"), why=_why(error))
            raise RefusedError(failed) from None
        finally:
            ids = {"case_id": case.id, "guild_id": case.guild_id, "action": action, "outcome": outcome}
            log.info("case", extra=ids)
            await self.settle(event_id, outcome, ids)
        with going_on(**ids):
            await self._judge(case, action, by_person=moderator is not None)
        if author is not None:
            with texts.speaking(language_in(guild, settings)):
                await self._tell(author, action, guild, settings, by_person=moderator is not None)
        return await self._again(case)

    async def settle(self, event_id: int, outcome: Outcome, ids: Mapping[str, object]) -> None:
        """Keep how something ended that was begun: Discord has done it already, whatever the database says.

        Args:
            event_id: What `store.cases.Cases.begin` returned.
            outcome: How it ended.
            ids: What a log says besides where that cannot be written yet.
        """
        self._unwritten[event_id] = outcome, discord.utils.utcnow()
        with going_on(**ids):
            await self._write_outcomes()

    async def _write_outcomes(self) -> None:
        """Keep how things ended; what the database does not take is tried again with the next action."""
        for event_id, (outcome, at) in list(self._unwritten.items()):
            await self._store.cases.finish(event_id, outcome, at)
            self._unwritten.pop(event_id, None)

    async def _again(self, case: Case) -> Case:
        """Return a case as it stands now.

        Raises:
            RefusedError: It was deleted meanwhile.
        """
        now = await self._store.cases.get(case.guild_id, case.id)
        if now is None:
            raise RefusedError(texts.say("no-such-case"))
        return now

    def place(self, case: Case) -> Place:
        """Return the channel of a case's message.

        Raises:
            RefusedError: It is gone, or the bot does not see it.
        """
        place = self._guild(case).get_channel_or_thread(case.channel_id)
        if place is None:
            raise RefusedError(texts.say("channel-is-gone"))
        return place

    async def message(self, case: Case, *, seen_by: discord.Member | None = None) -> discord.Message:
        """Fetch the message of a case.

        Args:
            case: The case.
            seen_by: Who is going to see it; they must see it in its channel too.

        Raises:
            RefusedError: It is gone, the bot does not see it, or the person may not.
        """
        place = self.place(case)
        if seen_by is not None and (missing := lacks_to_read(seen_by, place)):
            raise RefusedError(texts.you_lack(place.mention, missing))
        if seen_by is not None and not await is_let_in(seen_by, place):
            raise RefusedError(texts.say("mood-not-in-thread", channel=place.mention))
        assert isinstance(place, discord.abc.Messageable), "only such places are watched"  # noqa: S101
        try:
            return await place.fetch_message(case.message_id)
        except FAILED as error:
            raise RefusedError(_why(error)) from None

    def _guild(self, case: Case) -> discord.Guild:
        guild = self._bot.get_guild(case.guild_id)
        if guild is None:
            raise RefusedError(texts.say("no-such-case"))
        return guild

    async def _check_moderator(self, case: Case, action: Action, moderator: discord.Member) -> None:
        """Refuse what somebody may not do by themselves in Discord either."""
        if action in {Action.UPHOLD, Action.REVERSE} and moderator.id in case.punished_by:
            raise RefusedError(texts.say("not-your-own-appeal"))
        if names := SOURCE_NEEDS.get(action):
            place = self.place(case)
            if missing := lacks(moderator, place, *names):
                raise RefusedError(texts.you_lack(place.mention, missing))
            if not await is_let_in(moderator, place):
                raise RefusedError(texts.say("mood-not-in-thread", channel=place.mention))

    def _check_bot(self, case: Case, action: Action, guild: discord.Guild) -> None:
        nothing_to_end = action is Action.REVERSE and Action.TIME_OUT not in case.done
        if (names := BOT_NEEDS.get(action)) and not nothing_to_end:
            place = self.place(case)
            if isinstance(place, discord.Thread):
                names = tuple(name.replace("send_messages", "send_messages_in_threads") for name in names)
            if missing := lacks(guild.me, place, *names):
                raise RefusedError(texts.i_lack(place.mention, missing))

    async def _author(
        self, case: Case, action: Action, guild: discord.Guild, moderator: discord.Member | None
    ) -> discord.Member | discord.User | None:
        """Return whose message it is, where that matters; the case itself mostly does not know."""
        if action not in {*PUNISHING, Action.UPHOLD, Action.REVERSE}:
            return None
        author_id = case.author_id
        if author_id is None:
            author_id = (await self.message(case)).author.id
        try:
            member = await guild.fetch_member(author_id)
        except discord.NotFound:
            if action is Action.TIME_OUT:
                raise RefusedError(texts.say("has-left")) from None
            return await self._bot.fetch_user(author_id)
        if action is Action.TIME_OUT and moderator is not None and not _outranks(moderator, member):
            raise RefusedError(texts.say("outranked"))
        return member

    async def _effect(
        self,
        case: Case,
        action: Action,
        author: discord.Member | discord.User | None,
        settings: GuildSettings,
        *,
        reason: str,
    ) -> None:
        """Ask Discord for what the action means; most mean nothing to it."""
        place: Any = self.place(case) if action in BOT_NEEDS else None
        match action:
            case Action.WARN:
                await place.get_partial_message(case.message_id).reply(
                    settings.words("warn_line"),
                    mention_author=False,
                    allowed_mentions=NO_PINGS,
                    nonce=f"warn-{case.id}",
                )
            case Action.TIME_OUT:
                assert isinstance(author, discord.Member), "checked before"  # noqa: S101
                await author.timeout(timedelta(minutes=settings.timeout_minutes), reason=reason)
            case Action.DELETE:
                # discord.py's own methods take no reason for a single message.
                await self._bot.http.delete_message(case.channel_id, case.message_id, reason=reason)
            case Action.REVERSE:
                if Action.TIME_OUT in case.done and isinstance(author, discord.Member):
                    await author.timeout(None, reason=reason)

    async def _judge(self, case: Case, action: Action, *, by_person: bool) -> None:
        """Count whether a person found the flag right, for the guild's own thresholds."""
        found_right = bool(case.punished_by)
        right = wrong = 0
        if action is Action.NOT_TOXIC:
            wrong = 1
        elif action is Action.REVERSE:
            right, wrong = -int(found_right), 1
        elif by_person and not found_right and action in {*PUNISHING, Action.UPHOLD}:
            right = 1
        if right or wrong:
            judgements = self._store.judgements
            await judgements.add(case.guild_id, case.group, case.score, right=right, wrong=wrong)

    async def _tell(
        self,
        author: discord.Member | discord.User,
        action: Action,
        guild: discord.Guild,
        settings: GuildSettings,
        *,
        by_person: bool,
    ) -> None:
        """Tell the author in a direct message, where the guild and they themselves want that."""
        if not settings.direct_messages or await self._store.opt_outs.contains(author.id):
            return
        told = texts.say(
            f"told-{action}",
            by="person" if by_person else "machine",
            server=texts.literal(texts.printable(guild.name)),
            minutes=settings.timeout_minutes,
        )
        try:
            await author.send(told)
        except FAILED as error:
            log.info("no direct message", extra={"guild_id": guild.id, **why(error)})

    async def _too_late(self, case: Case) -> str:
        """Return why an action was not begun: what somebody else did meanwhile."""
        now = await self._store.cases.get(case.guild_id, case.id)
        if now is None:
            return texts.say("no-such-case")
        if now.pending is not None:
            return texts.say("being-done")
        return texts.say("already", state=texts.say(f"state-{now.state}"))


def _outranks(moderator: discord.Member, member: discord.Member) -> bool:
    """Return whether Discord itself would let one person time another one out."""
    if member.id == member.guild.owner_id or member.guild_permissions.administrator:
        return False
    return moderator.id == moderator.guild.owner_id or moderator.top_role > member.top_role


def _audit_reason(case: Case, moderator: discord.Member | None) -> str:
    """Return what stands in Discord's audit log."""
    group = texts.say(f"group-{case.group}")
    if moderator is None:
        return texts.say("audit-automatic", case=str(case.id), group=group)
    who = f"{moderator} ({moderator.id})"
    return texts.say("audit-moderator", case=str(case.id), group=group, moderator=who)


def _why(error: Exception) -> str:
    match error:
        case discord.NotFound():
            return texts.say("message-is-gone")
        case discord.Forbidden():
            return texts.say("discord-forbids")
        case _:
            return texts.say("discord-fails")
