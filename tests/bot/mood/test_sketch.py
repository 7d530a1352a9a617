"""How many authors there were is known, and who is not."""

from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodring.bot.mood.sketch import KEPT, AuthorSketch

IDS = st.integers(0, 2**64 - 1)


def sketch_of(author_ids: list[int]) -> AuthorSketch:
    sketch = AuthorSketch()
    for author_id in author_ids:
        sketch.add(author_id)
    return sketch


@given(st.lists(IDS, max_size=3 * KEPT))
def test_few_authors_are_counted_exactly_however_often_they_write(author_ids: list[int]) -> None:
    authors = len(set(author_ids))
    found = sketch_of([*author_ids, *author_ids]).authors
    if authors < KEPT:
        assert found == authors
    else:
        assert found >= KEPT


@pytest.mark.parametrize("authors", [100, 1000])
def test_many_authors_are_estimated(authors: int) -> None:
    # One sketch has a standard error of 18 %, the mean of a hundred one of 2 %.
    assert mean(sketch_of(list(range(authors))).authors for _ in range(100)) == pytest.approx(
        authors, rel=0.15
    )


@given(st.lists(IDS, max_size=3 * KEPT))
def test_a_sketch_is_bounded_and_holds_nothing_that_names_anybody(author_ids: list[int]) -> None:
    sketch = sketch_of(author_ids)
    assert set(vars(sketch)) == {"_key", "_least"}
    assert len(sketch._least) <= KEPT
    assert not sketch._least & set(author_ids)


def test_the_same_authors_look_different_in_every_sketch() -> None:
    one, other = sketch_of([1, 2, 3]), sketch_of([1, 2, 3])
    assert one._key != other._key
    assert not one._least & other._least
