"""Every text that people see in Discord, in one place.

Plain strings and functions that return one: a further language becomes a second catalogue
with the same names.
"""

from collections.abc import Sequence
from typing import Final

from moodring.model import Language

EMOTION_NAMES: Final[dict[str, str]] = {
    "admiration": "Admiration",
    "amusement": "Amusement",
    "anger": "Anger",
    "annoyance": "Annoyance",
    "approval": "Approval",
    "caring": "Caring",
    "confusion": "Confusion",
    "curiosity": "Curiosity",
    "desire": "Desire",
    "disappointment": "Disappointment",
    "disapproval": "Disapproval",
    "disgust": "Disgust",
    "embarrassment": "Embarrassment",
    "excitement": "Excitement",
    "fear": "Fear",
    "gratitude": "Gratitude",
    "grief": "Grief",
    "joy": "Joy",
    "love": "Love",
    "nervousness": "Nervousness",
    "optimism": "Optimism",
    "pride": "Pride",
    "realization": "Realization",
    "relief": "Relief",
    "remorse": "Remorse",
    "sadness": "Sadness",
    "surprise": "Surprise",
    "neutral": "Neutral",
}

SENTIMENT_NAMES: Final[dict[str, str]] = {
    "negative": "negative",
    "neutral": "neutral",
    "positive": "positive",
}

CONFIDENCE_WORDS: Final[tuple[tuple[float, str], ...]] = (
    (0.9, "very sure"),
    (0.7, "quite sure"),
    (0.5, "fairly sure"),
    (0.0, "leaning that way"),
)
"""From which confidence on a sure answer is called what."""

NOT_SURE: Final = "not sure"


def percent(share: float) -> str:
    """Return a share as per cent that does not break across lines."""
    return f"{share * 100:.0f}\N{NO-BREAK SPACE}%"


# --- the answer ---------------------------------------------------------------------------------

NOT_ENGLISH: Final = (
    "This does not look like English. I was made for English and am less sure of anything else."
)

SENTIMENT: Final = "Sentiment"
NEXT: Final = "Also possible"
READ: Final = "Read"
SKIPPED: Final = "Skipped"
IN_PICTURE: Final = "Read in the picture"


def doubts(language: Language) -> list[str]:
    """Return why an answer is less sure than its numbers say, one line a reason."""
    return [NOT_ENGLISH] if language is Language.OTHER else []


def unsure_title(emoji: str, name: str) -> str:
    """Return the headline of an answer that is only a guess."""
    return f"🤔 Not sure – perhaps {emoji} {name}"


def part_name(part: str) -> str:
    """Return what people call a part of a message, such as ``"picture 2"`` for ``"image:1"``."""
    kind, _, index = part.partition(":")
    match kind:
        case "image":
            return f"picture {int(index) + 1}"
        case "image_text":
            return f"text in picture {int(index) + 1}"
        case "image_faces":
            return f"faces in picture {int(index) + 1}"
    return kind


def footer(model: str, milliseconds: float) -> str:
    """Return the line under an answer."""
    return f"A machine's guess · {model} · {milliseconds:.0f}\N{NO-BREAK SPACE}ms"


WHY: Final = "Why?"
SPEAKS_FOR: Final = "Speaks for it"
SPEAKS_AGAINST: Final = "Speaks against it"
NO_WORD: Final = "no single word"
HEAT: Final = "What matters in the picture"
WHY_WORDS: Final = (
    "**Bold**: without this word I would be less sure. ~~Struck out~~: without it, more. "
    "I read the message again without each word to find out."
)
WHY_PICTURES: Final = "In the picture, orange speaks for the answer and blue against it."
WHY_NOT_YOURS: Final = (
    "Only who asked for this answer can see why: the text was given to me, not to the channel."
)
WHY_FORGOTTEN: Final = (
    "I no longer have what I read here: I keep it for 15 minutes, and I cannot read it again. "
    "Ask me anew, and then why."
)


def why_title(emoji: str, name: str) -> str:
    """Return the headline of an explanation."""
    return f"Why {emoji} {name}?"


# --- /analyze, the menu and mentions ------------------------------------------------------------

MENU_NAME: Final = "Analyze"
ANALYZE: Final = "Read the feeling of a text, of pictures or of both"
ANALYZE_TEXT: Final = "The text to read"
ANALYZE_IMAGE: Final = "A picture to read: PNG, JPEG, GIF or WebP, up to 8 MiB"
ANALYZE_IMAGE2: Final = "A second picture"
ANALYZE_IMAGE3: Final = "A third picture"
ANALYZE_PUBLIC: Final = "Show the answer to everyone here instead of only to you"

NOTHING_GIVEN: Final = "Give me a `text`, an `image` or both, and I'll tell you the feeling I read in it."
NOTHING_MENTIONED: Final = (
    "Write something beside my name, attach a picture, or mention me in a reply to a message, "
    "and I'll tell you the feeling I read in it."
)
NOTHING_TO_READ: Final = "There is nothing I can read in this message: no text and no picture."
REPLIED_TO_IS_GONE: Final = "I can't see the message you replied to; it may have been deleted."
REPLIED_TO_IS_HIDDEN: Final = (
    "I can't read the message you replied to: Discord shows me only messages that mention me. "
    "Right-click (or long-press) it and choose **Apps → Analyze** instead. "
    "The owner of this bot can also give it the *Message Content* intent."
)
BUSY: Final = "I'm busy right now. Please try again in a moment."
TOO_SLOW: Final = "That took too long, so I gave up. Please try again in a moment."
OPTED_OUT: Final = "The author of this message asked not to be read, so I don't."
YOU_OPTED_OUT: Final = (
    "You asked not to be read, so I don't read this either. `/privacy` lets you opt in again."
)
FAILED: Final = "Something went wrong on my side. It is logged; please try again later."

NOT_A_PICTURE: Final = "not a picture"
PICTURE_TYPE: Final = "a type of picture I can't read (PNG, JPEG, GIF and WebP I can)"


def too_many_pictures(limit: int) -> str:
    """Return why a picture beyond the limit was not read."""
    return f"only the first {limit} pictures are read"


def nothing_readable(skipped: Sequence[tuple[str, str]]) -> str:
    """Return why a message has nothing to read.

    Args:
        skipped: Its parts, each with the reason why it was not read.
    """
    if not skipped:
        return NOTHING_TO_READ
    parts = "; ".join(f"{part_name(part)}: {reason}" for part, reason in skipped)
    return f"There is nothing I can read in this message ({parts})."


# --- permissions --------------------------------------------------------------------------------

MANAGER_ONLY: Final = "Only people with the **Manage Server** permission can do this."

PERMISSION_NAMES: Final[dict[str, str]] = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "send_messages_in_threads": "Send Messages in Threads",
    "embed_links": "Embed Links",
    "add_reactions": "Add Reactions",
    "read_message_history": "Read Message History",
}


def missing_permissions(channel: str, names: Sequence[str]) -> str:
    """Return which permissions the bot lacks in a channel and what to do.

    Args:
        channel: The channel as a mention.
        names: The permissions by discord.py's names.
    """
    listed = permission_list(names)
    return f"In {channel} I lack {listed}. Allow it for my role in the channel's settings, then try again."


def permission_list(names: Sequence[str]) -> str:
    """Return permissions as Discord's settings call them, from discord.py's names."""
    return ", ".join(f"**{PERMISSION_NAMES[name]}**" for name in names)


# --- /watch -------------------------------------------------------------------------------------

WATCH: Final = "Let Moodring listen to a channel"
WATCH_START: Final = "Start reading the messages of a channel"
WATCH_STOP: Final = "Stop reading the messages of a channel"
WATCH_STATUS: Final = "Show which channels are read, and how"
WATCH_TUNE: Final = "Choose how sure Moodring must be in watched channels, and how often it may answer"
WATCH_CHANNEL: Final = "The channel; without it, this one"
WATCH_MODE: Final = "Answer with a reply or with a reaction; without it, a reply"
WATCH_CONFIDENCE: Final = "Answer only from this confidence on, in per cent"
WATCH_COOLDOWN: Final = "Seconds of silence after an answer, for each channel"
STATUS_CHANNELS: Final = 10
"""Channels that the status names: with more, the message might be longer than Discord takes."""

NEEDS_MESSAGE_CONTENT: Final = (
    "To listen to a channel I need Discord's *Message Content* intent, and I don't have it. "
    "The owner of this bot can switch it on in the Developer Portal (Bot → Privileged Gateway Intents), "
    "set `MOODRING_MESSAGE_CONTENT=true` and restart me. "
    "`/analyze`, **Apps → Analyze** and mentions work without it."
)
NOT_WATCHABLE: Final = "I can listen to text channels, voice channels and threads of a server, not to this."
NOTHING_WATCHED: Final = "I'm not listening to any channel of this server."


def watch_started(channel: str, mode: str, confidence: float, cooldown_s: int) -> str:
    """Return the public notice that a channel is read from now on.

    Args:
        channel: The channel as a mention.
        mode: What happens there, ``"reply"`` or ``"react"``.
        confidence: From which confidence on, 0..1.
        cooldown_s: Seconds of silence after an answer.
    """
    return (
        f"I now read the messages in {channel} and {mode} when I'm at least {percent(confidence)} sure "
        f"of a feeling (at most once in {cooldown_s} s; neutral messages I leave alone). "
        "I keep nothing of what they say. `/privacy` explains it and lets anyone opt out."
    )


def watch_stopped(channel: str) -> str:
    """Return the notice that a channel is not read any more."""
    return f"I no longer read the messages in {channel}."


def not_watched(channel: str) -> str:
    """Return the answer to stopping what was not running."""
    return f"I wasn't listening to {channel}."


def watch_status(
    channels: Sequence[tuple[str, str, Sequence[str]]], confidence: float, cooldown_s: int
) -> str:
    """Return the list of watched channels.

    Args:
        channels: Each channel as a mention, its mode and the permissions the bot lacks there.
        confidence: From which confidence on is answered, 0..1.
        cooldown_s: Seconds of silence after an answer.
    """
    lines = [NOTHING_WATCHED] if not channels else ["I'm listening to:"]
    for channel, mode, missing in channels[:STATUS_CHANNELS]:
        lines.append(f"- {channel}: {mode}" + (f" ⚠️ I lack {permission_list(missing)}" if missing else ""))
    if len(channels) > STATUS_CHANNELS:
        lines.append(f"- and {len(channels) - STATUS_CHANNELS} more")
    lines.append(watch_tuned(confidence, cooldown_s))
    return "\n".join(lines)


def watch_tuned(confidence: float, cooldown_s: int) -> str:
    """Return how watched channels are answered in this server."""
    sure = percent(confidence)
    return f"I answer from {sure} confidence on, at most once in {cooldown_s} s in each channel."


# --- /faces -------------------------------------------------------------------------------------

FACES: Final = "Choose whether Moodring reads the faces in pictures"
FACES_ON: Final = "Read what the faces in this server's pictures express"
FACES_OFF: Final = "Leave the faces in this server's pictures alone"
FACES_ARE_READ: Final = (
    "From now on I look for faces in the pictures that I read in this server, and for what they express. "
    "A program's guess at an expression is often wrong and says nothing certain about a person. "
    "I recognise nobody and keep nothing. `/privacy` explains it and lets anyone opt out."
)
FACES_ARE_NOT_READ: Final = "I do not look at faces in this server."


# --- /privacy -----------------------------------------------------------------------------------

PRIVACY: Final = "What Moodring reads and keeps, and how to opt out"
PRIVACY_TITLE: Final = "What I read and what I keep"
PRIVACY_BODY: Final = """\
**I read a message only when** someone gives it to `/analyze`, chooses **Apps → Analyze** on it or mentions \
me, or when it is written in a channel that this server's managers let me listen to. I read its text, the \
names of its stickers and up to 4 pictures, with text in them if my operator switched that on.

**A computer program guesses** which feeling the words and pictures show. It can be wrong. It says nothing \
certain about a person, and nobody should be judged by it. It recognises nobody. What faces in pictures \
express is read only in servers whose managers switched that on.

**I store nothing of what you write or show,** and nothing is used for training. Text and pictures stay in \
memory for 15 minutes at most, so that the button **Why?** under an answer can be answered. For a day I \
keep the ids of an answered message, of its author and of my answer, so that the answer goes away when the \
message is deleted, and so that **Why?** can read the message again. For a server I keep its settings; they \
go when I am removed.

**If you opt out** I read nothing of yours, in any way, in any server: not what others point me at, and not \
what you give to `/analyze` yourself. My answers to your messages of the last day are deleted. Only \
your id is kept, to know whom not to read. You can opt in again at any time."""
PRIVACY_FACES: Final = "In this server faces in pictures **are read** for what they express."
PRIVACY_NO_FACES: Final = "Faces in pictures are **not read** here."
PRIVACY_IS_IN: Final = "You are **not opted out**."
PRIVACY_IS_OUT: Final = "You are **opted out**: I read nothing of yours."
OPT_OUT: Final = "Opt out"
OPT_IN: Final = "Opt in"
