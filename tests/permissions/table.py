"""Who may do what: every way into the bot, and what becomes of it for everybody who might try.

Plain data. `docs/permissions.py` makes a page of it, and `test_permissions.py` tries every cell.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, Flag, StrEnum, auto
from typing import Final


class Who(StrEnum):
    """Who tries."""

    MEMBER = "member"
    OPTED_OUT = "opted out"
    MODERATOR = "moderator"
    MANAGER = "manager"
    ADMIN = "admin"
    STRANGER = "admin elsewhere"
    BOT = "bot"
    DM = "in a direct message"
    EX = "ex-moderator"
    FORGED = "forged"


ABOUT: Final = {
    Who.MEMBER: "somebody in the server without any of the permissions below",
    Who.OPTED_OUT: "the same, who pressed **Opt out**",
    Who.MODERATOR: "has *Time Out Members* and *Manage Messages*",
    Who.MANAGER: "has *Manage Server*, and neither of these",
    Who.ADMIN: "has *Administrator*",
    Who.STRANGER: "an administrator of another server with the bot, there, who uses what belongs to this "
    "one: numbers of its cases, ids of its channels, messages and buttons",
    Who.BOT: "another bot without roles. Discord lets none use commands, buttons, menus or forms; the "
    "column says what would happen if one did",
    Who.DM: "an administrator of the server, in a direct message with the bot",
    Who.EX: "was moderator and manager when the card, the panel or the form was shown, and is neither now",
    Who.FORGED: "an administrator, or somebody who claims to be one, who sends what Discord would not let "
    "them: numbers and ids that do not exist, are not theirs or are no numbers, choices that were not "
    "offered, forms with other fields; and messages by a webhook",
}
"""Of whom each column of the page speaks."""


class Verdict(Enum):
    """What becomes of it."""

    WORKS = "yes"
    WORKS_AT_HOME = "own server"
    REFUSED = "no"
    IGNORED = "silence"
    NEVER = "no effect"


class Effect(Flag):
    """What is there to see when something has worked."""

    NONE = 0
    STORED = auto()  # a row of the database is written, changed or deleted
    PUBLIC = auto()  # a message that others see comes, changes or goes
    PRIVATE = auto()  # the person alone is shown something
    FORM = auto()  # a form opens
    TIMED_OUT = auto()  # a time-out begins or ends
    NOTED = auto()  # a run of a backtest has it in memory


S, P, T, F = Effect.STORED, Effect.PUBLIC, Effect.PRIVATE, Effect.FORM
TIMED_OUT, NOTED = Effect.TIMED_OUT, Effect.NOTED


@dataclass(frozen=True)
class Cell:
    """What becomes of it if somebody tries.

    Attributes:
        verdict: What.
        keys: Of a refusal, the text that is said; of `Verdict.NEVER` all those that may be said.
        hidden: Whether Discord does not even offer it to them; what is said holds if it did.
        effect: What is there to see, where that is something else than for others.
    """

    verdict: Verdict
    keys: tuple[str, ...] = ()
    hidden: bool = False
    effect: Effect | None = None


Cells = Mapping[Who, Cell]


def yes(effect: Effect | None = None) -> Cell:
    """It works."""
    return Cell(Verdict.WORKS, effect=effect)


def no(key: str) -> Cell:
    """It is refused in words."""
    return Cell(Verdict.REFUSED, (key,))


def hidden(cell: Cell) -> Cell:
    """Discord does not offer it, and this would follow if it did."""
    return Cell(cell.verdict, cell.keys, hidden=True, effect=cell.effect)


def never(*keys: str) -> Cell:
    """Nothing changes, whatever is sent; at most one of these texts is said."""
    return Cell(Verdict.NEVER, keys, hidden=True)


HOME: Final = Cell(Verdict.WORKS_AT_HOME)
SILENT: Final = Cell(Verdict.IGNORED)


class Kind(StrEnum):
    """Sections of the page."""

    COMMAND = "Commands"
    ANYONE = "Buttons for everybody"
    CARD = "Cards in the log channel"
    BACKTEST = "Buttons of a backtest"
    PANEL = "The panel of `/setup`"
    FORM = "Forms"
    MESSAGE = "Messages"


MODERATOR: Final = "Time Out Members"
MANAGER: Final = "Manage Server"

STAFF: Final = {MODERATOR: "staff-only moderate_members", MANAGER: "staff-only manage_guild"}
"""How each is refused: the text, and the permission that it names."""


@dataclass(frozen=True)
class Entry:
    """A way into the bot.

    Attributes:
        key: Names it, in the code and here.
        kind: The section of the page.
        title: What it is called on the page.
        effect: What is there to see when it works.
        cells: What becomes of it, by who tries.
        needs: What it takes, by Discord's names.
        about: What else there is to say of it.
    """

    key: str
    kind: Kind
    title: str
    effect: Effect
    cells: Cells
    needs: str = ""
    about: str = ""


def everybody(*forged: str, **other: Cell) -> Cells:
    """Return the cells of what anybody may do, in a direct message too.

    Args:
        forged: Which texts something forged may be answered with.
        other: What differs, by the name of `Who`.
    """
    cells = dict.fromkeys(Who, yes()) | {Who.BOT: hidden(yes()), Who.FORGED: never(*forged)}
    return cells | {Who[name]: cell for name, cell in other.items()}


def staff(needs: str, *forged: str, stranger: Cell, seen: bool = False, **other: Cell) -> Cells:
    """Return the cells of what takes a permission.

    Args:
        needs: The permission.
        forged: Which texts something forged may be answered with.
        stranger: What becomes of it for an administrator of another server.
        seen: Whether who has lost the permission still has it before their eyes.
        other: What differs, by the name of `Who`.
    """
    refused = hidden(no(STAFF[needs]))
    cells = dict.fromkeys(Who, refused)
    allowed = Who.MODERATOR if needs == MODERATOR else Who.MANAGER
    cells |= {
        allowed: yes(),
        Who.ADMIN: yes(),
        Who.STRANGER: stranger,
        Who.FORGED: never(STAFF[needs], *forged),
    }
    if seen:
        cells[Who.EX] = no(STAFF[needs])
    return cells | {Who[name]: cell for name, cell in other.items()}


def command(key: str, effect: Effect, needs: str, *forged: str, stranger: Cell = HOME) -> Entry:
    """Return a command for staff."""
    return Entry(key, Kind.COMMAND, f"`{key}`", effect, staff(needs, *forged, stranger=stranger), needs)


def mood_button(name: str, label: str) -> Entry:
    """A button under a mood: for whoever may read the channel."""
    gone = hidden(no("mood-channel-gone"))
    cells = everybody("mood-channel-gone", "mood-not-watched", STRANGER=gone, DM=gone)
    return Entry(f"moodring:mood:{name}", Kind.ANYONE, label, T, cells, SEE)


def card(what: str, title: str, effect: Effect, needs: str = "") -> Entry:
    """Return a button of a case. Whoever sees the log channel is offered it, and the bot asks again."""
    cells = staff(
        MODERATOR,
        "no-such-case",
        stranger=hidden(no("no-such-case")),
        seen=True,
        MANAGER=no(STAFF[MODERATOR]),
    )
    needs = ", ".join(filter(None, [MODERATOR, needs]))
    return Entry(f"moodring:case:{what}", Kind.CARD, f"**{title}**", effect, cells, needs)


def panel(key: str, title: str, effect: Effect, *forged: str, stranger: Cell = HOME, **other: Cell) -> Entry:
    """Return a component of the panel; only who opened it sees it."""
    cells = staff(MANAGER, *forged, stranger=hidden(stranger), seen=True, **other)
    return Entry(f"panel:{key}", Kind.PANEL, title, effect, cells, MANAGER)


def run(press: str, title: str, effect: Effect, *forged: str, needs: str = "", public: bool = False) -> Entry:
    """Return a button of a backtest, in the log channel or in what one judge alone sees."""
    refused = no(STAFF[MANAGER])
    cells = staff(
        MANAGER,
        "backtest-gone",
        *forged,
        stranger=hidden(no("backtest-gone")),
        seen=True,
        MODERATOR=refused if public else hidden(refused),
    )
    needs = ", ".join(filter(None, [MANAGER, needs]))
    return Entry(f"moodring:backtest:{press}", Kind.BACKTEST, f"**{title}**", effect, cells, needs)


SEE: Final = "to see the channel and its history"

ENTRIES: Final = (
    # --- commands ----------------------------------------------------------------------------------------
    Entry(
        "/analyze",
        Kind.COMMAND,
        "`/analyze`",
        T,
        everybody("nothing-given", OPTED_OUT=no("you-opted-out")),
        about="Who opted out is not read, by nobody's wish.",
    ),
    Entry(
        "/analyze public",
        Kind.COMMAND,
        "`/analyze public:`",
        P,
        everybody("nothing-given", OPTED_OUT=no("you-opted-out")),
        about="A refusal is private all the same.",
    ),
    Entry("Analyze", Kind.COMMAND, "**Apps → Analyze** on somebody's message", T, everybody()),
    Entry(
        "Analyze own",
        Kind.COMMAND,
        "**Apps → Analyze** on one's own message",
        T,
        everybody(OPTED_OUT=no("you-opted-out")),
    ),
    Entry(
        "Analyze opted out",
        Kind.COMMAND,
        "**Apps → Analyze** on a message of somebody who opted out",
        Effect.NONE,
        {who: no("opted-out") for who in Who}
        | {Who.BOT: hidden(no("opted-out")), Who.FORGED: never("opted-out")},
    ),
    Entry("/privacy", Kind.COMMAND, "`/privacy`", T, everybody(FORGED=hidden(yes()))),
    Entry(
        "/appeal",
        Kind.COMMAND,
        "`/appeal`",
        F,
        everybody("nothing-to-appeal", STRANGER=no("nothing-to-appeal"), DM=hidden(no("nothing-to-appeal"))),
        about="Only in a case about a message of one's own.",
    ),
    Entry(
        "/appeal case:",
        Kind.COMMAND,
        "`/appeal case:` while it is typed",
        T,
        everybody(STRANGER=SILENT, DM=hidden(SILENT)),
        about="Offers cases about messages of one's own.",
    ),
    Entry(
        "/mood",
        Kind.COMMAND,
        "`/mood`",
        T,
        everybody("not-watchable", STRANGER=no("not-watchable"), DM=hidden(no("not-watchable"))),
        SEE,
    ),
    Entry(
        "/health",
        Kind.COMMAND,
        "`/health`",
        Effect.NONE,
        {who: hidden(no("owner-only")) for who in Who}
        | {who: no("owner-only") for who in (Who.ADMIN, Who.STRANGER, Who.DM)}
        | {Who.FORGED: never("owner-only")},
        "to run the bot",
        "Nothing that a server could give makes it work.",
    ),
    command("/cases list", T, MODERATOR, "no-cases", stranger=no("no-cases")),
    command("/cases show", T, MODERATOR, "no-such-case", stranger=no("no-such-case")),
    command("/cases stats", T, MODERATOR),
    command("/cases export", T, MODERATOR),
    command("/watch start", S | P, MANAGER, "not-watchable"),
    command("/watch stop", S | P, MANAGER, "not-watchable"),
    command("/watch status", T, MANAGER),
    command("/watch tune", S | T, MANAGER),
    command("/faces on", S | P, MANAGER),
    command("/faces off", S | P, MANAGER),
    command("/setup", T, MANAGER),
    command("/setup show", T, MANAGER),
    command("/setup file", S | T, MANAGER, "not-taken"),
    Entry(
        "/backtest",
        Kind.COMMAND,
        "`/backtest`",
        P | T,
        staff(MANAGER, "not-watchable", stranger=no("not-watchable")),
        f"{MANAGER}, {SEE}",
    ),
    # --- buttons for everybody ---------------------------------------------------------------------------
    Entry(
        "moodring:why",
        Kind.ANYONE,
        "**Why?** under an answer",
        T,
        everybody("why-forgotten", STRANGER=hidden(no("why-forgotten"))),
        "to see the answer",
        "Under an answer to `/analyze`, only who asked.",
    ),
    Entry("moodring:opt-out", Kind.ANYONE, "**Opt out**", S | T, everybody(OPTED_OUT=yes(T))),
    Entry("moodring:opt-in", Kind.ANYONE, "**Opt in**", T, everybody(OPTED_OUT=yes(S | T))),
    Entry("moodring:my-data", Kind.ANYONE, "**My data**", T, everybody(), about="One's own."),
    Entry("moodring:delete", Kind.ANYONE, "**Delete**", T, everybody(), about="Asks first."),
    Entry(
        "moodring:delete-now", Kind.ANYONE, "**Delete for good**", S | P | T, everybody(), about="One's own."
    ),
    mood_button("numbers", "**Numbers** under a mood"),
    mood_button("csv", "**CSV** under a mood"),
    # --- cards -------------------------------------------------------------------------------------------
    card("show", "Show", T, SEE),
    card("dismiss", "Dismiss", S | P),
    card("not-toxic", "Not toxic", S | P),
    card("warn", "Warn", S | P, "View Channel there"),
    card("time-out", "Time out", S | P | TIMED_OUT, "View Channel there, a role above theirs"),
    card("delete", "Delete", S | P, "View Channel and Manage Messages there"),
    card("uphold", "Uphold", S | P, "not to have acted in the case"),
    card("reverse", "Take back", S | P, "not to have acted in the case"),
    Entry(
        "moodring:cases",
        Kind.CARD,
        "The menu of a card with several",
        T,
        staff(
            MODERATOR,
            "no-such-case",
            stranger=hidden(no("no-such-case")),
            seen=True,
            MANAGER=no(STAFF[MODERATOR]),
        ),
        MODERATOR,
    ),
    Entry(
        "moodring:distress:talk",
        Kind.CARD,
        "**I'll talk to them**",
        P,
        staff(MODERATOR, stranger=hidden(HOME), seen=True, MANAGER=no(STAFF[MODERATOR])),
        MODERATOR,
    ),
    Entry(
        "moodring:distress:dismiss",
        Kind.CARD,
        "**Put away**",
        P,
        staff(MODERATOR, stranger=hidden(HOME), seen=True, MANAGER=no(STAFF[MODERATOR])),
        MODERATOR,
    ),
    # --- a backtest --------------------------------------------------------------------------------------
    run("cancel", "Cancel", NOTED, public=True),
    run("judge", "Judge examples", T | NOTED, "backtest-running", needs=SEE, public=True),
    run("right", "Right to flag", T | NOTED, "backtest-running", needs=SEE),
    run("not", "Not", T | NOTED, "backtest-running", needs=SEE),
    run("skip", "Skip", T | NOTED, "backtest-running", needs=SEE),
    run("stop", "Stop", T | NOTED, "backtest-running"),
    run("use", "Use it", S | T, "backtest-running", "not-taken"),
    # --- the panel ---------------------------------------------------------------------------------------
    panel("choose-topic", "The menu of pages", T),
    panel("show-all", "**Show all**", T),
    panel("export", "**Export**", T),
    panel("choose-log", "Log channel", S | T, "not-watchable"),
    panel("choose-watched", "Which channel to listen to", T, "not-watchable"),
    panel("choose-does", "What to do there", S | P | T, stranger=no("not-watchable")),
    panel("only-count", "**Only count**", S | P | T, stranger=no("not-watchable")),
    panel("stop-listening", "**Stop listening**", S | P | T, stranger=no("not-watchable")),
    panel("choose-roles", "Exempt roles", S | T),
    panel("choose-channels", "Exempt channels", S | T, "not-watchable"),
    panel("choose-digest", "Weekly digest", S | T, "not-watchable"),
    panel("choose-preset", "Presets", S | T),
    panel("numbers sensitivity", "**Numbers** of sensitivity", F),
    panel("choose-language", "Language", S | T),
    panel("faces", "Faces", S | P | T),
    panel("ocr", "Text in pictures", S | T),
    panel("numbers reading", "**Numbers** of reading", F),
    panel("heat_notes", "Heat notes", S | T),
    panel("direct_messages", "Direct messages", S | T),
    panel("words care", "**Words**", F),
    panel("numbers care", "**Numbers** of care", F),
    panel("choose-automatic", "The trial of an automatic action", S | T),
    panel("stop-automatic", "Stop an automatic action", S | T),
    panel(
        "switch-on",
        "Switch an automatic action on",
        S | T,
        stranger=Cell(Verdict.WORKS_AT_HOME, effect=T),
        MANAGER=no("staff-only manage_messages"),
    ),
    # --- forms -------------------------------------------------------------------------------------------
    *(
        Entry(
            f"form:{key}",
            Kind.FORM,
            title,
            S | T,
            staff(MANAGER, "not-taken", stranger=hidden(HOME), seen=True),
            MANAGER,
        )
        for key, title in (
            ("sensitivity", "Numbers of sensitivity"),
            ("reading", "Numbers of reading"),
            ("care", "Numbers of care"),
            ("words", "Words"),
        )
    ),
    Entry(
        "form:appeal",
        Kind.FORM,
        "An appeal",
        S | P | T,
        everybody(
            "nothing-to-appeal",
            "appeal-words",
            STRANGER=hidden(no("nothing-to-appeal")),
            DM=hidden(no("nothing-to-appeal")),
        ),
        about="Only by whom it was opened for.",
    ),
    # --- messages ----------------------------------------------------------------------------------------
    Entry(
        "mention",
        Kind.MESSAGE,
        "A message that mentions the bot",
        S | P,
        everybody(OPTED_OUT=no("you-opted-out"), BOT=SILENT),
    ),
    Entry(
        "mention in a reply",
        Kind.MESSAGE,
        "A mention in a reply to somebody's message",
        S | P,
        everybody(BOT=SILENT),
    ),
    Entry(
        "mention in a reply to opted out",
        Kind.MESSAGE,
        "The same, where they opted out",
        Effect.NONE,
        {who: no("opted-out") for who in Who} | {Who.BOT: SILENT, Who.FORGED: never()},
    ),
    Entry(
        "watched",
        Kind.MESSAGE,
        "A message in a watched channel",
        S | P,
        everybody(OPTED_OUT=SILENT, BOT=SILENT, STRANGER=SILENT, DM=SILENT),
        about="Read unasked, and flagged if need be; of moderators too, unless their role is exempt.",
    ),
    Entry(
        "watched edit",
        Kind.MESSAGE,
        "An edit in a channel with *flag*",
        S | P,
        everybody(OPTED_OUT=SILENT, BOT=SILENT, STRANGER=SILENT, DM=SILENT),
    ),
    Entry(
        "answered edit",
        Kind.MESSAGE,
        "An edit of a message that was answered",
        P,
        everybody(BOT=SILENT, OPTED_OUT=yes(S | P)),
        about="Read again, and the answer is changed; of who opted out since, it is taken back.",
    ),
    Entry(
        "answered delete",
        Kind.MESSAGE,
        "A message that was answered is deleted",
        S | P,
        everybody(BOT=SILENT),
        about="The answer goes too.",
    ),
)
"""All ways in."""

BY_KEY: Final = {entry.key: entry for entry in ENTRIES}

LIFECYCLE: Final = frozenset(
    {
        "on_ready",
        "on_guild_join",
        "on_guild_remove",
        "on_guild_channel_delete",
        "on_raw_thread_delete",
    }
)
"""Events in which the bot hears of Discord itself, and does nothing for anybody."""

LISTENED: Final = {
    "on_message": ("mention", "mention in a reply", "mention in a reply to opted out", "watched"),
    "on_raw_message_edit": ("watched edit", "answered edit"),
    "on_raw_message_delete": ("answered delete",),
    "on_raw_bulk_message_delete": ("answered delete",),
}
"""Events that somebody causes by writing, and the entries that try them."""
