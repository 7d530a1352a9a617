"""Whose turn it is: people come first, no flood starves anybody, and waiting has bounds."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodring.bot.turns import SOMEBODY, Bounds, BusyError, Kind, Turns, Whose, on_behalf_of, whose


@dataclass(eq=False)
class Guest:
    """Somebody who wants a turn."""

    whose: Whose
    task: asyncio.Task[Whose]

    @property
    def waits(self) -> bool:
        return not self.task.done()

    @property
    def was_let_in(self) -> bool:
        return self.task.done() and not self.task.cancelled() and self.task.exception() is None

    @property
    def refused(self) -> str | None:
        if not self.task.done() or self.task.cancelled():
            return None
        error = self.task.exception()
        return error.why if isinstance(error, BusyError) else None


@dataclass
class Door:
    """Turns whose clock the test sets, and all who came."""

    number: int = 1
    watched: int = 1
    bounds: Bounds | None = None
    time: float = 0.0
    guests: list[Guest] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.turns = Turns(self.number, watched=self.watched, bounds=self.bounds, now=lambda: self.time)
        self.inside: list[Guest] = []
        self.ever_inside: set[Guest] = set()

    async def come(self, place: int = 1, person: int = 1, kind: Kind = Kind.WATCHED) -> Guest:
        who = Whose(kind, place, person)
        with on_behalf_of(who):
            guest = Guest(who, asyncio.create_task(self.turns.take()))
        self.guests.append(guest)
        await self.settle()
        return guest

    async def leave(self, guest: Guest) -> list[Guest]:
        """End a turn; returns who is let in by that."""
        before = set(self.inside)
        self.inside.remove(guest)
        self.turns.give_back(guest.task.result())
        await self.settle()
        return [each for each in self.inside if each not in before]

    async def cancel(self, guest: Guest) -> None:
        guest.task.cancel()
        await self.settle()

    async def settle(self) -> None:
        for _ in range(3):
            await asyncio.sleep(0)
        new = [each for each in self.guests if each.was_let_in and each not in self.ever_inside]
        self.inside += new
        self.ever_inside.update(new)

    async def empty(self) -> list[Guest]:
        """Let one after the other leave, and return all who were let in, in that order."""
        order = list(self.inside)
        while self.inside:
            order += await self.leave(self.inside[0])
        return order


@pytest.mark.asyncio
async def test_what_is_free_is_had_at_once_and_the_rest_waits() -> None:
    door = Door(number=2, watched=2)
    first, second, third = [await door.come() for _ in range(3)]
    assert first.was_let_in
    assert second.was_let_in
    assert third.waits
    assert await door.leave(first) == [third]


@pytest.mark.asyncio
async def test_who_asks_comes_before_what_is_watched() -> None:
    door = Door()
    await door.come()
    watched = [await door.come() for _ in range(3)]
    asked = await door.come(2, 2, Kind.ASKED)
    assert (await door.empty())[1:] == [asked, *watched]


@pytest.mark.asyncio
async def test_watching_leaves_room_for_who_asks() -> None:
    door = Door(number=3, watched=2)
    watched = [await door.come() for _ in range(3)]
    assert [each.was_let_in for each in watched] == [True, True, False]
    assert (await door.come(kind=Kind.ASKED)).was_let_in


@pytest.mark.asyncio
async def test_who_asks_may_have_everything() -> None:
    door = Door(number=3, watched=2)
    asked = [await door.come(kind=Kind.ASKED) for _ in range(3)]
    assert all(each.was_let_in for each in asked)
    assert (await door.come()).waits


@pytest.mark.asyncio
async def test_guilds_take_turns_and_people_in_them() -> None:
    door = Door()
    await door.come(9, 9)
    for place, person in [(1, 11), (1, 11), (1, 12), (2, 21), (1, 11), (2, 21)]:
        await door.come(place, person)
    order = [(guest.whose.place, guest.whose.person) for guest in await door.empty()]
    assert order == [(9, 9), (1, 11), (2, 21), (1, 12), (2, 21), (1, 11), (1, 11)]


@given(st.lists(st.integers(1, 12), max_size=6), st.integers(0, 20))
def test_a_quiet_guild_waits_for_one_turn_of_each_other_guild_at_most(
    queues: Sequence[int], already: int
) -> None:
    async def check() -> None:
        door = Door()
        await door.come(99, 99)
        for place, length in enumerate(queues):
            for number in range(length):
                await door.come(place, number % 3)
        for _ in range(min(already, sum(queues))):
            await door.leave(door.inside[0])
        quiet = await door.come(1000, 1)
        order = await door.empty()
        assert order.index(quiet) <= len(queues) + 1

    asyncio.run(check())


@given(st.lists(st.integers(1, 12), max_size=6))
def test_a_quiet_person_waits_for_one_turn_of_each_other_person_at_most(queues: Sequence[int]) -> None:
    async def check() -> None:
        door = Door()
        await door.come(1, 99)
        for person, length in enumerate(queues):
            for _ in range(length):
                await door.come(1, person)
        quiet = await door.come(1, 1000)
        order = await door.empty()
        assert order.index(quiet) <= len(queues) + 1

    asyncio.run(check())


@pytest.mark.asyncio
async def test_a_flood_pushes_out_its_own_oldest_and_nobody_else() -> None:
    door = Door(bounds=Bounds(places=4))
    await door.come(9, 9)
    quiet = await door.come(2, 21)
    flood = [await door.come(1, 11) for _ in range(10)]
    assert quiet.waits
    assert [each.refused for each in flood] == ["full"] * 7 + [None] * 3
    assert door.turns.waiting(Kind.WATCHED) == 4


@pytest.mark.asyncio
async def test_in_the_fullest_guild_who_has_most_waiting_gives_way() -> None:
    door = Door(bounds=Bounds(places=5))
    await door.come(9, 9)
    quiet = await door.come(1, 12)
    flood = [await door.come(1, 11) for _ in range(3)]
    other = await door.come(2, 21)
    last = await door.come(3, 31)
    assert flood[0].refused == "full"
    assert all(each.waits for each in (quiet, other, last, *flood[1:]))


@pytest.mark.asyncio
async def test_of_queues_alike_who_has_waited_longest_gives_way() -> None:
    door = Door(bounds=Bounds(places=2))
    await door.come(9, 9)
    first = await door.come(1, 11)
    door.time = 1
    second, third = await door.come(2, 21), await door.come(3, 31)
    assert first.refused == "full"
    assert second.waits
    assert third.waits


@pytest.mark.asyncio
@pytest.mark.parametrize(("kind", "seconds"), [(Kind.WATCHED, 5.0), (Kind.ASKED, 8.0)])
async def test_nothing_waits_longer_than_it_is_worth(kind: Kind, seconds: float) -> None:
    door = Door(bounds=Bounds(watched_s=5, asked_s=8))
    inside = await door.come()
    early = await door.come(kind=kind)
    door.time = 1
    late = await door.come(kind=kind)
    door.time = seconds + 0.5
    assert await door.leave(inside) == [late]
    assert early.refused == "late"


@pytest.mark.asyncio
async def test_what_waited_too_long_goes_also_when_somebody_comes() -> None:
    door = Door(bounds=Bounds(watched_s=5))
    await door.come()
    early = await door.come()
    door.time = 6
    assert (await door.come()).waits
    assert early.refused == "late"


@pytest.mark.asyncio
async def test_who_asks_too_often_is_refused_and_others_are_not() -> None:
    door = Door(number=4, bounds=Bounds(asked_each=3))
    flood = [await door.come(1, 11, Kind.ASKED) for _ in range(5)]
    other = await door.come(1, 12, Kind.ASKED)
    assert [each.refused for each in flood] == [None, None, None, "person", "person"]
    assert other.was_let_in
    await door.leave(flood[0])
    assert (await door.come(1, 11, Kind.ASKED)).was_let_in


@pytest.mark.asyncio
async def test_a_place_is_free_again_whatever_became_of_who_had_it() -> None:
    door = Door(bounds=Bounds(places=1, asked_each=1))
    inside = await door.come(1, 11, Kind.ASKED)
    cancelled = await door.come(1, 12, Kind.ASKED)
    await door.cancel(cancelled)
    pushed_out = await door.come(1, 13, Kind.ASKED)
    await door.come(1, 14, Kind.ASKED)
    assert pushed_out.refused == "full"
    await door.leave(inside)
    await door.empty()
    assert (await door.come(1, 11, Kind.ASKED)).was_let_in
    for person in (12, 13, 14):
        assert (await door.come(1, person, Kind.ASKED)).refused is None


@pytest.mark.asyncio
async def test_who_leaves_in_the_moment_of_their_turn_passes_it_on() -> None:
    door = Door()
    inside = await door.come()
    called, following = await door.come(), await door.come()
    door.inside.remove(inside)
    door.turns.give_back(inside.task.result())  # its turn has come, and it does not know yet
    await door.cancel(called)
    assert called.task.cancelled()
    assert following.was_let_in


@pytest.mark.asyncio
@pytest.mark.parametrize("seconds", [0, 9], ids=["its turn comes", "it waited too long"])
async def test_who_has_left_and_does_not_know_yet_is_passed_over(seconds: float) -> None:
    door = Door(bounds=Bounds(asked_each=1, asked_s=8))
    inside = await door.come(1, 11, Kind.ASKED)
    leaving = await door.come(1, 12, Kind.ASKED)
    door.time = seconds
    following = await door.come(1, 13, Kind.ASKED) if not seconds else None
    leaving.task.cancel()
    await door.leave(inside)
    assert leaving.task.cancelled()
    if following is not None:
        await door.leave(following)
    assert (await door.come(1, 12, Kind.ASKED)).was_let_in


@pytest.mark.asyncio
async def test_a_turn_ends_with_its_block_also_where_that_fails() -> None:
    turns = Turns(1, watched=1)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            async with turns.turn():
                raise ZeroDivisionError


@pytest.mark.asyncio
async def test_whom_a_task_works_for_goes_with_the_tasks_that_it_starts() -> None:
    async def who() -> Whose:
        return whose()

    ada = Whose(Kind.WATCHED, 1, 11)
    with on_behalf_of(ada):
        assert await asyncio.create_task(who()) == ada
    assert whose() == SOMEBODY


COMES = st.tuples(st.just("come"), st.sampled_from(Kind), st.integers(1, 3), st.integers(1, 3))
OTHERWISE = st.tuples(
    st.sampled_from(["leave", "cancel", "wait"]), st.just(Kind.ASKED), st.integers(0, 20), st.just(0)
)
BOUNDS = Bounds(places=4, asked_each=2, asked_s=8, watched_s=5)


@given(st.lists(COMES | OTHERWISE, max_size=60), st.integers(1, 4), st.integers(1, 4))
def test_whatever_happens_bounds_hold_and_nobody_waits_before_something_free(
    happens: Sequence[tuple[str, Kind, int, int]], number: int, watched: int
) -> None:
    async def check() -> None:
        door = Door(number, watched, BOUNDS)
        for what, kind, one, other in happens:
            waiting = [guest for guest in door.guests if guest.waits]
            match what:
                case "come":
                    # Ids of people are of one place here, so that what a person may have is easily counted.
                    await door.come(one, 10 * one + other, kind)
                case "leave" if door.inside:
                    await door.leave(door.inside[one % len(door.inside)])
                case "cancel" if waiting:
                    await door.cancel(waiting[one % len(waiting)])
                case "wait":
                    door.time += one / 4
            _check(door)
        while door.inside:
            await door.leave(door.inside[0])
            _check(door)
        assert not any(guest.waits for guest in door.guests)
        assert [door.turns.waiting(kind) for kind in Kind] == [0, 0]
        for _ in range(min(number, BOUNDS.asked_each)):
            assert (await door.come(1, 11, Kind.ASKED)).was_let_in

    asyncio.run(check())


def _check(door: Door) -> None:
    inside = Counter(guest.whose.kind for guest in door.inside)
    waiting = Counter(guest.whose.kind for guest in door.guests if guest.waits)
    assert inside.total() <= door.number
    assert inside[Kind.WATCHED] <= door.watched
    assert all(waiting[kind] == door.turns.waiting(kind) <= BOUNDS.places for kind in Kind)
    asking = [guest for guest in door.guests if guest.waits or guest in door.inside]
    each = Counter(guest.whose.person for guest in asking if guest.whose.kind is Kind.ASKED)
    assert max(each.values(), default=0) <= BOUNDS.asked_each
    if inside.total() < door.number:
        assert not waiting[Kind.ASKED]
        assert not waiting[Kind.WATCHED] or inside[Kind.WATCHED] == door.watched
    shed = [guest for guest in door.guests if guest.refused == "full"]
    for guest in shed:  # what is left of the same person came later
        mates = [each for each in door.guests if each.whose == guest.whose and each.waits]
        assert all(door.guests.index(mate) > door.guests.index(guest) for mate in mates)


@pytest.mark.asyncio
async def test_who_waits_alone_is_told_in_time_as_well() -> None:
    turns = Turns(1, watched=1, bounds=Bounds(asked_s=0.05))
    with on_behalf_of(Whose(Kind.ASKED, 1, 1)):
        await turns.take()  # and keeps it
    with on_behalf_of(Whose(Kind.ASKED, 2, 2)), pytest.raises(BusyError) as refused:
        await turns.take()
    assert refused.value.why == "late"
    assert turns.waiting(Kind.ASKED) == 0
