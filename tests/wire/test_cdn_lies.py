"""A CDN that lies: the rest of the message is read, and the answer says what was left out and why."""

import faults
import pytest
from people import Guild
from process import Bot
from stand_in import StandIn

pytestmark = pytest.mark.asyncio(loop_scope="module")

GLAD = "This is wonderful, thank you all so much!"

LIES = {
    "a gigabyte announced": (faults.too_long, "larger than 8 MiB"),
    "no end": (faults.endless, "larger than 8 MiB"),
    "a byte a second": (faults.drip, "took too long to download"),
    "cut short": (faults.cut_short, "could not be downloaded"),
    "a redirect inside": (faults.redirect, "could not be downloaded"),
    "a gzip bomb": (faults.gzip_bomb, "could not be downloaded"),
    "an expired link": (faults.expired, "no longer there"),
    "a page called a picture": (faults.a_page, "not a PNG, JPEG, GIF or WebP image"),
    "a fault of its own": (faults.broken, "could not be downloaded"),
}


@pytest.mark.parametrize("name", LIES)
async def test_the_text_is_read_and_the_picture_named(
    discord_here: StandIn, guild: Guild, bot: Bot, name: str
) -> None:
    lie, why = LIES[name]
    message = guild.write("alice", GLAD, ("picture.png", b"\x89PNG"))
    url = message.attachments[0]["url"]
    discord_here.files["/attachments/" + url.split("/attachments/")[1]] = lie
    asked = guild.menu("bob", "Analyze", message)
    await discord_here.until(lambda: guild.shown(asked))
    shown = guild.shown(asked)
    assert shown is not None
    [embed] = shown.embeds
    said = " ".join(field["value"] for field in embed["fields"])
    assert "text" in said
    assert why in said
