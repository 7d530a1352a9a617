"""A token in a file is read only where nobody else can read it, and no message repeats it."""

import os
import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodring.bot import secret_file
from moodring.bot.secret_file import MAX_BYTES, exposed, read_secret
from moodring.bot.settings import Settings, SettingsError, load_settings, warn_of_exposed_secrets

SECRET = "hunter2.hunter2"
MINE, ROOT, OTHER = 1_000, 0, 1_001


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run in a folder without .env and without settings in the environment."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"MOODRING_{name.upper()}", raising=False)


def _file(path: Path, content: bytes = f"{SECRET}\n".encode(), mode: int = 0o600) -> Path:
    path.write_bytes(content)
    path.chmod(mode)
    return path


@pytest.mark.parametrize("content", [SECRET, f"{SECRET}\n", f"{SECRET}\r\n"])
@pytest.mark.parametrize("mode", [0o400, 0o600])
def test_a_safe_file_gives_its_only_line(content: str, mode: int, tmp_path: Path) -> None:
    assert read_secret(_file(tmp_path / "token", content.encode(), mode)) == content.strip()


def test_a_link_leads_to_the_file(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(_file(tmp_path / "token"))
    assert read_secret(tmp_path / "link") == SECRET


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "one line"),
        (b"\n", "one line"),
        (f"Bot {SECRET}".encode(), "without spaces"),
        (f"{SECRET}\n{SECRET}\n".encode(), "one line"),
        (f"\N{BYTE ORDER MARK} {SECRET}".encode(), "without spaces"),
        (f"{SECRET}\xff".encode("latin-1"), "one line"),
        (SECRET.encode() * MAX_BYTES, "at most 4096 bytes"),
    ],
    ids=["empty", "blank", "two words", "two lines", "mark", "not UTF-8", "large"],
)
def test_what_is_no_bare_secret_is_refused(content: bytes, complaint: str, tmp_path: Path) -> None:
    _refused(_file(tmp_path / "token", content), complaint)


@given(st.text(max_size=64))
def test_one_plain_word_is_taken_and_nothing_else(text: str) -> None:
    path = _file(Path("token"), text.encode("utf-8", "surrogatepass"))
    word = text.rstrip("\r\n")
    if word and all("!" <= letter <= "~" for letter in word):
        assert read_secret(path) == word
    else:
        with pytest.raises(ValueError, match="one line, the bare secret"):
            read_secret(path)


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o660, 0o602, 0o620, 0o601, 0o644, 0o777])
def test_a_file_that_others_may_read_or_change_is_refused(mode: int, tmp_path: Path) -> None:
    path = _file(tmp_path / "token", mode=mode)
    os.chown(path, -1, MINE) if os.geteuid() == 0 else None  # root's own group is another case
    _refused(path, "run `chmod 600` on it")


def test_what_is_no_file_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    _refused(tmp_path / "pipe", "regular file")
    _refused(tmp_path, "Is a directory")
    _refused(Path("/dev/null"), "regular file")
    _refused(tmp_path / "nowhere", "No such file")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
        _refused(tmp_path / "socket", "cannot be read")


@pytest.mark.parametrize(
    ("user", "group", "mode", "safe"),
    [
        (MINE, MINE, 0o100600, True),
        (ROOT, ROOT, 0o100400, True),
        (
            ROOT,
            ROOT,
            0o100440,
            True,
        ),  # a credential of systemd: the group's bit is the mask of its access list
        (ROOT, ROOT, 0o100444, False),
        (ROOT, ROOT, 0o100460, False),
        (ROOT, MINE, 0o100440, False),
        (MINE, ROOT, 0o100440, False),
        (OTHER, OTHER, 0o100600, False),
    ],
)
def test_safe_is_what_only_this_user_and_root_can_read(
    user: int, group: int, mode: int, safe: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: MINE)
    status = os.stat_result((mode, 0, 0, 1, user, group, 0, 0, 0, 0))
    if safe:
        secret_file._require_safe(status)
    else:
        with pytest.raises(ValueError, match="another user" if user == OTHER else "chmod 600"):
            secret_file._require_safe(status)


def _refused(path: Path, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint) as caught:
        read_secret(path)
    assert "\n" not in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_the_settings_take_the_token_from_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOODRING_TOKEN_FILE", str(_file(tmp_path / "token")))
    settings = load_settings()
    assert settings.token is not None
    assert settings.token.get_secret_value() == SECRET
    assert SECRET not in repr(settings)


def test_a_token_in_both_places_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOODRING_TOKEN_FILE", str(_file(tmp_path / "token")))
    _file(tmp_path / ".env", f"MOODRING_TOKEN={SECRET}\n".encode())
    with pytest.raises(SettingsError, match="are both set; remove one of them"):
        load_settings()


def test_a_file_that_is_not_safe_is_an_error_that_names_the_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOODRING_TOKEN_FILE", str(_file(tmp_path / "token", mode=0o644)))
    with pytest.raises(SettingsError, match=r"^MOODRING_TOKEN_FILE: others on this machine") as caught:
        load_settings()
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("line", "mode", "warned"),
    [
        (f"MOODRING_TOKEN={SECRET}", 0o644, True),
        (f"export moodring_token = '{SECRET}'", 0o602, True),
        ("MOODRING_DATABASE_URL=postgresql+asyncpg://mood:hunter2@db/mood", 0o604, True),
        (f"MOODRING_TOKEN={SECRET}", 0o600, False),
        (f"MOODRING_TOKEN={SECRET}", 0o640, False),  # a group may be meant
        ("MOODRING_TOKEN=\nMOODRING_THREADS=2", 0o644, False),
        (f"#MOODRING_TOKEN={SECRET}", 0o644, False),
        ("MOODRING_TOKEN=  # none", 0o644, False),
    ],
)
def test_an_env_file_with_secrets_that_everybody_may_read_is_named(
    line: str, mode: int, warned: bool, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    _file(tmp_path / ".env", f"MOODRING_THREADS=1\n{line}\n".encode(), mode)
    warn_of_exposed_secrets()
    assert [record.getMessage() for record in caplog.records] == warned * [
        "every user of this machine may read the secrets in .env: run `chmod 600 .env`"
    ]


def test_without_an_env_file_nothing_is_exposed(tmp_path: Path) -> None:
    assert not exposed(tmp_path / ".env")
    assert not exposed(_file(tmp_path / ".env", b"MOODRING_TOKEN=\xff", 0o644))
