"""How far disguises lower the toxicity of toxic texts, and what reading them unmasked restores.

Toxic texts of dev are written as somebody would who hides them from a machine: the two words that matter most
to the network, or every word. Each is read as it stands, and by the rule of the bot: once more unmasked
(`model/unmask.py`) where that says something else. The clean texts of dev tell what the second reading costs.
Dev is cut in halves by a hash of its ids: on one the rules were made, the figures are of the other.

Example: python benchmarks/disguise.py --data shared/data --prepared runs/data
"""

import argparse
import hashlib
import itertools
import json
import re
import sys
import time
import tomllib
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np

from moodring.bot.guild_settings import PRESETS, GuildSettings
from moodring.bot.rules import Group, flag_of
from moodring.model import NothingToReadError, Prediction, Predictor, Sample, WeightsError
from moodring.model.augmentation import LOOKALIKES
from moodring.model.data import CORPORA, DataError, Record, load_split
from moodring.model.data.files import read_lines
from moodring.model.evaluation import TOXIC_FROM, TOXICITY_SETS, is_calm
from moodring.model.unmask import Unmasker, raised, shared_unmasker

PRESET: Final = "balanced"
"""The preset whose threshold decides; the default of a server."""

TOXIC_SETS: Final = (*TOXICITY_SETS, "toxic_spans")
CLEAN_SETS: Final = ("vader_tweets", "chat", *TOXICITY_SETS)
HALVES: Final = ("made", "measured")
"""The half of dev on which the rules were made, and the one that the figures are of."""

FOREIGN: Final = ("de", "es", "fr", "it", "pt", "ru")
"""Languages of XED's film subtitles besides English."""

ROWS: Final = 100
"""Toxic texts of each set at most."""

CALM_ROWS: Final = 200
"""Calm comments that are disguised too: play with letters is no insult."""

FOREIGN_ROWS: Final = 1_000

WEAKEST_WORDS: Final = 2
"""Words that an attacker who knows the network hides: those without which it finds a text least toxic."""

CHAT: Final = Path(__file__).parents[1] / "tests" / "data" / "chat.toml"

Word: TypeAlias = Callable[[str, np.random.Generator], str]
"""Writes one word in disguise."""

CYRILLIC: Final = str.maketrans("aceijopsxyABCEHIKMOPTX", "асеіјорѕхуАВСЕНІКМОРТХ")
SMALL_CAPITALS: Final = str.maketrans("abcdefghijklmnoprtuvwyz", "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀᴛᴜᴠᴡʏᴢ")
LEET: Final = str.maketrans("aeiostlAEIOSTL", "43105714310571")


def _inner(word: str, random: np.random.Generator) -> int:
    return int(random.integers(1, len(word) - 1))


def swap(word: str, random: np.random.Generator) -> str:
    """Swap two letters, not the first."""
    place = _inner(word, random)
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def drop(word: str, random: np.random.Generator) -> str:
    """Leave out a letter."""
    place = _inner(word, random)
    return word[:place] + word[place + 1 :]


def substitute(word: str, random: np.random.Generator) -> str:
    """Write another letter in place of one."""
    place = _inner(word, random)
    return word[:place] + "abcdefghijklmnopqrstuvwxyz"[random.integers(26)] + word[place + 1 :]


def double(word: str, random: np.random.Generator) -> str:
    """Write a letter twice."""
    place = _inner(word, random)
    return word[:place] + word[place] + word[place:]


def stretch(word: str, random: np.random.Generator) -> str:
    """Write a letter six times."""
    place = _inner(word, random)
    return word[:place] + 5 * word[place] + word[place:]


def insert(sign: str) -> Word:
    """Put a sign or a space somewhere into a word."""

    def disguised(word: str, random: np.random.Generator) -> str:
        place = _inner(word, random)
        return word[:place] + sign + word[place:]

    return disguised


def between(sign: str) -> Word:
    """Put a sign or a space between all letters."""
    return lambda word, _: sign.join(word)


def translated(table: Mapping[int, Any]) -> Word:
    """Write a word in other letters."""
    return lambda word, _: word.translate(table)


def hide(sign: str) -> Word:
    """Put a sign in place of the first vowel behind the first letter, or of any letter."""

    def disguised(word: str, random: np.random.Generator) -> str:
        vowels = [place for place, letter in enumerate(word) if letter in "aeiouAEIOU" and place]
        place = vowels[0] if vowels else _inner(word, random)
        return word[:place] + sign + word[place + 1 :]

    return disguised


def leet_once(word: str, random: np.random.Generator) -> str:
    """Write one letter as a sign."""
    places = [place for place, letter in enumerate(word) if letter.lower() in LOOKALIKES]
    if not places:
        return word
    place = places[random.integers(len(places))]
    return word[:place] + LOOKALIKES[word[place].lower()] + word[place + 1 :]


def homoglyph_once(word: str, random: np.random.Generator) -> str:
    """Write one letter as its Cyrillic double."""
    places = [place for place, letter in enumerate(word) if ord(letter) in CYRILLIC]
    if not places:
        return word
    place = places[random.integers(len(places))]
    return word[:place] + word[place].translate(CYRILLIC) + word[place + 1 :]


def styled(first: int) -> Word:
    """Write a word in the mathematical letters that begin at a code point."""
    return lambda word, _: "".join(
        chr(first + ord(letter) - ord("a")) if "a" <= letter <= "z" else letter for letter in word.lower()
    )


def zalgo(word: str, random: np.random.Generator) -> str:
    """Heap three marks on every letter."""
    return "".join(letter + "".join(map(chr, random.integers(0x300, 0x340, 3))) for letter in word)


def override(word: str, random: np.random.Generator) -> str:
    """Write a word backwards and have it shown forwards."""
    del random
    return f"\u202e{word[::-1]}\u202c"


ATTACKS: Final[Mapping[str, Word]] = {
    "two letters swapped": swap,
    "a letter dropped": drop,
    "another letter": substitute,
    "a letter twice": double,
    "a letter six times": stretch,
    "a space within": insert(" "),
    "a dot within": insert("."),
    "letters spaced": between(" "),
    "letters dotted": between("."),
    "emoji between letters": between("🔥"),
    "an emoji for a vowel": hide("🔥"),
    "a star for a vowel": hide("*"),
    "one leet letter": leet_once,
    "all leet": translated(LEET),
    "one Cyrillic letter": homoglyph_once,
    "Cyrillic letters": translated(CYRILLIC),
    "script letters": styled(0x1D4EA),
    "fullwidth letters": styled(0xFF41),
    "small capitals": lambda word, _: word.lower().translate(SMALL_CAPITALS),
    "marks on letters": zalgo,
    "zero-width spaces": between("\u200b"),
    "blank letters": insert("\u3164"),
    "Unicode tags": between("\U000e0041"),
    "right-to-left override": override,
}

_ATTACKED = re.compile(r"(?<![\w@#&/:<'’])[A-Za-z]{4,}(?![\w'’]|://)")


def _disguised(record: Record, name: str, words: Sequence[re.Match[str]]) -> str:
    """Return a record's text with some of its words in a disguise; the same every time."""
    random = np.random.default_rng(zlib.crc32(f"{record.id} {name}".encode()))
    parts, end = [], 0
    for word in words:
        parts += [record.text[end : word.start()], ATTACKS[name](word[0], random)]
        end = word.end()
    return "".join([*parts, record.text[end:]])


def is_flagged(prediction: Prediction | None) -> bool:
    """Whether a message is flagged for toxicity by a server that set nothing."""
    bars = GuildSettings().changed(**PRESETS[PRESET]).bars
    flag = None if prediction is None else flag_of(prediction, bars, hot=False)
    return flag is not None and flag.group is Group.TOXICITY


@dataclass(frozen=True, slots=True)
class Read:
    """One text, read as it stands and by the rule of the bot.

    Attributes:
        as_written: The first reading.
        as_meant: The same, as toxic as the second one where there was one.
        twice: Whether there was one.
    """

    as_written: Prediction | None
    as_meant: Prediction | None
    twice: bool


class Reader:
    """Reads texts as they stand and by the rule of the bot; remembers what it read.

    Args:
        predictor: What reads.
        unmasker: What finds disguises.
    """

    def __init__(self, predictor: Predictor, unmasker: Unmasker) -> None:
        self._predictor = predictor
        self._unmasker = unmasker
        self._known: dict[str, Prediction | None] = {}

    def once(self, text: str) -> Prediction | None:
        """Read a text as it stands; None where there is nothing to read."""
        if text not in self._known:
            try:
                [self._known[text]] = self._predictor.predict([Sample(text)])
            except NothingToReadError:
                self._known[text] = None
        return self._known[text]

    def read(self, text: str) -> Read:
        """Read a text in both ways."""
        written, plain = self.once(text), self._unmasker.unmask(text)
        unmasked = None if plain is None else self.once(plain)
        meant = raised(written, unmasked) if written and unmasked else written or unmasked
        return Read(written, meant, plain is not None)


def weakest(reader: Reader, text: str) -> list[re.Match[str]]:
    """Return the words of a text that its toxicity depends on most, in their order."""
    words = list(_ATTACKED.finditer(text))
    without = [reader.once(f"{text[: word.start()]} {text[word.end() :]}") for word in words]
    toxicity = [0.0 if each is None else each.toxicity for each in without]
    chosen = sorted(range(len(words)), key=toxicity.__getitem__)[:WEAKEST_WORDS]
    return [words[place] for place in sorted(chosen)]


def _before_and_after(rows: Sequence[Read], figure: Callable[[Prediction | None], float]) -> list[float]:
    both = [(figure(row.as_written), figure(row.as_meant)) for row in rows]
    return [round(float(mean), 4) for mean in np.mean(both, axis=0)]


def attack_figures(rows: Sequence[Read], written: Sequence[bool]) -> dict[str, Any]:
    """Return what is flagged of toxic texts, and of those that are flagged undisguised, before and after.

    Args:
        rows: The readings of the disguised texts.
        written: Whether each is flagged undisguised.
    """
    flagged = [row for row, was in zip(rows, written, strict=True) if was]
    return {
        "flagged": _before_and_after(rows, is_flagged),
        "still_flagged": _before_and_after(flagged, is_flagged),
        "toxicity": _before_and_after(rows, lambda each: 0.0 if each is None else each.toxicity),
        "read_twice": round(float(np.mean([row.twice for row in rows])), 4),
    }


def clean_figures(rows: Sequence[Read]) -> dict[str, Any]:
    """Return how many texts are flagged before and after, and how many are read twice."""
    written = sum(is_flagged(row.as_written) for row in rows)
    meant = sum(is_flagged(row.as_meant) for row in rows)
    return {"texts": len(rows), "flagged": [written, meant], "read_twice": sum(row.twice for row in rows)}


def clean_sides(dev: Mapping[str, Sequence[Record]]) -> dict[str, list[Record]]:
    """Return the texts that nobody called toxic, by set, and those that some did and most did not."""
    comments = dev["goemotions"]
    calm = is_calm(comments)
    sides = {
        "calm_comments": [record for record, is_one in zip(comments, calm, strict=True) if is_one],
        "other_comments": [record for record, is_one in zip(comments, calm, strict=True) if not is_one],
    }
    sides |= {name: [record for record in dev[name] if not record.toxicity] for name in CLEAN_SETS}
    judged = [record for name in TOXICITY_SETS for record in dev[name]]
    sides["disputed"] = [record for record in judged if 0 < (record.toxicity or 0) < TOXIC_FROM]
    return sides


def _belongs(text: str, half: str) -> bool:
    return hashlib.sha256(text.encode()).digest()[0] % 2 == HALVES.index(half)


def measure(data: Path, prepared: Path, half: str) -> dict[str, Any]:
    """Return all figures.

    Args:
        data: Folder that holds the raw data sets.
        prepared: Folder that ``python -m model data`` wrote.
        half: Which half of dev.

    Raises:
        DataError: Something is missing, or a raw file has changed since it was prepared.
        WeightsError: The weights that ship are missing or damaged.
    """
    corpora = [corpus for corpus in CORPORA if corpus.name in {"goemotions", *TOXIC_SETS, *CLEAN_SETS}]
    dev = {
        name: [record for record in records if _belongs(record.id, half)]
        for name, records in load_split(data, prepared, "dev", corpora).items()
    }
    predictor, unmasker = Predictor(), shared_unmasker()
    reader = Reader(predictor, unmasker)
    toxic = {
        name: [record for record in dev[name] if (record.toxicity or 0) >= TOXIC_FROM][:ROWS]
        for name in TOXIC_SETS
    }
    records = [record for rows in toxic.values() for record in rows]
    plain = [reader.read(record.text) for record in records]
    flagged = [is_flagged(row.as_written) for row in plain]
    targets = {
        "weakest words": [weakest(reader, record.text) for record in records],
        "every word": [list(_ATTACKED.finditer(record.text)) for record in records],
    }
    calm = clean_sides(dev)["calm_comments"][:CALM_ROWS]
    attacks: dict[str, dict[str, Any]] = {name: {} for name in ATTACKS}
    for name, (target, words) in itertools.product(ATTACKS, targets.items()):
        texts = [_disguised(record, name, each) for record, each in zip(records, words, strict=True)]
        attacks[name][target] = attack_figures([reader.read(text) for text in texts], flagged)
    for name in ATTACKS:
        texts = [_disguised(record, name, list(_ATTACKED.finditer(record.text))) for record in calm]
        attacks[name]["calm comments, every word"] = clean_figures([reader.read(text) for text in texts])
    sides = {name: [record.text for record in rows] for name, rows in clean_sides(dev).items()}
    sides["chat.toml"] = [line["text"] for line in tomllib.loads(CHAT.read_text("utf-8"))["line"]]
    for language in FOREIGN:
        path = data / "text" / "xed" / "Projections" / f"{language}-projections.tsv"
        lines = dict.fromkeys(line.partition("\t")[0] for line in read_lines(path))
        sides[f"xed_{language}"] = [line for line in lines if _belongs(line, half)][:FOREIGN_ROWS]
    return {
        "benchmark": "disguise",
        "model": predictor.version,
        "half": half,
        "preset": PRESET,
        "weakest_words": WEAKEST_WORDS,
        "toxic_texts": {name: len(rows) for name, rows in toxic.items()},
        "flagged_undisguised": sum(flagged),
        "undisguised": attack_figures(plain, flagged),
        "attacks": attacks,
        "clean": {
            name: clean_figures([reader.read(text) for text in texts]) for name, texts in sides.items()
        },
        "unmask_ms": _milliseconds(unmasker, sides["calm_comments"]),
    }


def _milliseconds(unmasker: Unmasker, texts: Sequence[str]) -> dict[str, float]:
    """Return how long it takes to find out whether a comment is disguised."""
    took = []
    for text in texts:
        started = time.perf_counter()
        unmasker.unmask(text)
        took.append(1_000 * (time.perf_counter() - started))
    return {"median": round(float(np.median(took)), 3), "p99": round(float(np.percentile(took, 99)), 3)}


def main() -> None:
    """Measure and print as JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder that holds the raw data sets")
    parser.add_argument("--prepared", type=Path, default=Path("runs/data"), help="what `data` wrote")
    parser.add_argument("--half", choices=HALVES, default="measured", help="half of dev to read")
    parser.add_argument("--out", type=Path, help="file to write the figures into as well")
    arguments = parser.parse_args()
    try:
        figures = json.dumps(measure(arguments.data, arguments.prepared, arguments.half), indent=2)
    except (DataError, WeightsError) as error:
        sys.exit(f"disguise: {error}")
    print(figures)
    if arguments.out is not None:
        arguments.out.write_text(figures + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
