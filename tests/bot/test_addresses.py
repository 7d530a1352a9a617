"""Whom the bot may call: Discord, or this machine."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodring.bot.addresses import API_HOST, DISCORD_CDN, GATEWAY_HOST, LOOPBACK, address, origins


@pytest.mark.parametrize(
    "text",
    [
        "https://discord.com/api/v10",
        "https://canary.discord.com/api/v10",
        "http://127.0.0.1:8080/api/v10",
        "http://[::1]:8080/",
        "https://localhost/api",
    ],
)
def test_discord_and_this_machine_are_accepted(text: str) -> None:
    assert str(address(text, API_HOST, "https", "http")) == text


@pytest.mark.parametrize(
    "text",
    [
        "http://discord.com/api/v10",  # in plain text
        "https://discord.com.evil.example/api",
        "https://evildiscord.com/api",
        "https://discord.com@evil.example/api",
        "http://127.0.0.1@evil.example/",
        "http://127.0.0.1.evil.example/",
        "https://discord.com:444/api",
        "http://10.0.0.1/api",
        "http://169.254.169.254/",
        "file:///etc/passwd",
        "//127.0.0.1/",
        "http://[::1",
        "discord.com",
    ],
)
def test_any_other_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="Discord's own"):
        address(text, API_HOST, "https", "http")


@pytest.mark.parametrize("text", ["wss://gateway.discord.gg", "wss://gateway-us-east1-b.discord.gg/"])
def test_each_gateway_of_discord_is_accepted(text: str) -> None:
    assert address(text, GATEWAY_HOST, "wss", "ws").host in text


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_no_text_leads_anywhere_else(text: str) -> None:
    try:
        found = origins(text)
    except ValueError:
        return
    assert all(origin in DISCORD_CDN or any(host in origin for host in LOOPBACK) for origin in found)


def test_hosts_of_attachments_become_origins() -> None:
    assert origins(" cdn.discordapp.com, 127.0.0.1:9000 ,") == {
        "https://cdn.discordapp.com",
        "http://127.0.0.1:9000",
    }
    assert origins("") == frozenset()
