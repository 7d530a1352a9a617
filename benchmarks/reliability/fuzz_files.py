"""Targets of fuzzing: files, lines, the environment."""

import contextlib
import hashlib
import io
import json
import logging
import os
import re
from pathlib import Path
from typing import Final

import fuzz_seeds as seeds
from fuzz_promises import LANGUAGES, MIB, Read, one_line, promise

PREFIX: Final = b"MOODRING_"


def open_lines(_: Path) -> Read:
    """``analyze --jsonl``."""
    from moodring.bot.jsonl import LineError, parse, split_lines

    def read(data: bytes) -> None:
        source = io.BytesIO(data)
        lines = list(split_lines(lambda _: source.read(1 + len(data) % 97)))
        promise(lines == data.removesuffix(b"\n").split(b"\n") or not data.strip(b"\n"), "lines were lost")
        for line in lines:
            try:
                identity = parse(line).identity
            except LineError as error:
                one_line(str(error))
                identity = error.identity
            json.loads(json.dumps({"id": identity}, allow_nan=False))

    return read


def open_settings_file(_: Path) -> Read:
    """``/setup import``."""
    from moodring.bot import texts
    from moodring.bot.guild_settings import GuildSettingsError
    from moodring.bot.setup.describe import show_box
    from moodring.bot.setup.files import exported, imported

    def read(data: bytes) -> None:
        with texts.speaking(LANGUAGES[len(data) % 4]):
            try:
                taken = imported(data, 1, {11, 12, 13, 14}, {21})
            except GuildSettingsError as error:
                one_line(str(error))
                promise(len(str(error)) <= 1000, "a fault is too long for a message")
                return
            again = imported(exported(taken.settings, taken.watches), 1, {11, 12, 13, 14}, {21})
            promise(
                again.settings == taken.settings and not again.left_out, "an export differs from its import"
            )
            shown = [
                each.content
                for each in show_box(taken.settings, taken.watches).walk_children()
                if hasattr(each, "content")
            ]
            promise(sum(map(len, shown)) <= 4000, "the settings are too long for a message")

    return read


def open_environment(folder: Path) -> Read:
    """The environment and ``.env``."""
    from moodring.bot.settings import SettingsError, load_settings

    logging.disable()
    os.chdir(folder)
    file = Path(".env")

    def read(data: bytes) -> None:
        names = _into_environment(data[1:]) if data[:1] == b"e" else ()
        file.write_bytes(b"" if names else data)
        try:
            load_settings()
        except SettingsError as error:
            one_line(str(error))
        finally:
            for name in names:
                os.environb.pop(name, None)

    return read


def _into_environment(data: bytes) -> list[bytes]:
    names = []
    for line in data.replace(b"\0", b"").split(b"\n"):
        name, parted, value = line.partition(b"=")
        if parted and name.startswith(PREFIX):
            os.environb[name] = value
            names.append(name)
    return names


def open_scenario(folder: Path) -> Read:
    """Scenario files."""
    from moodring.bot.local.compare import one_line as on_one_line
    from moodring.bot.local.scenario import Says, ScenarioError, load_scenario, read_picture

    file = folder / "scenario.toml"

    def read(data: bytes) -> None:
        file.write_bytes(data)
        try:
            scenario = load_scenario(file)
        except ScenarioError as error:
            one_line(str(error))
            return
        for step in scenario.steps:
            promise(len(on_one_line(step.described()).splitlines()) <= 1, "a step on several lines")
            for name in step.images if isinstance(step, Says) else ():
                with contextlib.suppress(ScenarioError):
                    read_picture(name, folder)

    return read


def open_export(folder: Path) -> Read:
    """Data exports for ``backtest``."""
    from moodring.bot.intake.exports import ExportError, local_pictures
    from moodring.bot.intake.exports import open_export as opened

    file = folder / "export.json"
    (folder / "media").mkdir()
    (folder / "media" / "cat.png").write_bytes(b"x")

    def read(data: bytes) -> None:
        file.write_bytes(data)
        try:
            with opened(file) as export:
                for message in export.messages():
                    if message is None:
                        continue
                    promise(re.fullmatch(r"[0-9A-Za-z_-]{1,64}", message.id), "an id that is no word")
                    promise(isinstance(message.text, str), "no text")
                    for path in local_pictures(folder, message.attachments):
                        promise(Path(path).is_relative_to(folder.resolve()), "a picture from elsewhere")
        except ExportError as error:
            one_line(str(error))

    return read


def open_weights(folder: Path) -> Read:
    """Weights and the card that names them; first byte: which file."""
    from tokenizers import Tokenizer
    from tokenizers.models import WordPiece

    from moodring.model.labels import EMOTIONS
    from moodring.model.predictor import CARD_FILE, FILES, Predictor, WeightsError

    small = Tokenizer(WordPiece({"[UNK]": 0, "a": 1}, unk_token="[UNK]")).to_str().encode()  # noqa: S106 - a word
    contents = {name: small if name == "tokenizer.json" else name.encode() for name in FILES}
    index = {name: {"sha256": hashlib.sha256(content).hexdigest()} for name, content in contents.items()}
    calibration = seeds.CARD["calibration"] | {"thresholds": dict.fromkeys(EMOTIONS, 0.3)}  # type: ignore[operator]
    contents[CARD_FILE] = seeds.encoded(
        {**seeds.CARD, "calibration": calibration, "files": index, "alternate": None}
    )
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    Predictor(folder)
    names = sorted(FILES)

    def read(data: bytes) -> None:
        which = data[0] if data else 0
        changed = names[which % len(names)] if which >= 250 else CARD_FILE
        wholly = contents[CARD_FILE] if data[1:] == b"" else _spliced(contents[CARD_FILE], data[1:])
        (folder / changed).write_bytes(wholly)
        try:
            Predictor(folder)
        except WeightsError as error:
            one_line(str(error))
        finally:
            (folder / changed).write_bytes(contents[changed])

    return read


def _spliced(content: bytes, data: bytes) -> bytes:
    """Return a file of which a part is replaced: two bytes say from where, one how much goes."""
    start = int.from_bytes(data[:2], "big") % (len(content) + 1)
    return content[:start] + data[3:] + content[start + sum(data[2:3]) :]


def open_images(_: Path) -> Read:
    """Pictures, under the memory cap of the process that decodes them."""
    from moodring.bot.intake.worker import restrict
    from moodring.bot.settings import DecodeSettings
    from moodring.model.decoding import SIZE, WHOLE_SIDE, ImageError
    from moodring.model.image import decode_image, decode_whole

    restrict(DecodeSettings().decode_memory_mib * MIB)

    def read(data: bytes) -> None:
        for decode in (decode_image, decode_whole):
            try:
                pixels = decode(data)
            except ImageError as error:
                one_line(str(error))
                continue
            promise(pixels.dtype == "uint8" and pixels.ndim == 3 and pixels.shape[2] == 3, "no pixels")
            fits = (
                pixels.shape[:2] == (SIZE, SIZE)
                if decode is decode_image
                else max(pixels.shape) <= WHOLE_SIDE
            )
            promise(fits and min(pixels.shape) > 0, f"a picture of shape {pixels.shape}")

    return read
