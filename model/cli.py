"""The model's command line: prepare data, train, export, evaluate, write the model card."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from . import commands
from .commands import PREPARED, PRETRAINED, WEIGHTS
from .labels import TASKS

Add: TypeAlias = Callable[..., Any]
"""Adds a command: name, what it runs, summary, example, parent parsers."""


def _share(text: str) -> tuple[str, float]:
    name, _, share = text.partition("=")
    try:
        return name, float(share)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not SET=SHARE, such as davidson=0.1") from None


class _HelpFormatter(argparse.ArgumentDefaultsHelpFormatter):
    """Shows defaults where there are any."""

    def _get_help_string(self, action: argparse.Action) -> str | None:
        return action.help if action.default in (None, []) else super()._get_help_string(action)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m model", description=__doc__)
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    reads_data = argparse.ArgumentParser(add_help=False)
    reads_data.add_argument("--data", type=Path, required=True, help="folder with the raw data sets")
    reads_data.add_argument("--prepared", type=Path, default=PREPARED, help="what `data` wrote")
    starts_anew = argparse.ArgumentParser(add_help=False)
    starts_anew.add_argument(
        "--pretrained", type=Path, default=PRETRAINED, help="what `make weights` fetched"
    )

    products: Any = {
        "choices": ("float32", "bfloat16"),
        "help": "type that the text tower multiplies in; bfloat16 is twice as fast where a processor has it",
    }

    def add(
        name: str,
        run: Callable[[argparse.Namespace], None],
        summary: str,
        example: str,
        parents: Sequence[argparse.ArgumentParser] = (),
    ) -> Any:
        command = subparsers.add_parser(
            name,
            parents=parents,
            help=summary,
            description=summary,
            epilog=f"example: python -m model {example}",
            formatter_class=_HelpFormatter,
        )
        command.set_defaults(run=run)
        return command

    _add_training(add, reads_data, starts_anew, products)
    _add_measuring(add, reads_data, starts_anew, products)
    return parser


def _add_training(
    add: Add, reads_data: argparse.ArgumentParser, starts_anew: argparse.ArgumentParser, products: Any
) -> None:
    """Add the commands up to a finished run."""
    data = add(
        "data", commands.run_data, "Check the raw data and write seeded splits.", "data --source ~/data"
    )
    data.add_argument("--source", type=Path, required=True, help="folder with the raw data sets")
    data.add_argument("--out", type=Path, default=PREPARED, help="folder for the id lists")
    data.add_argument("--seed", type=int, default=0, help="seed of the splits")

    scan = add(
        "scan",
        commands.run_scan,
        "Read the text and the faces in all pictures, for training to see them; needs the extra ocr.",
        "scan --data ~/data",
        (reads_data,),
    )
    scan.add_argument("--threads", type=int, default=1, help="threads of the reader")

    faces = add(
        "faces",
        commands.run_faces,
        "Convert the networks that find and read faces, as `make faces` fetched them.",
        "faces",
        (starts_anew,),
    )
    faces.add_argument("--out", type=Path, default=WEIGHTS / "faces.tflite", help="file to write")

    train = add(
        "train",
        commands.run_train,
        "Train one strategy; the same command goes on where a killed run stopped.",
        "train --data ~/data --recipe shipped --out runs/shipped",
        (reads_data, starts_anew),
    )
    train.add_argument("--out", type=Path, required=True, help="folder of the run, or of a recipe's runs")
    recipe = train.add_argument_group("a recipe", "all stages, from the raw data to the files that ship")
    recipe.add_argument(
        "--recipe", choices=("shipped",), help="follow it; of the flags below only --products counts"
    )
    recipe.add_argument("--smoke", action="store_true", help="a few rows a set, to see that every stage runs")
    recipe.add_argument("--without", nargs="+", default=[], metavar="SET", help="sets to leave out")
    recipe.add_argument(
        "--teachers", action="store_true", help="train the teachers too, whose answers ship otherwise"
    )
    recipe.add_argument(
        "--weights", type=Path, help=f"folder of the files: {WEIGHTS}, or in --out for --smoke and --without"
    )
    recipe.add_argument("--chat", type=Path, help="chat lines to list in the card")
    train.add_argument("--init", type=Path, help="finished run to start from")
    train.add_argument(
        "--taught-by",
        type=Path,
        nargs="+",
        default=[],
        metavar="RUN",
        help="finished runs whose answers `ask` wrote, or its one file; they are mixed into the targets",
    )
    train.add_argument("--soft", type=float, help="share of the teachers' answers in given labels' targets")
    train.add_argument("--views", type=int, help="versions of each picture that are looked at once, before")
    train.add_argument("--varied", type=float, help="share of the texts that are spelled otherwise")
    train.add_argument("--strategy", help="progressive, late, early, text or teacher")
    train.add_argument("--combine", help="late fusion: concatenate, add or gated")
    train.add_argument("--epochs", type=int, help="passes over the data")
    train.add_argument("--batch", type=int, help="rows a step")
    train.add_argument("--tower-rate", type=float, help="peak learning rate of the text tower; 0 freezes it")
    train.add_argument("--head-rate", type=float, help="peak learning rate of the rest")
    train.add_argument("--warmup", type=float, help="share of the steps over which the rates rise")
    train.add_argument("--weight-decay", type=float, help="AdamW's decay")
    train.add_argument("--max-tokens", type=int, help="longer texts are cut")
    train.add_argument("--products", **products)
    train.add_argument(
        "--replicas", type=int, default=1, help="devices that train side by side (tf.distribute)"
    )
    train.add_argument("--limit", type=int, help="at most this many rows a set")
    train.add_argument("--seed", type=int, help="seed of everything random")
    train.add_argument(
        "--fold", type=int, help="part of the rows, 0 to 4, to leave out so that `ask` asks about it alone"
    )
    train.add_argument(
        "--upper",
        action="store_true",
        help="train only the last layers of the text tower, which what ships has apart for pictures",
    )
    train.add_argument(
        "--share",
        dest="shares",
        type=_share,
        action="append",
        default=[],
        metavar="SET=SHARE",
        help="use this share of a set's rows, drawn anew each epoch; 2.5 repeats them",
    )

    ask = add(
        "ask",
        commands.run_ask,
        "Write down what finished runs say of every training text, for the runs they teach.",
        "ask --data ~/data --run runs/teacher-0 runs/teacher-1",
        (reads_data, starts_anew),
    )
    ask.add_argument("--run", dest="runs", type=Path, nargs="+", required=True, help="the finished runs")
    ask.add_argument("--about", nargs="+", metavar="SET", help="sets to ask about; all if not given")
    ask.add_argument("--tasks", nargs="+", choices=TASKS, default=TASKS, help="what to ask for")
    ask.add_argument("--products", default="float32", **products)

    pack = add(
        "pack",
        commands.run_pack,
        "Write the mean of what runs said when they were asked as one small file.",
        "pack --run runs/teacher-0 runs/teacher-1 --out answers.npz",
    )
    pack.add_argument("--run", dest="runs", type=Path, nargs="+", required=True, help="runs that were asked")
    pack.add_argument("--out", type=Path, required=True, help="file to write")


def _add_measuring(
    add: Add, reads_data: argparse.ArgumentParser, starts_anew: argparse.ArgumentParser, products: Any
) -> None:
    """Add the commands from a finished run on."""
    two_runs = argparse.ArgumentParser(add_help=False)
    two_runs.add_argument(
        "--text",
        dest="text_run",
        type=Path,
        required=True,
        metavar="RUN",
        help="finished text run: it answers words alone",
    )
    two_runs.add_argument(
        "--run",
        dest="run_folder",
        type=Path,
        required=True,
        metavar="RUN",
        help="finished fusion run that began with it: it answers whatever has a picture",
    )
    export = add(
        "export",
        commands.run_export,
        "Convert finished runs to the files that ship; nothing is replaced unless every check passes.",
        "export --data ~/data --text runs/text --run runs/pairs --chat tests/data/chat.toml",
        (reads_data, starts_anew, two_runs),
    )
    export.add_argument("--out", type=Path, default=WEIGHTS, help="folder of the weights")
    export.add_argument("--chat", type=Path, help="chat lines to list in the card")
    export.add_argument(
        "--alternate",
        type=Path,
        metavar="RUN",
        help="finished run of another strategy over the same towers, to ship as the other choice",
    )
    export.add_argument(
        "--beside",
        type=Path,
        nargs="+",
        default=[],
        metavar="RUN",
        help="finished runs of other seeds or strategies to list in the card",
    )

    saved_model = add(
        "saved-model",
        commands.run_saved_model,
        "Write the weights as a SavedModel, the format of TensorFlow Serving.",
        "saved-model --out runs/serving/1",
    )
    saved_model.add_argument(
        "--weights", type=Path, help="folder of the weights; the shipped ones if not given"
    )
    saved_model.add_argument("--fusion", help="which fusion of these weights; the default one if not given")
    saved_model.add_argument(
        "--out", type=Path, default=Path("runs/serving/1"), help="folder of this version, named by a number"
    )

    evaluate = add(
        "evaluate",
        commands.run_evaluate,
        "Measure the shipped files and print the figures as JSON.",
        "evaluate --data ~/data --chat tests/data/chat.toml",
        (reads_data,),
    )
    evaluate.add_argument("--part", choices=("dev", "hold"), default="dev", help="what to measure on")
    evaluate.add_argument("--weights", type=Path, help="folder of the weights; the shipped ones if not given")
    evaluate.add_argument("--chat", type=Path, help="chat lines to measure as well")

    compare = add(
        "compare",
        commands.run_compare,
        "Compare the fusion strategies by cross-validation; the same command goes on after a kill.",
        "compare --data ~/data --init runs/text",
        (reads_data, starts_anew),
    )
    compare.add_argument("--init", type=Path, required=True, help="finished text run that all start from")
    compare.add_argument("--out", type=Path, default=Path("runs/compare"), help="folder of the results")
    compare.add_argument("--seeds", type=int, default=3, help="seeds of each strategy")
    compare.add_argument("--products", default="float32", **products)
    compare.add_argument(
        "--table", type=Path, default=Path("docs/comparison.json"), help="file to write the table to"
    )

    languages = add(
        "languages",
        commands.run_languages,
        "Cut the language identifier's model to what is asked of it; after another release of py3langid.",
        "languages",
    )
    languages.add_argument("--out", type=Path, default=Path("model/languages"), help="folder to write to")
    card = add("card", commands.run_card, "Write the model card from the weights' card.json.", "card")
    card.add_argument("--weights", type=Path, help="folder of the weights; the shipped ones if not given")
    card.add_argument("--out", type=Path, default=Path("docs/model-card.md"), help="file to write")


def main(argv: Sequence[str] | None = None) -> None:
    """Parse, run, and turn expected errors into one line and exit code 1."""
    arguments = _parser().parse_args(argv)
    try:
        arguments.run(arguments)
    except KeyboardInterrupt:
        sys.exit(130)
    except ModuleNotFoundError as error:
        sys.exit(
            f"error: {error.name} is not installed: this command needs the test environment, `make test`"
        )
    except (RuntimeError, ValueError, OSError) as error:
        sys.exit(f"error: {error}")
