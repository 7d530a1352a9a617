"""Writes what the docs take from the code: .env.example, the tables of settings, and who may do what."""

import re
import runpy
from pathlib import Path

from moodring.bot.settings_text import env_example, settings_table
from moodring.bot.setup import describe

ROOT = Path(__file__).parents[1]

TABLES = {
    ROOT / "README.md": {"settings": settings_table()},
    ROOT / "docs" / "setup.md": {"settings": describe.table(), "presets": describe.presets_table()},
}
"""By page: the tables between marks of these names."""


def with_tables(page: str, tables: dict[str, str]) -> str:
    """Return a page with its tables brought up to date."""
    for name, table in tables.items():
        page = re.sub(
            rf"(?<=<!-- {name} -->\n).*(?=<!-- /{name} -->)",
            lambda _, table=table: table,
            page,
            flags=re.DOTALL,
        )
    return page


if __name__ == "__main__":
    (ROOT / ".env.example").write_text(env_example(), "utf-8")
    for path, tables in TABLES.items():
        path.write_text(with_tables(path.read_text("utf-8"), tables), "utf-8")
    permissions = runpy.run_path(str(ROOT / "docs" / "permissions.py"))
    permissions["PAGE"].write_text(permissions["page"](), "utf-8")
