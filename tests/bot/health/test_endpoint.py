"""The endpoint, asked over sockets of this machine."""

import asyncio
import socket
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio
from connected import Connected, hears
from prometheus_client.parser import text_string_to_metric_families

from moodring.bot.health.endpoint import CONNECTIONS, Endpoint, open_endpoint
from moodring.bot.health.figures import STUCK_S
from moodring.bot.health.gateway import Gateway
from moodring.bot.services import Services
from moodring.bot.settings import SettingsError

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def endpoint(port: int) -> AsyncIterator[Endpoint]:
    async with open_endpoint(port) as endpoint:
        yield endpoint


async def _ask(port: int, path: str, method: str = "GET", **given: object) -> tuple[int, str]:
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, f"http://127.0.0.1:{port}{path}", **given) as answer,  # type: ignore[arg-type]
    ):
        return answer.status, await answer.text()


async def _say(port: int, said: bytes) -> bytes:
    """Say something as it is, and return all that is answered until the connection ends."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(said)
    try:
        async with asyncio.timeout(5):
            return await reader.read()
    except ConnectionResetError:
        return b""
    finally:
        writer.close()


async def test_before_the_bot_is_there_it_is_alive_and_not_ready(endpoint: Endpoint, port: int) -> None:
    assert (await _ask(port, "/live"))[0] == 200
    assert await _ask(port, "/ready") == (503, '{"classifier": false, "database": false, "gateway": false}')
    assert (await _ask(port, "/metrics"))[0] == 503


async def test_it_is_ready_once_the_gateway_is(
    endpoint: Endpoint, port: int, services: Services, gateway: Gateway, bot: Connected
) -> None:
    endpoint.show(services, gateway)
    assert await _ask(port, "/ready") == (503, '{"classifier": true, "database": true, "gateway": false}')
    await hears(bot, "shard_connect", 0)
    assert await _ask(port, "/ready") == (200, '{"classifier": true, "database": true, "gateway": true}')
    endpoint.hide()
    assert (await _ask(port, "/ready"))[0] == 503


async def test_it_says_that_the_database_does_not_answer(
    endpoint: Endpoint, port: int, services: Services, gateway: Gateway
) -> None:
    endpoint.show(services, gateway)
    await services.store.aclose()
    status, text = await _ask(port, "/ready")
    assert status == 503
    assert '"database": false' in text


async def test_it_says_that_an_inference_does_not_end(
    endpoint: Endpoint, port: int, services: Services, gateway: Gateway
) -> None:
    endpoint.show(services, gateway)
    services.metrics.watch_inference(lambda: STUCK_S + 1)
    assert '"classifier": false' in (await _ask(port, "/ready"))[1]


async def test_metrics_are_what_prometheus_reads(
    endpoint: Endpoint, port: int, services: Services, gateway: Gateway
) -> None:
    endpoint.show(services, gateway)
    status, text = await _ask(port, "/metrics")
    assert status == 200
    names = {family.name for family in text_string_to_metric_families(text)}
    assert {"moodring_waiting", "moodring_stage_seconds"} <= names


@pytest.mark.parametrize(
    ("path", "method", "given", "status"),
    [
        ("/", "GET", {}, 404),
        ("/metrics/", "GET", {}, 404),
        ("/live", "POST", {}, 405),
        ("/live", "HEAD", {}, 405),
        ("/live", "GET", {"data": b"a body"}, 413),
        ("/live", "GET", {"headers": {"Host": "localhost:80"}}, 200),
        ("/live", "GET", {"headers": {"Host": "[::1]:9464"}}, 200),
        ("/live", "GET", {"headers": {"Host": "127.0.0.1.evil.example"}}, 403),
        ("/metrics", "GET", {"headers": {"Host": "evil.example"}}, 403),
        ("/live", "GET", {"headers": {"Host": "[broken"}}, 403),
        ("/live", "GET", {"headers": {"Host": "evil@127.0.0.1"}}, 403),
    ],
)
async def test_nothing_else_is_answered(
    endpoint: Endpoint, port: int, path: str, method: str, given: dict[str, object], status: int
) -> None:
    assert (await _ask(port, path, method, **given))[0] == status


async def test_other_machines_cannot_reach_it(endpoint: Endpoint, port: int) -> None:
    with socket.socket() as elsewhere:
        elsewhere.bind(("127.0.0.2", port))  # taken, if it listened on every address


async def test_a_connection_is_for_one_request(endpoint: Endpoint, port: int) -> None:
    twice = b"GET /live HTTP/1.1\r\nHost: localhost\r\n\r\n" * 2
    assert (await _say(port, twice)).count(b"HTTP/1.1 200") == 1


@pytest.mark.parametrize("said", [b"", b"GET /live HT", b"\0\xff" * 20])
async def test_who_says_nothing_or_nonsense_is_hung_up_on(port: int, said: bytes) -> None:
    async with open_endpoint(port, connection_s=0.1):
        assert b"HTTP/1.1 200" not in await _say(port, said)


async def test_connections_are_bounded_and_free_again(port: int) -> None:
    async with open_endpoint(port, connection_s=0.5):
        held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(CONNECTIONS)]
        assert await _say(port, b"GET /live HTTP/1.1\r\nHost: localhost\r\n\r\n") == b""
        for reader, writer in held:  # hung up on, as nobody asks anything
            assert await reader.read() == b""
            writer.close()
        assert (await _ask(port, "/live"))[0] == 200


async def test_a_port_that_is_taken_is_one_line(port: int) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        with pytest.raises(SettingsError, match=f"port {port} of this machine .*another program has it"):
            async with open_endpoint(port):
                pass


async def test_without_a_port_nothing_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asyncio.get_running_loop(), "create_server", None)
    async with open_endpoint(0) as endpoint:
        endpoint.hide()


async def test_it_is_closed_at_the_end(port: int) -> None:
    async with open_endpoint(port):
        pass
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)
