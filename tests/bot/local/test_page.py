"""The lasting address before the simulated server's page."""

import aiohttp
import pytest

from moodring.bot.local import page as page_module
from moodring.bot.local.page import Page, PageError, furnish, require_page
from moodring.bot.local.world import Channel, Person, World


async def get(address: str, **headers: str) -> tuple[int, str]:
    """Return the status and where the reply leads."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(address, headers=headers, allow_redirects=False) as reply,
    ):
        return reply.status, reply.headers.get("Location", "")


@pytest.mark.asyncio
async def test_the_address_leads_to_the_first_channel_and_its_paths_to_the_others(world: World) -> None:
    async with Page(world, port=0) as page:
        status, general = await get(page.address)
        assert status == 302
        assert await get(page.address) == (302, general)  # a second tab sees the same
        status, pictures = await get(f"{page.address}pictures")
        assert status == 302
        assert pictures != general
        assert (await get(pictures))[0] == 200


@pytest.mark.asyncio
async def test_a_former_channels_tab_learns_that_it_is_over(world: World) -> None:
    async with Page(world, port=0) as page:
        _, general = await get(page.address)
        await get(f"{page.address}pictures")
        host, _, capability = general.partition("#")
        status, _ = await get(f"{host}api/state", **{"X-Simcord-Capability": capability})
    assert status == 401


@pytest.mark.asyncio
async def test_a_channel_that_does_not_exist_is_not_found(world: World) -> None:
    async with Page(world, port=0) as page:
        status, _ = await get(f"{page.address}attic")
    assert status == 404


@pytest.mark.asyncio
async def test_a_page_of_another_host_that_resolves_here_gets_nothing(world: World) -> None:
    async with Page(world, port=0) as page:
        status, _ = await get(page.address, Host="evil.example")
    assert status == 403


@pytest.mark.asyncio
async def test_a_port_that_is_taken_is_told_with_the_remedy(world: World) -> None:
    async with Page(world, port=0) as page:
        port = int(page.address.rstrip("/").rpartition(":")[2])
        with pytest.raises(PageError, match=f"port {port} cannot be used .*MOODRING_PAGE_PORT"):
            async with Page(world, port):
                pass


@pytest.mark.asyncio
async def test_every_channel_says_what_to_try_and_where_the_others_are(world: World) -> None:
    await furnish(world, "http://127.0.0.1:8765/")
    for channel in Channel:
        [hint] = world.channels[channel].history(viewer=world.people[Person.ADMIN])
        for other in Channel:
            assert (f"](http://127.0.0.1:8765/{other})" in hint.content) is (other is not channel)


def test_a_page_that_is_not_installed_is_told_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_module, "PAGE_MODULES", ("a_module_that_is_not_there",))
    with pytest.raises(PageError, match=r"make run.*moodring\[page\]"):
        require_page()
