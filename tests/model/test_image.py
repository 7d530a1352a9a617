"""Strangers' files become pictures or one clear error, never anything else."""

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageOps

from moodring.model.decoding import MAX_BYTES, MAX_SCANS, MAX_SIDE, SIZE, WHOLE_SIDE, ImageError
from moodring.model.image import augment, decode_image, decode_whole, scale
from moodring.model.sample import Picture

RED, BLUE, WHITE = (230, 20, 20), (20, 20, 230), (255, 255, 255)
TOLERANCE = 12
"""Levels by which lossy formats may miss a colour."""


def drawing(width: int = 60, height: int = 40) -> Image.Image:
    """A red picture whose right half is blue and whose top eighth is white."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (width // 2, 0, width, height))
    image.paste(WHITE, (0, 0, width, height // 8))
    return image


def encode(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def png(width: int, height: int) -> bytes:
    """A black PNG of one bit a pixel, a few kilobytes whatever its size."""
    rows = zlib.compressobj(9)
    row = bytes(1 + (width + 7) // 8)
    data = b"".join([*(rows.compress(row) for _ in range(height)), rows.flush()])

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def colour(picture: Picture, x: float, y: float) -> tuple[int, ...]:
    """The colour at a place given in shares of the sides."""
    return tuple(int(level) for level in picture[int(y * SIZE), int(x * SIZE)])


def looks_like_the_drawing(picture: Picture) -> bool:
    places = (((0.25, 0.5), RED), ((0.75, 0.5), BLUE), ((0.5, 0.04), WHITE))
    return all(
        np.abs(np.subtract(colour(picture, *place), want)).max() <= TOLERANCE for place, want in places
    )


FILES: dict[str, bytes] = {
    "PNG": encode(drawing(), "PNG"),
    "PNG, palette": encode(drawing().quantize(8), "PNG"),
    "PNG, palette with transparency": encode(drawing().quantize(8), "PNG", transparency=7),
    "PNG, alpha": encode(drawing().convert("RGBA"), "PNG"),
    "PNG, interlaced metadata": encode(drawing(), "PNG", dpi=(72, 72)),
    "JPEG": encode(drawing(600, 400), "JPEG", quality=95, subsampling=0),
    "JPEG, progressive": encode(drawing(600, 400), "JPEG", quality=95, progressive=True, subsampling=0),
    "JPEG, CMYK": encode(drawing(600, 400).convert("CMYK"), "JPEG", quality=95, subsampling=0),
    "GIF": encode(drawing(), "GIF"),
    "WebP, lossless": encode(drawing(), "WEBP", lossless=True),
    "WebP, lossy": encode(drawing(600, 400), "WEBP", quality=95),
    "WebP, alpha": encode(drawing().convert("RGBA"), "WEBP", lossless=True),
}


@pytest.mark.parametrize("data", FILES.values(), ids=FILES)
def test_every_format_is_read_in_colour(data: bytes) -> None:
    picture = decode_image(data)
    assert picture.shape == (SIZE, SIZE, 3)
    assert picture.dtype == np.uint8
    assert looks_like_the_drawing(picture)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "I;16"])
def test_grey_pictures_keep_their_levels(mode: str) -> None:
    ramp = np.tile(np.linspace(0, 255, 256).astype(np.uint8), (256, 1))
    if mode == "I;16":
        image = Image.fromarray((ramp.astype(np.uint16) << 8) | ramp)
    else:
        image = Image.fromarray(ramp).convert(mode, dither=Image.Dither.NONE)
    picture = decode_image(encode(image, "PNG"))
    assert (picture[..., 0] == picture[..., 1]).all()
    assert (picture[..., 0] == picture[..., 2]).all()
    levels = [colour(picture, x, 0.5)[0] for x in (0.1, 0.4, 0.6, 0.9)]
    expected = [0, 0, 255, 255] if mode == "1" else [26, 102, 153, 230]
    assert np.abs(np.subtract(levels, expected)).max() <= 2


@pytest.mark.parametrize("mode", ["RGBA", "LA", "PA"])
def test_what_is_transparent_is_white(mode: str) -> None:
    image = Image.new("RGBA", (30, 30), (0, 0, 0, 0))
    image = image.convert("P") if mode == "PA" else image.convert(mode)
    assert (decode_image(encode(image, "PNG")) == 255).all()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_photo_is_brought_upright(orientation: int) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    image = drawing(300, 200)
    data = encode(image, "PNG", exif=exif)
    with Image.open(io.BytesIO(data)) as stored:
        upright = ImageOps.exif_transpose(stored)
    expected = ImageOps.fit(upright, (SIZE, SIZE), Image.Resampling.BILINEAR)
    difference = np.abs(decode_image(data).astype(int) - np.asarray(expected).astype(int))
    assert difference.mean() < 1


@pytest.mark.filterwarnings("ignore")  # Pillow warns about what it mends
@pytest.mark.parametrize("kind", range(14))
def test_damaged_metadata_spoil_no_picture(kind: int) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 3
    exif[ExifTags.Base.ImageDescription] = "soup"
    data = encode(drawing(300, 200), "JPEG", exif=exif, quality=95)
    tag = ExifTags.Base.ImageDescription
    for order in "<>":  # of bytes, as the file has it
        data = data.replace(struct.pack(f"{order}HH", tag, 2), struct.pack(f"{order}HH", tag, kind))
    assert decode_image(data).shape == (SIZE, SIZE, 3)


def test_a_wide_picture_is_cropped_to_its_centre() -> None:
    image = Image.new("RGB", (300, 100), RED)
    image.paste(BLUE, (100, 0, 200, 100))
    assert (decode_image(encode(image, "PNG"))[:, 4:-4] == BLUE).all()


@pytest.mark.parametrize("size", [(1, 1), (1, MAX_SIDE), (MAX_SIDE, 1)])
def test_the_thinnest_picture_is_read(size: tuple[int, int]) -> None:
    assert (decode_image(encode(Image.new("RGB", size, RED), "PNG")) == RED).all()


def test_only_the_first_frame_of_an_endless_animation_is_read() -> None:
    frames = [Image.new("P", (8, 8), number % 2) for number in range(2_000)]
    for frame in frames:
        frame.putpalette([*RED, *BLUE])
    data = encode(frames[0], "GIF", save_all=True, append_images=frames[1:])
    with Image.open(io.BytesIO(data)) as stored:
        assert stored.n_frames == 2_000
    assert (decode_image(data) == RED).all()


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: png(13_000, 13_000), "too many pixels"),  # over Pillow's own warning
        (lambda: png(14_000, 14_000), "too many pixels"),  # over Pillow's own limit
        (lambda: png(6_000, 6_000), "too many pixels (6000×6000)"),
        (lambda: png(MAX_SIDE + 1, 1), f"too many pixels ({MAX_SIDE + 1}×1)"),
        (lambda: FILES["PNG"] + bytes(MAX_BYTES), "larger than 8 MiB"),
    ],
    ids=["warned", "refused by Pillow", "many", "long", "heavy"],
)
def test_what_would_fill_the_memory_is_refused(make: Callable[[], bytes], reason: str) -> None:
    data = make()
    with pytest.raises(ImageError) as refused:
        decode_image(data)
    assert str(refused.value) == reason


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"just words",
        b"%PDF-1.7",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        encode(drawing(), "BMP"),
        encode(drawing(), "TIFF"),
        encode(drawing(), "PPM"),
    ],
    ids=["empty", "text", "PDF", "SVG", "BMP", "TIFF", "PPM"],
)
def test_other_types_are_refused(data: bytes) -> None:
    with pytest.raises(ImageError, match="not a PNG, JPEG, GIF or WebP image"):
        decode_image(data)


@pytest.mark.parametrize("name", ["PNG", "JPEG", "GIF", "WebP, lossless"])
@pytest.mark.parametrize("share", [0.1, 0.3, 0.6])
def test_a_truncated_file_is_refused(name: str, share: float) -> None:
    data = FILES[name]
    with pytest.raises(ImageError, match=r"damaged image file|not a PNG"):
        decode_image(data[: int(len(data) * share)])


def with_more_scans(count: int) -> bytes:
    """A progressive JPEG of which the last scan, a few bytes, comes so many times more."""
    data = encode(Image.new("RGB", (60, 40)), "JPEG", progressive=True)
    return data[:-2] + data[data.rindex(b"\xff\xda") : -2] * count + data[-2:]


def test_scans_that_would_take_minutes_are_refused() -> None:
    assert (decode_image(with_more_scans(20)) == decode_image(with_more_scans(0))).all()
    for decode in (decode_image, decode_whole):
        with pytest.raises(ImageError, match="damaged"):
            decode(with_more_scans(MAX_SCANS))


def test_what_only_looks_like_a_scan_is_none() -> None:
    marks = b"\xff\xda" * 2 * MAX_SCANS
    noted = encode(drawing(), "JPEG", comment=marks, icc_profile=marks)
    assert looks_like_the_drawing(decode_image(noted))
    with_a_video = encode(drawing(), "JPEG") + marks
    assert looks_like_the_drawing(decode_image(with_a_video))


def test_a_palette_image_without_its_palette_is_refused() -> None:
    chunks = ((b"IHDR", struct.pack(">IIBBBBB", 9, 9, 8, 3, 0, 0, 0)), (b"IDAT", zlib.compress(bytes(90))))
    parts = (
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
    with pytest.raises(ImageError, match="damaged"):
        decode_image(b"\x89PNG\r\n\x1a\n" + b"".join(parts))


def picture_or_reason(data: bytes) -> None:
    try:
        picture = decode_image(data)
    except ImageError:
        return
    assert picture.shape == (SIZE, SIZE, 3)


@given(st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"RIFF....WEBP"]), st.binary())
def test_random_bytes_are_a_picture_or_a_reason(head: bytes, rest: bytes) -> None:
    picture_or_reason(head + rest)


@pytest.mark.filterwarnings("ignore")  # Pillow warns about what it mends
@given(
    st.sampled_from(sorted(FILES)),
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), min_size=1, max_size=8),
)
def test_damaged_files_are_a_picture_or_a_reason(name: str, changes: list[tuple[int, int]]) -> None:
    data = bytearray(FILES[name])
    for place, value in changes:
        data[place % len(data)] = value
    picture_or_reason(bytes(data))


def test_an_augmented_picture_is_another_view_of_the_same() -> None:
    picture = decode_image(FILES["PNG"])
    views = [augment(picture, np.random.default_rng(seed)) for seed in range(20)]
    assert all(view.shape == picture.shape and view.dtype == np.uint8 for view in views)
    assert len({view.tobytes() for view in views}) == 20
    mirrored = [colour(view, 0.2, 0.6)[2] > 128 for view in views]
    assert any(mirrored)
    assert not all(mirrored)


def test_augmentation_repeats_with_its_seed() -> None:
    picture = decode_image(FILES["PNG"])
    first, again = (augment(picture, np.random.default_rng(7)) for _ in range(2))
    assert (first == again).all()


def test_scaled_pictures_span_zero_to_one() -> None:
    scaled = scale(np.array([[0, 51, 255]], np.uint8))
    assert scaled.dtype == np.float32
    assert scaled.tolist() == [[0.0, pytest.approx(0.2), 1.0]]


@pytest.mark.parametrize(
    ("size", "shape"),
    [
        ((60, 40), (40, 60, 3)),
        ((3 * WHOLE_SIDE, WHOLE_SIDE), (WHOLE_SIDE // 3, WHOLE_SIDE, 3)),
        ((1_000, 2_000), (WHOLE_SIDE, WHOLE_SIDE // 2, 3)),
    ],
)
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_whole_picture_keeps_its_proportions_and_is_bounded(
    size: tuple[int, int], shape: tuple[int, ...], kind: str
) -> None:
    whole = decode_whole(encode(drawing(*size), kind))
    assert np.abs(np.subtract(whole.shape, shape)).max() <= 1
    right = whole[whole.shape[0] // 2, -5]
    assert np.abs(right.astype(int) - BLUE).max() <= TOLERANCE


def test_a_whole_picture_is_brought_upright() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    whole = decode_whole(encode(drawing(), "JPEG", exif=exif))
    assert whole.shape == (60, 40, 3)


@pytest.mark.parametrize("data", [b"", b"no image", b"x" * (MAX_BYTES + 1)])
def test_a_whole_picture_is_refused_as_any_other(data: bytes) -> None:
    with pytest.raises(ImageError):
        decode_whole(data)
