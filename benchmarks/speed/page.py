"""docs/performance.md and its picture, made of what was found."""

import statistics
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from contenders import LIMITS, OURS
from measure import ROOT
from pairs import OURS as OUR_PAIRS

PAGE: Final = ROOT / "docs" / "performance.md"
PICTURE: Final = ROOT / "docs" / "images" / "performance.png"

OUR_COLOUR, THEIRS, LIMIT_COLOUR = "#c2410c", "#64748b", "#cbd5e1"

TARGETS: Final = {"first answer": 2.0, "answer": 15.0, "photo": 60.0, "memory": 250.0}
"""Seconds, milliseconds over a bare bot, milliseconds, and MB; what each should be at most."""

HEAD: Final = """# Performance

How fast Moodring reads, beside what else is run for this task and beside what the machine could do; what
people and operators notice of it; and how the cost grows. `make bench` measures all of it anew and writes
this page (`benchmarks/speed/`, from `benchmarks/results/speed.json`); `make bench-quick` looks in three
minutes, and in CI, whether something became a quarter worse. What many servers take is in
[scaling](scaling.md), what the answers are worth in the [model card](model-card.md).

**How it is measured.** Every contender runs in a process of its own, on one thread, and reads the same
messages as often as the others, in turns: each round begins with another one, and every second round goes
backwards. All of it counts: cleaning, tokenising, padding, the network, the answer. Ratios come first: they
hold on machines of the same kind, milliseconds on this one. The messages are drawn from the dev parts of six
sets of what people wrote, to a histogram of lengths that is kept with its source
(`benchmarks/speed/lengths.json`). Networks of others have random weights, which do not change their speed;
so nothing is said of their answers. ONNX Runtime's graphs are in the form that its own optimiser brings them
to. BERT-base in PyTorch is there where PyTorch is installed: no lock here holds it.

"""


def write(found: Mapping[str, Any]) -> None:
    """Write the page and its picture.

    Args:
        found: What the benchmark keeps.
    """
    text = HEAD + "\n".join(_sections(found))
    PAGE.write_text(text.rstrip() + "\n", "utf-8")
    _draw(found)


def _sections(found: Mapping[str, Any]) -> Iterator[str]:
    yield (
        f"Measured {found['date']} at {found['commit']} on {found['machine']}: {found['messages']:,} "
        f"messages, {found['pairs_read']} pairs, {found['rounds']} rounds.\n"
    )
    yield "![Milliseconds by contender, and how they grow](images/performance.png)\n"
    yield "## Against targets\n"
    yield _table(["", "measured", "target", "met"], _targets(found))
    yield _missed(found)
    yield f"## Texts\n\nMilliseconds a message, {_QUALITY}\n"
    yield _contenders(found["text"]["contenders"])
    yield "## Texts with a picture\n\nMilliseconds a pair, the picture's file decoded in the same process.\n"
    yield _contenders(found["pairs"]["contenders"])
    yield from _stages(found["stages"])
    yield from _curve(found["curve"])
    yield from _life(found["life"])
    files = (f"[{kind}](../benchmarks/results/{name})" for kind, name in found["profiles"].items())
    yield f"## Profiles\n\nWhere the time goes, as text: {', '.join(files)}.\n"


_QUALITY: Final = (
    "median and range of the rounds; how often the sentiment is the one that people agreed on, in those of "
    "the messages that have one, and how often it is ours."
)


def _targets(found: Mapping[str, Any]) -> Iterator[Sequence[str]]:
    for part in ("text", "pairs"):
        for said, each in found[part]["ratios"].items():
            bound = f"{'at least' if each['at_least'] else 'at most'} {each['target']:g}"
            yield f"{part}: {said}", f"**{each['ratio']:.2f}**", bound, _met(each["met"])
    life = found["life"]
    measured = {
        "first answer": (statistics.median(life["first_answer_s"]), "s", "from the start of the process"),
        "answer": (life["answer_ms"]["over"], "ms", "over a bare bot of discord.py, in the simulated server"),
        "photo": (life["photo_ms"]["all"], "ms", f"12 megapixels, {life['photo_ms']['megabytes']} MB, read"),
        "memory": (life["memory_mb"]["rss_mb"], "MB", "in all processes, pictures read"),
    }
    for name, (value, unit, said) in measured.items():
        target = TARGETS[name]
        yield f"{name}, {said}", f"**{value:g} {unit}**", f"at most {target:g} {unit}", _met(value <= target)


def _missed(found: Mapping[str, Any]) -> str:
    """Return why what is hard is missed, in this run's figures."""
    ours, theirs = (
        found["pairs"]["contenders"][name]["ms"]
        for name in (OUR_PAIRS, "BERT-base and ResNet-50, ONNX Runtime int8")
    )
    tower = found["stages"]["stages"]["image tower"]["ms"]
    return (
        "**What is hard, and why.** *The bare products*: between them LiteRT computes layer norms, "
        "softmax, GELU and the scale of each row that is quantised, operator by operator and in fp32, "
        "and around them a message is cleaned, its language told, its tokens found and its answer "
        "calibrated; and each other length has LiteRT plan its memory anew (`AllocateTensors` in the "
        "[profile](../benchmarks/results/profile-texts.txt)). "
        "The faster a processor multiplies in int8, the more all that weighs: one with a peak of "
        "212 thousand million multiplications a second gave 2.03 (at 95f8890), and 6.35 against "
        "BERT-base given our lengths. *Pairs*: BERT-base and ResNet-50 gain threefold by int8, and "
        "our image tower is in fp32: quantised statically, it read pictures without words worse by more "
        "than the .2 points that speed may cost. An image tower that took no time would make the ratio "
        f"{theirs / (ours - tower):.1f}.\n"
    )


def _met(met: bool) -> str:
    return "yes" if met else "**no**"


def _contenders(contenders: Mapping[str, Any]) -> str:
    rows = [
        (
            f"**{name}**" if name in {OURS, OUR_PAIRS} else name,
            f"{each['ms']:.2f}",
            f"{each['ms_from']:.2f}–{each['ms_to']:.2f}",
            f"{each['rss_mb']:.0f}",
            _share(each["sentiment_accuracy"]),
            _share(each["agrees_with_ours"]),
        )
        for name, each in sorted(contenders.items(), key=lambda item: float(item[1]["ms"]))
    ]
    return _table(["", "ms", "from–to", "MB", "sentiment right", "as ours"], rows)


def _share(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"


def _stages(found: Mapping[str, Any]) -> Iterator[str]:
    peaks = found["peak_gmac_per_s"]
    yield (
        "## Share of the peak\n\nThe peak is a product of two matrices of 1,024 × 1,024 in ONNX Runtime on "
        f"one thread: {peaks['int8']:g} thousand million multiplications a second in int8, {peaks['fp32']:g} "
        f"in fp32. The text has {found['tokens']} tokens.\n"
    )
    rows = [
        (name, f"{each['ms']:.2f}", each["factors"], _share(each["share_of_peak"]))
        for name, each in found["stages"].items()
    ]
    yield _table(["stage", "ms", "factors", "of the peak"], rows)


def _curve(found: Mapping[str, Any]) -> Iterator[str]:
    yield "## How cost grows\n"
    for title, key, unit in (
        ("tokens of the text (of more than 128 the first are read)", "ms_by_tokens", "ms"),
        ("pictures", "ms_by_pictures", "ms"),
        ("messages at once", "ms_a_message_by_batch", "ms a message"),
    ):
        yield _table([title, *found[key]], [(unit, *(f"{value:g}" for value in found[key].values()))])
    threads = found["messages_per_s_by_threads"]
    counts = list(next(iter(threads.values())))
    rows = [(name, *(f"{value:g}" for value in each.values())) for name, each in threads.items()]
    yield _table(["messages a second by threads", *counts], rows)


def _life(found: Mapping[str, Any]) -> Iterator[str]:
    answer, photo, memory, imports = (
        found[key] for key in ("answer_ms", "photo_ms", "memory_mb", "imports_s")
    )
    yield "## What people and operators notice\n"
    rows = [
        ("first answer after the start of the process", _spread(found["first_answer_s"], "s")),
        ("imports of the bot", f"{imports['bot']:g} s (its libraries alone {imports['libraries']:g} s)"),
        ("a mention is answered after", f"{answer['ours']:g} ms (a bare bot {answer['bare']:g} ms)"),
        ("a photo: decoded, through the network", f"{photo['decode']:g} ms, {photo['network']:g} ms"),
        ("memory once connected", f"{memory['ready_rss_mb']:g} MB"),
        (
            "memory after 100 answers, 20 to a picture",
            f"{memory['rss_mb']:g} MB in {memory['processes']} processes (PSS {memory['pss_mb']:g} MB)",
        ),
        ("wheel", f"{found['wheel_mb']:g} MB"),
    ]
    yield _table(["", "measured"], rows)


def _spread(values: Sequence[float], unit: str) -> str:
    return f"{statistics.median(values):.2f} {unit} ({min(values):.2f}–{max(values):.2f})"


def _table(head: Sequence[str], rows: Iterator[Sequence[str]] | Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "".join(f"| {' | '.join(map(str, line))} |\n" for line in lines)


def _draw(found: Mapping[str, Any]) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplot_mosaic(
        [["text", "text"], ["pairs", "pairs"], ["tokens", "pictures"]],
        figsize=(9, 11),
        height_ratios=(13, 6, 5),
        layout="constrained",
    )
    for part, title in (("text", "a message"), ("pairs", "a text with a picture")):
        _draw_contenders(axes[part], found[part]["contenders"])
        axes[part].set_title(
            f"Milliseconds for {title} (log scale; lines: the rounds)", loc="left", fontsize=11
        )
    for part, title in (("tokens", "tokens"), ("pictures", "pictures")):
        axis, values = axes[part], found["curve"][f"ms_by_{part}"]
        axis.plot([int(each) for each in values], list(values.values()), "o-", color=OUR_COLOUR)
        axis.set_title(f"moodring: ms by {title}", loc="left", fontsize=11)
        axis.set_ylim(bottom=0)
    axes["pictures"].set_xticks([int(each) for each in found["curve"]["ms_by_pictures"]])
    for axis in axes.values():
        axis.spines[["top", "right"]].set_visible(False)
    figure.savefig(PICTURE, dpi=110, metadata={"Software": None})


def _draw_contenders(axis: Any, contenders: Mapping[str, Any]) -> None:
    items = sorted(contenders.items(), key=lambda item: -float(item[1]["ms"]))
    values = [each["ms"] for _, each in items]
    below = [each["ms"] - each["ms_from"] for _, each in items]
    above = [each["ms_to"] - each["ms"] for _, each in items]
    names = [name for name, _ in items]
    line = {"ecolor": "#0f172a", "lw": 1}
    axis.barh(names, values, xerr=[below, above], color=[*map(_colour, names)], error_kw=line)
    axis.set_xscale("log")
    axis.set_xlim(min(values) / 3, 2 * max(values))
    axis.xaxis.set_major_formatter("{x:g}")
    axis.xaxis.set_minor_formatter("")
    for index, value in enumerate(values):
        axis.annotate(f" {value:.3g}", (value + above[index], index), va="center")


def _colour(name: str) -> str:
    if name in {OURS, OUR_PAIRS}:
        return OUR_COLOUR
    return LIMIT_COLOUR if name in LIMITS else THEIRS
