"""Cases and what was done in them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Final, cast

from sqlalchemy import ColumnElement, CursorResult, delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ..moderation.cases import (
    AUTHOR_KNOWN,
    PUNISHING,
    REFUTED,
    STEPS,
    Action,
    Case,
    CaseEvent,
    Outcome,
    State,
)
from ..rules import Group
from .repositories import Repository, utc
from .tables import CaseEventRow, CaseRow, Table

PAGE: Final = 10
"""Cases that are listed at once."""


class Cases(Repository):
    """Flagged messages and what was done about them.

    All times have their zone (UTC: SQLite keeps none).
    """

    tables: ClassVar[tuple[type[Table], ...]] = (CaseRow, CaseEventRow)

    async def open(
        self,
        *,
        guild_id: int,
        channel_id: int,
        message_id: int,
        group: Group,
        scores: Mapping[Group, float],
        would_act: bool,
        at: datetime,
    ) -> Case | None:
        """Open a case; None if the message has one already."""
        async with self._sessions.begin() as session:
            if await session.scalar(select(CaseRow.id).where(CaseRow.message_id == message_id)) is not None:
                return None
            row = CaseRow(
                guild_id=guild_id,
                channel_id=channel_id,
                message_id=message_id,
                label_group=group,
                scores=dict(scores),
                would_act=would_act,
                state=State.OPEN,
                opened_at=at,
                changed_at=at,
            )
            session.add(row)
            await session.flush()
            return _case(row, ())

    async def place(self, case: Case) -> None:
        """Keep where the card of a case is."""
        card = {"card_channel_id": case.card_channel_id, "card_id": case.card_id}
        async with self._sessions.begin() as session:
            await session.execute(update(CaseRow).where(CaseRow.id == case.id).values(card))

    async def without_card(self, since: datetime) -> Sequence[Case]:
        """Return the cases since a time whose card was not sent, or is not known, as after a crash."""
        return await self._select(CaseRow.card_id.is_(None), CaseRow.opened_at >= since)

    async def get(self, guild_id: int, case_id: int) -> Case | None:
        """Return a case of a guild; None for what is no case of this guild."""
        return next(
            iter(await self._select(CaseRow.id == case_id, CaseRow.guild_id == guild_id, limit=1)), None
        )

    async def on_card(self, card_id: int) -> Sequence[Case]:
        """Return the cases of a card, oldest first."""
        return await self._select(CaseRow.card_id == card_id)

    async def card_before(self, case: Case) -> Sequence[Case]:
        """Return the cases of the card that a case's channel got last before it, oldest first; maybe none."""
        query = (
            select(CaseRow.card_id)
            .where(CaseRow.channel_id == case.channel_id, CaseRow.card_id.is_not(None), CaseRow.id < case.id)
            .order_by(CaseRow.id.desc())
            .limit(1)
        )
        async with self._sessions() as session:
            card_id = await session.scalar(query)
        return [] if card_id is None else await self.on_card(card_id)

    async def find(
        self,
        guild_id: int,
        *,
        channel_id: int | None = None,
        group: Group | None = None,
        state: State | None = None,
        offset: int = 0,
        limit: int | None = PAGE,
    ) -> Sequence[Case]:
        """Return cases of a guild, newest first.

        Args:
            guild_id: The guild.
            channel_id: Only of this channel.
            group: Only flagged for this.
            state: Only those that stand so.
            offset: How many to leave out.
            limit: How many at most; None for all.
        """
        where = [CaseRow.guild_id == guild_id]
        where += [] if channel_id is None else [CaseRow.channel_id == channel_id]
        where += [] if group is None else [CaseRow.label_group == group]
        where += [] if state is None else [CaseRow.state == state]
        return await self._select(*where, newest_first=True, offset=offset, limit=limit)

    async def of_author(self, guild_id: int, author_id: int) -> Sequence[Case]:
        """Return the cases of a guild that may still concern a member, newest first."""
        return await self._select(
            CaseRow.guild_id == guild_id, CaseRow.author_id == author_id, newest_first=True
        )

    async def begin(
        self,
        case: Case,
        action: Action,
        moderator_id: int | None,
        at: datetime,
        author_id: int | None = None,
    ) -> int | None:
        """Keep that somebody is about to do something. Of two who try at once one gets it.

        Args:
            case: The case, as it was seen.
            action: What.
            moderator_id: Who; None for Moodring itself and for an appeal.
            at: When.
            author_id: Whose message it is, for what is done to them.

        Returns:
            The event's number for :meth:`finish`; None where the action may not be taken (any more).
        """
        repeated = exists().where(
            CaseEventRow.case_id == case.id,
            CaseEventRow.action == action,
            CaseEventRow.outcome == Outcome.DONE,
        )
        claim = update(CaseRow).where(
            CaseRow.id == case.id,
            CaseRow.pending.is_(None),
            CaseRow.state.in_(STEPS[action].before),
            ~repeated,
        )
        values: dict[str, Any] = {"pending": action, "changed_at": at}
        if action in PUNISHING:
            values["author_id"] = author_id
        async with self._sessions.begin() as session:
            claimed = await session.execute(claim.values(values))
            if cast(CursorResult[Any], claimed).rowcount == 0:
                return None
            event = CaseEventRow(case_id=case.id, action=action, moderator_id=moderator_id, at=at)
            session.add(event)
            await session.flush()
            return event.id

    async def finish(self, event_id: int, outcome: Outcome, at: datetime) -> None:
        """Keep how something ended that :meth:`begin` announced; nothing of a case that is gone."""
        async with self._sessions.begin() as session:
            event = await session.get(CaseEventRow, event_id)
            if event is None:
                return
            case = await session.get_one(CaseRow, event.case_id)
            event.outcome = outcome
            case.pending = None
            case.changed_at = at
            if outcome is not Outcome.FAILED:
                done = outcome is Outcome.DONE
                case.state = STEPS[Action(event.action)].after if done else State.UNCLEAR
            if case.state not in AUTHOR_KNOWN:
                case.author_id = None

    async def left_open(self) -> Sequence[int]:
        """Return the events that began and did not end, such as by a crash."""
        async with self._sessions() as session:
            return (
                await session.scalars(select(CaseEventRow.id).where(CaseEventRow.outcome.is_(None)))
            ).all()

    async def unclear(self, since: datetime) -> Sequence[Case]:
        """Return the cases that became unclear since a time, and still are."""
        return await self._select(CaseRow.state == State.UNCLEAR, CaseRow.changed_at >= since)

    async def counts(self, guild_id: int) -> Mapping[tuple[Group, State], int]:
        """Return how many cases of a guild stand where, by group."""
        query = (
            select(CaseRow.label_group, CaseRow.state, func.count())
            .where(CaseRow.guild_id == guild_id)
            .group_by(CaseRow.label_group, CaseRow.state)
        )
        async with self._sessions() as session:
            return {
                (Group(group), State(state)): count for group, state, count in await session.execute(query)
            }

    async def would_act(self, guild_id: int, since: datetime) -> tuple[int, int]:
        """Return how many messages of a guild would have been acted on without moderators.

        Args:
            guild_id: The guild.
            since: From when on.

        Returns:
            How many, and how many of these moderators then dismissed or took back.
        """
        query = (
            select(CaseRow.state, func.count())
            .where(CaseRow.guild_id == guild_id, CaseRow.would_act, CaseRow.opened_at >= since)
            .group_by(CaseRow.state)
        )
        async with self._sessions() as session:
            counts = {State(state): count for state, count in await session.execute(query)}
        return sum(counts.values()), sum(count for state, count in counts.items() if state in REFUTED)

    async def prune(self, guild_id: int, before: datetime) -> None:
        """Delete the cases of a guild that were opened before a time."""
        await self._delete_cases(CaseRow.guild_id == guild_id, CaseRow.opened_at < before)

    async def release_authors(self, before: datetime) -> None:
        """Forget whose messages they were where nothing was done, nor appealed, since a time."""
        settled = CaseRow.state != State.APPEALED
        async with self._sessions.begin() as session:
            await session.execute(
                update(CaseRow).where(CaseRow.changed_at < before, settled).values(author_id=None)
            )

    async def forget_guild(self, guild_id: int) -> None:
        """Delete the cases of a guild."""
        await self._delete_cases(CaseRow.guild_id == guild_id)

    async def forget_user(self, user_id: int) -> None:
        """Forget whose messages they were where that is this person.

        An open appeal has to be somebody's. What somebody did as a moderator stays for as long as the case:
        it is the server's record, and tells who may not decide about an appeal.
        """
        theirs = (CaseRow.author_id == user_id, CaseRow.state != State.APPEALED)
        async with self._sessions.begin() as session:
            await session.execute(update(CaseRow).where(*theirs).values(author_id=None))

    async def _delete_cases(self, *where: ColumnElement[bool]) -> None:
        """Delete cases with their events."""
        of_cases = CaseEventRow.case_id.in_(select(CaseRow.id).where(*where))
        async with self._sessions.begin() as session:
            await session.execute(delete(CaseEventRow).where(of_cases))
            await session.execute(delete(CaseRow).where(*where))

    async def _select(
        self,
        *where: ColumnElement[bool],
        newest_first: bool = False,
        offset: int = 0,
        limit: int | None = None,
    ) -> Sequence[Case]:
        order = CaseRow.id.desc() if newest_first else CaseRow.id
        query = select(CaseRow).where(*where).order_by(order).offset(offset).limit(limit)
        async with self._sessions() as session:
            rows = (await session.scalars(query)).all()
            events = await _events(session, [row.id for row in rows])
        return [_case(row, tuple(events.get(row.id, ()))) for row in rows]


async def _events(session: AsyncSession, case_ids: Sequence[int]) -> dict[int, list[CaseEvent]]:
    """Return the events of cases, by case and in order."""
    query = select(CaseEventRow).where(CaseEventRow.case_id.in_(case_ids)).order_by(CaseEventRow.id)
    found: dict[int, list[CaseEvent]] = {}
    for row in await session.scalars(query):
        outcome = None if row.outcome is None else Outcome(row.outcome)
        event = CaseEvent(Action(row.action), row.moderator_id, outcome, utc(row.at))
        found.setdefault(row.case_id, []).append(event)
    return found


def _case(row: CaseRow, events: tuple[CaseEvent, ...]) -> Case:
    return Case(
        id=row.id,
        guild_id=row.guild_id,
        channel_id=row.channel_id,
        message_id=row.message_id,
        card_channel_id=row.card_channel_id,
        card_id=row.card_id,
        group=Group(row.label_group),
        scores={Group(group): score for group, score in row.scores.items()},
        would_act=row.would_act,
        state=State(row.state),
        pending=None if row.pending is None else Action(row.pending),
        author_id=row.author_id,
        opened_at=utc(row.opened_at),
        events=events,
    )
