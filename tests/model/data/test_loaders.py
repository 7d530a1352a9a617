"""Each data set is read with the labels it really has."""

from pathlib import Path

import pytest

from moodring.model.data import CORPORA, Corpus, DataError, Part, Record
from moodring.model.data.convabuse import toxicity_of as convabuse_toxicity
from moodring.model.data.davidson import toxicity_of as davidson_toxicity
from moodring.model.data.emoji import sentiment_of as emoji_sentiment
from moodring.model.data.goemotions import GENTLE_TOXICITY
from moodring.model.data.goemotions import sentiment_of as emotions_sentiment
from moodring.model.data.vader_tweets import sentiment_of as valence_sentiment


def read(source: Path, name: str) -> dict[Part, list[Record]]:
    corpus = next(corpus for corpus in CORPORA if corpus.name == name)
    return corpus.load(source)


def test_every_set_has_its_rows_and_stable_ids(source: Path, corpora: tuple[Corpus, ...]) -> None:
    for corpus in corpora:
        given = corpus.load(source)
        assert {part: len(records) for part, records in given.items()} == corpus.rows
        assert all(
            record.id.startswith(f"{corpus.name}/") for records in given.values() for record in records
        )


def test_goemotions_keeps_quotes_and_odd_line_separators(source: Path) -> None:
    records = read(source, "goemotions")["train"]
    assert records[0].text == 'They said "" twice, what a day'
    assert records[0].emotions == {"joy", "surprise"}
    assert records[4].text == "Split\u2028by another sign"


def test_goemotions_calls_only_comments_without_harsh_emotion_gentle(source: Path) -> None:
    records = {record.id: record for record in read(source, "goemotions")["train"]}
    assert records["goemotions/go1"].toxicity == GENTLE_TOXICITY
    assert records["goemotions/go4"].toxicity is None


@pytest.mark.parametrize(
    ("emotions", "sentiment"),
    [
        ({"joy", "love"}, (0.0, 0.0, 1.0)),
        ({"joy", "anger"}, (0.5, 0.0, 0.5)),
        ({"neutral"}, (0.0, 1.0, 0.0)),
        ({"joy", "surprise"}, (0.0, 0.0, 1.0)),
        ({"curiosity", "confusion"}, None),
    ],
)
def test_emotions_give_the_sentiment_of_their_groups(
    emotions: set[str], sentiment: tuple[float, float, float] | None
) -> None:
    assert emotions_sentiment(frozenset(emotions)) == sentiment


def test_mvsa_pairs_the_tweet_with_its_picture(source: Path) -> None:
    record = read(source, "mvsa_single")["train"][0]
    assert record.image == source / "mvsa_single/images/1.jpg"
    assert record.sentiment == (0.0, 0.0, 1.0)


def test_hatemoji_is_toxic_when_hateful(source: Path) -> None:
    assert [record.toxicity for record in read(source, "hatemoji")["train"]] == [0.0, 1.0]


def test_convabuse_counts_the_votes_of_every_annotator(source: Path) -> None:
    records = read(source, "convabuse")["train"]
    assert [record.id for record in records] == ["convabuse/10", "convabuse/11", "convabuse/12"]
    assert [record.toxicity for record in records] == [0.0, 0.75, 0.5]
    assert records[1].text == "go away bot"


@pytest.mark.parametrize(
    ("votes", "toxicity"),
    [([(1, 3)], 0.0), ([(-3, 1), (-1, 1)], 1.0), ([(0, 2)], 0.5), ([(1, 2), (-2, 1)], 1 / 3), ([], None)],
)
def test_convabuse_toxicity_is_the_share_of_votes_for_abuse(
    votes: list[tuple[int, int]], toxicity: float | None
) -> None:
    assert convabuse_toxicity(votes) == toxicity


def test_edos_negatives_are_neither_clean_nor_toxic(source: Path) -> None:
    given = read(source, "edos")
    assert [record.id for record in given["dev"]] == ["edos/9"]
    sexist, other = given["train"]
    assert sexist.toxicity == 1.0
    assert other.toxicity is not None
    assert 0 < other.toxicity < 0.5


@pytest.mark.parametrize(
    ("votes", "toxic"), [((3, 0, 0), True), ((0, 3, 0), True), ((0, 2, 1), False), ((0, 0, 3), False)]
)
def test_davidson_needs_unanimity_to_call_an_offensive_tweet_toxic(
    votes: tuple[int, int, int], toxic: bool
) -> None:
    assert (davidson_toxicity(*votes) >= 0.5) == toxic


def test_davidson_keeps_line_breaks_inside_a_tweet(source: Path) -> None:
    assert read(source, "davidson")["train"][1].text == "a rude line,\nand another"


def test_toxic_spans_is_less_sure_where_no_span_was_agreed_on(source: Path) -> None:
    with_span, without = read(source, "toxic_spans")["train"]
    assert with_span.toxicity == 1.0
    assert without.toxicity is not None
    assert 0.5 < without.toxicity < 1.0


def test_surge_toxicity_is_read_as_given(source: Path) -> None:
    assert [record.toxicity for record in read(source, "surge_toxicity")["train"]] == [1.0, 0.0]


def test_vader_tweets_keep_their_rating(source: Path) -> None:
    records = read(source, "vader_tweets")["train"]
    assert [record.valence for record in records] == [2.5, -3.0, 0.1]
    assert records[0].text == 'Best "soup ever'


@pytest.mark.parametrize(
    ("valence", "sentiment"), [(-3.0, 0), (-1.0, 0), (0.0, 1), (0.3, 1), (1.0, 2), (4.0, 2)]
)
def test_a_rating_gives_a_distribution_that_leans_its_way(valence: float, sentiment: int) -> None:
    shares = valence_sentiment(valence)
    assert sum(shares) == pytest.approx(1.0)
    assert min(shares) >= 0.0
    assert shares.index(max(shares)) == sentiment


def test_rare_emoji_are_left_out_and_counts_smoothed(source: Path) -> None:
    (record,) = read(source, "emoji")["train"]
    assert record.text == "🥣"
    assert record.sentiment == emoji_sentiment(0, 1, 6) == (0.1, 0.2, 0.7)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("text/goemotions/train.tsv", "no tabs here\n", "line 1: 1 columns where 3"),
        ("text/goemotions/train.tsv", "text\t28\tgo1\n", "unknown label numbers '28'"),
        ("mvsa_single/train.jsonl", '{"id": "1"}\n', "line 1: expected id, text and one of"),
        ("text/edos/train_dev.csv", "", "is empty"),
        ("text/hatemoji/train.csv", 'entry_id,text,label_gold\n0,"open,0\n', "not a whole"),
        ("text/hatemoji/train.csv", "entry_id,text,label_gold\n0,text\n", "row 1: 2 columns where 3"),
        ("text/convabuse/ConvAbuseEMNLPtrain.csv", "example_id,bot\n1,x\n", "not laid out as ConvAbuse"),
    ],
)
def test_a_broken_file_is_named_with_what_is_wrong(
    source: Path, name: str, content: str, message: str
) -> None:
    (source / name).write_text(content)
    with pytest.raises(DataError, match=message) as caught:
        read(source, name.split("/")[-2])
    assert str(source / name) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_chat_line_may_leave_its_sentiment_open(source: Path) -> None:
    clear, open_, rude = read(source, "chat")["train"]
    assert (clear.emotions, clear.sentiment, clear.toxicity) == ({"joy", "relief"}, (0, 0, 1), 0.0)
    assert open_.sentiment is None
    assert rude.toxicity == 1.0


def test_xed_gives_words_without_labels(source: Path) -> None:
    first, second = read(source, "xed")["train"]
    assert (first.text, second.text) == ("Where is the soup , [PERSON] ?", "That is soup.")
    assert first.emotions is None
    assert first.sentiment is None
    assert first.toxicity is None
