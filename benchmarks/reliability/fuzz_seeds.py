"""What fuzzing starts from: small valid inputs, made by code, and the repair of what mutation broke."""

import io
import json
import struct
import zlib
from collections.abc import Iterator

from PIL import Image, PngImagePlugin

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"

CARD = {
    "strategy": "progressive",
    "version": "1",
    "calibration": {
        "emotion_temperature": 1.0,
        "sentiment_temperature": 1.0,
        "toxicity_weights": [0.0, 1.0],
        "sexism_weights": [0.0, 1.0],
        "toxic_from": 0.9,
        "confidence_weights": [0.0, 1.0, 0.0],
        "sure_from": 0.6,
    },
}
"""The index of weights, without its thresholds and checksums."""

TEXTS = (
    "I can't believe we won!! 🎉 @everyone #HappyNewYear2 <:party_cat:123456789012345678>",
    "> quoted\n>>> all that follows\n# heading\n-# small\n- item\n```py\ncode\n``` ~~no~~ ||spoiler|| __u__",
    "[free nitro](https://evil.example) <https://a.example> [two\nlines](http://evil.example/a_b_*c*)",
    "<@123456789012345678> <@&123456789012345678> <#123456789012345678> <t:1700000000:R> </mood:12345>",
    "\u202egnihtemos\u202c \u2066isolated\u2069 \u200f\u200e شلون ابيبي שלום",
    "Z̷̢̛͎͇a̸l̵g̷o̶" + "\u0301" * 40,
    "sooooo haaaappy hahahaha !!!!!!! &#x1F600; &lt;b&gt; &#xD800;",
    "\x1b[31mred\x1b[0m\r\nERROR forged: line\x00\x0b\x0c\x85\u2028\u2029",
    "=cmd|'/c calc'!A1\t+1\t-1\t@SUM(A1)",
    "Robert'); DROP TABLE cases;--",
    "I want to end it all, don't want to live any more. Ich mag nicht mehr leben. 我不想活了",
    "👩‍👩‍👧‍👦🏳️‍🌈🇩🇪1️⃣ #️⃣",
)

MARKUP = (
    "**",
    "||",
    "```",
    "\\",
    "[a](",
    "https://",
    "<@",
    "@everyone",
    "&#x",
    "\u202e",
    "> ",
    ">>> ",
    "-# ",
)

SETTINGS_FILE = {
    "moodring": 1,
    "settings": {
        "language": "de",
        "log_channel_id": 11,
        "digest_channel_id": None,
        "exempt_role_ids": [21],
        "exempt_channel_ids": [12, 13],
        "flag_toxicity": 0.8,
        "flag_anger": 0.9,
        "flag_distress": 0.98,
        "act_toxicity": 0.95,
        "act_anger": 1.0,
        "faces": False,
        "ocr": True,
        "min_confidence": 0.7,
        "cooldown_s": 10,
        "heat_notes": True,
        "heat_line": "Calm down.",
        "distress_help": "Call 112.",
        "warn_line": "**Please** be kind.",
        "timeout_minutes": 60,
        "direct_messages": False,
        "retention_days": 30,
    },
    "watched": {"11": ["flag", "react"], "14": []},
}

EXPORT = {
    "guild": {"id": "1", "name": "A server"},
    "messages": [
        {
            "id": "100",
            "type": "Default",
            "content": "hello",
            "author": {"id": "7", "name": "x", "isBot": False},
            "attachments": [{"url": "media/cat.png"}, {"url": "../../secret.png"}],
            "stickers": [{"name": "happy_cat"}],
            "reactions": [{"emoji": {"name": "a"}, "count": 1}],
        },
        {"id": 101, "type": "Reply", "content": "", "author": {"id": 8}, "attachments": []},
    ],
    "messageCount": 2,
}

ENVIRONMENT = (
    "MOODRING_TOKEN=abc.def\nMOODRING_MESSAGE_CONTENT=true\n# said\nexport MOODRING_CONTACT='me@a.example'",
    "MOODRING_DATABASE_URL=sqlite+aiosqlite:///x.db\nMOODRING_DATA_DIR=data\nMOODRING_DEPARTED_DAYS=7",
    "MOODRING_API_BASE=http://127.0.0.1:8080/api/v10\nMOODRING_CDN_HOSTS=127.0.0.1:8080,[::1]:80",
    "MOODRING_THREADS=2\nMOODRING_DEADLINE_S=1e3\nMOODRING_LOG_LEVEL=debug\nMOODRING_FUSION=late",
    'MOODRING_CONTACT="${HOME}\\n\\u1b"\nMOODRING_TOCEN=x\nMOODRING_DECODE_TIMEOUT_S=nan\nMOODRING_OCR=1',
)

SCENARIO = """\
title = "A conversation"
message_content = true
locales = { alice = "de" }
[[step]]
who = "alice"
channel = "general"
says = "hello"
images = ["cat.jpg"]
as = "first"
expect = { emotion = "joy", confidence = [0.1, 0.9], says = ["x"], private = false }
[[step]]
who = "mod"
runs = "/cases list"
channel = "general"
with = { page = 1 }
[[step]]
who = "bob"
menu = "Analyze"
on = "first"
[[step]]
restarts = true
[[step]]
waits = 1.5
[[step]]
who = "alice"
edits = "first"
to = "bye"
"""

DEEP = (
    "[" * 4000,
    "1" * 4500,
    '{"a":' * 1500,
    "a = " + "[" * 2000,
    "a = " + "9" * 4400,
    "a = " + "{a=" * 1500,
)
"""What exceeds Python's own bounds, in JSON and in TOML."""

CUSTOM_IDS = (
    "moodring:why",
    "moodring:case:show:12",
    "moodring:case:time_out:999999999999999999",
    "moodring:cases:1",
    "moodring:distress:talk",
    "moodring:opt-out",
    "moodring:backtest:judge:1:2",
    "moodring:backtest:use:99999999999999999999:99999999999999999999",
    "moodring:mood:csv:week:123456789012345678:1700000000",
    "moodring:mood:numbers:month:99999999999999999999:9999999999",
)

NUMBERS = (
    ".7, .85",
    "70, 85 %",
    "1e-3",
    "100%",
    "nan",
    "inf,-1",
    "٧٠",
    "1_000",
    "12,5 %",
    "5\u2028%",
    "0x10",
)

LINES = (
    '{"id": 1, "text": "hello", "images": ["a.png"], "faces": true}',
    '{"id": null, "text": ""}\n{"id": [1e400], "text": "x"}',
    '{"id": "\\ud800", "text": "\\u0000", "images": []}',
    "[" * 50 + "]" * 50,
    '{"text": 123456789012345678901234567890, "id": NaN}',
)


CONTROLS = ("\n", "\r", "\x1b[", "\u2028", "\x85", " level=")
ID_PARTS = ("moodring:", ":", "٣")
NUMBER_PARTS = ("%", ",", "e", "nan", "inf", "_")
JSON = ("null", "true", "NaN", "1e999", '"', "\\ud800", "\\u0000", "[", "]", "{", "}", ":", ",", "\ufeff")
DOTENV = ("MOODRING_", "=", "${", "'", '"')
TOML = ("[[step]]", '"""', "'''", "says", "{", "[", "\\u")
CHUNKS = ("IHDR", "PLTE", "IDAT", "tRNS", "iCCP", "eXIf", "zTXt", "acTL", "fdAT", "Exif", "VP8X", "ANMF")


def encoded(records: object) -> bytes:
    """Return a value as JSON."""
    return json.dumps(records).encode()


def texts() -> list[bytes]:
    """Return texts behind a byte that says how they are encoded, see ``fuzz_targets.as_text``."""
    wide = [b"\x02" + text.encode("utf-16-le", "surrogatepass") for text in TEXTS[3:6]]
    points = b"\x03" + b"".join(ord(letter).to_bytes(3, "big") for letter in TEXTS[4])
    return [*(b"\x00" + text.encode() for text in TEXTS), *wide, points, b"\xfc" + bytes([0, 255, 1])]


def images() -> list[bytes]:
    """Return an image of each form that decoders tell apart."""
    return [each for made in (_pngs(), _jpegs(), _gifs(), _webps()) for each in made]


def _picture(mode: str = "RGB", side: int = 24) -> Image.Image:
    ramp = Image.linear_gradient("L").resize((side, side + 8))
    bands = (ramp, ramp.rotate(180), ramp.transpose(Image.Transpose.FLIP_LEFT_RIGHT))
    return Image.merge("RGB", bands).convert(mode)


def _saved(image: Image.Image, form: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **options)  # type: ignore[arg-type]
    return file.getvalue()


def _pngs() -> Iterator[bytes]:
    for mode in ("1", "L", "LA", "P", "RGB", "RGBA"):
        yield _saved(_picture(mode), "PNG")
    yield _saved(Image.new("I;16", (9, 7), 4321), "PNG")
    told = PngImagePlugin.PngInfo()
    told.add_text("Comment", "x" * 40, zip=True)
    told.add_itxt("Title", "ü", "de", "ü", zip=True)
    exif = Image.Exif()
    exif[0x0112] = 6
    plain = _picture()
    yield _saved(
        plain, "PNG", pnginfo=told, exif=exif, icc_profile=b"\0" * 140, dpi=(72, 72), transparency=(0, 0, 0)
    )
    yield _saved(plain, "PNG", save_all=True, append_images=[plain.rotate(90), plain], duration=50)
    yield interlaced(plain)
    yield _saved(plain, "PNG")[:-30]


def interlaced(image: Image.Image) -> bytes:
    """Return an image as Adam7-interlaced PNG, which Pillow reads and does not write."""
    pixels = image.convert("L")
    passes = (
        (0, 0, 8, 8),
        (4, 0, 8, 8),
        (0, 4, 4, 8),
        (2, 0, 4, 4),
        (0, 2, 2, 4),
        (1, 0, 2, 2),
        (0, 1, 1, 2),
    )
    rows = bytearray()
    for left, top, across, down in passes:
        for y in range(top, pixels.height, down):
            row = bytes(pixels.crop((0, y, pixels.width, y + 1)).tobytes()[left::across])
            rows += b"\0" + row if row else b""
    head = struct.pack(">IIBBBBB", pixels.width, pixels.height, 8, 0, 0, 0, 1)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(rows))), (b"IEND", b""))
    return PNG_SIGNATURE + b"".join(_chunk(name, content) for name, content in parts)


def _jpegs() -> Iterator[bytes]:
    exif = Image.Exif()
    exif[0x0112] = 8
    exif[0x010E] = "described"
    for mode in ("L", "RGB", "CMYK"):
        yield _saved(_picture(mode), "JPEG", quality=50)
        yield _saved(_picture(mode), "JPEG", quality=50, progressive=True)
    yield _saved(_picture(), "JPEG", exif=exif, icc_profile=b"\0" * 140, comment=b"hello", subsampling=2)
    yield _saved(_picture(), "JPEG", restart_marker_blocks=2)
    yield _saved(_picture(), "JPEG")[:-40]


def _gifs() -> Iterator[bytes]:
    plain = _picture("P")
    yield _saved(plain, "GIF")
    yield _saved(plain, "GIF", interlace=True, transparency=0, comment=b"hello")
    yield _saved(plain, "GIF", save_all=True, append_images=[plain.rotate(90), plain], duration=20, loop=0)
    yield _saved(plain, "GIF")[:-20]


def _webps() -> Iterator[bytes]:
    exif = Image.Exif()
    exif[0x0112] = 3
    for mode in ("RGB", "RGBA"):
        yield _saved(_picture(mode), "WEBP", quality=40)
        yield _saved(_picture(mode), "WEBP", lossless=True)
    yield _saved(_picture(), "WEBP", exif=exif, icc_profile=b"\0" * 140, xmp=b"<x/>")
    yield _saved(_picture(), "WEBP", save_all=True, append_images=[_picture().rotate(90)], duration=20)
    yield _saved(_picture(), "WEBP")[:-20]


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def repaired(data: bytes) -> bytes:
    """Return a PNG whose chunks have right checksums again, and anything else as it is.

    Without it nearly all that is mutated would be refused by its checksum, and no decoder be reached.
    """
    if not data.startswith(PNG_SIGNATURE):
        return data
    fixed, at = bytearray(PNG_SIGNATURE), len(PNG_SIGNATURE)
    while at + 8 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        name, content = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        if len(content) < length:
            break
        fixed += _chunk(name, content)
        at += 12 + length
    return bytes(fixed + data[at:])
