"""The part of py3langid's model that is asked for English: other scripts and other languages left out.

Whole it takes half a second to load and 55 MB of memory; what is left is mapped from its files at once. Not a
number in it is changed.
"""

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from .language import (
    CHECKSUMS_FILE,
    LATIN_SCRIPT,
    NEXT_FILE,
    OTHERS,
    PRIORS_FILE,
    ROWS_FILE,
    SCORES_FILE,
    TOKENS_FILE,
    checksum,
)


def cut(out: Path) -> None:
    """Write the files that `language.open_identifier` maps.

    Args:
        out: Their folder; made if missing.
    """
    whole = LanguageIdentifier.from_model_file(MODEL_FILE)
    following = np.asarray(whole.tk_nextmove, np.int32).reshape(-1, 256)
    rows, tokens = np.asarray(whole.tk_row), np.asarray(whole.tk_output)
    states = _reached(following, rows)
    kept_rows = np.unique(rows[states])
    kept_tokens = np.unique(tokens[states])[1:]  # the first is -1, for none
    number = np.zeros(len(rows), np.uint16)  # what is not reached leads to the start
    number[states] = np.arange(len(states), dtype=np.uint16)
    columns = [place for place, code in enumerate(whole.nb_classes) if code == "en" or code in OTHERS]
    priors = [(whole.nb_classes[place], whole.nb_pc[place]) for place in columns]
    none = tokens[states] < 0
    out.mkdir(parents=True, exist_ok=True)
    files = {
        NEXT_FILE: number[following[kept_rows]],
        ROWS_FILE: np.searchsorted(kept_rows, rows[states]).astype(np.uint16),
        TOKENS_FILE: np.where(none, -1, np.searchsorted(kept_tokens, tokens[states])).astype(np.int32),
        SCORES_FILE: np.ascontiguousarray(whole.nb_ptc[kept_tokens][:, columns]),
        PRIORS_FILE: np.array(priors, [("language", "U3"), ("prior", np.float32)]),
    }
    for name, content in files.items():
        np.save(out / name, content, allow_pickle=False)
    checksums = {name: checksum(out / name) for name in files}
    (out / CHECKSUMS_FILE).write_text(json.dumps(checksums, indent=2) + "\n", "utf-8")


def _reached(following: NDArray[np.int32], rows: NDArray[np.uint16]) -> NDArray[np.intp]:
    """Return the automaton's states that a text in Latin script can lead to, in order.

    Args:
        following: The state after a byte, (rows, 256).
        rows: Which row a state has, (states,).

    Raises:
        OverflowError: They are too many to be numbered in 16 bits.
    """
    steps: dict[tuple[int, int], set[int]] = {}  # by how many bytes of a letter are missing, before and after
    for letter in LATIN_SCRIPT:
        for place, byte in enumerate(way := letter.encode()):
            missing = (len(way) - place) % len(way)
            steps.setdefault((missing, len(way) - place - 1), set()).add(byte)
    reached = np.zeros((1 + max(map(max, steps)), len(rows)), np.bool_)
    reached[0, 0] = True
    waiting = [(0, np.array([0]))]
    while waiting:
        before, states = waiting.pop()
        for (missing, after), bytes_ in steps.items():
            if missing == before:
                found = np.unique(following[np.ix_(rows[states], sorted(bytes_))])
                new = found[~reached[after, found]]
                reached[after, new] = True
                waiting += [(after, new)] if len(new) else []
    states = np.flatnonzero(reached.any(axis=0))
    if len(states) > np.iinfo(np.uint16).max:
        raise OverflowError(f"{len(states)} states do not fit into 16 bits")
    return states
