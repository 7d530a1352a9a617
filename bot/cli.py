"""The command line: ``moodring``, or ``python -m bot`` in the clone.

Commands load what they need when they run, so that ``--help`` and mistakes are answered at once.
"""

import argparse
import gc
import os
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Final, NoReturn, TypeAlias

from .logs import configure_logs
from .settings import Settings, SettingsError, load_settings, warn_of_exposed_secrets
from .shards import Shards, ShardsError, parse_shards
from .thresholds import ThresholdsError, parse_thresholds

OBJECTS_PER_COLLECTION: Final = 20_000
"""New objects after which Python looks for garbage: at each 700, its default, a start looks through all that
it has loaded so often that a quarter of its time goes into it."""

FAILURE: Final = 1
"""Exit code of a command that could not do all of its work."""

USAGE_ERROR: Final = 2
"""Exit code where the command line or the settings are wrong."""

INTERRUPTED: Final = 130
"""Exit code of a command that Ctrl-C stopped before its end, as shells have it."""


class UsageError(Exception):
    """Options that do not go together; the message is one line."""


Command: TypeAlias = Callable[[argparse.Namespace], int]


def main(argv: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit.

    Args:
        argv: The arguments; None takes those of the process.
    """
    gc.set_threshold(OBJECTS_PER_COLLECTION)
    options = _parser().parse_args(argv)
    command: Command = options.command
    try:
        code = command(options)
        sys.stdout.flush()
    except (UsageError, SettingsError) as error:
        _complain(error)
        code = USAGE_ERROR
    except KeyboardInterrupt:
        code = INTERRUPTED
    except BrokenPipeError:
        # Nobody reads on, as in `… | head`: be quiet, also when Python flushes once more at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = FAILURE
    except Exception as error:
        from moodring.model import WeightsError

        from .backends import BackendError

        if not isinstance(error, (WeightsError, BackendError)):
            raise
        code = _complain(error)
    sys.exit(code)


def _run(options: argparse.Namespace) -> int:
    from .arena import share_arena

    share_arena()
    settings = _settings()
    try:
        if settings.token is not None:
            from .app import run

            return run(settings, options.shards)
        if options.shards is not None:
            raise UsageError("--shards is for Discord: set MOODRING_TOKEN")
        from .local.commands import serve

        return serve(settings)
    except KeyboardInterrupt:
        return 0  # the usual way to end it


def _analyze(options: argparse.Namespace) -> int:
    from .analyze import analyze
    from .jsonl import InputError, analyze_lines

    one = options.text is not None or bool(options.image)
    if options.jsonl and (one or options.json or options.faces or options.explain):
        raise UsageError("--jsonl reads messages from standard input and takes no other option")
    if options.heat is not None and not options.explain:
        raise UsageError("--heat goes with --explain")
    if not options.jsonl and not one:
        raise UsageError("give --text, --image or both; or --jsonl")
    settings = _settings()
    if not options.jsonl:
        return analyze(
            settings,
            options.text or "",
            options.image,
            as_json=options.json,
            faces=options.faces,
            why=options.explain,
            heat=options.heat,
        )
    try:
        return analyze_lines(settings)
    except InputError as error:
        return _complain(error)


def _backtest(options: argparse.Namespace) -> int:
    from .backtest import DEFAULT_THRESHOLDS
    from .export_backtest import backtest_export
    from .intake.exports import ExportError
    from .store import StoreError

    try:
        thresholds = options.thresholds or DEFAULT_THRESHOLDS
        return backtest_export(_settings(), options.file, thresholds, as_json=options.json)
    except (ExportError, StoreError) as error:
        return _complain(error)


def _thresholds(text: str) -> tuple[float, ...]:
    try:
        return parse_thresholds(text)
    except ThresholdsError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _shards(text: str) -> Shards:
    try:
        return parse_shards(text)
    except ShardsError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _simulate(options: argparse.Namespace) -> int:
    from .local.commands import simulate

    return simulate(options.file, _settings(), page=options.page)


def _doctor(_: argparse.Namespace) -> int:
    from .doctor import Finding, doctor

    try:
        settings = _settings()
    except SettingsError as error:
        sys.stdout.write(f"{Finding('settings', False, str(error))}\n")
        return FAILURE
    return doctor(settings)


def _target(text: str) -> Path:
    """Return a file or folder; what ends with a slash is meant as a folder, and has to be there."""
    if text.endswith("/") and not Path(text).is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {text}; make it first")
    return Path(text)


def _backup(options: argparse.Namespace) -> int:
    from .backup import backup
    from .store import StoreError

    try:
        return backup(_settings(), options.file, overwrite=options.overwrite)
    except StoreError as error:
        return _complain(error)


def _restore(options: argparse.Namespace) -> int:
    from .backup import restore
    from .store import StoreError

    try:
        return restore(_settings(), options.file)
    except StoreError as error:
        return _complain(error)


def _sync(_: argparse.Namespace) -> int:
    from .app import sync

    return sync(_settings())


def _settings() -> Settings:
    settings = load_settings()
    configure_logs(settings)
    warn_of_exposed_secrets()
    return settings


def _complain(error: Exception) -> int:
    sys.stderr.write(f"moodring: {error}\n")
    return FAILURE


class _Parser(argparse.ArgumentParser):
    """Tells a mistake in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(USAGE_ERROR, f"moodring: {message}; see {self.prog} --help\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m bot" if Path(sys.argv[0]).name == "__main__.py" else "moodring",
        description="Reads the feeling of chat messages, text and images. Without a command it runs the bot.",
        epilog="example:\n  MOODRING_TOKEN=… %(prog)s run",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"moodring {version('moodring')}")
    parser.set_defaults(command=_run, shards=None)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    def add(name: str, command: Command, about: str, example: str) -> argparse.ArgumentParser:
        added = commands.add_parser(
            name,
            help=about,
            description=f"{about[0].upper()}{about[1:]}.",
            epilog=f"example:\n  {example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        added.set_defaults(command=command)
        return added

    add(
        "run",
        _run,
        "run the bot on Discord, or the simulated server if MOODRING_TOKEN is not set",
        "MOODRING_TOKEN=… %(prog)s",
    ).add_argument(
        "--shards",
        metavar="FIRST-LAST/COUNT",
        type=_shards,
        help="run these shards alone, such as 0-15/64, beside other processes with the rest; by default all",
    )
    analyze = add(
        "analyze",
        _analyze,
        "read one message, or a stream of them",
        '%(prog)s --text "We won!" --image party.jpg\n'
        """  echo '{"id": 1, "text": "We won!", "images": ["party.jpg"]}' | %(prog)s --jsonl""",
    )
    message = analyze.add_argument_group("one message")
    message.add_argument("--text", help="its text")
    message.add_argument(
        "--image", metavar="FILE", nargs="+", action="extend", default=[], help="its pictures"
    )
    message.add_argument("--faces", action="store_true", help="also read what faces in the pictures express")
    message.add_argument("--json", action="store_true", help="print one JSON object")
    message.add_argument(
        "--explain", action="store_true", help="also say which words and parts of pictures made the answer so"
    )
    message.add_argument(
        "--heat",
        metavar="FOLDER",
        type=Path,
        help="with --explain, write the pictures with those parts drawn",
    )
    analyze.add_argument_group("a stream").add_argument(
        "--jsonl",
        action="store_true",
        help="read one JSON object a line from standard input, write one a line in the same order",
    )
    backtest = add(
        "backtest",
        _backtest,
        "try flag thresholds on the past messages of a server, from a data export",
        "%(prog)s export.json --thresholds .5,.7,.9",
    )
    backtest.add_argument(
        "file", metavar="FILE", type=Path, help="the export, a JSON file of DiscordChatExporter's"
    )
    backtest.add_argument(
        "--thresholds",
        metavar="LIST",
        type=_thresholds,
        help="toxicity from which a message is flagged, above 0 and at most 1 or in per cent, with commas "
        "between several; by default those of the presets",
    )
    backtest.add_argument(
        "--json", action="store_true", help="print one JSON object with the ids of all flagged messages"
    )
    simulate = add(
        "simulate",
        _simulate,
        "play a scripted conversation in the simulated server and check what follows",
        "%(prog)s my-server.toml --page",
    )
    simulate.add_argument("file", metavar="FILE", type=Path, help="the conversation, a TOML file")
    simulate.add_argument("--page", action="store_true", help="show it as a page in the browser")
    add("doctor", _doctor, "check settings, weights, database, token and permissions", "%(prog)s")
    backup = add(
        "backup",
        _backup,
        "write a checked copy of the SQLite database, also while the bot runs",
        "%(prog)s backups/",
    )
    backup.add_argument(
        "file", metavar="FILE", type=_target, help="the copy; in a folder it gets a name with the time"
    )
    backup.add_argument("--overwrite", action="store_true", help="replace the file if it is there already")
    restore = add(
        "restore",
        _restore,
        "put a backup in the place of the SQLite database, which is kept beside it; stop the bot first",
        "%(prog)s backups/moodring-20260131T120000Z.sqlite3",
    )
    restore.add_argument("file", metavar="FILE", type=Path, help="the backup")
    add("sync", _sync, "tell Discord about the commands, even if they did not change", "%(prog)s")
    return parser
