"""What docs/operations.md, the alerts and the board say of figures and events is true of the code."""

import ast
import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import discord
import pytest
from discord.ext import commands
from prometheus_client import CollectorRegistry

from moodring.bot import services
from moodring.bot.health.database import STATEMENTS, expose_database
from moodring.bot.health.figures import COUNTED, count_requests, expose_process, measure_lag
from moodring.bot.health.gateway import Gateway
from moodring.bot.health.watchdog import LOST_S
from moodring.bot.metrics import Metrics
from moodring.bot.store import Store
from moodring.bot.turns import Kind

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "operations.md").read_text("utf-8")
ALERTS = (ROOT / "deploy" / "alerts.yml").read_text("utf-8")
BOARD = json.loads((ROOT / "deploy" / "grafana.json").read_text("utf-8"))
SOURCES = [(path, path.read_text("utf-8")) for path in sorted((ROOT / "bot").rglob("*.py"))]

RULES = re.findall(r"- alert: (\w+)\n +expr: (.*)\n(?: +for: (\w+)\n)?", ALERTS)
"""Name, expression and time of each alert."""

EXPRESSIONS = [
    *(pytest.param(expression, id=name) for name, expression, _ in RULES),
    *(
        pytest.param(target["expr"], id=f"board: {panel['title']}")
        for panel in BOARD["panels"]
        for target in panel["targets"]
    ),
    *(pytest.param(each["expr"], id=f"board: {each['name']}") for each in BOARD["annotations"]["list"]),
]

SUFFIXES: Final = {
    "counter": ("_total",),
    "histogram": ("_bucket", "_count", "_sum"),
    "gauge": ("",),
    "info": ("_info",),
}
"""What Prometheus sees of a figure, by its kind."""

VALUES: Final[dict[str, set[str]]] = {
    "kind": set(Kind),
    "outcome": {*services._OUTCOMES.values(), "answered", "cancelled", "error"},
    "stage": set(re.findall(r'timed\("(\w+)"', "".join(source for _, source in SOURCES))),
    "result": {"hit", "miss"},
    "how": {"new", "resumed"},
    "status": {*map(str, COUNTED), "1xx", "2xx", "3xx", "4xx", "5xx", "failed"},
    "statement": {*STATEMENTS, "other"},
    "job": {"moodring"},
}
"""What labels may be, where that is known beforehand."""


async def _exposed() -> CollectorRegistry:
    metrics, store = Metrics(), await Store.open("sqlite+aiosqlite://")
    registry = metrics.registry
    Gateway(commands.AutoShardedBot("!", intents=discord.Intents.none()), registry)
    count_requests(registry)
    expose_process(registry)
    expose_database(store, registry)
    measuring = asyncio.create_task(measure_lag(registry))
    await asyncio.sleep(0)
    measuring.cancel()
    await store.aclose()
    return registry


@pytest.fixture(scope="module")
def figures() -> dict[str, set[str]]:
    """The labels of all that a running bot exposes, by the names that Prometheus gives it."""
    registry = asyncio.run(_exposed())
    found: dict[str, set[str]] = {"up": {"job"}}
    for metric in registry.collect():
        collector = registry._names_to_collectors.get(metric.name)
        labels = set(getattr(collector, "_labelnames", ()))
        for suffix in SUFFIXES[metric.type]:
            found[f"{metric.name}{suffix}"] = {*labels, "job", *(["le"] if suffix == "_bucket" else [])}
    return found


def _selectors(expression: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Each figure of an expression, with what its labels have to be."""
    for name, chosen in re.findall(r"\b((?:moodring|process)_\w+|up)\b(?:\{([^}]*)\})?", expression):
        yield name, dict(re.findall(r'(\w+)(?:=~?|!=)"([^"]*)"', chosen))


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_what_is_asked_for_is_there(expression: str, figures: dict[str, set[str]]) -> None:
    selectors = list(_selectors(expression))
    assert selectors
    for name, chosen in selectors:
        assert name in figures
        assert chosen.keys() <= figures[name]
        for label, values in chosen.items():
            assert set(values.split("|")) <= VALUES.get(label, {values})


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_what_is_summed_by_is_a_label(expression: str, figures: dict[str, set[str]]) -> None:
    labels = set().union(*(figures[name] for name, _ in _selectors(expression)))
    for grouped in re.findall(r"by \(([^)]*)\)", expression):
        assert set(grouped.split(", ")) <= labels


def _table(after: str) -> list[list[str]]:
    """The rows of the table behind a heading; a bar within a cell is escaped."""
    rows = PAGE.partition(f"\n## {after}\n")[2].partition("\n## ")[0]
    lines = [line for line in rows.splitlines() if line.startswith("|")][2:]
    return [
        [cell.replace("\\|", "|").strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines
    ]


def test_the_page_has_every_alert_as_it_is() -> None:
    assert RULES
    assert [(name, expression) for name, expression, *_ in _table("Alerts")] == [
        (name, f"`{expression}`{f' for {time}' if time else ''}") for name, expression, time in RULES
    ]


def test_every_alert_says_how_bad_it_is_and_what_it_is() -> None:
    severities = re.findall(
        r"labels: \{severity: (critical|warning)\}\n +annotations: \{summary: \".+\"\}", ALERTS
    )
    assert len(severities) == len(RULES) == ALERTS.count("alert:")


def test_the_page_has_every_figure_with_its_labels(figures: dict[str, set[str]]) -> None:
    own = {
        re.sub(r"_(bucket|count|sum)$", "", name): labels - {"job", "le"}
        for name, labels in figures.items()
        if name.startswith("moodring_")
    }
    own["moodring_build_info"] = {"version"}
    listed = {name.strip("`"): set(re.findall(r"`(\w+)`", labels)) for name, labels, _ in _table("Figures")}
    assert listed == own


def _logged(*levels: str) -> Iterator[str]:
    """The events that the code logs at these levels."""
    for _, source in SOURCES:
        for node in ast.walk(ast.parse(source)):
            match node:
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id="log"), attr=level),
                    args=[ast.Constant(value=str(event)), *_],
                ) if level in levels:
                    yield event


def test_the_page_has_every_error_and_no_event_that_is_none() -> None:
    listed = {event.strip("`"): level for event, level, *_ in _table("The log")}
    listed.pop("the database failed: …")  # said by `explain_failure`
    errors = {event for event, level in listed.items() if level == "ERROR"}
    assert errors == set(_logged("error", "exception", "critical"))
    warnings = set(_logged("warning"))
    for event in listed.keys() - errors:
        beginning = event.removesuffix("…").rstrip()  # of one whose end differs
        assert any(
            each == event or (each.startswith(beginning) and beginning != event) for each in warnings
        ), event


def test_the_board_is_whole() -> None:
    panels: list[dict[str, Any]] = BOARD["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    assert all(panel["title"] and panel["description"] for panel in panels)
    [variable] = BOARD["templating"]["list"]
    sources = [panel["datasource"] for panel in panels]
    sources += [target["datasource"] for panel in panels for target in panel["targets"]]
    assert {source["uid"] for source in sources} == {f"${{{variable['name']}}}"}
    places: list[tuple[int, int]] = []
    for grid in (panel["gridPos"] for panel in panels):
        assert grid["x"] + grid["w"] <= 24
        places += [
            (x, y)
            for x in range(grid["x"], grid["x"] + grid["w"])
            for y in range(grid["y"], grid["y"] + grid["h"])
        ]
    assert len(set(places)) == len(places)


def test_the_page_has_the_times_of_the_unit_and_the_watchdog() -> None:
    unit = (ROOT / "deploy" / "moodring.service").read_text("utf-8")
    for name in ("WatchdogSec", "TimeoutStartSec"):
        [seconds] = re.findall(rf"^{name}=(\d+)$", unit, re.MULTILINE)
        assert f"`{name}={seconds}`" in PAGE
    [pause] = re.findall(r"^RestartSec=(\d+)$", unit, re.MULTILINE)
    assert f"For {LOST_S // 60:.0f} minutes no shard" in PAGE
    assert f"at most {86_400 // (LOST_S + int(pause)):.0f} starts in a day" in PAGE
