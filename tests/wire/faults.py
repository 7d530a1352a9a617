"""What can go wrong between a bot and Discord, each as the wire shows it."""

import asyncio
import gzip
import itertools
from collections.abc import Awaitable, Callable, Iterator

from aiohttp import web
from stand_in import Answer, Fault, json_response

# --- the HTTP interface ---------------------------------------------------------------------------------


def too_many(scope: str, retry_after: float = 0.5, headers: bool = True) -> Fault:
    """429 as Discord answers it (https://docs.discord.com/developers/topics/rate-limits).

    Args:
        scope: ``user`` (this route), ``shared`` (this resource, for all bots) or ``global``.
        retry_after: Seconds to wait.
        headers: Whether the headers of the bucket stand there; a global limit has none.
    """

    async def fault(_request: web.Request, _answer: Answer) -> web.StreamResponse:
        sent = {"Via": "1.1 google", "X-RateLimit-Scope": scope, "Retry-After": f"{retry_after:.0f}"}
        if scope == "global":
            sent["X-RateLimit-Global"] = "true"
        elif headers:
            sent |= {
                "X-RateLimit-Limit": "5",
                "X-RateLimit-Remaining": "0",
                "X-RateLimit-Reset-After": str(retry_after),
                "X-RateLimit-Bucket": "abcd1234",
            }
        body = {"message": "You are being rate limited.", "retry_after": retry_after}
        return json_response({**body, "global": scope == "global"}, 429, sent)

    return fault


async def banned(_request: web.Request, _answer: Answer) -> web.StreamResponse:
    """429 of the proxy before Discord: text, and nothing of when to come back."""
    return web.Response(status=429, text="error code: 1015", content_type="text/plain")


async def exhausted(_request: web.Request, answer: Answer) -> web.StreamResponse:
    """The answer, and that it was the last one of its bucket for now."""
    response = await answer()
    response.headers.update(
        {
            "X-RateLimit-Limit": "5",
            "X-RateLimit-Remaining": "0",
            "X-RateLimit-Reset-After": "0.5",
            "X-RateLimit-Bucket": "abcd1234",
        }
    )
    return response


def fails(status: int, *, done: bool = False) -> Fault:
    """Answer with a server error, as text of a proxy.

    Args:
        status: Of the answer.
        done: Whether what was asked for is done all the same.
    """

    async def fault(_request: web.Request, answer: Answer) -> web.StreamResponse:
        if done:
            await answer()
        return web.Response(status=status, text="upstream connect error", content_type="text/plain")

    return fault


def cut(*, done: bool) -> Fault:
    """Break the connection instead of an answer, or within it once all is done."""

    async def fault(request: web.Request, answer: Answer) -> web.StreamResponse:
        assert request.transport is not None
        if not done:
            request.transport.abort()
            return await answer_nobody()
        whole = await answer()
        begun = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": "100000"})
        await begun.prepare(request)
        await begun.write(whole.body[:20] if isinstance(whole, web.Response) and whole.body else b"{")
        request.transport.abort()
        return begun

    return fault


async def answer_nobody() -> web.StreamResponse:
    """Return something for a connection that is gone."""
    return web.Response(status=499)


def slow(seconds: float) -> Fault:
    """Answer rightly, after a while in which not even a header comes."""

    async def fault(_request: web.Request, answer: Answer) -> web.StreamResponse:
        await asyncio.sleep(seconds)
        return await answer()

    return fault


# --- the CDN --------------------------------------------------------------------------------------------

Lie = Callable[[web.Request], Awaitable[web.StreamResponse]]

MiB = 1024**2
PATIENT_S = 30
"""Seconds that a lie goes on for whoever listens so long."""


def _chunks() -> Iterator[bytes]:
    return itertools.repeat(b"\0" * 65_536, PATIENT_S * 1000)


async def _stream(
    request: web.Request, chunks: Iterator[bytes], pause_s: float, length: int | None
) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "image/png"})
    response.content_length = length
    await response.prepare(request)
    try:
        for chunk in chunks:
            await response.write(chunk)
            await asyncio.sleep(pause_s)
    except ConnectionError:
        pass
    return response


async def too_long(request: web.Request) -> web.StreamResponse:
    """Say beforehand that it is a gigabyte."""
    return await _stream(request, _chunks(), 0, 1024 * MiB)


async def endless(request: web.Request) -> web.StreamResponse:
    """Never end, and say nothing of the length."""
    return await _stream(request, _chunks(), 0, None)


async def drip(request: web.Request) -> web.StreamResponse:
    """Send a byte at a time."""
    return await _stream(request, itertools.repeat(b"\0", PATIENT_S), 1, None)


async def cut_short(request: web.Request) -> web.StreamResponse:
    """Promise more than what comes."""
    response = web.StreamResponse(headers={"Content-Type": "image/png", "Content-Length": "5000"})
    await response.prepare(request)
    await response.write(b"\x89PNG")
    assert request.transport is not None
    request.transport.abort()
    return response


async def redirect(request: web.Request) -> web.StreamResponse:
    """Send the bot to an address that only this machine can reach: there is nothing for who follows."""
    return web.Response(status=302, headers={"Location": f"http://{request.host}/latest/meta-data/"})


async def gzip_bomb(_request: web.Request) -> web.StreamResponse:
    """Send little that unfolds to much."""
    body = gzip.compress(b"\0" * (64 * MiB), 9)
    return web.Response(body=body, headers={"Content-Encoding": "gzip", "Content-Type": "image/png"})


async def expired(_request: web.Request) -> web.StreamResponse:
    """Refuse a link whose signature is too old."""
    return web.Response(status=404, text="This content is no longer available.")


async def a_page(_request: web.Request) -> web.StreamResponse:
    """Call a page a picture."""
    return web.Response(body=b"<html>" * 1000, headers={"Content-Type": "image/png"})


async def broken(_request: web.Request) -> web.StreamResponse:
    """Have a fault of its own."""
    return web.Response(status=503)
