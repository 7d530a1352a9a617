"""From a prediction to what people see: pure functions, no content of the message in them."""

import io
from collections.abc import Sequence
from typing import Final

import discord

from moodring.model import Language, NothingToReadError, Prediction
from moodring.model.explain import TOXICITY, Words
from moodring.model.labels import EKMAN, SENTIMENTS

from . import texts
from .classifier import BusyError, DeadlineError, Explained, InferenceError

EMOJI: Final[dict[str, str]] = {
    "admiration": "🤩",
    "amusement": "😂",
    "anger": "😡",
    "annoyance": "😒",
    "approval": "👍",
    "caring": "🤗",
    "confusion": "😕",
    "curiosity": "🧐",
    "desire": "😋",
    "disappointment": "😞",
    "disapproval": "👎",
    "disgust": "🤢",
    "embarrassment": "😳",
    "excitement": "🎉",
    "fear": "😨",
    "gratitude": "🙏",
    "grief": "😭",
    "joy": "😊",
    "love": "❤️",
    "nervousness": "😰",
    "optimism": "🌱",
    "pride": "🦁",
    "realization": "💡",
    "relief": "😌",
    "remorse": "😔",
    "sadness": "😢",
    "surprise": "😲",
    "neutral": "😐",
}
"""A sign of its own for each emotion: as a reaction it is the whole answer."""

_GROUP_COLOURS: Final[dict[str, int]] = {
    "anger": 0xD1495B,
    "disgust": 0x6A994E,
    "fear": 0x7B5EA7,
    "joy": 0xEDAE49,
    "sadness": 0x3A7CA5,
    "surprise": 0xE07A5F,
    "neutral": 0x8D99AE,
}

COLOURS: Final[dict[str, int]] = {
    emotion: _GROUP_COLOURS[group] for group, emotions in EKMAN.items() for emotion in emotions
}
"""The stripe beside an answer, one colour a group of emotions. It says nothing that the words do not."""

BAR_CELLS: Final = 10
"""Cells of the sentiment bar: ten fit in one line of a phone."""

_CELLS: Final[dict[str, str]] = {"negative": "🟧", "neutral": "⬜", "positive": "🟦"}
"""Orange and blue are told apart by colour-blind people too; the figures stand beside the bar."""

NEXT_EMOTIONS: Final = 2

MARKED_FROM: Final = 0.3
"""Words are marked whose weight is at least this share of the strongest one's."""

LEAST_WEIGHT: Final = 0.15
"""And at least this, in log-odds: below, nothing in the text matters much."""

MAX_DESCRIPTION: Final = 4000
"""Discord takes 4096 characters."""

MAX_FIELD_CHARACTERS: Final = 1024
"""Discord refuses an embed with a longer field."""


def prediction_embed(prediction: Prediction) -> discord.Embed:
    """Return the answer as people see it, readable on a phone."""
    embed = discord.Embed(
        title=headline(prediction),
        description="\n".join([confidence_line(prediction), *doubts(prediction.language)]),
        colour=COLOURS[prediction.emotion],
    )
    embed.add_field(name=texts.say("sentiment"), value=sentiment_lines(prediction), inline=False)
    embed.add_field(name=texts.say("next"), value=next_line(prediction), inline=False)
    embed.add_field(
        name=texts.say("read"), value=texts.listed(map(texts.part_name, prediction.used)), inline=False
    )
    if prediction.picture_text:
        found = texts.literal(prediction.picture_text)
        embed.add_field(name=texts.say("in-picture"), value=found[:MAX_FIELD_CHARACTERS], inline=False)
    if prediction.skipped:
        skipped = "\n".join(
            texts.labelled(texts.part_name(skip.part), texts.skip_reason(skip.reason))
            for skip in prediction.skipped
        )
        embed.add_field(name=texts.say("skipped"), value=skipped[:MAX_FIELD_CHARACTERS], inline=False)
    embed.set_footer(text=texts.say("footer", model=prediction.model, milliseconds=round(prediction.ms)))
    return embed


def doubts(language: Language) -> list[str]:
    """Return why an answer is less sure than its numbers say, one line a reason."""
    return [texts.say("not-english")] if language is Language.OTHER else []


def headline(prediction: Prediction) -> str:
    """Return the emotion with its sign, or that it is only a guess."""
    emoji, name = EMOJI[prediction.emotion], texts.say(f"emotion-{prediction.emotion}")
    if prediction.sure:
        return f"{emoji} {texts.capital(name)}"
    return texts.say("unsure-title", emotion=f"{emoji} {name}")


def confidence_line(prediction: Prediction) -> str:
    """Return the confidence as words and number, such as ``"quite sure, 74 %"``."""
    words = texts.sure(prediction.confidence) if prediction.sure else texts.say("sure-not")
    return texts.say("confidence", sure=words, share=texts.percent(prediction.confidence))


def sentiment_lines(prediction: Prediction) -> str:
    """Return the sentiment: its name, a bar from negative to positive and the figures."""
    shares = [prediction.sentiments[name] for name in SENTIMENTS]
    cells = (
        _CELLS[name] * count for name, count in zip(SENTIMENTS, apportion(shares, BAR_CELLS), strict=True)
    )
    figures = " · ".join(
        f"{texts.say(f'sentiment-{name}')} {texts.percent(share)}"
        for name, share in zip(SENTIMENTS, shares, strict=True)
    )
    return f"**{texts.say(f'sentiment-{prediction.sentiment}')}**\n{''.join(cells)}\n{figures}"


def next_line(prediction: Prediction) -> str:
    """Return the emotions that come next.

    Without figures: the probability of a label is no share of the confidence, and may be higher than it.
    """
    others = sorted(
        (label for label in prediction.emotions if label != prediction.emotion),
        key=prediction.emotions.__getitem__,
        reverse=True,
    )
    return texts.listed(f"{EMOJI[label]} {texts.say(f'emotion-{label}')}" for label in others[:NEXT_EMOTIONS])


def apportion(shares: list[float], cells: int) -> list[int]:
    """Split a number of cells by shares (largest remainders), so that the bar is always full.

    Args:
        shares: Parts of the whole; they sum to 1.
        cells: How many cells there are.

    Returns:
        One count a share; they sum to ``cells``.
    """
    exact = [share * cells for share in shares]
    counts = [int(part) for part in exact]
    by_remainder = sorted(range(len(exact)), key=lambda index: exact[index] - counts[index], reverse=True)
    for index in by_remainder[: cells - sum(counts)]:
        counts[index] += 1
    return counts


def why_embed(text: str, explained: Explained) -> discord.Embed:
    """Return why an answer is what it is, the text with its words in bold or struck out.

    Args:
        text: The text that was read, as written.
        explained: Its words' and its pictures' weights.
    """
    explanation = explained.explanation
    if explanation.label == TOXICITY:
        title, colour = texts.say("why-toxic"), COLOURS["anger"]
    else:
        emoji, name = EMOJI[explanation.label], texts.say(f"emotion-{explanation.label}")
        title, colour = texts.say("why-title", emotion=f"{emoji} {name}"), COLOURS[explanation.label]
    embed = discord.Embed(title=title, description=marked(text, explanation.words), colour=colour)
    legend = [texts.say("why-words")] * bool(explanation.words) + [texts.say("why-pictures")] * bool(
        explained.pictures
    )
    embed.add_field(name="", value="\n".join(legend), inline=False)
    return embed


def why_files(explained: Explained) -> list[discord.File]:
    """Return the pictures with their weights drawn over them, as files to attach."""
    return [
        discord.File(io.BytesIO(picture), f"picture-{number}.png")
        for number, picture in enumerate(explained.pictures, start=1)
    ]


def marked(text: str, words: Sequence[Words]) -> str:
    """Return a text with the words in bold that speak for an answer, and struck out those against it.

    Args:
        text: As written.
        words: Its words and their weights.
    """
    strongest = max((abs(word.weight) for word in words), default=0.0)
    bound = max(LEAST_WEIGHT, MARKED_FROM * strongest)
    parts, end = [], 0
    for word in words:
        parts.append(texts.literal(text[end : word.start]))
        written, end = texts.literal(text[word.start : word.end]), word.end
        sign = "" if abs(word.weight) < bound else "**" if word.weight > 0 else "~~"
        parts.append(f"{sign}{written}{sign}")
    whole = "".join((*parts, texts.literal(text[end:])))
    return whole if len(whole) <= MAX_DESCRIPTION else whole[:MAX_DESCRIPTION] + "…"


def refusal(error: Exception, *, own: bool) -> str:
    """Return why there is no answer, as told to the person who asked.

    Args:
        error: One of ``services.REFUSALS``.
        own: Whether the person asked about something of their own.
    """
    match error:
        case BusyError():
            return texts.say("busy")
        case DeadlineError():
            return texts.say("too-slow")
        case InferenceError():
            return texts.say("failed")
        case NothingToReadError():
            return texts.nothing_readable([(skip.part, skip.reason) for skip in error.skipped])
        case _:
            return texts.say("you-opted-out") if own else texts.say("opted-out")
