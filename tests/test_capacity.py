"""The simulation of ``benchmarks/capacity`` waits as theory says, and its plan adds up."""

import asyncio
import importlib
import json
import math
import random
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from moodring.bot.turns import Bounds, BusyError, Kind, Turns, Whose, on_behalf_of

FOLDER = Path(__file__).parents[1] / "benchmarks" / "capacity"
MODULES = ("arrivals", "driving", "simulation", "plan", "scaling_page")


@pytest.fixture(scope="module")
def capacity() -> Iterator[SimpleNamespace]:
    sys.path.insert(0, str(FOLDER))
    try:
        yield SimpleNamespace(**{name: importlib.import_module(name) for name in MODULES})
    finally:
        sys.path.remove(str(FOLDER))


# --- waits ------------------------------------------------------------------------------------------------


def waits(capacity: SimpleNamespace, servers: int, gaps: list[float], services: list[float]) -> list[float]:
    """Return how long each waits for its turn, by the bot's own turns under the simulated clock."""

    async def run() -> list[float]:
        turns, loop = Turns(servers, watched=servers), asyncio.get_running_loop()
        waited = [0.0] * len(gaps)

        async def one(number: int) -> None:
            came = loop.time()
            with on_behalf_of(Whose(Kind.WATCHED)):
                async with turns.turn():
                    waited[number] = loop.time() - came
                    await asyncio.sleep(services[number])

        async with asyncio.TaskGroup() as group:
            for number, gap in enumerate(gaps):
                await asyncio.sleep(gap)
                group.create_task(one(number))
        return waited

    found: list[float] = capacity.simulation.simulated(run)
    return found


def by_chance(mean: float, count: int, seed: int) -> list[float]:
    chance = random.Random(seed)
    return [chance.expovariate(1 / mean) for _ in range(count)]


@pytest.mark.parametrize("servers", [1, 3])
def test_each_waits_as_long_as_by_the_recursion_of_kiefer_and_wolfowitz(
    capacity: SimpleNamespace, servers: int
) -> None:
    gaps, services = by_chance(1.05 / servers, 3000, 1), by_chance(1.0, 3000, 2)
    free, now, expected = [0.0] * servers, 0.0, []
    for gap, service in zip(gaps, services, strict=True):
        now += gap
        free.sort()
        expected.append(max(0.0, free[0] - now))
        free[0] = max(now, free[0]) + service
    assert max(expected) > 10
    assert waits(capacity, servers, gaps, services) == pytest.approx(expected, abs=1e-6)


def erlang_c(servers: int, offered: float) -> float:
    """Return the share that has to wait in M/M/c (Erlang, 1917)."""
    last = offered**servers / math.factorial(servers) * servers / (servers - offered)
    return last / (sum(offered**number / math.factorial(number) for number in range(servers)) + last)


@pytest.mark.parametrize("servers", [1, 2])
def test_they_wait_on_average_as_erlang_says(capacity: SimpleNamespace, servers: int) -> None:
    count, load = 8_000, 0.5
    waited = waits(capacity, servers, by_chance(1 / load / servers, count, 3), by_chance(1.0, count, 4))
    expected = erlang_c(servers, load * servers) / (servers * (1 - load))
    assert sum(waited) / count == pytest.approx(expected, rel=0.15)


def test_they_wait_half_as_long_where_all_take_the_same_time(capacity: SimpleNamespace) -> None:
    """M/D/1 by Pollaczek and Khinchine: ρ / 2(1 − ρ)."""
    waited = waits(capacity, 1, by_chance(1 / 0.6, 8_000, 5), [1.0] * 8_000)
    assert sum(waited) / 8_000 == pytest.approx(0.6 / (2 * 0.4), rel=0.15)


# --- the bot's services under the clock -------------------------------------------------------------------


def seen(capacity: SimpleNamespace, load: float, *, seed: int = 1, **traffic: Any) -> Any:
    """Let messages come to a bot that reads twenty a second at most, for half a minute."""
    costs = capacity.simulation.Costs({"hello": 0.05}, python_s=0.01)
    usual = {"guilds": 50, "burst_s": 5.0, "asked": 0.1}
    arrivals = capacity.arrivals.draw(
        capacity.arrivals.Traffic(**{**usual, **traffic}), load * 20, 30.0, seed
    )
    services = capacity.simulation.simulated_services
    machine = capacity.simulation.Machine()
    return capacity.simulation.simulated(
        lambda: capacity.driving.drive(services(costs, machine), arrivals, ["hello"])
    )


@pytest.mark.parametrize("load", [0.3, 1.5, 3.0])
@pytest.mark.parametrize("pictured", [0.0, 0.5])
def test_every_message_is_answered_or_shed(capacity: SimpleNamespace, load: float, pictured: float) -> None:
    found = seen(capacity, load, pictured=pictured)
    assert found.ended.total() == round(load * 20 * 30)
    assert sum(map(len, found.waited_s.values())) == found.ended["answered"]
    assert set(found.ended) <= {"answered", "full", "late", "person"}


def test_what_is_read_with_nothing_before_it_takes_what_it_costs(capacity: SimpleNamespace) -> None:
    assert seen(capacity, 0.01).percentile(0.5) == pytest.approx(0.06)


def test_more_load_is_more_waiting_and_more_shed(capacity: SimpleNamespace) -> None:
    found = [seen(capacity, load, asked=0.0) for load in (0.3, 0.7, 1.0, 1.5, 2.0)]
    shed = [each.shed for each in found]
    assert shed == sorted(shed)
    assert shed[0] == 0
    assert found[0].percentile(0.99) < found[1].percentile(0.99) < found[2].percentile(0.99)


def test_beyond_what_can_be_read_as_much_is_read_as_can_be(capacity: SimpleNamespace) -> None:
    assert seen(capacity, 2.0, asked=0.0).throughput == pytest.approx(20, rel=0.1)


def test_people_wait_less_than_what_is_watched(capacity: SimpleNamespace) -> None:
    found = seen(capacity, 1.5, asked=0.05)
    assert found.percentile(0.5, Kind.ASKED) < found.percentile(0.5, Kind.WATCHED) / 4


def test_the_same_seed_gives_the_same_figures_and_another_one_others(capacity: SimpleNamespace) -> None:
    first, again, other = (seen(capacity, 1.2, seed=seed) for seed in (1, 1, 2))
    assert first.waited_s == again.waited_s
    assert first.waited_s != other.waited_s


def test_nobody_waits_longer_than_the_bot_lets_them(capacity: SimpleNamespace) -> None:
    """Patience is kept by the simulated clock, not by the real one."""

    async def run() -> tuple[str, float]:
        turns, loop = Turns(1, watched=1, bounds=Bounds()), asyncio.get_running_loop()
        with on_behalf_of(Whose(Kind.WATCHED)):
            async with turns.turn():
                came = loop.time()
                with pytest.raises(BusyError) as refused:
                    await turns.take()
                return refused.value.why, loop.time() - came

    why, waited = capacity.simulation.simulated(run)
    assert why == "late"
    assert waited == pytest.approx(Bounds().watched_s)


def test_what_waits_for_ever_is_told(capacity: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capacity.simulation, "THREADS_S", 0.05)

    async def run() -> None:
        await asyncio.get_running_loop().create_future()

    with pytest.raises(RuntimeError, match="never come"):
        capacity.simulation.simulated(run)


# --- arrivals ---------------------------------------------------------------------------------------------


def test_a_trace_has_its_rate_and_its_order(capacity: SimpleNamespace) -> None:
    found = capacity.arrivals.draw(capacity.arrivals.Traffic(asked=0.2), 50.0, 20.0, seed=1)
    times = [arrival.at_s for arrival in found]
    assert len(found) == 1000
    assert times == sorted(times)
    assert 0 <= times[0] <= times[-1] <= 20
    assert sum(arrival.kind is Kind.ASKED for arrival in found) == pytest.approx(200, abs=60)


def test_the_second_guild_writes_half_of_the_first(capacity: SimpleNamespace) -> None:
    traffic = capacity.arrivals.Traffic(guilds=10, burst_factor=1.0)
    guilds = [arrival.guild for arrival in capacity.arrivals.draw(traffic, 1000.0, 20.0, seed=1)]
    assert guilds.count(1) / guilds.count(0) == pytest.approx(0.5, abs=0.05)


def test_bursts_make_the_counts_of_seconds_vary_more_than_chance_does(capacity: SimpleNamespace) -> None:
    """Of a Poisson process the variance is the mean (index of dispersion 1)."""

    def dispersion(factor: float) -> float:
        traffic = capacity.arrivals.Traffic(guilds=5, burst_factor=factor, burst_s=10.0)
        counts = [0] * 200
        for arrival in capacity.arrivals.draw(traffic, 20.0, 200.0, seed=1):
            counts[min(199, int(arrival.at_s))] += 1
        return sum((count - 20) ** 2 for count in counts) / 200 / 20

    assert dispersion(1.0) == pytest.approx(1.0, abs=0.3)
    assert dispersion(20.0) > 3


@pytest.mark.parametrize(
    "wrong", [{"guilds": 0}, {"burst_share": 0.0}, {"burst_share": 1.0}, {"burst_s": 0.0}]
)
def test_traffic_that_cannot_be_is_refused(capacity: SimpleNamespace, wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="no such traffic"):
        capacity.arrivals.Traffic(**wrong)


# --- the plan ---------------------------------------------------------------------------------------------

USE = {
    "messages_per_guild_day": 864.0,  # one in a hundred seconds
    "watched_share": 0.5,
    "picture_share": 0.2,
    "answered_share": 0.1,
    "asked_share": 0.01,
    "flagged_share": 0.02,
    "events_per_message": 2.0,
    "peak_to_mean": 2.0,
    "mood_rows_per_guild_day": 3.0,
    "guild_size": 1.0,
}

REST = {
    "discord": {
        "guilds_per_shard": 1000,
        "identify_s": 5.0,
        "concurrency": 1,
        "large_from": 150_000,
        "large_concurrency": 16,
    },
    "database": {
        "cases_days": 30,
        "events_per_case": 2,
        "moods_days": 90,
        "answers_days": 1,
        "sqlite_share": 0.5,
    },
    "machines": [
        {"name": "small", "cores": 1, "memory_mb": 1000, "price": 5, "most": 1},
        {"name": "large", "cores": 10, "memory_mb": 10_000, "price": 40, "most": 100},
    ],
    "prices": {"database": 20, "from_gb": 0, "per_gb": 1.0, "memory_share": 0.5},
}


def units(capacity: SimpleNamespace, **other: Any) -> Any:
    cost = capacity.plan.Cost
    usual = {
        "event": cost(1.0),
        "text": cost(4.0, 2.0),
        "picture": cost(10.0, 20.0, 5.0),
        "answer": cost(3.0),
        "base_mb": 200.0,
        "thread_mb": 30.0,
        "decoder_mb": 50.0,
        "guild_kb": 10.0,
        "start_ms": 2.0,
        "mood_bytes": 300.0,
        "case_bytes": 400.0,
        "event_bytes": 100.0,
        "answer_bytes": 200.0,
        "commits_s": 100.0,
        "usable": 0.5,
    }
    return capacity.plan.Units(**{**usual, **other})


def test_a_plan_adds_up_to_what_one_reckons_by_hand(capacity: SimpleNamespace) -> None:
    plan = capacity.plan.make(1000, units(capacity), USE, REST)
    # 1,000 guilds × 864 / 86,400 × 2 = 20 messages a second; 10 watched (2 with a picture), .2 asked
    assert plan.events_s == pytest.approx(40)
    assert plan.readings_s == pytest.approx(10.2)
    # Python: 29.8 × 1 + 8.2 × 4 + 2 × 10 + 1.2 × 3 ms; inference: 8.2 × 2 + 2 × 20; decoding: 2 × 5
    assert plan.cores == pytest.approx((29.8 + 32.8 + 20 + 3.6 + 16.4 + 40 + 10) / 1000)
    assert plan.requests_s == pytest.approx(1.0 + 0.2)
    assert (plan.processes, plan.threads, plan.decoders, plan.shards) == (1, 1, 1, 1)
    assert plan.memory_mb == pytest.approx(200 + 50 + 10)
    # answers .6 a second by the mean, for a day; cases .1, for 30 days, with two events each; 3 moods a guild
    answers, cases, moods = 0.6 * 86_400, 0.1 * 86_400 * 30, 1000 * 3 * 90
    assert plan.database_mb == pytest.approx((answers * 200 + cases * 600 + moods * 300) / 1e6)
    assert plan.writes_s == pytest.approx(1.2 + 0.2 * 3)
    assert (plan.postgres, plan.machine, plan.machines, plan.money) == (False, "small", 1, 5)


def test_a_process_runs_one_thread_of_python_and_many_of_inference(capacity: SimpleNamespace) -> None:
    cost = capacity.plan.Cost
    nothing = {"event": cost(), "picture": cost(), "answer": cost()}
    python = capacity.plan.make(20_000, units(capacity, text=cost(10.0), **nothing), USE, REST)
    inference = capacity.plan.make(20_000, units(capacity, text=cost(0.0, 10.0), **nothing), USE, REST)
    # 164 texts a second without a picture, 1.64 cores, of each of which half may be used
    assert (python.processes, python.threads) == (4, 1)
    assert (inference.processes, inference.threads) == (1, 4)


@pytest.mark.parametrize(
    ("guilds", "shards", "start_s"), [(100, 1, 0.2), (100_000, 100, 495.0), (1_000_000, 1000, 310.0)]
)
def test_shards_begin_as_discord_lets_them(
    capacity: SimpleNamespace, guilds: int, shards: int, start_s: float
) -> None:
    plan = capacity.plan.make(guilds, units(capacity, start_ms=2.0 if guilds == 100 else 0.0), USE, REST)
    assert (plan.shards, plan.start_s) == (shards, pytest.approx(start_s))


def test_memory_takes_a_further_machine_where_cores_do_not(capacity: SimpleNamespace) -> None:
    small = {**REST, "machines": [{**REST["machines"][0], "most": 100}]}
    quiet = {**USE, "messages_per_guild_day": 0.001}
    plan = capacity.plan.make(50_000, units(capacity), quiet, small)
    # 500 MB of guilds and 250 a process: one machine gives 500, two 1,000
    assert (plan.machines, plan.processes, plan.postgres) == (2, 2, True)


def test_sqlite_is_left_where_its_disk_does_not_keep_up(capacity: SimpleNamespace) -> None:
    assert capacity.plan.make(1000, units(capacity, commits_s=3.0), USE, REST).postgres
    assert not capacity.plan.make(1000, units(capacity, commits_s=4.0), USE, REST).postgres


def test_more_guilds_never_take_less(capacity: SimpleNamespace) -> None:
    made = [capacity.plan.make(guilds, units(capacity), USE, REST) for guilds in (1, 100, 10_000, 1_000_000)]
    for name in (
        "cores",
        "memory_mb",
        "database_mb",
        "requests_s",
        "shards",
        "processes",
        "machines",
        "money",
    ):
        values = [getattr(plan, name) for plan in made]
        assert values == sorted(values), name


def test_the_assumption_that_moves_most_comes_first(capacity: SimpleNamespace) -> None:
    assumptions = capacity.plan.load()
    narrow = {
        name: replace(each, low=each.typical, high=each.typical) for name, each in assumptions.use.items()
    }
    narrow["watched_share"] = assumptions.use["watched_share"]
    [first, second, *_] = capacity.plan.sensitivity(
        10_000, units(capacity), replace(assumptions, use=narrow), "cores"
    )
    assert first[0] == "watched_share"
    assert first[1] < first[2]
    assert second[1] == second[2]


def test_ranges_hold_the_typical_plan_and_are_the_same_each_time(capacity: SimpleNamespace) -> None:
    assumptions = capacity.plan.load()
    first, again = (capacity.plan.ranges(10_000, units(capacity), assumptions, ("cores",)) for _ in range(2))
    typical = capacity.plan.make(10_000, units(capacity), assumptions.typical, assumptions.rest)
    assert first == again
    assert first["cores"][0] < typical.cores < first["cores"][1]


def test_every_assumption_says_where_it_is_from(capacity: SimpleNamespace) -> None:
    assumptions = capacity.plan.load()
    assert assumptions.use.keys() == USE.keys()
    sources = [each.source for each in assumptions.use.values()]
    sources += [table["source"] for name, table in assumptions.rest.items() if name != "machines"]
    for source in sources:
        assert any(word in source for word in ("assumed", "https://", "ours")), source


@pytest.mark.parametrize("values", [(2, 1, 3), (0, 1, 2), (1, 3, 2)])
def test_assumptions_out_of_order_are_refused(
    capacity: SimpleNamespace, values: tuple[float, float, float]
) -> None:
    with pytest.raises(ValueError, match="not in order"):
        capacity.plan.Assumption(*values, unit="", source="assumed")


# --- the page ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.0, "0"), (0.01234, "0.012"), (1.26, "1.3"), (9.96, "10.0"), (12.4, "12"), (1234.0, "1,200")],
)
def test_numbers_have_two_digits(capacity: SimpleNamespace, value: float, said: str) -> None:
    assert capacity.scaling_page.rounded(value) == said


def test_the_page_is_made_of_what_was_found(capacity: SimpleNamespace) -> None:
    results = FOLDER.parent / "results" / "capacity.json"
    page = capacity.scaling_page.PAGE.read_text("utf-8")
    for name, table in capacity.scaling_page.tables(json.loads(results.read_text("utf-8"))).items():
        assert f"<!-- {name} -->\n{table}<!-- /{name} -->" in page, "run `python benchmarks/capacity --plan`"
