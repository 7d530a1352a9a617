"""Processes over one PostgreSQL: what they count, what they hear of each other, what crashes cost.

The server is restarted and connections are cut under load, and the bot itself is killed as
benchmarks/reliability kills it over SQLite.

Starts a server of its own from Debian's package, without fsync, on a socket in a temporary folder. Prints
JSON; ends with 1 where something did not hold.

Example: python benchmarks/postgres --processes 4 --seconds 20 --blows 20 --kills 40
"""

import argparse
import asyncio
import json
import sys
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1] / "reliability")]

from crashing import crash
from crowd import crowd
from hammering import hammer, measure_telling
from kills import kill_often

from tests.postgres import Server, find_programs, open_server


async def measure(server: Server, arguments: argparse.Namespace) -> dict[str, Any]:
    """Run all parts and return their figures."""
    figures: dict[str, Any] = {"processes": arguments.processes}
    faults = []
    url = server.url()
    async with crowd(url, arguments.processes) as members:
        for name, part in (
            ("work", hammer(url, members, arguments.seconds)),
            ("telling", measure_telling(members, arguments.rounds)),
            ("crashes", crash(server, url, members, arguments.blows, arguments.seed)),
        ):
            figures[name], wrong = await part
            faults += [f"{name}: {fault}" for fault in wrong]
    if arguments.kills:
        outcome = await kill_often(arguments.kills, arguments.seed, server.url())
        figures["kills"] = {row.tried: row.figures for row in outcome.rows}
        faults += [f"kills: {fault}" for fault in outcome.faults]
    return {**figures, "faults": faults}


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--processes", type=int, default=4, help="default: 4")
    parser.add_argument("--seconds", type=float, default=20, help="of undisturbed work (default: 20)")
    parser.add_argument("--rounds", type=int, default=50, help="of each change that is told (default: 50)")
    parser.add_argument("--blows", type=int, default=20, help="restarts and cuts, in turns (default: 20)")
    parser.add_argument("--kills", type=int, default=40, help="of the bot itself (default: 40)")
    parser.add_argument("--seed", type=int, default=1, help="of the moments of both (default: 1)")
    arguments = parser.parse_args()
    programs = find_programs()
    if programs is None:
        sys.exit("no PostgreSQL server is installed (Debian: postgresql)")
    with open_server(programs) as server:
        figures = asyncio.run(measure(server, arguments))
    print(json.dumps(figures, indent=2))
    sys.exit(bool(figures["faults"]))


if __name__ == "__main__":
    main()
