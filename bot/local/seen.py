"""What the bot did in the simulated server, as a person there sees it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Self

import discord

from moodring.model.labels import SENTIMENTS

from .. import texts
from ..replies import EMOJI
from ..texts import LANGUAGES
from .world import World

GUESS: Final = "🤔"
"""With which the title of an answer begins that is only a guess."""

_LABELS: Final = {emoji: label for label, emoji in EMOJI.items()}


@dataclass(frozen=True, slots=True)
class Words:
    """A message of the bot, read off its text and embeds.

    Attributes:
        text: All its words, with plain spaces.
        emotion: The emotion it names, or None if it is no answer to a reading.
        sentiment: The sentiment it names, or None.
        confidence: The confidence it states, 0..1, or None.
        sure: Whether it is more than a guess, or None.
        private: Whether only one person sees it.
    """

    text: str
    emotion: str | None
    sentiment: str | None
    confidence: float | None
    sure: bool | None
    private: bool

    @classmethod
    def of(cls, message: discord.Message) -> Self:
        """Read a message of the bot."""
        lines = [message.content]
        emotion = sentiment = confidence = sure = None
        for embed in message.embeds:
            lines += [embed.title or "", embed.description or "", embed.footer.text or ""]
            lines += [f"{field.name}: {field.value}" for field in embed.fields]
            if (named := _sentiment(embed)) is None:
                continue  # no answer to a reading
            title, description = embed.title or "", embed.description or ""
            sentiment = named
            emotion = next((label for emoji, label in _LABELS.items() if emoji in title), None)
            sure = GUESS not in title
            if stated := re.search(r"(\d+)\s*%", description):
                confidence = int(stated[1]) / 100
        lines += _written(message.components)
        text = "\n".join(filter(None, lines)).replace("\N{NO-BREAK SPACE}", " ")
        return cls(text, emotion, sentiment, confidence, sure, message.flags.ephemeral)


def _sentiment(embed: discord.Embed) -> str | None:
    """Return the sentiment that an answer names, in whatever language; None where it is no such answer."""
    for field in embed.fields:
        if (named := re.match(r"\*\*(.+)\*\*\n[🟧⬜🟦]", field.value or "")) is not None:
            return _SENTIMENTS[named[1]]
    return None


def _sentiments() -> Iterator[tuple[str, str]]:
    for language in LANGUAGES:
        with texts.speaking(language):
            yield from ((texts.say(f"sentiment-{name}"), name) for name in SENTIMENTS)


_SENTIMENTS: Final = dict(_sentiments())


def _written(components: Iterable[object]) -> Iterator[str]:
    """Yield the texts of a message that is made of components."""
    for component in components:
        if isinstance(component, discord.TextDisplay):
            yield component.content
        yield from _written(getattr(component, "children", ()))


@dataclass(frozen=True, slots=True)
class Scene:
    """All that the bot has said and shown so far.

    Attributes:
        messages: Its messages by id.
        words: What they say, by id.
        reactions: Its reactions, as message id and emoji; nobody else reacts.
    """

    messages: dict[int, discord.Message]
    words: dict[int, Words]
    reactions: frozenset[tuple[int, str]]

    @classmethod
    def of(cls, world: World) -> Self:
        """Look at every channel of the world, as everyone there."""
        messages: dict[int, discord.Message] = {}
        reactions: set[tuple[int, str]] = set()
        for name, channel in world.channels.items():
            for viewer in world.viewers(name):
                for message in channel.history(viewer=viewer):
                    reactions |= {(message.id, str(seen.emoji)) for seen in message.reactions}
                    if message.author.id == world.bot_id:
                        messages[message.id] = message
        words = {number: Words.of(message) for number, message in messages.items()}
        return cls(messages, words, frozenset(reactions))


@dataclass(frozen=True, slots=True)
class Change:
    """What the bot did in one step.

    Attributes:
        written: Ids of its new messages.
        edited: Ids of its messages that changed.
        removed: Ids of its messages that are gone.
        reactions: The emoji with which it newly reacted.
        withdrawn: How many reactions it took back.
        scene: How things stand afterwards.
    """

    written: tuple[int, ...]
    edited: tuple[int, ...]
    removed: tuple[int, ...]
    reactions: tuple[str, ...]
    withdrawn: int
    scene: Scene

    @classmethod
    def between(cls, before: Scene, after: Scene) -> Self:
        """Compare two moments."""
        return cls(
            written=tuple(number for number in after.words if number not in before.words),
            edited=tuple(
                number
                for number, words in after.words.items()
                if number in before.words and words != before.words[number]
            ),
            removed=tuple(number for number in before.words if number not in after.words),
            reactions=tuple(emoji for _, emoji in sorted(after.reactions - before.reactions)),
            withdrawn=len(before.reactions - after.reactions),
            scene=after,
        )

    @property
    def said(self) -> list[Words]:
        """What the bot's new messages say."""
        return [self.scene.words[number] for number in self.written]

    @property
    def silent(self) -> bool:
        """Whether the bot did nothing that anyone could see."""
        return not (self.written or self.edited or self.removed or self.reactions or self.withdrawn)
