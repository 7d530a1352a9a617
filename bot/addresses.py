"""Where Discord is: its own hosts, or a stand-in on this machine to test against."""

import logging
import re
from typing import TYPE_CHECKING, Final

from yarl import URL

if TYPE_CHECKING:
    from .settings import AddressSettings

log: Final = logging.getLogger(__name__)

DISCORD_CDN: Final = frozenset({"https://cdn.discordapp.com", "https://media.discordapp.net"})
"""Where Discord keeps attachments."""

LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
"""This machine, which plain text does not leave."""

API_HOST: Final = re.compile(r"((ptb|canary)\.)?discord\.com")
GATEWAY_HOST: Final = re.compile(r"gateway(-[a-z0-9-]+)?\.discord\.gg")
"""Discord's own hosts (https://docs.discord.com/developers/reference)."""


def address(text: str, host: re.Pattern[str], scheme: str, plain_scheme: str) -> URL:
    """Return an address of Discord's own, or of this machine.

    Args:
        text: The address.
        host: Discord's own hosts.
        scheme: The encrypted scheme, which Discord's own hosts have to be called by.
        plain_scheme: The other one, for this machine.

    Raises:
        ValueError: It is neither.
    """
    wrong = ValueError(f"should be {scheme}:// and Discord's own, or {plain_scheme}:// on 127.0.0.1")
    try:
        url = URL(text)
        own = url.scheme == scheme and host.fullmatch(url.host or "") and url.explicit_port is None
    except ValueError:
        raise wrong from None
    here = url.scheme in {scheme, plain_scheme} and url.host in LOOPBACK
    if not (own or here) or "@" in url.raw_authority:
        raise wrong
    return url


def origins(hosts: str) -> frozenset[str]:
    """Return hosts with commas between them as origins: Discord's own by https, this machine by http.

    Raises:
        ValueError: There is another host among them.
    """
    found = set()
    for host in filter(None, map(str.strip, hosts.split(","))):
        origin = f"https://{host}"
        if origin not in DISCORD_CDN:
            try:
                origin = str(address(f"http://{host}", re.compile("(?!)"), "https", "http").origin())
            except ValueError:
                wrong = "should be hosts alone, Discord's own or this machine, such as 127.0.0.1:8080"
                raise ValueError(wrong) from None
        found.add(origin)
    return frozenset(found)


def use_addresses(settings: "AddressSettings") -> None:
    """Let discord.py call the addresses that are set, and say so; without any it calls Discord's own.

    It keeps them for the whole process, so only Moodring's own bot does this, never the extension.
    """
    from discord.gateway import DiscordWebSocket
    from discord.http import Route

    if settings.api_base:
        Route.BASE = settings.api_base
    if settings.gateway_url:
        DiscordWebSocket.DEFAULT_GATEWAY = URL(settings.gateway_url)
    named = [text for text in (settings.api_base, settings.gateway_url, settings.cdn_hosts) if text]
    if named:
        log.warning("other addresses than Discord's usual ones: %s", " ".join(named))


def cdn_origins(settings: "AddressSettings") -> frozenset[str]:
    """Return the only origins that attachments are fetched from."""
    return settings.cdn_origins or DISCORD_CDN
