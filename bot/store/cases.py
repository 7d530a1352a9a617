"""Cases and what was done in them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Final, cast

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    SQLColumnExpression,
    and_,
    exists,
    func,
    literal,
    select,
    update,
)
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
from .many import change_many, guilds_in, parts
from .repositories import Repository, utc
from .tables import CaseEventRow, CaseRow, Table
from .upsert import insert

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
            opened = insert(
                session,
                CaseRow,
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
            # Of two processes that were told of a message one opens its case.
            row = await session.scalar(opened.on_conflict_do_nothing().returning(CaseRow))
            return None if row is None else _case(row, ())

    async def place(self, case: Case) -> None:
        """Keep where the card of a case is."""
        card = {"card_channel_id": case.card_channel_id, "card_id": case.card_id}
        async with self._sessions.begin() as session:
            await session.execute(update(CaseRow).where(CaseRow.id == case.id).values(card))

    async def without_card(self, since: datetime) -> Sequence[Case]:
        """Return the cases since a time whose card was not sent, or is not known, as after a crash."""
        without = (CaseRow.card_id.is_(None), CaseRow.opened_at >= since)
        return await self._select(*without, by=CaseRow.opened_at)

    async def get(self, guild_id: int, case_id: int) -> Case | None:
        """Return a case of a guild; None for what is no case of this guild."""
        return next(iter(await self._select(CaseRow.id == case_id, CaseRow.guild_id == guild_id)), None)

    async def on_card(self, card_id: int) -> Sequence[Case]:
        """Return the cases of a card, oldest first."""
        return await self._select(CaseRow.card_id == card_id)

    async def card_before(self, case: Case) -> Sequence[Case]:
        """Return the cases of the card that a case's channel got last before it, oldest first; maybe none."""
        # A range, and in the order of both columns: see `Repository._delete_of_guild`.
        query = (
            select(CaseRow.card_id)
            .where(
                CaseRow.channel_id.between(case.channel_id, case.channel_id),
                CaseRow.card_id.is_not(None),
                CaseRow.id < case.id,
            )
            .order_by(CaseRow.channel_id.desc(), CaseRow.id.desc())
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
        # The index has all that is asked for: what is left out, by filters and by pages, is not fetched.
        page = select(CaseRow.id).where(*where).order_by(CaseRow.id.desc()).offset(offset).limit(limit)
        async with self._sessions() as session:
            ids = (await session.scalars(page)).all()
        found: list[Case] = []
        for some in parts(ids):
            found += await self._select(CaseRow.id.in_(some), by=CaseRow.id.desc())
        return found

    async def of_author(self, guild_id: int, author_id: int) -> Sequence[Case]:
        """Return the cases of a guild that may still concern a member, newest first."""
        theirs = (CaseRow.guild_id == guild_id, CaseRow.author_id == author_id)
        return await self._select(*theirs, by=CaseRow.id.desc())

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
        held = select(CaseRow.id).where(CaseRow.id == case.id).with_for_update()
        async with self._sessions.begin() as session:
            # Held first: a statement that waits for another process's sees the case as that one left it, but
            # of the events only those that there were when it began to wait.
            await session.execute(held)
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
            case = None if event is None else await session.get(CaseRow, event.case_id, with_for_update=True)
            if event is None or case is None:
                return
            event.outcome = outcome
            case.pending = None
            case.changed_at = at
            if outcome is not Outcome.FAILED:
                done = outcome is Outcome.DONE
                case.state = STEPS[Action(event.action)].after if done else State.UNCLEAR
            if case.state not in AUTHOR_KNOWN:
                case.author_id = None

    async def left_open(self) -> Sequence[tuple[int, int]]:
        """Return the events that began and did not end, such as by a crash, each behind its guild."""
        query = (
            select(CaseRow.guild_id, CaseEventRow.id)
            .join(CaseRow, CaseRow.id == CaseEventRow.case_id)
            .where(CaseEventRow.outcome.is_(None))
        )
        async with self._sessions() as session:
            return [(guild_id, event_id) for guild_id, event_id in await session.execute(query)]

    async def unclear(self, since: datetime) -> Sequence[Case]:
        """Return the cases that became unclear since a time, and still are."""
        # Said in the statement: a plan for any state could not use the index of this one.
        unclear = literal(State.UNCLEAR, CaseRow.state.type, literal_execute=True)
        return await self._select(
            CaseRow.state == unclear, CaseRow.changed_at >= since, by=CaseRow.changed_at
        )

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

    async def oldest(self) -> Mapping[int, datetime]:
        """Return when the oldest case of each guild was opened."""
        guild_id = guilds_in(CaseRow).c.guild_id
        first = select(func.min(CaseRow.opened_at)).where(CaseRow.guild_id == guild_id).scalar_subquery()
        batches = self._batches(select(guild_id, first))
        return {guild: utc(at) async for rows in batches for guild, at in rows}

    async def prune(self, guild_id: int, before: datetime) -> None:
        """Delete the cases of a guild that were opened before a time."""
        old = and_(CaseRow.guild_id == guild_id, CaseRow.opened_at < before)
        await self._delete_many(CaseRow, old, CaseRow.opened_at)

    async def release_authors(self, before: datetime) -> None:
        """Forget whose messages they were where nothing was done, nor appealed, since a time."""
        settled = and_(
            CaseRow.author_id.is_not(None), CaseRow.changed_at < before, CaseRow.state != State.APPEALED
        )
        forget = update(CaseRow).values(author_id=None)
        await change_many(self._sessions, CaseRow, settled, [CaseRow.changed_at], forget)

    async def forget_guild(self, guild_id: int) -> None:
        """Delete the cases of a guild."""
        await self._delete_of_guild(CaseRow, guild_id, CaseRow.id)

    async def forget_user(self, user_id: int) -> None:
        """Forget whose messages they were where that is this person.

        An open appeal has to be somebody's. What somebody did as a moderator stays for as long as the case:
        it is the server's record, and tells who may not decide about an appeal.
        """
        theirs = (CaseRow.author_id == user_id, CaseRow.state != State.APPEALED)
        async with self._sessions.begin() as session:
            await session.execute(update(CaseRow).where(*theirs).values(author_id=None))

    async def _select(
        self, *where: ColumnElement[bool], by: SQLColumnExpression[Any] = CaseRow.id
    ) -> Sequence[Case]:
        query = select(CaseRow).where(*where).order_by(by)
        async with self._sessions() as session:
            rows = (await session.scalars(query)).all()
            events = await _events(session, [row.id for row in rows])
        return [_case(row, tuple(events.get(row.id, ()))) for row in rows]


async def _events(session: AsyncSession, case_ids: Sequence[int]) -> dict[int, list[CaseEvent]]:
    """Return the events of cases, by case and in order."""
    found: dict[int, list[CaseEvent]] = {}
    for some in parts(case_ids):
        order = (CaseEventRow.case_id, CaseEventRow.id)
        query = select(CaseEventRow).where(CaseEventRow.case_id.in_(some)).order_by(*order)
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
