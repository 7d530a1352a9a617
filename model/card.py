"""The model card as a page, from what export measured."""

import json
import statistics
from collections.abc import Mapping, Sequence
from typing import Any, Final

from .data import CORPORA
from .evaluation import SEXISM_SET

PURPOSE: Final = (
    "Hints for people who run a chat server, in English. Not for decisions about people at work or in "
    "school, not for diagnosis, not for punishment that nobody looks at. It reads words and pictures, "
    "not minds: irony, quotes and slang mislead it, and the toxicity sets carry a known bias against "
    "dialects."
)

_SCORES: Final = {SEXISM_SET: "sexism"}


def _table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def _percent(share: float) -> str:
    return f"{share:.1%}"


def _within(figures: Mapping[str, Any], name: str) -> str:
    low, high = figures[f"{name}_interval"]
    return f"{figures[name]:.3f} ({low:.3f}–{high:.3f})"


def _recall_and_false_alarms(part: Mapping[str, Any]) -> str:
    return f"{_percent(part['recall'])} / {_percent(part['false_positive_rate'])}"


def _figures(dev: Mapping[str, Any]) -> str:
    emotions, pairs, toxicity = dev["goemotions"], dev["mvsa_single"], dev["toxicity"]
    rows: list[tuple[object, ...]] = [
        ("GoEmotions, 28 labels", "macro-F1, dev thresholds in-sample", f"{emotions['macro_f1']:.3f}"),
        ("", "macro-F1, thresholds cross-fitted", _within(emotions, "macro_f1_cross_fitted")),
        ("", "top emotion is among the given ones", _percent(emotions["top_emotion_accuracy"])),
        ("", "confidence: ECE, 15 bins, cross-fitted", f"{emotions['top_emotion_ece_cross_fitted']:.3f}"),
        ("", "share of answers called sure", _percent(emotions["sure_share"])),
    ]
    if emotions["sure_accuracy"] is not None:
        rows.append(("", "of those right", _percent(emotions["sure_accuracy"])))
    rows += [
        (
            "GoEmotions, Ekman 6 + neutral",
            "macro-F1, cross-fitted",
            _within(emotions, "ekman_macro_f1_cross_fitted"),
        ),
        (
            "GoEmotions, sentiment groups",
            "macro-F1, cross-fitted",
            _within(emotions, "sentiment_groups_macro_f1_cross_fitted"),
        ),
    ]
    rows += [
        (
            f"MVSA-Single, {name.replace('_', ' ')}",
            "accuracy / weighted F1 · ECE",
            f"{_within(part, 'accuracy')} / {part['weighted_f1']:.3f} · {_within(part, 'ece')}",
        )
        for name, part in pairs.items()
    ]
    rows.append(
        ("VADER tweets", "correlation with mean valence", _within(dev["vader_tweets"], "valence_correlation"))
    )
    rows.append(("all texts with one clear sentiment", "ECE, 15 bins", f"{dev['sentiment']['ece']:.3f}"))
    rows += [
        (
            name,
            f"{_SCORES.get(name, 'toxicity')} AUROC · recall / false alarms when called toxic",
            f"{_within(part, 'auroc')} · {_recall_and_false_alarms(part)}",
        )
        for name, part in toxicity.items()
        if isinstance(part, Mapping)
    ]
    rows += [
        (
            "calm GoEmotions comments",
            "wrongly called toxic",
            f"{toxicity['calm_false_positive_rate']:.2%}",
        ),
        ("toxicity sets pooled", "recall when called toxic", _percent(toxicity["pooled_recall"])),
        ("", f"ECE, 15 bins, {toxicity['pooled_rows']:,} rows", f"{toxicity['pooled_ece']:.3f}"),
    ]
    return _table(("dev set", "figure", "value"), rows)


def _rounded(card: Mapping[str, Any]) -> str:
    """What shipped files lose against the networks that they were made of."""
    text, pairs = _phases(card["training"])[0]["dev"], card["training"]["dev"]
    dev = card["dev"]
    figures = [
        (
            "GoEmotions, macro-F1 cross-fitted",
            text,
            "goemotions/macro_f1_cross_fitted",
            dev["goemotions"]["macro_f1_cross_fitted"],
        ),
        (
            "GoEmotions, top emotion",
            text,
            "goemotions/top_emotion_accuracy",
            dev["goemotions"]["top_emotion_accuracy"],
        ),
        *(
            (f"{name}, AUROC", text, f"{name}/{_SCORES.get(name, 'toxicity')}_auroc", part["auroc"])
            for name, part in dev["toxicity"].items()
            if isinstance(part, Mapping)
        ),
        (
            "MVSA-Single, accuracy",
            pairs,
            "mvsa_single/sentiment_accuracy",
            dev["mvsa_single"]["text_and_image"]["accuracy"],
        ),
    ]
    rows = [
        (name, f"{run[key]:.3f}", f"{shipped:.3f}", f"{100 * (shipped - run[key]):+.1f}")
        for name, run, key, shipped in figures
        if key in run
    ]
    return _table(("dev set, figure", "Keras", "as shipped", "points"), rows)


def _runs(card: Mapping[str, Any]) -> str:
    """The shipped run beside other seeds and strategies."""
    columns = {
        "MVSA-Single accuracy": "mvsa_single/sentiment_accuracy",
        "weighted F1": "mvsa_single/sentiment_weighted_f1",
    }
    runs = [card["training"], *card["beside"]]
    rows: list[tuple[object, ...]] = [
        (
            run["settings"]["strategy"],
            run["settings"]["seed"],
            run["settings"]["epochs"],
            *(f"{run['dev'][figure]:.3f}" for figure in columns.values()),
        )
        for run in runs
    ]
    shipped = card["training"]["settings"]
    alike = [run["dev"] for run in runs if run["settings"] | {"seed": shipped["seed"]} == shipped]
    spread = [_mean_and_deviation([dev[figure] for dev in alike]) for figure in columns.values()]
    rows.append((f"{card['strategy']}, mean of {len(alike)} runs", "", shipped["epochs"], *spread))
    return _table(("strategy", "seed", "epochs", *columns), rows)


def _mean_and_deviation(values: Sequence[float]) -> str:
    mean = f"{statistics.mean(values):.3f}"
    return f"{mean} ± {statistics.stdev(values):.3f}" if len(values) > 1 else mean


def _alternate(card: Mapping[str, Any]) -> str:
    """The other fusion beside the default one."""
    parts = ("text_and_image", "image_only")
    rows: list[tuple[object, ...]] = [
        (
            way["version"],
            *(_within(way["dev"]["mvsa_single"][part], "accuracy") for part in parts),
        )
        for way in (card, card["alternate"])
    ]
    head = (f"MVSA-Single accuracy, {part.replace('_', ' ')}" for part in parts)
    return _table(("version", *head), rows)


def _chat(chat: Mapping[str, Any]) -> str:
    misses = [
        (
            miss["kind"],
            miss["text"].replace("|", "\\|").replace("\n", " ⏎ "),
            ", ".join(miss["accepted"]),
            f"{miss['read']} ({miss['sentiment']})",
        )
        for miss in chat["misses"]
    ]
    return (
        f"{_percent(chat['acceptable'])} of {chat['lines']} chat lines get an acceptable answer. "
        "The misses:\n\n" + _table(("kind", "line", "accepted", "read as"), misses)
    )


def _subgroups(subgroups: Mapping[str, Any]) -> str:
    identity = [
        (
            group,
            part["messages"],
            _percent(part["called_toxic"]),
            f"{part['mean_toxicity']:.3f}",
            f"{part['worst_term']} ({part['worst_mean_toxicity']:.3f})",
        )
        for group, part in subgroups["identity"].items()
    ]
    dialect = [
        (name, part["messages"], _percent(part["called_toxic"]), f"{part['mean_toxicity']:.3f}")
        for name, part in subgroups["dialect"].items()
    ]
    head = ("sentences", "called toxic", "mean toxicity")
    return "\n\n".join(
        [
            "Harmless sentences in which only the word for a group differs (`model/subgroups.py`):",
            _table(("group", *head, "worst term"), identity),
            "Dev tweets of Davidson's set that people judged harmless, by words of African-American English:",
            _table(("tweets", *head), dialect),
        ]
    )


def _phase(runs: Sequence[Mapping[str, Any]]) -> str:
    """Return one line about runs that are alike but for their seeds and what they left out."""
    settings, rows = runs[0]["settings"], runs[0]["rows"]
    seeds = ", ".join(str(run["settings"]["seed"]) for run in runs)
    shares = "".join(f", {share:.0%} of {name}" for name, share in settings["shares"].items())
    sets = "each set" if len(rows) > 1 else next(iter(rows), "no set")
    return (
        f"{settings['strategy']}: {_counted(settings['epochs'], 'epoch')}, batch {settings['batch']}, "
        f"{'seed' if len(runs) == 1 else 'one run each of seeds'} {seeds}, text tower at "
        f"{settings['tower_rate']:g}, the rest at {settings['head_rate']:g} (AdamW, warm-up, cosine); of "
        f"{sets} all training rows an epoch{shares}"
        f"{'' if settings.get('fold') is None else ', but for a part, another for each run'}."
    )


def _counted(count: int, name: str) -> str:
    return f"{count} {name}{'' if count == 1 else 's'}"


def _kinds(teachers: Sequence[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    """Return the teachers in groups that are alike but for their seeds and what they left out."""
    kinds: dict[str, list[Mapping[str, Any]]] = {}
    for teacher in teachers:
        kind = json.dumps([{**teacher["settings"], "seed": None, "fold": None}, list(teacher["rows"])])
        kinds.setdefault(kind, []).append(teacher)
    return list(kinds.values())


def _teachers(phase: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the runs that spoke of a run's rows and are no step before it."""
    before = phase["started_from"] or {"settings": None}
    return [run for run in phase["taught_by"] if run["settings"] != before["settings"]]


def _phases(training: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the runs that led to one, the first one first, and that one."""
    phases = [training]
    while (before := phases[0]["started_from"]) is not None:
        phases.insert(0, before)
    return phases


def _training(training: Mapping[str, Any]) -> str:
    text, *fusion = _phases(training)
    phases = [part for phase in (text, *fusion) for part in (*_kinds(_teachers(phase)), [phase])]
    taught = (
        f"{text['settings']['soft']:.0%} of the text run's targets are what the teachers say of a text, the "
        "mean where several were asked."
        if text["taught_by"]
        else "No teacher took part."
    )
    if any(_teachers(phase) for phase in fusion):
        taught += (
            f" {fusion[-1]['settings']['soft']:.0%} of the targets of a pair are what the run said of it "
            "that had left it out."
        )
    return "\n".join(
        [
            *(f"{number}. {_phase(phase)}" for number, phase in enumerate(phases, start=1)),
            "",
            taught,
            "",
            (
                "The image tower and the tables of words and places are as pretrained. Checksums of the data "
                "and versions of the libraries stand in `card.json`."
            ),
        ]
    )


def render(card: Mapping[str, Any]) -> str:
    """Return the model card in Markdown.

    Args:
        card: What ``card.json`` holds.
    """
    agreement = card["agreement"]
    rows = {name: count for phase in _phases(card["training"]) for name, count in phase["rows"].items()}
    files = [
        (name, f"{entry['bytes'] / 1e6:.1f} MB", f"`{entry['sha256'][:16]}…`")
        for name, entry in card["files"].items()
    ]
    data = [
        (corpus.name, f"{rows[corpus.name]:,}", corpus.attribution, corpus.licence)
        for corpus in CORPORA
        if corpus.name in rows
    ]
    what = (
        f"A {card['strategy']}-fusion classifier of {card['parameters'] / 1e6:.1f} M parameters: MiniLM-L6 "
        "reads the text, EfficientNet-Lite0 the images, and the heads answer 28 emotions, sentiment and "
        "toxicity."
    )
    agrees = (
        f"Agreement with Keras on {agreement['samples']} dev samples: {_percent(agreement['same_top'])} the "
        "same top emotion, largest difference of any probability "
        f"{agreement['largest_difference']:.3f}."
    )
    sections = [
        f"# Model card: {card['version']}",
        "Made by `python -m model card` from `model/weights/card.json`; do not edit by hand.",
        what,
        "## What it is for, and what not",
        PURPOSE,
        "## Figures on dev",
        "In brackets: 95 % bootstrap intervals over the rows.",
        _figures(card["dev"]),
        "### What rounding costs",
        (
            "The text tower ships in 8 bits a weight, the fusion in 16. Keras read the same rows after "
            "training, each text cut to what training reads of it."
        ),
        _rounded(card),
        "### Seeds and strategies",
        (
            "All start from the same text run, and that one alone answers messages of words: what the fusion "
            "learns costs them nothing. Read in Keras on dev after training."
        ),
        _runs(card),
        *(
            [
                f"### The other fusion: `MOODRING_FUSION={card['alternate']['strategy']}`",
                "It shares all that reads words and pictures; only fusion and heads were trained for it.",
                _alternate(card),
            ]
            if card["alternate"]
            else []
        ),
        *(["## Chat lines, never trained or tuned on", _chat(card["chat"])] if "chat" in card else []),
        "## Whose ordinary talk is called toxic",
        _subgroups(card["subgroups"]),
        "## Files",
        _table(("file", "size", "sha256"), files),
        agrees,
        "## Training",
        _training(card["training"]),
        _table(("set", "training rows", "by", "licence as stated"), data),
    ]
    return "\n\n".join(sections) + "\n"
