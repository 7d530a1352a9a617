"""The simulated server's page, used in a headless browser as a person does."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from chromium import Tab, browser_tab, find_browser

from moodring.bot.local.page import Page, furnish
from moodring.bot.local.scenario import PICTURES
from moodring.bot.local.world import Member, World

BROWSER = find_browser()

pytestmark = [
    pytest.mark.asyncio,
    pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed (Debian: apt-get install chromium)"),
]

COMPOSER = "#channel-composer-input"
LAST = "([...document.querySelectorAll('.channel-message')].at(-1)?.innerText ?? '')"


@pytest_asyncio.fixture
async def page(world: World) -> AsyncIterator[Page]:
    async with Page(world, port=0) as opened:
        await furnish(world, opened.address)
        yield opened


@pytest_asyncio.fixture
async def tab(page: Page) -> AsyncIterator[Tab]:
    assert BROWSER is not None
    async with browser_tab(BROWSER) as opened:
        await opened.resize(1280, 900)
        await opened.open(page.address)
        await opened.wait_for("window.simcordPreview?.ready")
        yield opened


async def test_a_message_that_is_written_in_the_page_is_answered_there(tab: Tab) -> None:
    await tab.type(COMPOSER, "@moodring I am so happy today, everything went well!")
    await tab.press_enter()
    shown = await tab.wait_for(f"{LAST}.includes('Sentiment') && {LAST}")
    assert "positive" in shown


async def test_why_is_a_button_under_the_answer(tab: Tab) -> None:
    await tab.type(COMPOSER, "@moodring I am so happy today, everything went well!")
    await tab.press_enter()
    await tab.wait_for(f"{LAST}.includes('Sentiment')")
    await tab.click(".channel-message:last-of-type button")
    assert "Bold" in await tab.wait_for(f"{LAST}.includes('Why') && {LAST}.includes('Bold') && {LAST}")


async def test_a_picture_from_disk_is_read_by_a_command(tab: Tab) -> None:
    await tab.type(COMPOSER, "/analyze")
    await tab.wait_for("simcordPreview.commandPicker.activeEntryKey")
    await tab.press_enter()
    await tab.click(".command-suggestion[data-value=image]")
    await tab.upload("input[type=file]", PICTURES / "cat.jpg")
    await tab.wait_for("simcordPreview.commandPicker.draft?.options.some(option => option.present)")
    await tab.click("#send-message")
    assert "Only you can see this" in await tab.wait_for(f"{LAST}.includes('picture 1') && {LAST}")


async def test_one_can_write_as_any_of_the_members(tab: Tab, bob: Member) -> None:
    await tab.wait_for(f"document.querySelector('#viewer-picker option[value=\"{bob.id}\"]')")
    await tab.evaluate(
        f"(picker => {{ picker.value = '{bob.id}'; picker.dispatchEvent(new Event('change')); }})"
        "(document.querySelector('#viewer-picker'))"
    )
    await tab.wait_for(f"simcordPreview.viewerId === '{bob.id}' && simcordPreview.ready")
    await tab.type(COMPOSER, "hello from Bob")
    await tab.press_enter()
    assert (await tab.wait_for(f"{LAST}.includes('hello from Bob') && {LAST}")).startswith("Bob")


async def test_a_link_leads_to_another_channel(tab: Tab, page: Page) -> None:
    links = await tab.evaluate("[...document.querySelectorAll('a.markdown-link')].map(link => link.href)")
    assert links == [f"{page.address}{name}" for name in ("pictures", "news", "staff")]
    await tab.open(links[0])
    await tab.wait_for("window.simcordPreview?.ready")
    assert await tab.wait_for("document.querySelector('#channel-name').innerText") == "pictures"
