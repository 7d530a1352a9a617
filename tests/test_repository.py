"""The repository speaks of itself only: no registry, no machine, no stray large file."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAX_FILE_BYTES = 50_000_000
"""Git hosts refuse or warn about larger files."""

FOREIGN = {
    "a package registry": r"py[p]i[.]org|python[h]osted[.]org|np[m]js[.](org|com)|deb[.]deb[i]an[.]org",
    "a folder of one machine": r"(?<![\w.])/(?:root|home|work|Users)/",
}


@pytest.fixture(scope="module")
def tracked() -> list[Path]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    paths = [ROOT / name for name in listing.stdout.decode().split("\0") if name]
    return [path for path in paths if path.exists()]


@pytest.mark.parametrize("what", FOREIGN)
def test_no_tracked_file_names(what: str, tracked: list[Path]) -> None:
    found = []
    for path in tracked:
        content = path.read_bytes()
        if b"\0" in content:  # weights and pictures
            continue
        for number, line in enumerate(content.decode("utf-8").splitlines(), 1):
            if re.search(FOREIGN[what], line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()}")
    assert found == []


def test_no_tracked_file_is_too_large(tracked: list[Path]) -> None:
    assert [path.name for path in tracked if path.stat().st_size > MAX_FILE_BYTES] == []
