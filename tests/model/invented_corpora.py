"""A few invented rows in every set's own format."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from moodring.model.data import CORPORA, Corpus, Part
from moodring.model.labels import EMOTIONS, SENTIMENTS

ABUSE_DEGREES = ("1", "0", "-1", "-2", "-3")
FILES = {
    "goemotions/train.tsv": "".join(
        [
            'They said "" twice, what a day\t17,26\tgo1\n',
            "It is Tuesday\t27\tgo2\n",
            "Why is it Tuesday?\t7\tgo3\n",
            "You ruined my soup\t2\tgo4\n",
            "Split\u2028by another sign\t0\tgo5\n",
            "Same words!\t27\tgo6\n",
        ]
    ),
    "goemotions/dev.tsv": "same words\t27\tgo7\n",
    "hatemoji/train.csv": 'entry_id,text,label_gold\n0,"soup, 🥣 again",0\n2,begone 🐀,1\n',
    "hatemoji/validation.csv": "entry_id,text,label_gold\n1,begone 🥣,0\n",
    "edos/train_dev.csv": (
        "rewire_id,text,label_sexist,label_category,label_vector,split\n"
        "sexism2022_english-7,an unfair remark,sexist,x,y,train\n"
        "sexism2022_english-8,a remark on soup,not sexist,none,none,train\n"
        "sexism2022_english-9,a remark on tea,not sexist,none,none,dev\n"
    ),
    "davidson/labeled_data.csv": (
        ",count,hate_speech,offensive_language,neither,class,tweet\n"
        "0,3,0,0,3,2,RT @someone: tea &amp; soup\n"
        '1,3,1,2,0,1,"a rude line,\nand another"\n'
    ),
    "toxic_spans/tsd_train.csv": 'spans,text\n"[0, 1]",rude comment\n[],mean comment\n',
    "toxic_spans/tsd_trial.csv": 'spans,text\n"[0]",awful comment\n',
    "surge_toxicity/toxicity_en.csv": "text,is_toxic\r\nawful soup,Toxic\r\nfine soup,Not Toxic\r\n",
    "vader_tweets/tweets_GroundTruth.txt": '1\t2.5\tBest "soup ever\r\n2\t-3\tWorst soup\r\n3\t0.1\tSoup',
    "emoji/Emoji_Sentiment_Data_v1.0.csv": (
        "Emoji,Unicode codepoint,Occurrences,Position,Negative,Neutral,Positive,Unicode name,Unicode block\n"
        "🥣,0x1f963,7,0.5,0,1,6,BOWL WITH SPOON,X\n"
        "🫖,0x1fad6,1,0.5,0,0,1,TEAPOT,X\n"
    ),
    "xed/AnnotatedData/en-annotated.tsv": "Where is the soup , [PERSON] ?\t7\n",
    "xed/AnnotatedData/neu_en.txt": "9\tThat is soup.\n",
}
MVSA = {
    "train": '{"id": "1", "text": "Soup pic", "sentiment": "positive"}\n',
    "dev": '{"id": "2", "text": "Tea pic", "sentiment": "negative"}\n',
}
CHAT = (
    "joy,relief\tpositive\t0\tsoup is ready, finally\n"
    "surprise\t-\t0\tsoup??\n"
    "anger\tnegative\t1\tshut up, soup thief\n"
)
ROWS: dict[str, dict[Part, int]] = {
    "goemotions": {"train": 6, "dev": 1},
    "mvsa_single": {"train": 1, "dev": 1},
    "hatemoji": {"train": 2, "dev": 1},
    "convabuse": {"train": 3, "dev": 1},
    "edos": {"train": 2, "dev": 1},
    "davidson": {"train": 2},
    "toxic_spans": {"train": 2, "dev": 1},
    "surge_toxicity": {"train": 2},
    "vader_tweets": {"train": 3},
    "emoji": {"train": 1},
    "chat": {"train": 3},
    "xed": {"train": 2},
}


def convabuse(*rows: tuple[str, str, str, str]) -> str:
    """Lay out turns with two annotators' votes and the doubled column name of the real header."""
    header = ["example_id", "user"]
    for annotator in (1, 2):
        header += [f"Annotator{annotator}_is_abuse.{degree}" for degree in ABUSE_DEGREES]
        header.append("Annotator6_transphobic")
    lines = [",".join(header)]
    for example, user, *votes in rows:
        lines.append(",".join([example, user, *(f"{vote},0" for vote in votes)]))
    return "\n".join(lines) + "\n"


def invented_corpora(rows: Mapping[str, Mapping[Part, int]] = ROWS) -> tuple[Corpus, ...]:
    """The sets with the row counts that belong to the invented rows."""
    return tuple(replace(corpus, rows=rows[corpus.name], folder=None) for corpus in CORPORA)


def write_corpora(root: Path) -> None:
    """Write every set's files under ``root``, as the raw data lies."""
    files = {f"text/{name}": text for name, text in FILES.items()} | {"chat_lines.tsv": CHAT}
    files["text/convabuse/ConvAbuseEMNLPtrain.csv"] = convabuse(
        ("10.0", "hello bot", "1,0,0,0,0", ",,,,"),
        ("11.0", "go away bot", "0,0,1,0,0", "0,1,0,0,0"),
        ("12.0", "hm", ",,,,", '"1, 0","0, 0","0, 0","0, 1","0, 0"'),
    )
    files["text/convabuse/ConvAbuseEMNLPvalid.csv"] = convabuse(("13.0", "bye bot", "1,0,0,0,0", ",,,,"))
    for part, rows in MVSA.items():
        files[f"mvsa_single/{part}.jsonl"] = rows
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    (root / "mvsa_single/images").mkdir()
    for number in (1, 2):
        Image.new("RGB", (64, 48), (90 * number, 40, 10)).save(root / f"mvsa_single/images/{number}.jpg")


MANY, SPLIT = 40, 120
"""Rows of each part that a set defines itself, and of a set that is split by us."""

PICTURES = 6
"""Different pictures: reading each takes half a second."""

MANY_ROWS: dict[str, dict[Part, int]] = {
    **{
        name: {"train": MANY, "dev": MANY}
        for name in ("mvsa_single", "hatemoji", "convabuse", "edos", "toxic_spans")
    },
    "goemotions": {"train": 84, "dev": 84},
    **{name: {"train": SPLIT} for name in ("davidson", "surge_toxicity", "vader_tweets", "chat")},
    "emoji": ROWS["emoji"],
    "xed": ROWS["xed"],
}
"""Enough rows of every kind for each figure of the model card."""


def write_many(root: Path) -> None:
    """Write every set's files with `MANY_ROWS`; the labels of each set take turns."""
    write_corpora(root)

    def lines(count: int, form: str, *cycles: tuple[str, ...]) -> str:
        """Fill ``{n}`` with the line's number and ``{0}`` and so on with what has its turn."""
        return "".join(form.format(*(cycle[n % len(cycle)] for cycle in cycles), n=n) for n in range(count))

    labels = tuple(str(number) for number in range(len(EMOTIONS)))
    two, sexist = ("0", "1"), ("sexist", "not sexist")
    emoji_header, edos_header = (
        "entry_id,text,label_gold\n",
        FILES["edos/train_dev.csv"].split("\n")[0] + "\n",
    )
    texts = {
        "goemotions/train.tsv": lines(84, "comment {n} in train\t{0}\ta{n}\n", labels),
        "goemotions/dev.tsv": lines(84, "comment {n} in dev\t{0}\tb{n}\n", labels),
        "hatemoji/train.csv": emoji_header + lines(MANY, "{n},post {n} 🥣,{0}\n", two),
        "hatemoji/validation.csv": emoji_header + lines(MANY, "1{n:03},post {n} 🐀,{0}\n", two),
        "edos/train_dev.csv": edos_header
        + lines(MANY, "x-1{n:03},remark {n} in train,{0},c,v,train\n", sexist)
        + lines(MANY, "x-2{n:03},remark {n} in dev,{0},c,v,dev\n", sexist),
        "davidson/labeled_data.csv": ",count,hate_speech,offensive_language,neither,class,tweet\n"
        + lines(SPLIT, "{n},3,{0},0,{1},2,tweet number {n}\n", ("3", "0"), ("0", "3")),
        "toxic_spans/tsd_train.csv": "spans,text\n" + lines(MANY, '"[0]",bad comment {n}\n'),
        "toxic_spans/tsd_trial.csv": "spans,text\n" + lines(MANY, '"[0]",awful comment {n}\n'),
        "surge_toxicity/toxicity_en.csv": "text,is_toxic\r\n"
        + lines(SPLIT, "social post {n},{0}\r\n", ("Toxic", "Not Toxic")),
        "vader_tweets/tweets_GroundTruth.txt": lines(
            SPLIT, "{n}\t{0}\ttweet about soup {n}\n", ("-3", "-1.5", "0", "1.5", "3")
        ),
    }
    for name, text in texts.items():
        (root / "text" / name).write_bytes(text.encode())
    votes = (("1,0,0,0,0", ",,,,"), ("0,0,1,0,0", "0,1,0,0,0"))
    for name, first in (("ConvAbuseEMNLPtrain.csv", 100), ("ConvAbuseEMNLPvalid.csv", 200)):
        turns = [(f"{first + n}.0", f"hello bot {first + n}", *votes[n % 2]) for n in range(MANY)]
        (root / "text/convabuse" / name).write_text(convabuse(*turns))
    chat = lines(SPLIT, "{0}\t{1}\t{2}\tchat line {n}\n", EMOTIONS, SENTIMENTS, two)
    (root / "chat_lines.tsv").write_text(chat)
    for part, first in (("train", 100), ("dev", 200)):
        rows = []
        for n in range(first, first + MANY):
            pixels = np.random.default_rng(n % PICTURES).integers(0, 255, (8, 8, 3), dtype=np.uint8)
            Image.fromarray(pixels).resize((64, 48)).save(root / f"mvsa_single/images/{n}.jpg")
            rows.append({"id": str(n), "text": f"picture {n}", "sentiment": SENTIMENTS[n % 3]})
        text = "".join(json.dumps(row) + "\n" for row in rows)
        (root / f"mvsa_single/{part}.jsonl").write_text(text)
