"""Pictures that hang, bloat or crash what decodes them: its process is killed, one picture is skipped."""

import asyncio
import io
import os
import select
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from moodring.bot.intake.decode import WORKER, DecodePool, ReadFaces
from moodring.bot.metrics import Metrics
from moodring.bot.turns import Kind, Whose, on_behalf_of
from moodring.model import Decoded, Unreadable
from moodring.model.sample import FACE_WIDTH, Faces, no_faces

UNRULY = (sys.executable, str(Path(__file__).with_name("unruly_worker.py")))

Pools = Callable[..., DecodePool]


def no_faces_in(_: NDArray[np.uint8]) -> Faces:
    return no_faces()


def encoded(colour: str = "red", file_format: str = "PNG", size: tuple[int, int] = (300, 200)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, file_format)
    return file.getvalue()


@pytest_asyncio.fixture
async def pools() -> AsyncIterator[Pools]:
    """Open pools that are closed after the test."""
    opened: list[DecodePool] = []

    def open_pool(
        workers: int = 1,
        timeout_s: float = 20,
        program: tuple[str, ...] = UNRULY,
        text_timeout_s: float | None = None,
        open_faces: Callable[[], ReadFaces] = lambda: no_faces_in,
        metrics: Metrics | None = None,
    ) -> DecodePool:
        pool = DecodePool(
            workers=workers,
            timeout_s=timeout_s,
            memory_mib=512,
            text_timeout_s=text_timeout_s,
            open_faces=open_faces,
            program=program,
            metrics=metrics,
        )
        opened.append(pool)
        return pool

    yield open_pool
    for pool in opened:
        await pool.aclose()


async def pid(pool: DecodePool) -> int:
    picture = await pool.decode(b"pid")
    assert isinstance(picture, Decoded)
    return int.from_bytes(picture.pixels.tobytes()[:4])


def replaced(metrics: Metrics) -> dict[str, float]:
    """The processes that ended before their time, by why."""
    [family] = [each for each in metrics.registry.collect() if each.name == "moodring_decoders_replaced"]
    totals = [each for each in family.samples if each.name.endswith("_total")]
    return {each.labels["why"]: each.value for each in totals if each.value}


def is_running(process: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(process, 0)
        return True
    return False


@pytest.mark.asyncio
@pytest.mark.parametrize("file_format", ["PNG", "JPEG", "GIF", "WEBP"])
async def test_a_picture_comes_back_as_pixels(file_format: str, pools: Pools) -> None:
    picture = await pools(program=WORKER).decode(encoded("red", file_format))

    assert isinstance(picture, Decoded)
    assert (picture.pixels.shape, picture.pixels.dtype) == ((224, 224, 3), np.uint8)
    assert np.allclose(picture.pixels[112, 112], (255, 0, 0), atol=4)
    assert picture.text == picture.text_skipped == ""


@pytest.mark.asyncio
async def test_faces_are_read_in_the_whole_picture_and_only_where_they_may_be(pools: Pools) -> None:
    seen: list[tuple[int, ...]] = []

    def read(picture: NDArray[np.uint8]) -> Faces:
        seen.append(picture.shape)
        return np.full((2, FACE_WIDTH), picture.mean(), np.float32)

    pool = pools(program=WORKER, open_faces=lambda: read)
    without = await pool.decode(encoded(size=(300, 200)))
    read_too = await pool.decode(encoded(size=(300, 200)), faces=True)

    assert isinstance(without, Decoded)
    assert isinstance(read_too, Decoded)
    assert seen == [(200, 300, 3)]
    assert (len(without.faces), len(read_too.faces)) == (0, 2)
    assert np.allclose(read_too.faces, 85)
    assert np.array_equal(without.pixels, read_too.pixels)
    assert await pool.decode(b"hello", faces=True) == Unreadable("not a PNG, JPEG, GIF or WebP image")


@pytest.mark.asyncio
async def test_a_picture_whose_faces_cannot_be_had_is_still_read(pools: Pools) -> None:
    pool = pools()

    picture = await pool.decode(b"pid", faces=True)

    assert isinstance(picture, Decoded)
    assert picture.faces_skipped == "could not be decoded safely"
    assert await pid(pool)


@pytest.mark.asyncio
async def test_what_is_no_picture_is_unreadable_and_the_worker_stays(pools: Pools) -> None:
    pool = pools()
    before = await pid(pool)

    assert await pool.decode(b"hello") == Unreadable("not a PNG, JPEG, GIF or WebP image")
    assert await pid(pool) == before


@pytest.mark.asyncio
async def test_too_large_a_file_never_reaches_a_worker(pools: Pools) -> None:
    pool = pools(program=("/no/such/program",))

    assert await pool.decode(bytes(8 * 1024**2 + 1)) == Unreadable("larger than 8 MiB")


@pytest.mark.asyncio
async def test_a_hanging_decoder_is_killed_and_replaced(pools: Pools) -> None:
    metrics = Metrics()
    pool = pools(timeout_s=1.5, metrics=metrics)
    hanging = await pid(pool)

    assert await pool.decode(b"hang") == Unreadable("took too long to decode (more than 1.5 s)")
    assert not is_running(hanging)
    assert await pid(pool) != hanging
    assert replaced(metrics) == {"late": 1}


@pytest.mark.asyncio
async def test_a_worker_that_never_reads_its_pipe_is_killed(pools: Pools) -> None:
    pool = pools(timeout_s=1.5)
    os.kill(await pid(pool), signal.SIGSTOP)

    assert await pool.decode(bytes(8 * 1024**2)) == Unreadable("took too long to decode (more than 1.5 s)")


@pytest.mark.asyncio
@pytest.mark.parametrize("order", [b"die", b"crash", b"segfault"])
async def test_a_dead_worker_costs_one_picture(order: bytes, pools: Pools) -> None:
    metrics = Metrics()
    pool = pools(metrics=metrics)

    assert await pool.decode(order) == Unreadable("could not be decoded safely")
    assert isinstance(await pool.decode(encoded()), Decoded)
    assert replaced(metrics) == {"died": 1}


@pytest.mark.asyncio
async def test_a_burst_of_bad_files_costs_only_itself(pools: Pools) -> None:
    """Files that are none, are cut off, eat memory, and end their process in two ways."""
    metrics = Metrics()
    pool = pools(workers=2, metrics=metrics)
    bad = (b"hello", encoded()[:60], b"eat", b"die", b"segfault")

    outcomes = await asyncio.gather(*(pool.decode(file) for file in bad * 10))

    assert all(isinstance(outcome, Unreadable) for outcome in outcomes)
    assert replaced(metrics) == {"died": 20}
    assert metrics.replaced.lately() == 20
    for picture in await asyncio.gather(*(pool.decode(encoded()) for _ in range(4))):
        assert isinstance(picture, Decoded)


@pytest.mark.asyncio
async def test_pictures_of_who_asks_are_decoded_first(pools: Pools) -> None:
    pool = pools()
    order: list[int] = []

    async def decode(kind: Kind, number: int) -> None:
        with on_behalf_of(Whose(kind, number, number)):
            assert isinstance(await pool.decode(encoded()), Decoded)
            order.append(number)

    kinds = (Kind.WATCHED, Kind.WATCHED, Kind.WATCHED, Kind.ASKED)
    await asyncio.gather(*(decode(kind, number) for number, kind in enumerate(kinds)))
    assert order == [0, 3, 1, 2]


@pytest.mark.asyncio
async def test_watched_pictures_that_hang_leave_a_process_to_who_asks(pools: Pools) -> None:
    pool = pools(workers=2, timeout_s=3)
    with on_behalf_of(Whose(Kind.WATCHED)):
        hanging = [asyncio.create_task(pool.decode(b"hang")) for _ in range(2)]
    await asyncio.sleep(0)

    assert isinstance(await pool.decode(encoded()), Decoded)
    assert not any(task.done() for task in hanging)
    for task in hanging:
        task.cancel()


@pytest.mark.asyncio
async def test_who_gives_up_leaves_the_process_to_the_next_when_it_is_free(pools: Pools) -> None:
    pool = pools(timeout_s=1.5)
    leaving = asyncio.create_task(pool.decode(b"hang"))
    await asyncio.sleep(0)
    leaving.cancel()

    assert isinstance(await pool.decode(encoded()), Decoded)
    assert leaving.cancelled()


@pytest.mark.asyncio
async def test_the_text_in_a_picture_comes_with_it(pools: Pools) -> None:
    pool = pools(text_timeout_s=20)

    picture = await pool.decode(b"words")

    assert isinstance(picture, Decoded)
    assert (picture.text, picture.text_skipped) == ("wörds", "")
    assert await pool.decode(b"hello") == Unreadable("not a PNG, JPEG, GIF or WebP image")


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("order", "reason"),
    [
        (b"endless words", "took too long to read (more than 1.5 s)"),
        (b"deadly words", "could not be read safely"),
    ],
)
async def test_text_that_cannot_be_read_costs_only_itself(order: bytes, reason: str, pools: Pools) -> None:
    pool = pools(text_timeout_s=1.5)

    picture = await pool.decode(order)

    assert isinstance(picture, Decoded)
    assert picture.pixels.shape == (224, 224, 3)
    assert (picture.text, picture.text_skipped) == ("", reason)
    assert isinstance(await pool.decode(b"words"), Decoded)


@pytest.mark.asyncio
async def test_no_time_is_spent_on_text_that_may_not_be_read(pools: Pools) -> None:
    pool = pools(text_timeout_s=1.5)
    before = await pid(pool)

    picture = await pool.decode(b"endless words", text=False)

    assert isinstance(picture, Decoded)
    assert (picture.text, picture.text_skipped) == ("", "")
    assert await pid(pool) == before


@pytest.mark.asyncio
@pytest.mark.parametrize("text", [True, False])
@pytest.mark.parametrize("faces", [True, False])
async def test_text_and_faces_are_read_apart(text: bool, faces: bool, pools: Pools) -> None:
    def read(picture: NDArray[np.uint8]) -> Faces:
        return np.zeros((1, FACE_WIDTH), np.float32)

    pool = pools(text_timeout_s=20, open_faces=lambda: read)

    for _ in range(2):  # the second finds no rest of the first in the pipe
        picture = await pool.decode(encoded(), text=text, faces=faces)
        assert isinstance(picture, Decoded)
        assert (picture.text, len(picture.faces)) == ("wörds" if text else "", int(faces))


@pytest.mark.asyncio
async def test_the_real_reader_reads_a_picture(pools: Pools) -> None:
    image = Image.new("RGB", (400, 120), "white")
    ImageDraw.Draw(image).text((20, 30), "never give up", "black", ImageFont.load_default(36))
    file = io.BytesIO()
    image.save(file, "PNG")

    picture = await pools(program=WORKER, text_timeout_s=60).decode(file.getvalue())

    assert isinstance(picture, Decoded)
    assert picture.text == "never give up"


@pytest.mark.asyncio
async def test_a_worker_that_died_between_pictures_costs_none(pools: Pools) -> None:
    pool = pools()
    first = await pid(pool)
    os.kill(first, signal.SIGKILL)
    await asyncio.to_thread(os.waitid, os.P_PID, first, os.WEXITED | os.WNOWAIT)

    assert isinstance(await pool.decode(encoded()), Decoded)


@pytest.mark.asyncio
async def test_memory_is_capped(pools: Pools) -> None:
    assert await pools().decode(b"eat") == Unreadable("needs too much memory to decode")


@pytest.mark.asyncio
async def test_a_worker_that_cannot_start_is_a_reason(pools: Pools, caplog: pytest.LogCaptureFixture) -> None:
    metrics = Metrics()
    pool = pools(program=(sys.executable, "-c", "raise SystemExit(1)"), metrics=metrics)

    assert await pool.decode(encoded()) == Unreadable("pictures cannot be read at the moment")
    assert replaced(metrics) == {"not-started": 1}
    assert "decode worker did not start" in caplog.text


@pytest.mark.asyncio
async def test_workers_hold_no_secrets(pools: Pools, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOODRING_TOKEN", "hunter2")

    picture = await pools().decode(b"secrets")

    assert isinstance(picture, Decoded)
    assert not picture.pixels.any()


@pytest.mark.asyncio
async def test_pictures_are_decoded_side_by_side(pools: Pools) -> None:
    pool = pools(workers=2, timeout_s=3)

    hanging = asyncio.create_task(pool.decode(b"hang"))
    await asyncio.sleep(0)
    pictures: list[Decoded | Unreadable] = [await pool.decode(encoded()) for _ in range(3)]

    assert all(isinstance(picture, Decoded) for picture in pictures)
    assert isinstance(await hanging, Unreadable)


@pytest.mark.asyncio
async def test_interrupts_meant_for_the_bot_do_not_end_a_worker(pools: Pools) -> None:
    pool = pools()
    before = await pid(pool)
    os.kill(before, signal.SIGINT)
    os.kill(before, signal.SIGTERM)

    assert await pid(pool) == before


@pytest.mark.asyncio
async def test_closing_ends_even_a_hanging_worker_at_once(pools: Pools) -> None:
    pool = pools()
    worker = await pid(pool)
    hanging = asyncio.create_task(pool.decode(b"hang"))
    waiting = asyncio.create_task(pool.decode(encoded()))
    await asyncio.sleep(0)

    await pool.aclose()

    assert not is_running(worker)
    assert isinstance(await hanging, Unreadable)
    assert await waiting == Unreadable("pictures cannot be read at the moment")


def test_workers_end_with_their_parent() -> None:
    """The parent dies without any clean-up: its workers see their pipe close."""
    parent = f"""
import asyncio, os
from moodring.bot.intake.decode import DecodePool
pool = DecodePool(workers=1, timeout_s=20, memory_mib=512, open_faces=None, program={UNRULY!r})
picture = asyncio.run(pool.decode(b"pid"))
print(int.from_bytes(picture.pixels.tobytes()[:4]), flush=True)
os.read(0, 1)
os.kill(os.getpid(), 9)
"""
    with subprocess.Popen(
        [sys.executable, "-c", parent], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin
        assert process.stdout
        worker = os.pidfd_open(int(process.stdout.readline()))
        process.stdin.write(b"\n")

    ended, _, _ = select.select([worker], [], [], 10)
    os.close(worker)
    assert ended
