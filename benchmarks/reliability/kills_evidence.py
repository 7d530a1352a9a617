"""What is there after a crash, in the database and in Discord, against what people were told."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import pairwise

from kills_database import Database
from kills_people import People
from sqlalchemy import select

from moodring.bot.guild_settings import GuildSettings
from moodring.bot.store.tables import GuildRow


class Evidence:
    """What is looked up.

    Args:
        people: Who were told what.
        database: The bot's.

    Attributes:
        checked: How many acknowledged facts were looked up after a crash.
        cut_off: Actions that a kill cut off between intent and outcome, by their number.
    """

    def __init__(self, people: People, database: Database) -> None:
        self._people = people
        self._database = database
        self._asked: dict[str, Counter[int]] = {name: Counter() for name in ("delete", "time-out", "warn")}
        self.checked = 0
        self.cut_off: set[int] = set()

    def begin(self) -> None:
        """Leave out what the bot has asked of Discord so far."""
        self._people.stand_in.requests.clear()

    def check(self) -> list[str]:
        """Return what is lost or wrong now that the bot has ended."""
        return [
            *self._database.damage(),
            *self._facts(),
            *self._cases(),
            *self._events(),
            *self._told_wrongly(),
        ]

    def unshown(self) -> list[str]:
        """Return what does not stand on cards as it has to, some seconds after a start."""
        rows = self._database.rows
        cases = dict(rows("SELECT message_id, state FROM moodring_cases"))
        cut_off = rows(
            "SELECT e.id, c.message_id FROM moodring_case_events e "
            "JOIN moodring_cases c ON c.id = e.case_id "
            "WHERE e.outcome = 'unclear' AND c.state = 'unclear' AND c.pending IS NULL"
        )
        unclear = dict(cut_off)
        cards = [card.casefold().split("\\n") for card in self._people.cards()]
        on_cards = Counter(
            int(message) for card in cards for line in card for message in re.findall(r"/(\d+)\)", line)
        )
        to_check = {
            int(message)
            for card in cards
            for line, following in pairwise([*card, ""])  # alone on a card it stands below the link
            if "check this" in line + following
            for message in re.findall(r"/(\d+)\)", line)
        }
        untold = [number for number in self.cut_off if unclear.get(number) not in to_check]
        return [
            *(f"action {number} was cut off and nobody is told" for number in untold),
            *(f"message {message} is on {count} cards" for message, count in on_cards.items() if count > 1),
            *(
                f"open case of message {message} is on no card"
                for message, state in cases.items()
                if state == "open" and not on_cards[message]
            ),
        ]

    def _facts(self) -> Iterable[str]:
        [[settings]] = self._database.rows(select(GuildRow.settings)) or [[{}]]
        chosen = GuildSettings.parse(settings)  # what is left out has its default
        found: dict[str, object] = {
            "setting": chosen.min_confidence,
            "panel": chosen.heat_notes,
            "log": chosen.log_channel_id,
        }
        opt_outs = self._database.rows("SELECT user_id FROM moodring_opt_outs")
        found |= {f"opt-out {user}": True for (user,) in opt_outs}
        watches = self._database.rows("SELECT channel_id, mode FROM moodring_watches")
        found |= {f"watch {channel}": mode for channel, mode in watches}
        for name, fact in self._people.facts.items():
            self.checked += 1
            expected, tried = fact.value, list(fact.tried)
            now = found.pop(name, False if name.startswith("opt-out") else None)
            if not self._people.kept(name, now):
                yield f"{name}: {now} instead of {expected} or {tried}"
        for name in found:
            yield f"{name}: nobody asked for that"

    def _cases(self) -> Iterable[str]:
        people = self._people
        cases = {message for (message,) in self._database.rows("SELECT message_id FROM moodring_cases")}
        self.checked += len(people.carded)
        for message in people.carded - cases:
            yield f"case of message {message} is gone"
        for message in cases & people.unread:
            yield f"message {message} was read, whose author has opted out"
        for message in cases - people.unread - people.insults:
            yield f"case of message {message}: nobody wrote that"

    def _events(self) -> Iterable[str]:
        people = self._people
        moderator = people.guild.people["moderator"].id
        rows = self._database.rows(
            "SELECT e.id, c.message_id, e.action, e.outcome, e.moderator_id FROM moodring_case_events e "
            "JOIN moodring_cases c ON c.id = e.case_id"
        )
        outcomes: dict[tuple[int, str], list[str | None]] = defaultdict(list)
        for number, message, action, outcome, by in rows:
            outcomes[message, action].append(outcome)
            if outcome is None:
                self.cut_off.add(number)
            elif number in self.cut_off and outcome != "unclear":
                yield f"{action} of message {message} was cut off, and is called {outcome}"
            if by != moderator:
                yield f"{action} of message {message} was done by somebody else"
        self.checked += len(people.done)
        for message, action in people.done:
            if "done" not in outcomes[message, action]:
                yield f"{action} of message {message} is gone"
        for (message, action), found in outcomes.items():
            if found.count("done") > 1:
                yield f"{action} of message {message} was done {found.count('done')} times"
            if len(found) > people.clicked[message, action]:
                yield f"{action} of message {message} was begun {len(found)} times, more than it was wanted"
        yield from self._in_discord(outcomes)

    def _in_discord(self, outcomes: dict[tuple[int, str], list[str | None]]) -> Iterable[str]:
        """Compare what is kept of actions with what became of them in Discord."""
        self._read_requests()
        people, bot = self._people, self._people.stand_in.backend.bot_user.id
        there = people.stand_in.backend.messages[people.guild.general.id]
        warned = Counter(
            int(message.reference["message_id"])
            for message in there.values()
            if message.author_id == bot and message.reference
        )
        begun, done = Counter[str](), Counter[str]()
        for (_, action), found in outcomes.items():
            begun[action] += len(found)
            done[action] += found.count("done")
        for message in people.insults:
            for action, effects in (("delete", int(message not in there)), ("warn", warned[message])):
                found = outcomes.get((message, action), [])
                if effects < found.count("done"):
                    yield f"{action} of message {message} is called done, and Discord did not do it"
                if effects > len([each for each in found if each != "failed"]):
                    yield f"{action} of message {message} was done {effects} times; kept is {found}"
            if self._asked["delete"][message] > len(outcomes.get((message, "delete"), [])):
                yield f"Discord was asked {self._asked['delete'][message]} times to delete message {message}"
        for action in ("warn", "time-out"):
            asked = self._asked[action]
            if not done[action] <= asked[True] <= asked.total() <= begun[action]:
                yield (
                    f"{action} was begun {begun[action]} times and called done {done[action]} times; "
                    f"Discord was asked {asked.total()} times and did it {asked[True]} times"
                )

    def _read_requests(self) -> None:
        """Take note of what the bot asked of Discord since the last time."""
        stand_in, guild = self._people.stand_in, self._people.guild
        messages = f"/channels/{guild.general.id}/messages"
        while stand_in.requests:
            request = stand_in.requests.popleft()
            did_it = 200 <= request.status < 300
            match request.method:
                case "POST" if request.path == messages:
                    self._asked["warn"][did_it] += 1
                case "PATCH" if request.path.startswith(f"/guilds/{guild.id}/members/"):
                    self._asked["time-out"][did_it] += 1
                case "DELETE" if request.path.startswith(f"{messages}/"):
                    self._asked["delete"][int(request.path.rpartition("/")[2])] += 1

    def _told_wrongly(self) -> Iterable[str]:
        while self._people.faults:
            yield self._people.faults.pop()
