"""Telling systemd how a service is."""

import logging
import os
import socket
from typing import Final

log: Final = logging.getLogger(__name__)

READY: Final = "READY=1"
ALIVE: Final = "WATCHDOG=1"
STOPPING: Final = "STOPPING=1"


def notify(state: str) -> None:
    """Tell systemd a state; nothing happens where nobody asked for it.

    The protocol is that of sd_notify(3), which is promised to stay: a datagram to the socket that
    ``NOTIFY_SOCKET`` names, an abstract one with ``@`` for its first byte
    (https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html#Standalone%20Implementations).

    Args:
        state: Such as :data:`READY`.
    """
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.setblocking(False)
            sender.connect(f"\0{address[1:]}" if address[0] == "@" else address)
            sender.send(state.encode())
    except OSError as error:
        log.warning("cannot notify systemd", extra={"state": state, "why": error.strerror})
