"""The bot's own figures, from its health endpoint."""

import socket

import aiohttp
from prometheus_client.parser import text_string_to_metric_families


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


async def figures(port: int) -> dict[str, float]:
    """Return the bot's figures, each by its name and, behind that, the values of its labels."""
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/metrics") as page:
        families = text_string_to_metric_families(await page.text())
    return {
        sample.name + "".join(f" {value}" for _, value in sorted(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


def counted(figures: dict[str, float], prefix: str) -> float:
    """Return the sum of the figures whose name begins so."""
    return sum(value for name, value in figures.items() if name.startswith(prefix))
