"""What a store answers, and how fast, with ten million hourly counts and a million cases in it.

Fills a database, then asks it everything that commands, starts and the hourly deletion ask: in the guild with
most of everything and in one with least. With each method stand the fastest, median and slowest call in
milliseconds, the slowest statement, and the tables that it reads as a whole by the database's own plan.
PostgreSQL is Debian's, on this machine, as the tests start it: without fsync, so its writes are faster than
on a disk that matters. Deleting all of the largest guild takes minutes by intent: it pauses for others.

Example: nice python benchmarks/store_size.py --database postgresql --moods 1000000 --cases 100000 --json
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from measure import MB, report
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "bot" / "store")]

from filling import Contents, Size, fill
from walking import Asked, Walk, observe, walked_over

from moodring.bot.store import Store
from tests.postgres import find_programs, open_server

DATABASES = ("sqlite", "postgresql")


@contextmanager
def _new_database(name: str) -> Iterator[str]:
    """Yield the address of a new database, which goes with the context."""
    if name == "sqlite":
        with tempfile.TemporaryDirectory(prefix="store-size-") as folder:
            yield f"sqlite+aiosqlite:///{Path(folder) / 'moodring.sqlite3'}"
        return
    programs = find_programs()
    assert programs is not None, "no PostgreSQL server is installed (Debian: postgresql)"
    with open_server(programs) as server:
        yield server.url()


async def _measure(url: str, size: Size, repeats: int) -> dict[str, Any]:
    """Fill a database and ask it everything."""
    await (await Store.open(url)).aclose()
    contents = Contents(size)
    start = time.perf_counter()
    rows = await fill(url, contents)
    filled = time.perf_counter()
    store = await Store.open(url)
    opened = time.perf_counter()
    figures: dict[str, Any] = {
        "rows": rows,
        "mb": await _megabytes(store),
        "fill_s": round(filled - start, 1),
        "open_s": round(opened - filled, 2),
    }
    asked = observe(store)
    walk = Walk(store, contents)
    for name, rank in (("largest_guild", 0), ("smallest_guild", -1)):
        for _ in range(repeats):
            await walk.ask(rank)
        figures[name] = await _taken(store, asked)
    for _ in range(3):
        await walk.look_over()
    figures["all_guilds"] = await _taken(store, asked)
    await walk.delete(0)
    figures["deletion"] = await _taken(store, asked)
    await store.aclose()
    return figures


async def _taken(store: Store, asked: dict[str, Asked]) -> dict[str, Any]:
    """Return what each method did since the last time, slowest first, and begin anew."""
    figures = {}
    async with AsyncEngine(store.engine).connect() as connection:
        for name, each in sorted(asked.items(), key=lambda item: -max(item[1].seconds, default=0)):
            if not each.seconds:
                continue
            whole: set[str] = set()
            for statement, parameters in each.statements.items():
                whole.update(await walked_over(connection, statement, parameters))
            figures[name] = {
                "calls": len(each.seconds),
                "best_ms": _ms(min(each.seconds)),
                "median_ms": _ms(statistics.median(each.seconds)),
                "worst_ms": _ms(max(each.seconds)),
                "worst_statement_ms": _ms(each.longest_s),
                "reads_all_of": sorted(whole),
            }
    for each in asked.values():
        each.seconds, each.statements, each.longest_s = [], {}, 0.0
    return figures


async def _megabytes(store: Store) -> dict[str, float]:
    """Return what is on disk: in all, and with PostgreSQL by table and its indexes."""
    sqlite = text("SELECT page_count * page_size AS bytes FROM pragma_page_count(), pragma_page_size()")
    sizes = text(
        "SELECT relname, pg_relation_size(oid) FROM pg_class "
        "WHERE relname LIKE '%moodring%' AND relkind IN ('r', 'i') AND pg_relation_size(oid) > 1000000"
    )
    async with AsyncEngine(store.engine).connect() as connection:
        if connection.dialect.name == "sqlite":
            return {"all": round(await connection.scalar(sqlite) / MB)}
        found = {name: round(size / MB) for name, size in await connection.execute(sizes)}
    return {"all": sum(found.values()), **dict(sorted(found.items()))}


def _ms(seconds: float) -> float:
    return round(1000 * seconds, 2)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--database", choices=DATABASES, action="append", help="which (default: both)")
    parser.add_argument("--moods", type=int, default=10_000_000, help="hourly counts (default: 10 million)")
    parser.add_argument("--cases", type=int, default=1_000_000, help="cases (default: 1 million)")
    parser.add_argument("--guilds", type=int, default=100_000, help="guilds (default: 100,000)")
    parser.add_argument("--repeats", type=int, default=20, help="calls of each method (default: 20)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()

    size = Size(arguments.moods, arguments.cases, arguments.guilds)
    figures: dict[str, Any] = {}
    for name in arguments.database or DATABASES:
        with _new_database(name) as url:
            figures[name] = asyncio.run(_measure(url, size, arguments.repeats))
    slowest = {
        name: max(
            (each["worst_ms"], method)
            for guild in ("largest_guild", "smallest_guild")
            for method, each in found[guild].items()
        )
        for name, found in figures.items()
    }
    said = "; ".join(f"{name}: {method} {ms} ms at worst" for name, (ms, method) in slowest.items())
    report("store_size", figures, said, as_json=arguments.json)


if __name__ == "__main__":
    main()
