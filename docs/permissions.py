"""Writes `permissions.md`: who may do what, from the table that `tests/permissions` tries."""

import runpy
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[1]
PAGE: Final = ROOT / "docs" / "permissions.md"
_TABLE: Final = runpy.run_path(str(ROOT / "tests" / "permissions" / "table.py"))

_HEAD: Final = """\
# Who may do what

For whoever runs a server, and for whoever asks whether a stranger gets a foot in. Every way into Moodring
stands here, with what becomes of it for everybody who might try. The tables are written from the one that
`tests/permissions` tries cell by cell, with the real bot in a simulated Discord; `make docs` writes this
page.

## How it is decided

The bot asks for the permission itself, at every use, as Discord has it at that moment: of a command, a
button, a menu and a form that was opened long ago. It never goes by what a button was shown to, nor by what
is hidden.

**Hidden is not forbidden.** Discord hides commands for staff from everybody without the permission. That is
a default which a server can change (*Server Settings → Integrations*), so that a command is shown to more
people, or to fewer. Shown to more, it is refused to them by the bot; so its permissions cannot be handed
out there. Shown to fewer, it is Discord that keeps it from the others.

**Every number belongs to a server.** Cases, backtests and channels are looked up in the server that
somebody is in. What is another server's is answered with the same words as what does not exist.

**Who may not see a channel sees nothing of it.** *Show*, *Warn*, *Time out*, *Delete*, `/mood` with its
buttons and `/backtest` with its judging take sight of the channel that they are about; of a private thread,
to be in it or to have *Manage Threads*. A card shows scores, a place and a link to whoever sees the log
channel: choose who that is.

## The columns

"""

_LEGEND: Final = """
## What stands in a cell

| cell | what it means |
|---|---|
| yes | it works |
| own server | it works, on the server that they are in and on nothing of this one |
| no | it is refused in words, to them alone; to a mention, where it was asked. Nothing else happens |
| silence | nothing happens and nothing is said |
| no effect | nothing changes; it is refused in words or not answered at all |
| (in brackets) | Discord does not offer it; the bot answers so all the same |

*Needs* names permissions as Discord does. People who are timed out use no commands and no buttons in
Discord, whatever else they may do.
"""


def page() -> str:
    """Return the page."""
    who, about = _TABLE["Who"], _TABLE["ABOUT"]
    columns = ["| column | who that is |", "|---|---|", *(f"| {each} | {about[each]} |" for each in who)]
    sections = [_section(kind) for kind in _TABLE["Kind"]]
    return "\n".join([_HEAD + "\n".join(columns), _LEGEND, *sections])


def _section(kind: Any) -> str:
    """Return the table of one kind."""
    entries = [entry for entry in _TABLE["ENTRIES"] if entry.kind is kind]
    titles = ["what", "needs", *_TABLE["Who"]]
    lines = [f"## {kind}", "", f"| {' | '.join(titles)} |", "|---" * len(titles) + "|"]
    for entry in entries:
        cells = [_cell(entry.cells[who]) for who in _TABLE["Who"]]
        lines.append(f"| {' | '.join([entry.title, entry.needs, *cells])} |")
    notes = [f"{entry.title}: {entry.about}" for entry in entries if entry.about]
    lines += ["", *(f"- {note}" for note in notes)] if notes else []
    return "\n".join(lines) + "\n"


def _cell(cell: Any) -> str:
    """Return what stands in a cell."""
    said: str = cell.verdict.value
    return f"({said})" if cell.hidden else said


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
