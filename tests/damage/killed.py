"""Kills upgrades after each of their statements: ``python killed.py FOLDER``.

The folder has ``old-REVISION.sqlite3`` and gets ``cut-REVISION-NEXT-NUMBER.sqlite3``, as they are after that
many statements; the last one of each ran to its end.
"""

import itertools
import os
import shutil
import signal
import sys
from pathlib import Path

from sqlalchemy import NullPool, create_engine, event

from moodring.bot.store.migrations import HEAD, upgrade
from moodring.bot.store.migrations.steps import revisions


def upgrade_until(path: Path, revision: str, statements: int) -> None:
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)
    seen = itertools.count(1)

    def after(*_: object) -> None:
        if next(seen) == statements:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engine, "after_cursor_execute", after)
    with engine.begin() as connection:
        upgrade(connection, revision)


def main(folder: Path) -> None:
    for old, new in [("none", HEAD), *itertools.pairwise(["none", *revisions()])]:
        for statements in itertools.count(1):
            path = folder / f"cut-{old}-{new}-{statements}.sqlite3"
            shutil.copy(folder / f"old-{old}.sqlite3", path)
            pid = os.fork()
            if pid == 0:
                upgrade_until(path, new, statements)
                os._exit(0)
            _, status = os.waitpid(pid, 0)
            if not os.WIFSIGNALED(status):
                break


main(Path(sys.argv[1]))
