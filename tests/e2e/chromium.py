"""Headless Chromium over its debugging protocol: just enough to use a page as a person does."""

import asyncio
import base64
import contextlib
import itertools
import json
import shutil
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final, Self

import aiohttp

NAMES: Final[tuple[str, ...]] = ("chromium", "chromium-browser", "google-chrome", "chrome")

FLAGS: Final[tuple[str, ...]] = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0",
)
"""Quiet flags: a test browser opens nothing but the page it is given."""

START_S: Final[float] = 30.0
"""Longest wait for the browser to open its debugging port."""

PATIENCE_S: Final[float] = 20.0
"""Longest wait for a condition in the page."""


def find_browser() -> str | None:
    """Return the path of an installed Chromium, or None."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


class Tab:
    """One page of the browser.

    Args:
        socket: The page's debugging web socket.
    """

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._ids = itertools.count(1)

    async def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Send one protocol command and return its result."""
        number = next(self._ids)
        await self._socket.send_json({"id": number, "method": method, "params": params})
        while True:
            reply = await self._socket.receive_json(timeout=PATIENCE_S)
            if reply.get("id") == number:
                if "error" in reply:
                    raise RuntimeError(f"{method}: {reply['error']}")
                result: dict[str, Any] = reply["result"]
                return result

    async def evaluate(self, script: str) -> Any:
        """Return the value of a JavaScript expression in the page."""
        reply = await self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in reply:
            raise RuntimeError(f"{script}: {reply['exceptionDetails']}")
        return reply["result"].get("value")

    async def wait_for(self, script: str) -> Any:
        """Wait until a JavaScript expression is truthy and return its value, true for an element.

        Raises:
            TimeoutError: It stayed falsy for ``PATIENCE_S``.
        """
        seen = f"(value => value instanceof Node || value)({script})"
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not (value := await self.evaluate(seen)):
                    await asyncio.sleep(0.05)
                return value
        except TimeoutError:
            raise TimeoutError(f"the page never came to: {script}") from None

    async def open(self, address: str) -> None:
        """Go to an address."""
        await self.call("Page.navigate", url=address)

    async def resize(self, width: int, height: int) -> None:
        """Set the size of the viewport in CSS pixels."""
        await self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    async def click(self, selector: str) -> None:
        """Click the first element that a CSS selector finds."""
        await self.wait_for(f"document.querySelector({json.dumps(selector)})")
        await self.evaluate(f"document.querySelector({json.dumps(selector)}).click()")

    async def type(self, selector: str, text: str) -> None:
        """Put the cursor into an element and type."""
        await self.wait_for(f"document.querySelector({json.dumps(selector)})")
        await self.evaluate(f"document.querySelector({json.dumps(selector)}).focus()")
        await self.call("Input.insertText", text=text)

    async def press_enter(self) -> None:
        """Press the Enter key."""
        key = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"}
        await self.call("Input.dispatchKeyEvent", type="keyDown", **key)
        await self.call("Input.dispatchKeyEvent", type="keyUp", **key)

    async def upload(self, selector: str, file: Path) -> None:
        """Choose a file from disk in a file input."""
        await self.wait_for(f"document.querySelector({json.dumps(selector)})")
        root = await self.call("DOM.getDocument")
        found = await self.call("DOM.querySelector", nodeId=root["root"]["nodeId"], selector=selector)
        await self.call("DOM.setFileInputFiles", nodeId=found["nodeId"], files=[str(file.resolve())])

    async def screenshot(self, clip: dict[str, float] | None = None) -> bytes:
        """Return the viewport, or a clip of it (x, y, width, height), as a PNG file."""
        area = {"clip": {**clip, "scale": 1}} if clip else {}
        return base64.b64decode((await self.call("Page.captureScreenshot", format="png", **area))["data"])


class _Profile:
    """A browser profile in a temporary folder."""

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="moodring-browser-", ignore_cleanup_errors=True)
        self.path = Path(self._folder.name)
        return self

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()

    async def port(self) -> int:
        """Wait for the file in which the browser names its debugging port."""
        announced = self.path / "DevToolsActivePort"
        async with asyncio.timeout(START_S):
            while True:
                if announced.exists() and (lines := announced.read_text().splitlines()):
                    return int(lines[0])
                await asyncio.sleep(0.05)


@contextlib.asynccontextmanager
async def browser_tab(program: str) -> AsyncIterator[Tab]:
    """Run a browser with one empty page and close both at the end."""
    with _Profile() as profile:
        process = await asyncio.create_subprocess_exec(
            program,
            *FLAGS,
            f"--user-data-dir={profile.path}",
            "about:blank",
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            port = await profile.port()
            async with aiohttp.ClientSession() as session:
                async with session.get(f"http://127.0.0.1:{port}/json/list") as reply:
                    pages = [page for page in await reply.json() if page["type"] == "page"]
                async with session.ws_connect(pages[0]["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                    yield Tab(socket)
        finally:
            process.terminate()
            await process.wait()
