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


def exact_percent(share: float) -> str:
    """Return a share as per cent with the decimals that it has, as people wrote it."""
    return f"{round(share * 100, 4):g}\N{NO-BREAK SPACE}%"


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
WHY_TOXIC: Final = "Why 🚩 toxic?"
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

PERMISSION_NAMES: Final[dict[str, str]] = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "send_messages_in_threads": "Send Messages in Threads",
    "embed_links": "Embed Links",
    "attach_files": "Attach Files",
    "add_reactions": "Add Reactions",
    "read_message_history": "Read Message History",
    "manage_messages": "Manage Messages",
    "moderate_members": "Time Out Members",
    "manage_guild": "Manage Server",
}


def staff_only(names: Sequence[str]) -> str:
    """Return that a command or button is not for everyone.

    Args:
        names: The permissions that it takes, by discord.py's names.
    """
    return f"Only people with {permission_list(names)} can do this."


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
WATCH_MODE: Final = "Reply, react, flag for moderators, or only count; without it, reply"
WATCH_CONFIDENCE: Final = "Answer only from this confidence on, in per cent"
WATCH_COOLDOWN: Final = "Seconds of silence after an answer, for each channel"
STATUS_CHANNELS: Final = 10
"""Channels that the status names: with more, the message might be longer than Discord takes."""


def and_more(count: int) -> str:
    """Return that a list goes on."""
    return f"- and {count} more"


NEEDS_MESSAGE_CONTENT: Final = (
    "To listen to a channel I need Discord's *Message Content* intent, and I don't have it. "
    "The owner of this bot can switch it on in the Developer Portal (Bot → Privileged Gateway Intents), "
    "set `MOODRING_MESSAGE_CONTENT=true` and restart me. "
    "`/analyze`, **Apps → Analyze** and mentions work without it."
)
NOT_WATCHABLE: Final = "I can listen to text channels, voice channels and threads of a server, not to this."
NOTHING_WATCHED: Final = "I'm not listening to any channel of this server."


_FOLLOWS: Final[dict[str, str]] = {
    "reply": "reply when I'm sure of a feeling",
    "react": "react when I'm sure of a feeling",
    "flag": "show moderators what looks harmful",
}


def what_follows(does: Sequence[str]) -> str:
    """Return what follows the messages of a channel, such as ``"flag, react"``."""
    return ", ".join(does) or "count only"


def watch_started(channel: str, does: Sequence[str], confidence: float, cooldown_s: int) -> str:
    """Return the public notice that a channel is read from now on.

    Args:
        channel: The channel as a mention.
        does: What follows there: ``"reply"``, ``"react"``, ``"flag"``, or nothing.
        confidence: From which confidence on is answered, 0..1.
        cooldown_s: Seconds of silence after an answer.
    """
    follows = ", ".join(_FOLLOWS[what] for what in does) or "count the feelings I see, nothing else"
    if "reply" in does or "react" in does:
        follows += (
            f" (from {percent(confidence)} confidence on, at most once in {cooldown_s} s; neutral messages "
            "I leave alone)"
        )
    return (
        f"I now read the messages in {channel} and {follows}. "
        "I keep nothing of what they say. `/privacy` explains it and lets anyone opt out."
    )


NO_LOG_CHANNEL: Final = "Choose a log channel with `/setup`: without one I have nowhere to show flags."


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
        lines.append(and_more(len(channels) - STATUS_CHANNELS))
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
me, when it is written in a channel that this server's managers let me listen to, or when they try out on a \
channel's past what I would have flagged (I keep the number they choose). I read its text, the \
names of its stickers and up to 4 pictures, with text in them if my operator switched that on; a server's \
managers may switch that off for their server.

**A computer program guesses** which feeling the words and pictures show. It can be wrong. It says nothing \
certain about a person, and nobody should be judged by it. It recognises nobody. What faces in pictures \
express is read only in servers whose managers switched that on.

**I store nothing of what you write or show,** and nothing is used for training. Text and pictures stay in \
memory for 15 minutes at most, so that the button **Why?** under an answer can be answered. For a day I \
keep the ids of an answered message, of its author and of my answer, so that the answer goes away when the \
message is deleted, and so that **Why?** can read the message again. For a server I keep its settings; they \
go some days after I am removed.

**Moderators may be shown** that a message looks harmful: scores and a link, not the words. Its id, the \
scores and what was done are kept for as long as this server says (30 days at first), your own id only while \
something done to you may be appealed (`/appeal`). That somebody may not be well is shown and not kept.

**If you opt out** I read nothing of yours, in any way, in any server: not what others point me at, and not \
what you give to `/analyze` yourself. My answers to your messages of the last day are deleted. Only \
your id is kept, to know whom not to read. You can opt in again at any time.

**My data** gives you all that I keep about you as a file. **Delete** deletes it."""


def privacy_where(contact: str) -> str:
    """Return where what is kept lies, and whom to ask about it.

    Args:
        contact: Whom the operator named; empty for nobody.
    """
    asked = contact or "the managers of a server that I am in: they know who runs me"
    return (
        f"What I keep lies in the database of whoever runs me and nowhere else. **Questions?** Ask {asked}."
    )


PRIVACY_FACES: Final = "In this server faces in pictures **are read** for what they express."
PRIVACY_NO_FACES: Final = "Faces in pictures are **not read** here."
PRIVACY_IS_IN: Final = "You are **not opted out**."
PRIVACY_IS_OUT: Final = "You are **opted out**: I read nothing of yours."
OPT_OUT: Final = "Opt out"
OPT_IN: Final = "Opt in"
MY_DATA: Final = "My data"
MY_DATA_FILE: Final = "moodring-my-data.json"
MY_DATA_HERE: Final = "This file is all that I keep about you on disk. What you wrote or showed is not kept."
NOTHING_KEPT: Final = "I keep nothing about you."
DELETE_ME: Final = "Delete"
DELETE_NOW: Final = "Delete for good"
DELETE_MEANS: Final = (
    "I take back my answers to your messages of the last day, and delete your id there and in cases about "
    "your messages, so that you can no longer appeal in them. Unless you are opted out I go on reading you.\n"
    "**What stays:** an appeal of yours until it is decided; what you did in cases as a moderator while they "
    "are kept; and that you are opted out, if you are: I need to know that to leave you alone."
)
DELETED: Final = "Done. **My data** shows what is left, if anything is."


# --- moderation ---------------------------------------------------------------------------------

DISTRESS_HELP: Final = (
    "Somebody here may not be well. A kind word from a person helps more than anything I could say. "
    "If there is danger, call the emergency number where they live."
)
WARN_LINE: Final = "A moderator asks you to keep it friendly here."

MESSAGE: Final = "message"
TO_THE_MESSAGE: Final = "To the message"
MACHINE_HINT: Final = "A machine's hint: people decide"
CHECK_THIS: Final = (
    "⚠️ **Check this:** I stopped in the middle of the last action and do not know whether it went through."
)

GROUP_NAMES: Final[dict[str, str]] = {"toxicity": "toxicity", "anger": "anger", "distress": "distress"}
FLAG_TITLES: Final[dict[str, str]] = {
    "toxicity": "🚩 This may be toxic",
    "anger": "🚩 Anger in a heated conversation",
}
STATE_NAMES: Final[dict[str, str]] = {
    "open": "open",
    "dismissed": "dismissed",
    "not-toxic": "not toxic",
    "acted": "acted on",
    "unclear": "check this",
    "appealed": "appealed",
    "upheld": "upheld",
    "reversed": "taken back",
}
ACTION_NAMES: Final[dict[str, str]] = {
    "dismiss": "Dismiss",
    "not-toxic": "Not toxic",
    "warn": "Warn",
    "time-out": "Time out",
    "delete": "Delete",
    "appeal": "Appeal",
    "uphold": "Uphold",
    "reverse": "Take back",
}
SHOW: Final = "Show"
TALK: Final = "I'll talk to them"
DISTRESS_TITLE: Final = "💙 Somebody may not be well"
DISTRESS_FOOTER: Final = "A machine's hint, often wrong. I keep no case and no count of it."
NO_SUCH_CASE: Final = "There is no such case here (any more)."


def heats_up(channel: str, link: str) -> list[str]:
    """Return the note that a conversation heats up, in blocks.

    Args:
        channel: The channel as a mention.
        link: The link to its last message.
    """
    return [
        f"### 🔥 A conversation heats up\n{channel} · [{TO_THE_MESSAGE}]({link})",
        "Several people answer each other more harshly than before. A calm word now may spare a quarrel.",
    ]


CHOOSE_CASE: Final = "Look at one of them and decide"

CHANNEL_IS_GONE: Final = "The channel of that message is gone, or I no longer see it."
MESSAGE_IS_GONE: Final = "The message is gone."
HAS_LEFT: Final = "They are no longer in this server."
OUTRANKED: Final = "Your role is not above theirs, so Discord would not let you time them out either."
NOT_YOUR_OWN_APPEAL: Final = "You acted in this case, so somebody else has to decide about the appeal."
BEING_DONE: Final = "Somebody is acting on this case right now; look again in a moment."
DISCORD_FORBIDS: Final = (
    "Discord does not let me. My role has to be above theirs, and I need the permission in that channel."
)
DISCORD_FAILS: Final = "Discord did not answer as it should. Look whether it happened before you try again."

_OUTCOMES: Final[dict[str | None, str]] = {
    None: "… under way",
    "done": "",
    "failed": " – failed",
    "unclear": " – ⚠️ check this",
}


def card_footer(case_id: int, state: str) -> str:
    """Return the line under a card."""
    return f"Case {case_id} · {state} · {MACHINE_HINT}"


def flags_title(count: int) -> str:
    """Return the headline of a card with several cases."""
    return f"🚩 {count} messages flagged"


def event(action: str, outcome: str | None, who: str | None) -> str:
    """Return what was done in a case.

    Args:
        action: What.
        outcome: How it ended; None while it is under way.
        who: Who did it, as a mention; None for Moodring itself, an appeal or somebody forgotten.
    """
    by = "" if who is None else f" by {who}"
    return f"**{ACTION_NAMES[action]}**{by}{_OUTCOMES[outcome]}"


def case_option(case_id: int, group: str, score: float) -> str:
    """Return a case as an entry of a menu."""
    return f"#{case_id}: {group} {percent(score)}"


def already(state: str) -> str:
    """Return that somebody else was faster."""
    return f"That was decided already: the case is **{state}**."


def action_failed(action: str, why: str) -> str:
    """Return that something could not be done, and why."""
    return f"**{ACTION_NAMES[action]}** did not work. {why}"


def you_lack(channel: str, names: Sequence[str]) -> str:
    """Return which permissions a moderator lacks in a channel.

    Args:
        channel: The channel as a mention.
        names: The permissions by discord.py's names.
    """
    return f"In {channel} you lack {permission_list(names)}, which this takes."


def audit_reason(case_id: int, group: str, moderator: str | None) -> str:
    """Return what stands in Discord's audit log.

    Args:
        case_id: The case's number.
        group: What the message was flagged for.
        moderator: Who decided it; None for Moodring itself.
    """
    decided = "automatic action" if moderator is None else f"decided by {moderator}"
    return f"Moodring, case {case_id}: flagged for {group}; {decided}"


def told_directly(action: str, server: str, minutes: int, *, by_person: bool) -> str:
    """Return what the author of a message is told in a direct message.

    Args:
        action: What was done.
        server: The server's name.
        minutes: How long a time-out lasts.
        by_person: Whether a moderator decided it.
    """
    who = "a moderator" if by_person else "I, as the server told me to,"
    done = {
        "warn": f"{who} asked you to keep it friendly",
        "time-out": f"{who} timed you out for {minutes} minutes",
        "delete": f"{who} deleted a message of yours",
        "uphold": f"{who} looked at your appeal; the decision stands",
        "reverse": f"{who} looked at your appeal and took the decision back",
    }[action]
    appeal = " If you think that is wrong, write `/appeal` there within two weeks."
    return f"In **{server}** {done}." + (appeal if action in {"warn", "time-out", "delete"} else "")


# --- /cases and /appeal -------------------------------------------------------------------------

CASES: Final = "What was flagged, and what became of it"
CASES_LIST: Final = "List cases, newest first"
CASES_CHANNEL: Final = "Only those of this channel"
CASES_GROUP: Final = "Only what was flagged for this"
CASES_STATE: Final = "Only those that stand so"
CASES_PAGE: Final = "Which page of the list"
CASES_SHOW: Final = "Show a case with its buttons"
CASES_NUMBER: Final = "The number of the case"
CASES_STATS: Final = "Show how many cases there are and how often moderators agreed"
CASES_EXPORT: Final = "Get all cases as a CSV file: ids, scores and states, nobody's words"
CASES_TITLE: Final = "Cases"
NO_CASES: Final = "No cases."

APPEAL: Final = "Say why something that was done to you here is wrong"
APPEAL_CASE: Final = "The number of the case; without it, the last one"
APPEAL_WORDS: Final = "Why was it wrong?"
APPEAL_READERS: Final = "The moderators of this server read it. I keep no copy."
APPEAL_BY: Final = "Appeal by"
APPEAL_SENT: Final = "The moderators have your appeal. Somebody else than before decides about it."
APPEALED_ALREADY: Final = "There is an appeal in this case already, or it was decided meanwhile."
NOTHING_TO_APPEAL: Final = (
    "I know of nothing that could be appealed: nothing was done to you through me here in the last two "
    "weeks, or it was appealed already."
)
NOBODY_TO_APPEAL_TO: Final = (
    "This server has no channel where I could show your appeal. Please write to a moderator directly."
)


def written_by(author: str) -> str:
    """Return who wrote a message.

    Args:
        author: The person as a mention.
    """
    return f"Written by {author}"


def page_footer(page: int, *, more: bool) -> str:
    """Return the line under a page of a list."""
    return f"Page {page}" + (f" · more with page: {page + 1}" if more else "")


def cases_of_days(days: int) -> str:
    """Return the headline of the statistics."""
    return f"Cases of the last {days} days"


def agreed(confirmed: int, decided: int) -> str:
    """Return how often moderators found a flag right."""
    return f"**{confirmed} of {decided}** decided were acted on ({percent(confirmed / decided)})"


def cases_exported(count: int) -> str:
    """Return what goes with the file of an export."""
    return f"{count} cases. No member's id is in the file, and no word of a message."


def appeal_title(case_id: int) -> str:
    """Return the headline of the form of an appeal."""
    return f"Appeal in case {case_id}"


def appealed_title(case_id: int) -> str:
    """Return the headline of an appeal as moderators see it."""
    return f"⚖️ Appeal in case {case_id}"


def own_case(case_id: int, day: str) -> str:
    """Return a case as a member may choose it."""
    return f"Case {case_id} of {day}"


def distress_settled(what: str, who: str) -> str:
    """Return the line under a card about distress after somebody pressed a button."""
    return f"{who} talks to them." if what == "talk" else f"{who} put this away."


# --- /setup -------------------------------------------------------------------------------------

SETUP: Final = "Set Moodring up in this server: channels, sensitivity, what is read, words and rules"
SETUP_SHOW: Final = "Only show the present settings"
SETUP_FILE: Final = "Take the settings from a file that was exported before"
SETUP_TITLE: Final = "Settings of this server"
SETUP_WHO: Final = "Who has Manage Server may change these with /setup."
SENSITIVITY: Final = "Sensitivity"
WATCHED: Final = "Watched channels"
NONE: Final = "none"
ON: Final = "on"
OFF: Final = "off"

LANGUAGES: Final[dict[str, str]] = {"en": "English"}

TOPICS: Final[dict[str, str]] = {
    "channels": "Channels",
    "sensitivity": "Sensitivity",
    "reading": "Reading and answering",
    "care": "Words and rules",
    "automatic": "Automatic action",
}
PRESET_NAMES: Final[dict[str, str]] = {
    "calm": "Calm",
    "balanced": "Balanced",
    "watchful": "Watchful",
    "own": "Own numbers",
}
PRESET_ABOUT: Final[dict[str, str]] = {
    "calm": "Only what is all but certain; the fewest false alarms",
    "balanced": "For most servers",
    "watchful": "More is found, and more of it is harmless",
}
DOES_NAMES: Final[dict[str, str]] = {
    "flag": "Flag",
    "react": "React",
    "reply": "Reply",
}
DOES_ABOUT: Final[dict[str, str]] = {
    "flag": "Show moderators what looks harmful",
    "react": "React with an emoji when I'm sure of a feeling",
    "reply": "Reply when I'm sure of a feeling",
}

CHOOSE_TOPIC: Final = "Another page"
CHOOSE_LOG: Final = "Choose the log channel"
CHOOSE_WATCHED: Final = "Choose a channel to listen to, or one to change"
CHOOSE_ROLES: Final = "Choose roles that are never flagged"
CHOOSE_CHANNELS: Final = "Choose channels where nothing is flagged"
CHOOSE_PRESET: Final = "Choose a preset"
CHOOSE_LANGUAGE: Final = "Choose a language"
STOP: Final = "Stop listening"
NUMBERS: Final = "Numbers"
WORDS: Final = "Words"
SHOW_ALL: Final = "Show all"
EXPORT: Final = "Export"
GRANT: Final = "Grant"
EVERYONE_SEES: Final = "Everyone here can see the log channel. Cards belong where only moderators look."
LOG_CHANNEL_IS_GONE: Final = (
    "The log channel is gone, or none that I can write to. Choose another one: until then nothing is flagged."
)


def warning(text: str) -> str:
    """Return something that a manager should mend."""
    return f"⚠️ {text}"


def choose_does(channel: str) -> str:
    """Return what stands in the menu of what to do in a channel."""
    return f"What shall I do in #{channel}? Nothing chosen: only count"


def switch(name: str, *, on: bool) -> str:
    """Return what stands on the button that turns a setting."""
    return f"{name}: turn {'off' if on else 'on'}"


def seconds(number: int) -> str:
    """Return a time in seconds."""
    return f"{number} s"


def minutes(number: int) -> str:
    """Return a time in minutes."""
    return f"{number} min"


def days(number: int) -> str:
    """Return a time in days."""
    return f"{number} days"


def not_per_cent(title: str) -> str:
    """Return that what somebody wrote is no share."""
    return f"{title} takes a number from 0 to 100"


def and_others(count: int) -> str:
    """Return that a list on one line goes on."""
    return f"and {count} more"


def not_announced(channel: str) -> str:
    """Return that people in a channel could not be told what I do there."""
    return (
        f"I could not say so in {channel}: please tell people there, or let me send messages and do it anew."
    )


def not_taken(why: str) -> str:
    """Return that a value or a file was not taken; nothing has changed."""
    return f"I did not take that, and nothing has changed: {why}."


def settings_taken(left_out: int) -> str:
    """Return that a file of settings was taken.

    Args:
        left_out: How many channels and roles it names that the server does not have.
    """
    rest = f" I left out {left_out} channels and roles that are not of this server." if left_out else ""
    return f"Taken.{rest}"


def grant_here(channel: str, names: Sequence[str]) -> str:
    """Return what I lack in a channel where a setting of the channel itself is in the way."""
    return f"⚠️ In {channel} I lack {permission_list(names)}: channel settings → Permissions → my role → ✓"


def grant_everywhere(channel: str, names: Sequence[str]) -> str:
    """Return what I lack in a channel because my role lacks it everywhere."""
    return f"⚠️ In {channel} I lack {permission_list(names)}: press **{GRANT}** and confirm."


UNITS: Final[dict[str, str]] = dict.fromkeys(
    ("flag_toxicity", "flag_anger", "flag_distress", "act_toxicity", "act_anger", "min_confidence"), "%"
) | {"cooldown_s": "seconds", "timeout_minutes": "minutes", "retention_days": "days"}
"""In what numbers are written in a form."""


AUTOMATIC_ABOUT: Final = (
    "I flag, people decide. If you want me to act by myself on what reaches the bars *Act on …* of the page "
    "Sensitivity, I first only count for a week what I would have done, and show you."
)
CHOOSE_AUTOMATIC: Final = "Choose an action to try"
SWITCH_ON: Final = "Switch it on"
STOP_AUTOMATIC: Final = "End it"
_WOULD: Final[dict[str, tuple[str, str]]] = {
    "delete": ("deleted 1 message", "deleted {} messages"),
    "time-out": ("timed somebody out once", "timed somebody out {} times"),
}


def automatic(action: str, acted: int, refuted: int, until: str | None) -> str:
    """Return how an automatic action, or its trial, has gone so far.

    Args:
        action: What is done.
        acted: How often.
        refuted: How often moderators dismissed that or took it back.
        until: When the trial ends, as Discord shows times; None where the action is switched on.
    """
    once, often = _WOULD[action]
    did = once if acted == 1 else often.format(acted)
    later = f"{refuted} of these were later dismissed, called not toxic or taken back"
    if until is None:
        return f"**{ACTION_NAMES[action]}** is **on**. Since its trial began I (would) have {did}; {later}."
    return f"Trial of **{ACTION_NAMES[action]}**, ends {until}. I would have {did}; {later}."


def i_lack(names: Sequence[str]) -> str:
    """Return which permissions the bot's role lacks in the whole server."""
    return (
        f"My own role lacks {permission_list(names)}. Allow it in the server's role settings, then try again."
    )


# --- /backtest ----------------------------------------------------------------------------------

BACKTEST: Final = "Try flag thresholds on the past of a channel, before you switch anything on"
BACKTEST_CHANNEL: Final = "The channel; without it, this one"
BACKTEST_DAYS: Final = "How many days back; without it, 7"
BACKTEST_THRESHOLDS: Final = "Toxicity to flag from, in per cent, such as 70, 85; without it, the presets'"

BACKTEST_NO_LOG: Final = (
    "I show the result in the log channel, for only moderators should see it, and I have none that I may "
    "write in. Choose one with `/setup`."
)
BACKTEST_RUNNING: Final = (
    "I'm trying thresholds in this server already: wait until that ends, or cancel it in the log channel."
)
BACKTESTS_FULL: Final = "I'm trying thresholds in several servers already. Please try again in a while."
BACKTEST_GONE: Final = (
    "I no longer have this run: I keep runs in memory only, until I am restarted. "
    "Start a new one with `/backtest`."
)

BACKTEST_GOING_ON: Final = "🔎 Trying thresholds"
BACKTEST_ENDED: Final = "📊 Thresholds, tried on the past"
WOULD_FLAG: Final = "Would have been flagged from"
BACKTEST_KEEPS: Final = (
    "Nobody's words are kept: I count, and remember the ids of a few examples until I am restarted."
)
BACKTEST_ENDINGS: Final[dict[str, str]] = {
    "cancelled": "Cancelled in the middle: this is what was read until then.",
    "no-access": "In the middle I was no longer let into the channel: this is what was read until then.",
    "failed": "Something went wrong on my side; it is logged. This is what was read until then.",
    "stopped": "I was stopped in the middle: this is what was read until then. `/backtest` starts anew.",
}
BACKTEST_BUTTONS: Final[dict[str, str]] = {
    "cancel": "Cancel",
    "judge": "Judge examples",
    "right": "Right to flag",
    "not": "Not",
    "skip": "Skip",
    "stop": "Stop",
    "use": "Use it",
}

JUDGE_ABOUT: Final = (
    "How many of these would deserve it no number says: people can. Judge examples, and from 50 on I "
    "suggest a threshold."
)
JUDGE_QUESTION: Final = "Would it be right to flag this message?"
NOTHING_LEFT_TO_JUDGE: Final = "There is nothing left for you to judge. Thank you!"
JUDGING_STOPPED: Final = "Thank you! **Judge examples** goes on where you stopped."


def backtest_of(channel: str, days: int) -> str:
    """Return what thresholds are tried on.

    Args:
        channel: The channel as a mention.
        days: How many days back.
    """
    return f"{channel} · the last {f'{days} days' if days > 1 else 'day'}"


def backtest_started(link: str) -> str:
    """Return the answer to the command.

    Args:
        link: The address of the message that shows the run.
    """
    return f"I'm on it: [progress and result]({link})"


def backtest_progress(messages: int, back_to: str | None) -> str:
    """Return how far a run is.

    Args:
        messages: How many messages it has met.
        back_to: When the oldest was written, as Discord shows times; None before the first.
    """
    return f"**{messages:,}** messages" + ("" if back_to is None else f", back to {back_to}")


def backtest_counts(messages: int, read: int, back_to: str | None) -> str:
    """Return how many messages a run has met, and read.

    Args:
        messages: How many it has met.
        read: How many of them it has read.
        back_to: When the oldest was written, as Discord shows times; None where there are none.
    """
    return f"{backtest_progress(messages, back_to)}; **{read:,}** of them read"


def backtest_skipped(skipped: Sequence[tuple[int, str]]) -> str:
    """Return why messages were not read.

    Args:
        skipped: How many for which reason.
    """
    return "Not read: " + ", ".join(f"{reason} {count:,}" for count, reason in skipped)


def backtest_foreign(count: int) -> str:
    """Return that messages in other languages are never flagged."""
    return f"In other languages than English, which I never flag: {count:,}"


def backtest_capped(most: int) -> str:
    """Return that there are more messages than a run reads."""
    return f"There are more messages. I read {most:,} at most, the newest ones."


def threshold(share: float) -> str:
    """Return a threshold in per cent, with a decimal place where it has one."""
    return f"{share * 100:.4g}\N{NO-BREAK SPACE}%"


def would_flag(share: float, preset: str | None, count: int, in_thousand: float) -> str:
    """Return what a threshold would have flagged, as a line under `WOULD_FLAG`.

    Args:
        share: The threshold, 0..1.
        preset: The preset that has it, if any.
        count: How many messages.
        in_thousand: How many of 1,000 that were read.
    """
    name = "" if preset is None else f" ({preset})"
    rate = f"{in_thousand:.1f}" if in_thousand < 10 else f"{in_thousand:.0f}"
    return f"**{threshold(share)}**{name}: **{count:,}**, or {rate} in 1,000"


def too_few_to_judge(examples: int, enough: int) -> str:
    """Return why a run has nothing to judge.

    Args:
        examples: How many examples it has.
        enough: How many a suggestion takes.
    """
    return (
        f"Examples to judge: {examples}; a suggestion takes {enough} judgements. "
        "More days or a busier channel have more."
    )


def judged(count: int, enough: int) -> str:
    """Return how many examples are judged.

    Args:
        count: How many, by all judges.
        enough: From how many on a threshold is suggested.
    """
    missing = f"; {enough - count} more until I suggest a threshold" if count < enough else ""
    return f"{count} judged by all of you{missing}"


def suggestion(share: float, false_alarms: float, low: float, high: float, count: int) -> str:
    """Return the threshold that judgements suggest.

    Args:
        share: The threshold, 0..1.
        false_alarms: Estimated share of false alarms in what it flags, 0..1.
        low: Lower end of the 95 % interval of that.
        high: Upper end.
        count: From how many judgements that is known.
    """
    return (
        f"**Suggestion: flag from {threshold(share)} on.** About {percent(false_alarms)} of that would be "
        f"false alarms; between {percent(low)} and {percent(high)}, as far as {count} judgements can tell."
    )


def no_suggestion(false_alarms: float) -> str:
    """Return that no threshold is good enough.

    Args:
        false_alarms: The smallest share of false alarms that one reaches, 0..1.
    """
    return (
        "**No threshold to suggest:** by your judgements even the best one has about "
        f"{percent(false_alarms)} false alarms."
    )


def threshold_used(share: float, *, trial_anew: bool) -> str:
    """Return that a suggestion was taken.

    Args:
        share: The threshold, 0..1.
        trial_anew: Whether the trial of an automatic action begins anew.
    """
    trial = " The trial of the automatic action begins anew." if trial_anew else ""
    return f"Done: toxicity is flagged from **{threshold(share)}** on.{trial} `/setup` changes it."


# --- charts -------------------------------------------------------------------------------------
# What is drawn has to be in the font that comes with Pillow: little beyond ASCII is.

HEAT_CHART: Final = "Heat of the last messages"
HOT_FROM: Final = "hot from"
LATEST: Final = "latest"
HISTOGRAM: Final = "Messages by toxicity"
HISTOGRAM_SCALE: Final = "How many"
HISTOGRAM_LOG_SCALE: Final = "How many, on a logarithmic scale"


def messages_before(count: int) -> str:
    """Return how many messages before the latest one a chart begins."""
    return f"{count} messages before" if count > 1 else "the message before"


def short_count(count: int) -> str:
    """Return a count in few characters, rounded from 10,000 on."""
    if count < 10_000:
        return f"{count:,}"
    if count < 999_500:
        return f"{count / 1_000:.0f}k"
    return f"{count / 1_000_000:,.0f}M"


def heat_of_messages(count: int, first: float, latest: float, highest: float, hot_from: float) -> str:
    """Return what a chart of heat shows, each level 0..1.

    Args:
        count: Of how many messages.
        first: Heat with the first of them.
        latest: Heat with the latest.
        highest: The most.
        hot_from: The bound.
    """
    bound = f"the bound is {percent(hot_from)}"
    if count == 1:
        return f"Heat with the latest message: {percent(latest)}; {bound}."
    return (
        f"Heat over the last {count} messages: from {percent(first)} to {percent(latest)}, "
        f"at most {percent(highest)}; {bound}."
    )


def scores_of_messages(bins: Sequence[tuple[float, float, int]], marks: Sequence[float]) -> str:
    """Return what a histogram of toxicity shows.

    Args:
        bins: From which score, up to which, and how many messages; without empty ones.
        marks: Thresholds, 0..1.
    """
    counts = "; ".join(f"{count:,} from {low * 100:.0f} to {percent(high)}" for low, high, count in bins)
    said = f"Messages by toxicity: {counts or 'none'}."
    return said + (f" Marked: {', '.join(map(threshold, marks))}." if marks else "")
