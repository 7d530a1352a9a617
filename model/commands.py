"""What the model's commands do with the arguments that `cli` parsed.

Each imports what it needs when it runs: most commands work without TensorFlow, and ``--help`` at once.
"""

import argparse
import json
import logging
import os
from dataclasses import fields
from pathlib import Path
from typing import Any

PREPARED = Path("runs/data")
PRETRAINED = Path("build/pretrained")
WEIGHTS = Path("model/weights")


def _quiet_tensorflow() -> None:
    """Keep TensorFlow's start-up chatter off the terminal; must come before its import."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    logging.getLogger("tensorflow").setLevel(logging.ERROR)


def run_data(arguments: argparse.Namespace) -> None:
    """Check the raw data and write seeded splits."""
    from .data import prepare

    manifest = prepare(arguments.source, arguments.out, arguments.seed)
    for name, entry in manifest["sets"].items():
        parts = ", ".join(f"{part} {count:,}" for part, count in entry["parts"].items() if count)
        print(f"{name:15} {parts}  ({entry['licence']})")


def run_scan(arguments: argparse.Namespace) -> None:
    """Read the faces and the text in all pictures."""
    from .data import scan, scan_faces
    from .faces import FaceReader
    from .ocr import PictureTextReader
    from .predictor import FACES_FILE, shipped_weights

    reader = FaceReader(shipped_weights() / FACES_FILE, arguments.threads)
    for name, count in scan_faces(arguments.data, arguments.prepared, reader.read_file).items():
        print(f"{name}: faces in {count:,} pictures")
    found = scan(arguments.data, arguments.prepared, PictureTextReader(arguments.threads).read_file)
    for name, count in found.items():
        print(f"{name}: text in {count:,} pictures")


def run_faces(arguments: argparse.Namespace) -> None:
    """Convert the networks that read faces."""
    _quiet_tensorflow()
    from .conversion import convert_faces

    arguments.out.write_bytes(convert_faces(arguments.pretrained))
    print(f"wrote {arguments.out}; `export` copies what is shipped")


def _follow(arguments: argparse.Namespace) -> None:
    from .card import render
    from .recipe import Places, follow

    aside = arguments.smoke or arguments.without
    weights = arguments.weights or (arguments.out / "weights" if aside else WEIGHTS)
    places = Places(
        data=arguments.data,
        prepared=arguments.prepared,
        pretrained=arguments.pretrained,
        work=arguments.out,
        weights=weights,
        chat=arguments.chat,
    )
    products = arguments.products or "float32"
    card = follow(
        places,
        products=products,
        smoke=arguments.smoke,
        without=arguments.without,
        teachers=arguments.teachers,
    )
    page = arguments.out / "model-card.md"
    page.write_text(render(card), "utf-8")
    print(f"wrote version {card['version']} to {weights} and its card to {page}")


def run_train(arguments: argparse.Namespace) -> None:
    """Train one strategy, or follow a recipe."""
    _quiet_tensorflow()
    if arguments.recipe is not None:
        _follow(arguments)
        return
    from .backend import on_replicas
    from .data import load_split
    from .data.prepare import MANIFEST
    from .encoders.pretrained import find_pretrained
    from .run import TrainingSettings
    from .text import Tokenizer
    from .training import train

    replicas = on_replicas(arguments.replicas)
    chosen = {
        field.name: getattr(arguments, field.name)
        for field in fields(TrainingSettings)
        if getattr(arguments, field.name) is not None
    }
    settings = TrainingSettings(**{**chosen, "shares": dict(arguments.shares)})
    records = load_split(arguments.data, arguments.prepared, "train")
    if unknown := settings.shares.keys() - records.keys():
        raise ValueError(f"--share names {min(unknown)}, which is none of {', '.join(records)}")
    prepared = json.loads((arguments.prepared / MANIFEST).read_text("utf-8"))["sets"]
    with replicas.scope():
        manifest = train(
            settings,
            train_records=records,
            dev_records=load_split(arguments.data, arguments.prepared, "dev"),
            tokenizer=Tokenizer(find_pretrained(arguments.pretrained, "tokenizer.json")),
            pretrained=arguments.pretrained,
            out=arguments.out,
            data_checksums={name: entry["sha256"] for name, entry in prepared.items()},
            init=arguments.init,
            teachers=arguments.taught_by,
        )
    print(json.dumps(manifest["dev"], indent=2))


def run_ask(arguments: argparse.Namespace) -> None:
    """Write down what finished runs say of the training texts."""
    _quiet_tensorflow()
    from .data import load_split
    from .distillation import ask, unseen
    from .encoders.pretrained import find_pretrained
    from .run import load_run, read_manifest
    from .text import Tokenizer

    records = load_split(arguments.data, arguments.prepared, "train")
    about = arguments.about or list(records)
    if unknown := set(about) - records.keys():
        raise ValueError(f"--about names {min(unknown)}, which is none of {', '.join(records)}")
    tokenizer = Tokenizer(find_pretrained(arguments.pretrained, "tokenizer.json"))
    for run in arguments.runs:
        fold = read_manifest(run)["settings"]["fold"]
        asked = unseen({name: records[name] for name in about}, fold)
        ask(load_run(run, arguments.products), run, asked, tokenizer, arguments.tasks)


def run_pack(arguments: argparse.Namespace) -> None:
    """Write the mean of runs' answers as one file."""
    _quiet_tensorflow()
    from .distillation import pack
    from .run import read_manifest

    pack(arguments.runs, [read_manifest(run) for run in arguments.runs], arguments.out)


def run_saved_model(arguments: argparse.Namespace) -> None:
    """Write weights as a SavedModel."""
    _quiet_tensorflow()
    from .saved_model import write_shipped

    likeness = write_shipped(arguments.weights, arguments.fusion, arguments.out)
    print(f"wrote {arguments.out}, which answers as the weights do (cosine {likeness:.5f} or more)")


def run_export(arguments: argparse.Namespace) -> None:
    """Convert finished runs to the files that ship."""
    _quiet_tensorflow()
    from .data import load_split
    from .encoders.pretrained import find_pretrained
    from .export import export

    card = export(
        arguments.text_run,
        arguments.run_folder,
        load_split(arguments.data, arguments.prepared, "dev"),
        find_pretrained(arguments.pretrained, "tokenizer.json"),
        arguments.out,
        chat=arguments.chat,
        alternate=arguments.alternate,
        beside=arguments.beside,
    )
    print(json.dumps({"version": card["version"], "agreement": card["agreement"]}, indent=2))


def run_evaluate(arguments: argparse.Namespace) -> None:
    """Measure the shipped files."""
    from .data import load_split
    from .evaluation import chat_figures, evaluate
    from .predictor import Predictor

    predictor = Predictor(arguments.weights)
    records = load_split(arguments.data, arguments.prepared, arguments.part)
    figures = evaluate(
        {name: group for name, group in records.items() if group},
        predictor.tokenizer,
        predictor.open(),
        predictor.calibration,
    )
    if arguments.chat is not None:
        figures["chat"] = chat_figures(predictor, arguments.chat)
    print(json.dumps({"model": predictor.version, "part": arguments.part, **figures}, indent=2))


def run_compare(arguments: argparse.Namespace) -> None:
    """Compare the fusion strategies by cross-validation."""
    _quiet_tensorflow()
    from .classifier import EmotionClassifier
    from .comparison import ABLATIONS, STRATEGIES, compare, gather, summarise
    from .data import load_split
    from .encoders.pretrained import find_pretrained
    from .text import Tokenizer

    records = [
        record
        for part in ("train", "dev")
        for record in load_split(arguments.data, arguments.prepared, part)["mvsa_single"]
    ]
    classifier = EmotionClassifier("late")
    classifier.load_pretrained(arguments.pretrained)
    tokenizer = Tokenizer(find_pretrained(arguments.pretrained, "tokenizer.json"))
    pairs = gather(records, tokenizer, classifier, arguments.out / "views")
    given: Any = {
        "init": arguments.init,
        "pretrained": arguments.pretrained,
        "out": arguments.out,
        "products": arguments.products,
    }
    compare(STRATEGIES, arguments.seeds, pairs, **given)
    compare(ABLATIONS, 1, pairs, **given)
    table = summarise((*STRATEGIES, *ABLATIONS), arguments.out)
    arguments.table.write_text(json.dumps(table, indent=2) + "\n", "utf-8")
    print(json.dumps(table, indent=2))


def run_languages(arguments: argparse.Namespace) -> None:
    """Write what is asked of the language identifier's model."""
    from .language_cut import cut

    cut(arguments.out)
    print(f"wrote {arguments.out}")


def run_card(arguments: argparse.Namespace) -> None:
    """Write the model card."""
    from .card import render
    from .predictor import Predictor

    arguments.out.write_text(render(Predictor(arguments.weights).card), "utf-8")
    print(f"wrote {arguments.out}")
