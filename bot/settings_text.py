"""What is said of settings outside the code: ``.env.example`` and the README's table."""

from collections.abc import Iterator

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from .settings import Settings, variable_name


def env_example() -> str:
    """Return the text of ``.env.example``: every setting with its description and default."""
    lines = [
        "# Moodring's settings, all optional. Copy this file to .env and change what you need.",
        "# Variables of the environment win over the file.",
    ]
    for concern in Settings.concerns:
        lines += ["", f"## {_heading(concern)}"]
        for variable, field in _variables(concern):
            lines += ["", f"# {field.description}", f"#{variable}={_default(field)}"]
    return "\n".join(lines) + "\n"


def settings_table() -> str:
    """Return a Markdown table of every setting, for the README."""
    lines = ["| setting | default | what it does |", "|---|---|---|"]
    for concern in Settings.concerns:
        for variable, field in _variables(concern):
            default = _default(field)
            lines.append(f"| `{variable}` | {f'`{default}`' if default else '–'} | {field.description} |")
    return "\n".join(lines) + "\n"


def _variables(concern: type[BaseModel]) -> Iterator[tuple[str, FieldInfo]]:
    return ((variable_name(name), field) for name, field in concern.model_fields.items())


def _heading(concern: type[BaseModel]) -> str:
    return (concern.__doc__ or concern.__name__).rstrip(".")


def _default(field: FieldInfo) -> str:
    """Return a default as one writes it in ``.env``; empty if there is none or it follows from others."""
    if field.default_factory is not None or field.default is None:
        return ""
    return str(field.default).lower() if isinstance(field.default, bool) else str(field.default)
