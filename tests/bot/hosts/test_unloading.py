"""After the extension is unloaded, a bot and its process are as they were before it was loaded."""

from collections.abc import Awaitable, Callable

import pytest
import simcord
from guild import INSULT, PICTURE, Guild, components
from traces import difference, in_the_bot, in_the_process

from moodring.bot.setup.describe import Topic

EXTENSION = "moodring.bot.plugin"

Use = Callable[[Guild], Awaitable[object]]


async def nothing(guild: Guild) -> None:
    pass


async def a_mention(guild: Guild) -> None:
    await guild.alice.send(guild.channel, f"{guild.mention} I am so happy")
    assert guild.said()[-1] == "😊 Joy"


async def a_picture(guild: Guild) -> None:
    """Starts a process that decodes it."""
    analyzed = await guild.alice.slash(guild.channel, "analyze", text="so happy", image=PICTURE)
    await guild.alice.click(analyzed.response, label="Why?")
    assert any(thread.name.startswith("decode") for thread in in_the_process()["threads"])


async def privacy(guild: Guild) -> None:
    shown = await guild.alice.slash(guild.channel, "privacy")
    await guild.alice.click(shown.response, label="Opt out")
    await guild.alice.click(shown.response, label="Opt in")


async def an_open_panel(guild: Guild) -> simcord.InteractionResult:
    """The second page of it: each page is a view of its own."""
    opened = await guild.boss.slash(guild.channel, "setup")
    turned = Topic.SENSITIVITY.value
    [pages] = [
        menu["custom_id"]
        for menu in components(opened.response)
        if turned in [option.get("value") for option in menu.get("options", ())]
    ]
    return await guild.boss.select(opened.response, [turned], custom_id=pages)


async def an_open_form(guild: Guild) -> None:
    panel = await an_open_panel(guild)
    form = await guild.boss.click(panel.response, label="Numbers")
    assert form.modal is not None


async def a_card(guild: Guild) -> None:
    await guild.flag()
    await guild.bob.send(guild.channel, INSULT)
    await guild.boss.click(guild.last(guild.log), label="Show")


async def an_open_appeal(guild: Guild) -> None:
    await a_card(guild)
    await guild.boss.click(guild.last(guild.log), label="Delete")
    form = await guild.bob.slash(guild.channel, "appeal")
    assert form.modal is not None


async def a_backtest(guild: Guild) -> None:
    await guild.flag()
    await guild.alice.send(guild.channel, "what a lovely day")
    await guild.boss.slash(guild.channel, "backtest")
    assert guild.said(guild.log)


USES: list[Use] = [
    nothing,
    a_mention,
    a_picture,
    privacy,
    an_open_panel,
    an_open_form,
    a_card,
    an_open_appeal,
    a_backtest,
]


@pytest.mark.asyncio
@pytest.mark.parametrize("use", USES, ids=lambda use: use.__name__.replace("_", " "))
async def test_nothing_is_left_whatever_it_was_used_for(guild: Guild, use: Use) -> None:
    host = guild.bot
    await host.unload_extension(EXTENSION)
    bot, process = in_the_bot(host), in_the_process()
    await host.load_extension(EXTENSION)
    await host.reload_extension(EXTENSION)
    await use(guild)
    await host.unload_extension(EXTENSION)
    left = await difference(lambda: in_the_bot(host), bot) | await difference(in_the_process, process)
    assert left == {}


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "use", [an_open_form, an_open_appeal], ids=lambda use: use.__name__.replace("_", " ")
)
async def test_a_form_that_is_closed_unsent_is_forgotten_in_time(guild: Guild, use: Use) -> None:
    await use(guild)
    assert in_the_bot(guild.bot)["forms"]
    await guild.env.advance_time(60 * 60)
    assert in_the_bot(guild.bot)["forms"] == {}


@pytest.mark.asyncio
async def test_what_was_left_in_channels_is_dead_and_harms_nobody(guild: Guild) -> None:
    await a_mention(guild)
    answer = guild.last()
    await a_card(guild)
    card = guild.last(guild.log)
    before = guild.env.error_cursor
    await guild.bot.unload_extension(EXTENSION)
    for message, label in ((answer, "Why?"), (card, "Delete")):
        pressed = await guild.boss.click(message, label=label)
        assert pressed.response is None
    await guild.alice.send(guild.channel, f"{guild.mention} I am so sad")
    assert guild.env.errors_since(before) == ()


@pytest.mark.asyncio
async def test_loaded_again_it_knows_what_it_knew(guild: Guild) -> None:
    await a_mention(guild)
    await a_card(guild)
    await guild.bot.reload_extension(EXTENSION)
    card = guild.last(guild.log)
    await guild.boss.click(card, label="Delete")
    assert INSULT not in [message.content for message in guild.channel.history()]
