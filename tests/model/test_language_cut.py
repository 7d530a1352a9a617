"""What is left of the identifier's model says what the whole of it says."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from moodring.model.language import FOLDER, LATIN_SCRIPT, OTHERS, open_identifier
from moodring.model.language_cut import cut

WORDS = ["the", "was", "machst", "año", "você", "żółw", "ő", "ə", "ấy", "l'été", "ÀÉ", "haha", "ẞ"]


@pytest.fixture(scope="module")
def whole() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(["en", *OTHERS])
    return identifier


@pytest.fixture(scope="module")
def part() -> LanguageIdentifier:
    return open_identifier()


@given(st.lists(st.sampled_from(WORDS) | st.text(LATIN_SCRIPT, max_size=12)).map(" ".join))
def test_it_ranks_every_text_in_latin_script_the_same(
    whole: LanguageIdentifier, part: LanguageIdentifier, text: str
) -> None:
    assert dict(part.rank(text)) == dict(whole.rank(text))


def test_what_ships_is_what_the_command_writes(tmp_path: Path) -> None:
    cut(tmp_path)
    written = sorted(path.name for path in tmp_path.iterdir())
    assert written == sorted(path.name for path in FOLDER.iterdir())
    for name in written:
        assert (FOLDER / name).read_bytes() == (tmp_path / name).read_bytes(), name


def test_it_is_mapped_not_loaded(part: LanguageIdentifier) -> None:
    assert isinstance(part.nb_ptc.base, np.memmap)
    assert isinstance(part.tk_nextmove.obj.base.base, np.memmap)
