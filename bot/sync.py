"""Telling Discord about the commands, only when they changed: Discord counts every time."""

import hashlib
import json
import logging
from typing import Any, Final

from discord import app_commands

from .store.repositories import CommandTrees

log: Final = logging.getLogger(__name__)


async def digest(tree: app_commands.CommandTree[Any]) -> str:
    """Return a digest of everything that Discord is told about the commands, in every language."""
    if (translator := tree.translator) is None:
        told = [command.to_dict(tree) for command in tree.get_commands()]
    else:
        told = [await command.get_translated_payload(tree, translator) for command in tree.get_commands()]
    payload = sorted(told, key=lambda entry: entry["name"])
    return hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()


async def sync_if_changed(
    tree: app_commands.CommandTree[Any], application_id: int, sent: CommandTrees
) -> bool:
    """Send the commands to Discord unless it has the same ones already.

    Of several processes the one with shard 0 does so.

    Args:
        tree: The commands.
        application_id: The application they belong to.
        sent: What was sent before.

    Returns:
        Whether they were sent.
    """
    now = await digest(tree)
    if await sent.digest(application_id) == now:
        return False
    synced = await tree.sync()
    await sent.put(application_id, now)
    log.info("sent the commands to Discord", extra={"commands": len(synced)})
    return True
