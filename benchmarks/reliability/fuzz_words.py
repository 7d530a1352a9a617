"""Targets of fuzzing: what people write in Discord, and where it is shown."""

import contextlib
import json
import logging
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from fuzz_promises import LANGUAGES, Read, as_text, inert, one_line, promise


def open_text(_: Path) -> Read:
    """Normalising, tokenising, telling the language, looking for despair."""
    from moodring.bot.despair import despairs
    from moodring.model import text as reading
    from moodring.model.language import shared_detector

    tokenizer = reading.Tokenizer(Path(reading.__file__).parent / "weights" / "tokenizer.json")
    detector = shared_detector()

    def read(data: bytes) -> None:
        text = as_text(data)
        promise(len(reading.normalise(text).splitlines()) <= 1, "a normalised text has several lines")
        token_ids, _ = tokenizer.encode(text)
        promise(len(token_ids) <= reading.MAX_TOKENS, "too many tokens")
        promise(len(token_ids) != 1 and token_ids.dtype == "int32", "no sequence of tokens")
        detector.detect(text)
        despairs(text)

    return read


def open_answers(_: Path) -> Read:
    """What people wrote, where Moodring shows it: in answers, explanations and the panel."""
    from moodring.bot import texts
    from moodring.bot.guild_settings import GuildSettings, GuildSettingsError
    from moodring.bot.intake.message import draft_of_message
    from moodring.bot.replies import marked, prediction_embed
    from moodring.bot.setup.describe import show_box
    from moodring.model import Prediction
    from moodring.model.explain import Words
    from moodring.model.labels import EMOTIONS, SENTIMENTS

    def read(data: bytes) -> None:
        text = as_text(data)[:8000]
        with texts.speaking(LANGUAGES[len(data) % 4]):
            words = [Words(*each.span(), 0.0) for each in re.finditer(r"\S+", text)]
            inert(marked(text, words), 4096)
            weighed = [Words(each.start, each.end, 1.0 - at % 3) for at, each in enumerate(words)]
            promise(len(marked(text, weighed)) <= 4096, "an explanation is too long")
            prediction = Prediction(
                emotion="joy",
                confidence=0.9,
                sure=True,
                labels=("joy",),
                emotions=dict.fromkeys(EMOTIONS, 0.1),
                sentiment="positive",
                sentiments=dict.fromkeys(SENTIMENTS, 1 / 3),
                toxicity=0.0,
                toxic=False,
                sexism=0.0,
                used=("image:0", "image_text:0"),
                skipped=(),
                model="1",
                ms=1.0,
                picture_text=text,
            )
            embed = prediction_embed(prediction)
            promise(len(embed) <= 6000, "an embed is too long")
            for field in embed.fields:
                promise(len(field.value or "") <= 1024, "a field is too long")
                if field.name == texts.say("in-picture"):
                    inert(field.value or "", 1024)
            with contextlib.suppress(GuildSettingsError):
                own = GuildSettings().changed(
                    warn_line=text[:500], heat_line=text[:500], distress_help=text[:500]
                )
                shown = [
                    each.content for each in show_box(own, []).walk_children() if hasattr(each, "content")
                ]
                promise(sum(map(len, shown)) <= 4000, "the settings are too long for a message")
        promise(texts.printable(text).isprintable(), "a name that a terminal would obey")
        name, _, kind = text.partition("/")
        file = SimpleNamespace(filename=name, content_type=kind or None, url=name, size=1)
        message = SimpleNamespace(content=text, stickers=[file], attachments=[file] * 20, guild=None)
        message.stickers = [SimpleNamespace(name=name)]
        draft = draft_of_message(message, 123456789012345678)  # type: ignore[arg-type]
        promise(len(draft.images) == 20, "an attachment was lost")

    return read


def open_catalogues(_: Path) -> Read:
    """Texts with values that people chose."""
    from moodring.bot import texts

    def read(data: bytes) -> None:
        text = as_text(data)[:2000]
        with texts.speaking(LANGUAGES[len(data) % 4]):
            said = texts.you_lack(text, ["send_messages"])
            promise(text in said, "a value is not said as it is")
            promise(texts.say("quoted", text=text).count(text) >= 1, "a value is not said as it is")
            texts.skip_reason(text)
            texts.say("audit-moderator", case=text, group=text, moderator=text)
            literal = texts.literal(text)
            inert(literal, 2 * len(text) + text.count("@"))
            promise(
                re.sub(r"\\([^0-9A-Za-z\s])", r"\1", literal).replace("\u200b", "")
                == text.replace("\u200b", ""),
                "a letter was lost",
            )

    return read


def open_logs(_: Path) -> Read:
    """Events, as text and as JSON."""
    from moodring.bot.logs import JsonFormatter, TextFormatter

    plain, structured = TextFormatter(), JsonFormatter()

    def read(data: bytes) -> None:
        text = as_text(data)[:2000]
        record = logging.LogRecord("moodring", logging.INFO, "", 0, "event %s", (text,), None)
        record.__dict__["guild_id"] = text
        promise(len(plain.format(record).splitlines()) == 1, "a line more in the text log")
        promise(plain.format(record).isprintable(), "a terminal would obey the text log")
        event = json.loads(structured.format(record))
        promise(len(structured.format(record).splitlines()) == 1, "a line more in the JSON log")
        promise(
            event["guild_id"] == json.loads(json.dumps(text)) and event["level"] == "INFO",
            "a field was forged",
        )

    return read


def open_custom_ids(_: Path) -> Read:
    """The ids of buttons and menus."""
    import discord

    from moodring.bot.backtesting import buttons as backtesting
    from moodring.bot.moderation import buttons as moderation
    from moodring.bot.mood import buttons as mood
    from moodring.bot.privacy import PrivacyButton
    from moodring.bot.why import WhyButton

    items: list[Any] = [*backtesting.ITEMS, *moderation.ITEMS, *mood.ITEMS, PrivacyButton, WhyButton]
    templates = [(each, each.__discord_ui_compiled_template__) for each in items]
    pressed: Any = discord.ui.Button(custom_id="x")

    def read(data: bytes) -> None:
        custom_id = data.decode("utf-8", "replace")[:100]
        found = [(item, match) for item, template in templates if (match := template.fullmatch(custom_id))]
        promise(len(found) <= 1, "an id that means two things")
        for item, match in found:
            try:
                item.from_custom_id(None, pressed, match).send(None)
            except StopIteration as done:
                made = done.value
                promise(len(made.item.custom_id) <= 100, "an id that Discord refuses")
                promise(len(getattr(made.item, "label", None) or "") <= 80, "a label that Discord refuses")
                promise(
                    _plainly(made.item.custom_id) == _plainly(custom_id), "another button was made of an id"
                )

    return read


def _plainly(custom_id: str) -> str:
    """Return an id with its numbers as they are written."""
    return re.sub("[0-9]+", lambda found: str(int(found[0])), custom_id)


def open_numbers(_: Path) -> Read:
    """Thresholds and the numbers of forms."""
    from moodring.bot import texts
    from moodring.bot.guild_settings import GuildSettings, GuildSettingsError
    from moodring.bot.setup.describe import NUMBERS
    from moodring.bot.setup.forms import as_written
    from moodring.bot.setup.forms import read as as_read
    from moodring.bot.thresholds import MAX_THRESHOLDS, ThresholdsError, parse_thresholds

    names = sorted(NUMBERS)

    def read(data: bytes) -> None:
        text = data.decode("utf-8", "replace")
        with texts.speaking(LANGUAGES[len(data) % 4]):
            try:
                found = parse_thresholds(text)
                promise(0 < len(found) <= MAX_THRESHOLDS and 0 < found[0] <= found[-1] <= 1, "no thresholds")
            except ThresholdsError as error:
                one_line(str(error))
            name = names[len(data) % len(names)]
            try:
                own = GuildSettings().changed(**{name: as_read(name, text)})
                promise(
                    as_read(name, as_written(name, own)) is not None, "a form does not take what it shows"
                )
            except GuildSettingsError as error:
                one_line(str(error))

    return read
