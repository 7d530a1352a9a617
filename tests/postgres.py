"""A PostgreSQL server of Debian's package, on a socket in a folder of its own; nothing of it is left."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

DEBIAN = Path("/usr/lib/postgresql")
"""Where Debian's package puts each version; elsewhere the programs are on the path."""

ACCOUNT = "postgres"
"""Whose the server is where the tests run as root, as whom it does not start."""


def find_programs() -> Path | None:
    """Return the folder with the newest server's programs; None where there is none."""
    versions = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda program: int(program.parts[-3]))
    found = versions[-1] if versions else shutil.which("initdb")
    return None if found is None else Path(found).parent


class Server:
    """A server that runs.

    Args:
        programs: Folder with ``initdb`` and ``pg_ctl``.
        folder: Where it keeps everything; readable by whoever it runs as.
    """

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs = programs
        self._folder = folder
        self._databases = 0

    def url(self) -> str:
        """Return the address of a new database."""
        self._databases += 1
        name = f"tried_{self._databases}"
        self._run("createdb", f"--host={self._folder}", f"--username={ACCOUNT}", name)
        return f"postgresql+asyncpg://{ACCOUNT}@/{name}?host={self._folder}"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        # A power cut is no part of the tests, and waiting for a disk is most of what a server does.
        options = f"-k {self._folder} -c listen_addresses='' -c fsync=off -c max_connections=50"
        log = self._folder / "log"
        self._run("pg_ctl", f"--pgdata={self._data}", "-w", f"--log={log}", f"--options={options}", "start")

    def stop(self) -> None:
        """Stop it at once: nothing of it is kept."""
        self._run("pg_ctl", f"--pgdata={self._data}", "-w", "--mode=immediate", "stop")

    def make(self) -> None:
        """Make its files."""
        options = ("--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", f"--username={ACCOUNT}")
        self._run("initdb", f"--pgdata={self._data}", *options)

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def _run(self, program: str, *arguments: str) -> None:
        command: Sequence[str] = [str(self._programs / program), *arguments]
        account = ACCOUNT if os.geteuid() == 0 else None
        said, errors = subprocess.PIPE, subprocess.STDOUT
        ran = subprocess.run(command, user=account, cwd=self._folder, stdout=said, stderr=errors, check=False)
        assert ran.returncode == 0, ran.stdout.decode()


@contextmanager
def open_server(programs: Path) -> Iterator[Server]:
    """Make a server, run it, and take everything away."""
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # a socket's path has to be short
    try:
        if os.geteuid() == 0:
            os.chown(folder, pwd.getpwnam(ACCOUNT).pw_uid, -1)
        server = Server(programs, folder)
        server.make()
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder)
