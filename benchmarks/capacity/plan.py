"""From what things cost and how people use them to machines, memory, database and money. Plain functions."""

import math
import random
import statistics
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

FILE: Final = Path(__file__).with_name("assumptions.toml")

GUILDS: Final = (100, 10_000, 100_000, 1_000_000)

DRAWS: Final = 400
"""Mixtures of assumptions that the ranges are made of."""

DAY_S: Final = 86_400

Use = Mapping[str, float]
"""How people use the bot: one value for each ``use.…`` of the file."""


@dataclass(frozen=True, slots=True)
class Assumption:
    """A value that nobody measured.

    Attributes:
        low: It is hardly less.
        typical: What the plan reckons with.
        high: It is hardly more.
        unit: What it counts.
        source: Where it is from, or "assumed".
    """

    low: float
    typical: float
    high: float
    unit: str
    source: str

    def __post_init__(self) -> None:
        if not 0 < self.low <= self.typical <= self.high:
            raise ValueError(
                f"low, typical and high are not in order: {self.low}, {self.typical}, {self.high}"
            )

    def draw(self, chance: random.Random) -> float:
        """Return a value by chance: triangular in its logarithm, from low to high, most often typical."""
        low, typical, high = map(math.log, (self.low, self.typical, self.high))
        return math.exp(chance.triangular(low, high, typical))


@dataclass(frozen=True, slots=True)
class Assumptions:
    """The whole file.

    Attributes:
        use: How people use the bot, by name.
        rest: Its other tables, as they stand there.
    """

    use: Mapping[str, Assumption]
    rest: Mapping[str, Any]

    @property
    def typical(self) -> dict[str, float]:
        """The typical use."""
        return {name: each.typical for name, each in self.use.items()}


def load(path: Path = FILE) -> Assumptions:
    """Read the assumptions.

    Raises:
        ValueError: A value is missing or out of order.
    """
    tables = tomllib.loads(path.read_text("utf-8"))
    try:
        use = {name: Assumption(**values) for name, values in tables.pop("use").items()}
    except (KeyError, TypeError) as error:
        raise ValueError(f"{path}: an assumption is not whole ({error})") from error
    return Assumptions(use, tables)


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds of a core that something takes.

    Attributes:
        python: In the interpreter, of which a process runs one thread at a time.
        inference: In inference threads, which run beside it.
        decoding: In decoding processes.
    """

    python: float = 0.0
    inference: float = 0.0
    decoding: float = 0.0


@dataclass(frozen=True, slots=True)
class Units:
    """What things take, as measured.

    Attributes:
        event: An event of the gateway that is nobody's concern.
        text: A message that is read, its event counted.
        picture: One with a picture, likewise.
        answer: An answer, beside the reading.
        base_mb: Memory of a process with one inference thread, without decoders.
        thread_mb: Of a further inference thread.
        decoder_mb: Of a decoding process.
        guild_kb: Of a guild.
        start_ms: Milliseconds of a core to take up a guild when a session begins.
        mood_bytes: Of the database, for a row of feelings, indexes counted.
        case_bytes: For a case without its events.
        event_bytes: For an event of a case.
        answer_bytes: For an answer that may have to be taken back.
        commits_s: Transactions a second that SQLite makes durable.
        usable: Share of a core that may be busy in the busiest hour, by the simulation.
    """

    event: Cost
    text: Cost
    picture: Cost
    answer: Cost
    base_mb: float
    thread_mb: float
    decoder_mb: float
    guild_kb: float
    start_ms: float
    mood_bytes: float
    case_bytes: float
    event_bytes: float
    answer_bytes: float
    commits_s: float
    usable: float


@dataclass(frozen=True, slots=True)
class Plan:
    """What a number of guilds takes.

    Attributes:
        guilds: How many.
        events_s: Events of the gateway a second, in the busiest hour as all that follows.
        readings_s: Messages that are read a second.
        cores: Processor cores that are busy, on average over that hour.
        requests_s: Requests to Discord a second that count for its limit.
        shards: Connections to Discord.
        start_s: Seconds until all shards have begun a session, and taken up their guilds.
        processes: Bots over ranges of shards.
        threads: Inference threads of each.
        decoders: Decoding processes of each.
        memory_mb: Of all processes together.
        database_mb: On disk.
        writes_s: Transactions a second.
        postgres: Whether SQLite is not enough.
        machine: The class of machine that comes cheapest.
        machines: How many of it.
        money: What they cost, with the database's.
    """

    guilds: int
    events_s: float
    readings_s: float
    cores: float
    requests_s: float
    shards: int
    start_s: float
    processes: int
    threads: int
    decoders: int
    memory_mb: float
    database_mb: float
    writes_s: float
    postgres: bool
    machine: str
    machines: int
    money: float


def make(guilds: int, units: Units, use: Use, rest: Mapping[str, Any]) -> Plan:
    """Return what a number of guilds takes, on the machines that come cheapest.

    Args:
        guilds: How many.
        units: What things take.
        use: How people use the bot.
        rest: `Assumptions.rest`.
    """
    plans = [_hosted(guilds, units, use, kind, rest) for kind in rest["machines"]]
    return min(plans, key=lambda plan: plan.money)


def _hosted(guilds: int, units: Units, use: Use, kind: Mapping[str, Any], rest: Mapping[str, Any]) -> Plan:
    """Return the plan on machines of one class."""
    discord, database, prices = rest["discord"], rest["database"], rest["prices"]
    messages_s = guilds * use["messages_per_guild_day"] / DAY_S * use["peak_to_mean"]
    events_s = messages_s * use["events_per_message"]
    watched_s, asked_s = messages_s * use["watched_share"], messages_s * use["asked_share"]
    pictured_s, read_s = watched_s * use["picture_share"], watched_s + asked_s
    unasked_s, flagged_s = watched_s * use["answered_share"], watched_s * use["flagged_share"]
    done = (
        (units.event, max(0.0, events_s - read_s)),
        (units.text, read_s - pictured_s),
        (units.picture, pictured_s),
        (units.answer, unasked_s + asked_s),
    )
    python = sum(cost.python * rate for cost, rate in done) / 1000
    inference = sum(cost.inference * rate for cost, rate in done) / 1000
    decoding = sum(cost.decoding * rate for cost, rate in done) / 1000
    cores = python + inference + decoding

    shards = math.ceil(guilds / discord["guilds_per_shard"])
    guild_mb = units.guild_kb / 1000 * use["guild_size"]
    usable_mb = kind["memory_mb"] * prices["memory_share"]
    machines = math.ceil(cores / units.usable / kind["cores"])
    while True:  # a further machine takes a further process, with memory of its own
        processes = max(machines, math.ceil(python / units.usable))
        threads = max(1, math.ceil(inference / units.usable / processes))
        decoders = max(1, math.ceil(decoding / units.usable / processes))
        bot_mb = units.base_mb + (threads - 1) * units.thread_mb + decoders * units.decoder_mb
        memory_mb = processes * bot_mb + guilds * guild_mb
        if memory_mb <= machines * usable_mb or machines >= shards:
            break
        machines += 1

    database_mb, writes_s = _database(
        guilds, units, use, database, answers_s=unasked_s + asked_s, flagged_s=flagged_s
    )
    postgres = processes > 1 or writes_s > units.commits_s * database["sqlite_share"]
    further_gb = max(0.0, database_mb / 1000 - prices["from_gb"])
    money = machines * kind["price"] + postgres * (prices["database"] + further_gb * prices["per_gb"])
    fits = memory_mb <= machines * usable_mb and processes <= shards and machines <= kind["most"]
    large = "large_concurrency" if guilds > discord["large_from"] else "concurrency"
    waiting_s = (math.ceil(shards / discord[large]) - 1) * discord["identify_s"]
    return Plan(
        guilds=guilds,
        events_s=events_s,
        readings_s=read_s,
        cores=cores,
        requests_s=unasked_s + flagged_s,
        shards=shards,
        start_s=max(waiting_s, guilds / processes * units.start_ms * use["guild_size"] / 1000),
        processes=processes,
        threads=threads,
        decoders=decoders,
        memory_mb=memory_mb,
        database_mb=database_mb,
        writes_s=writes_s,
        postgres=postgres,
        machine=kind["name"],
        machines=machines,
        money=money if fits else math.inf,
    )


def _database(
    guilds: int,
    units: Units,
    use: Use,
    database: Mapping[str, float],
    *,
    answers_s: float,
    flagged_s: float,
) -> tuple[float, float]:
    """Return megabytes on disk, and transactions a second in the busiest hour."""
    answers = answers_s / use["peak_to_mean"] * DAY_S * database["answers_days"]
    cases = flagged_s / use["peak_to_mean"] * DAY_S * database["cases_days"]
    moods = guilds * use["mood_rows_per_guild_day"] * database["moods_days"]
    size = (
        answers * units.answer_bytes
        + cases * (units.case_bytes + database["events_per_case"] * units.event_bytes)
        + moods * units.mood_bytes
    )
    return size / 1e6, answers_s + flagged_s * (1 + database["events_per_case"])


def sensitivity(
    guilds: int, units: Units, assumptions: Assumptions, of: str
) -> list[tuple[str, float, float]]:
    """Return what each assumption makes of a figure, with the others typical: what moves it most first.

    Args:
        guilds: How many.
        units: What things take.
        assumptions: What is assumed.
        of: A field of `Plan`.

    Returns:
        For each its name, and the figure with its low and with its high value.
    """
    typical, rest = assumptions.typical, assumptions.rest

    def figure(name: str, value: float) -> float:
        return float(getattr(make(guilds, units, {**typical, name: value}, rest), of))

    moved = [
        (name, figure(name, each.low), figure(name, each.high)) for name, each in assumptions.use.items()
    ]
    return sorted(moved, key=lambda found: -abs(math.log(found[2] / found[1])))


def ranges(
    guilds: int, units: Units, assumptions: Assumptions, names: tuple[str, ...], seed: int = 1
) -> dict[str, tuple[float, float]]:
    """Return between which values eight of ten mixtures of assumptions lie, for some figures of a plan.

    Args:
        guilds: How many.
        units: What things take.
        assumptions: Each is drawn between its low and its high value, without the others.
        names: Fields of `Plan`.
        seed: Of the drawing.
    """
    chance = random.Random(seed)  # noqa: S311 - a seed, no secret
    plans = [
        make(
            guilds,
            units,
            {name: each.draw(chance) for name, each in assumptions.use.items()},
            assumptions.rest,
        )
        for _ in range(DRAWS)
    ]
    found = {}
    for name in names:
        tenths = statistics.quantiles((float(getattr(plan, name)) for plan in plans), n=10)
        found[name] = tenths[0], tenths[-1]
    return found
