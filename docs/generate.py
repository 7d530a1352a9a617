"""Writes what the docs take from the code: .env.example and the README's settings table."""

import re
from pathlib import Path

from moodring.bot.settings import env_example, settings_table

ROOT = Path(__file__).parents[1]


def with_settings_table(readme: str) -> str:
    """Return the README with its settings table brought up to date."""
    return re.sub(
        r"(?<=<!-- settings -->\n).*(?=<!-- /settings -->)",
        lambda _: settings_table(),
        readme,
        flags=re.DOTALL,
    )


if __name__ == "__main__":
    (ROOT / ".env.example").write_text(env_example(), "utf-8")
    path = ROOT / "README.md"
    path.write_text(with_settings_table(path.read_text("utf-8")), "utf-8")
