"""The simulated server as a page in the browser, for a person to try the bot."""

import asyncio
import contextlib
import importlib.util
from typing import Final, Self

import simcord
from aiohttp import web

from .world import Channel, Person, World

HOST: Final = "127.0.0.1"
"""The page is for whoever sits at this machine, and for nobody else."""

TICK_S: Final = 1.0
"""Seconds by which the simulated clock may be behind the real one."""

PAGE_MODULES: Final[tuple[str, ...]] = ("linkify_it", "markdown_it", "regex")
"""What simcord's page imports beyond simcord itself."""

HINTS: Final[dict[Channel, str]] = {
    Channel.GENERAL: (
        "This server is simulated: nothing leaves your machine. Write as any of us (**Viewing as**, above).\n"
        "- Mention the bot as `@moodring` to have your message read, or type `/analyze` and give it a text "
        "or a picture from your disk. **Why?** under an answer shows what made it so.\n"
        "- `/mood` shows how this channel felt. Its last two weeks are invented; an hour in which five of us "
        "write twenty messages is added once it is over.\n"
        "- `/privacy` says what is read and kept. Olga opted out there: try to have her read."
    ),
    Channel.PICTURES: "Show the bot a picture from your disk: `/analyze`, then `image`.",
    Channel.NEWS: "The bot may read here but not write. Try `/watch start` as Ada and see what it says.",
    Channel.STAFF: (
        "Only the two of us see this channel, so flags are shown here: the card below is about a message of "
        "Bob's in #general. As Max, press **Show**, then decide; or be rude there as Bob and look here. "
        "As Ada, `/setup` has all that can be set, such as the language and the weekly digest."
    ),
}
"""What a person can try in each channel."""


class PageError(RuntimeError):
    """The page cannot be shown; the message is one line that says what to do."""


class Page:
    """A lasting address for the guild: ``/`` shows the first channel, ``/pictures`` and so on the others.

    simcord shows one channel at a time, at an address of its own; this leads there. Use it as an
    asynchronous context manager.

    Args:
        world: What to show.
        port: Port of the address on this machine; 0 takes any.
    """

    def __init__(self, world: World, port: int) -> None:
        self._world = world
        self._port = port
        self._stack = contextlib.AsyncExitStack()
        self._switching = asyncio.Lock()
        self._view = contextlib.AsyncExitStack()
        self._view_port: int | None = None
        self._shown: tuple[Channel, simcord.Preview, asyncio.Task[None]] | None = None

    @property
    def address(self) -> str:
        """Where a browser finds the page."""
        return f"http://{HOST}:{self._port}/"

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/", self._lead)
        app.router.add_get("/{channel}", self._lead)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        try:
            site = web.TCPSite(runner, HOST, self._port)
            await site.start()
        except OSError as error:
            await runner.cleanup()
            raise PageError(
                f"port {self._port} cannot be used for the page ({error.strerror}); "
                "choose another one with MOODRING_PAGE_PORT"
            ) from None
        self._port = runner.addresses[0][1]
        self._stack.push_async_callback(runner.cleanup)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._view.aclose()
        await self._stack.aclose()

    async def _lead(self, request: web.Request) -> web.Response:
        """Lead the browser to a channel."""
        # A page of another host that was made to resolve to this machine gets nothing.
        if request.host not in {f"{HOST}:{self._port}", f"localhost:{self._port}"}:
            raise web.HTTPForbidden
        try:
            channel = Channel(request.match_info.get("channel", Channel.GENERAL))
        except ValueError:
            raise web.HTTPNotFound(text=f"The channels are {', '.join(Channel)}.") from None
        raise web.HTTPFound(await self._show(channel))

    async def _show(self, channel: Channel) -> str:
        """Show a channel instead of another one and return its address."""
        async with self._switching:
            if self._shown is not None:
                current, preview, ended = self._shown
                if current is channel and not ended.done():
                    return preview.url
            await self._view.aclose()
            self._world.catch_up()
            preview = await self._view.enter_async_context(
                self._world.env.preview(
                    self._world.channels[channel],
                    viewers=self._world.viewers(channel),
                    layout="channel",
                    assets=self._world.avatars(),
                    port=self._view_port,
                )
            )
            # The same port again: a tab that still shows the former channel learns that it is over.
            self._view_port = int(preview.url.partition(f"{HOST}:")[2].partition("/")[0])
            self._shown = channel, preview, asyncio.create_task(preview.wait_closed())
            return preview.url

    async def run(self) -> None:
        """Keep the simulated clock going until the task is cancelled."""
        while True:
            self._world.catch_up()
            await asyncio.sleep(TICK_S)


async def furnish(world: World, address: str) -> None:
    """Say in every channel what there is to try, and where the others are."""
    for channel, hint in HINTS.items():
        others = " · ".join(f"[#{other}]({address}{other})" for other in Channel if other is not channel)
        await world.people[Person.ADMIN].send(world.channels[channel], f"{hint}\n\nOther channels: {others}")


def require_page() -> None:
    """Check that what the page needs is installed.

    Raises:
        PageError: It is not.
    """
    if not all(map(importlib.util.find_spec, PAGE_MODULES)):
        raise PageError(
            "the simulated server's page is not installed: for a real server set MOODRING_TOKEN; "
            "for the page start with `make run`, or `pip install 'moodring[page]'`"
        )
