"""What Discord is told about the commands."""

from typing import Any

import pytest
from simulated import Server


def _payload(server: Server) -> dict[str, dict[str, Any]]:
    commands = server.bot.tree.get_commands()
    assert len({command.name for command in commands}) == len(commands)
    return {command.name: command.to_dict(server.bot.tree) for command in commands}


@pytest.mark.asyncio
async def test_every_command_has_a_name_of_its_own_and_a_place_where_it_works(server: Server) -> None:
    payload = _payload(server)
    assert set(payload) == {
        "analyze",
        "Analyze",
        "watch",
        "faces",
        "privacy",
        "cases",
        "appeal",
        "setup",
        "backtest",
        "mood",
        "health",
    }
    guild, direct_message = 0, 1
    assert all(command["integration_types"] == [guild] for command in payload.values())
    for name in ("watch", "faces", "cases", "appeal", "setup", "backtest", "mood"):
        assert payload[name]["contexts"] == [guild]
    assert payload["analyze"]["contexts"] == payload["Analyze"]["contexts"] == [guild, direct_message]
    assert payload["health"]["contexts"] == [guild, direct_message]


@pytest.mark.asyncio
async def test_what_is_for_staff_is_hidden_from_people_without_its_permission(server: Server) -> None:
    administrator, manage_guild, moderate_members = 1 << 3, 1 << 5, 1 << 40
    hidden = {
        name: command["default_member_permissions"]
        for name, command in _payload(server).items()
        if command["default_member_permissions"] is not None
    }
    assert hidden == {
        "watch": manage_guild,
        "faces": manage_guild,
        "cases": moderate_members,
        "setup": manage_guild,
        "backtest": manage_guild,
        "health": administrator,
    }


@pytest.mark.asyncio
async def test_every_option_is_described_and_optional(server: Server) -> None:
    payload = _payload(server)
    options = [*payload["analyze"]["options"], *payload["backtest"]["options"], *payload["mood"]["options"]]
    for command in payload["watch"]["options"]:
        options += command.get("options", [])
    assert [option["name"] for option in options if option["required"]] == []
    assert [option["name"] for option in options if len(option["description"]) < 10] == []


@pytest.mark.asyncio
async def test_commands_are_sent_once_and_not_again_after_a_restart(server: Server) -> None:
    await server.restart()
    sent = [entry for entry in server.env.http_requests if entry.method == "PUT"]
    assert len(sent) == 1
