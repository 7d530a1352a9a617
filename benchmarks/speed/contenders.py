"""Who reads texts: us, what people deploy for this task, and what is cheaper still.

Each is opened in a process of its own and then reads all messages as often as it is told. All of it counts:
cleaning, tokenising, padding, the network, the answer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
from tokenizers import Tokenizer

from moodring.model import Predictor
from moodring.model.labels import SENTIMENTS
from moodring.model.predictor import TOKENIZER_FILE, shipped_weights
from moodring.model.text import MAX_TOKENS, bucket

BATCH: Final = 32
"""Messages in a padded batch, as people usually run a BERT."""

Answers: TypeAlias = list[str] | None
"""The sentiment of each message; None from a network with random weights."""

Read: TypeAlias = Callable[[list[str]], Answers]


@dataclass(frozen=True, slots=True)
class Setting:
    """What a contender may use.

    Attributes:
        threads: Threads of one call.
        work: Folder for the models that peers make.
        data: Folder with the raw sets, for peers that learn; None where there are none.
    """

    threads: int
    work: Path
    data: Path | None


def moodring(setting: Setting) -> Read:
    """Return our predictor, message by message, as the bot reads them."""
    predictor = Predictor()
    engine = predictor.open(setting.threads)

    def read(texts: list[str]) -> Answers:
        answers = []
        for text in texts:
            prepared = predictor.prepare(text)
            [logits] = engine.infer([prepared])
            answers.append(predictor.conclude(prepared, logits, 0.0).sentiment)
        return answers

    return read


def onnx_bert(setting: Setting, shape: str, *, int8: bool, padded: bool) -> Read:
    """Return a BERT in ONNX Runtime.

    Args:
        setting: What it may use.
        shape: ``base`` or ``minilm``.
        int8: Whether its products are quantised.
        padded: Whether messages go in batches, each as long as its longest; else one by one in our buckets.
    """
    from bert import write
    from limit import open_session
    from onnx_graph import once
    from shapes import BASE, MINILM

    path = setting.work / f"{shape}-{'int8' if int8 else 'fp32'}.onnx"
    model = once(path, write, shape={"base": BASE, "minilm": MINILM}[shape], int8=int8)
    session = open_session(model, setting.threads)
    tokenizer = bare_tokenizer()

    def read(texts: list[str]) -> Answers:
        together = BATCH if padded else 1
        for start in range(0, len(texts), together):
            encoded = [each.ids for each in tokenizer.encode_batch(texts[start : start + together])]
            longest = max(map(len, encoded))
            ids = np.zeros((len(encoded), longest if padded else bucket(longest)), np.int32)
            for row, tokens in zip(ids, encoded, strict=True):
                row[: len(tokens)] = tokens
            session.run(None, {"ids": ids, "segments": np.zeros_like(ids), "mask": np.minimum(ids, 1)})
        return None

    return read


def framework_bert(setting: Setting, name: str) -> Read:
    """Return a BERT-base in a framework, float32, message by message in our buckets.

    Args:
        setting: What it may use.
        name: ``tensorflow`` or ``pytorch``.
    """
    from frameworks import OPEN

    answer = OPEN[name](setting.threads)
    tokenizer = bare_tokenizer()

    def read(texts: list[str]) -> Answers:
        for text in texts:
            tokens = tokenizer.encode(text).ids
            ids = np.zeros((1, bucket(len(tokens))), np.int32)
            ids[0, : len(tokens)] = tokens
            answer(ids)
        return None

    return read


def vader(_: Setting) -> Read:
    """Return VADER (Hutto and Gilbert, 2014), a lexicon with rules, with the bounds of its authors."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    scores = SentimentIntensityAnalyzer().polarity_scores
    return lambda texts: [_side(scores(text)["compound"], 0.05) for text in texts]


def textblob(_: Setting) -> Read:
    """Return TextBlob, whose polarity is that of Pattern's lexicon."""
    from textblob import TextBlob

    return lambda texts: [_side(TextBlob(text).sentiment.polarity, 0.05) for text in texts]


def tfidf(setting: Setting) -> Read:
    """Return TF-IDF of words and pairs with logistic regression, learned from GoEmotions' training part."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    from moodring.model.data import load_split

    assert setting.data is not None, "it learns from the data"
    rows = [
        (record.text, SENTIMENTS[int(np.argmax(record.sentiment))])
        for record in load_split(setting.data, Path("runs/data"), "train")["goemotions"]
        if record.sentiment is not None
    ]
    texts, labels = zip(*rows, strict=True)
    model = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True), LogisticRegression(max_iter=1_000)
    )
    model.fit(texts, labels)
    return lambda read: [str(model.predict([text])[0]) for text in read]


def bare_tokenizer() -> Any:
    """Return WordPiece alone, as peers use it."""
    tokenizer = Tokenizer.from_file(str(shipped_weights() / TOKENIZER_FILE))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    return tokenizer


def _side(score: float, bound: float) -> str:
    return "positive" if score >= bound else "negative" if score <= -bound else "neutral"


def products(setting: Setting, *, int8: bool) -> Read:
    """Return the bare matrix products of our text tower, which is no contender but the limit."""
    from limit import open_limit

    run = open_limit(setting.threads, int8=int8)
    tokenizer = bare_tokenizer()
    lengths: list[int] = []

    def read(texts: list[str]) -> Answers:
        if not lengths:  # the first time is not measured
            lengths.extend(bucket(len(each.ids)) for each in tokenizer.encode_batch(texts))
        for length in lengths:
            run(length)
        return None

    return read


OURS: Final = "moodring"
BERT: Final = "BERT-base, ONNX Runtime int8, our lengths"
PADDED: Final = "BERT-base, ONNX Runtime int8, batches of 32"
TENSORFLOW: Final = "BERT-base, TensorFlow fp32, our lengths"
PYTORCH: Final = "BERT-base, PyTorch fp32, our lengths"
TFIDF: Final = "TF-IDF and logistic regression"
LIMIT: Final = "limit: products alone, int8"
LIMITS: Final = (LIMIT, "limit: products alone, fp32")

TEXT: Final[dict[str, Callable[[Setting], Read]]] = {
    OURS: moodring,
    LIMIT: partial(products, int8=True),
    LIMITS[1]: partial(products, int8=False),
    BERT: partial(onnx_bert, shape="base", int8=True, padded=False),
    PADDED: partial(onnx_bert, shape="base", int8=True, padded=True),
    TENSORFLOW: partial(framework_bert, name="tensorflow"),
    PYTORCH: partial(framework_bert, name="pytorch"),
    "MiniLM-L6, ONNX Runtime fp32": partial(onnx_bert, shape="minilm", int8=False, padded=False),
    "MiniLM-L6, ONNX Runtime int8": partial(onnx_bert, shape="minilm", int8=True, padded=False),
    "VADER": vader,
    "TextBlob": textblob,
    TFIDF: tfidf,
}
"""By the name that tables show."""
