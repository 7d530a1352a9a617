"""An export is read message by message to its end, or there is one line that says why not."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ijson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodring.bot.intake import MAX_IMAGES, exports
from moodring.bot.intake.exports import (
    MAX_DEPTH,
    MAX_MESSAGE_BYTES,
    Attachment,
    ExportedMessage,
    ExportError,
    local_pictures,
    open_export,
)

MESSAGE: dict[str, Any] = {
    "id": "100000000000000001",
    "type": "Default",
    "timestamp": "2026-01-01T12:00:00+00:00",
    "content": "hello there",
    "author": {"id": "200000000000000001", "name": "alice", "isBot": False, "roles": []},
    "attachments": [],
    "embeds": [{"title": "more", "fields": [1, None, {"a": 2.5}]}],
    "stickers": [],
}
"""As DiscordChatExporter writes one, in short."""

LINE = json.dumps(MESSAGE).encode()


@pytest.fixture
def read(tmp_path: Path) -> Iterator[Any]:
    """Reads bytes as an export; returns the messages."""

    def read(data: bytes) -> list[ExportedMessage | None]:
        path = tmp_path / "export.json"
        path.write_bytes(data)
        with open_export(path) as export:
            return list(export.messages())

    return read


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'{"guild": {"id": "1"}, "channel": {"id": "2"}, "messages": [', b'], "messageCount": 2}'),
        (b'{"messages": [', b"]}"),
        (b'{"junk": [[{"messages": []}], "messages"], "messages": [', b'], "more": {"messages": 5}}'),
        (b"[", b"]"),
        (b"\xef\xbb\xbf[", b"]"),
        (b"\r\n[\r\n", b"\r\n]\r\n"),
    ],
)
def test_the_messages_are_read_whatever_stands_around_them(before: bytes, after: bytes, read: Any) -> None:
    first, second = read(before + LINE + b",\r\n" + LINE + after)

    assert first == second
    assert (first.id, first.author.id, first.text) == (
        "100000000000000001",
        "200000000000000001",
        "hello there",
    )
    assert not first.author.is_bot
    assert not first.is_notice


@pytest.mark.parametrize("data", [b"[]", b'{"messages": []}', b'{"messages":[],"messageCount":0}\n'])
def test_an_export_may_hold_no_message(data: bytes, read: Any) -> None:
    assert read(data) == []


def test_ids_may_be_numbers_and_most_parts_may_be_missing(read: Any) -> None:
    [message] = read(b'[{"id": 100000000000000001, "author": {"id": 7}}]')

    assert (message.id, message.author.id, message.text) == ("100000000000000001", "7", "")


@pytest.mark.parametrize(
    ("type_", "notice"),
    [("Default", False), ("Reply", False), ("GuildMemberJoin", True), ("ThreadCreated", True), ("8", True)],
)
def test_discords_own_notices_are_told_apart(type_: str, notice: bool, read: Any) -> None:
    [message] = read(json.dumps([MESSAGE | {"type": type_}]).encode())

    assert message.is_notice is notice


def test_stickers_stand_behind_the_text(read: Any) -> None:
    stickers = [{"id": "1", "name": "happy_dance"}, {"id": "2", "name": "yay"}]
    [message] = read(json.dumps([MESSAGE | {"content": " hi ", "stickers": stickers}]).encode())

    assert message.text == "hi\nhappy dance\nyay"


@pytest.mark.parametrize(
    "damaged",
    [
        None,
        7,
        "a text",
        [],
        {},
        {"id": None},
        {"id": True},
        {"id": 1.5},
        {"id": ""},
        {"id": "two words"},
        {"id": "\x1b[31m"},
        {"id": "9" * 65},
        {"type": 0},
        {"content": None},
        {"content": ["a"]},
        {"author": None},
        {"author": "alice"},
        {"author": {}},
        {"author": {"id": None}},
        {"author": {"id": "1", "isBot": "yes"}},
        {"attachments": None},
        {"attachments": {"url": "a.png"}},
        {"attachments": ["a.png"]},
        {"attachments": [{"url": 7}]},
        {"stickers": [{"name": None}]},
    ],
)
def test_a_damaged_message_does_not_spoil_the_rest(damaged: object, read: Any) -> None:
    record = MESSAGE | damaged if isinstance(damaged, dict) and damaged else damaged

    messages = read(json.dumps([MESSAGE, record, MESSAGE]).encode())

    assert [message is None for message in messages] == [False, True, False]


@pytest.mark.parametrize("part", ["timestamp", "embeds", "reactions", "anything"])
@pytest.mark.parametrize("junk", [None, -1e300, "later", [[[]]], {"a": {"b": [None]}}])
def test_junk_where_nothing_is_looked_for_does_no_harm(part: str, junk: object, read: Any) -> None:
    [message] = read(json.dumps([MESSAGE | {part: junk}]).encode())

    assert message.text == "hello there"


@pytest.mark.parametrize("depth", [MAX_DEPTH, 200_000])
@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_deep_nesting_is_passed_over(depth: int, opening: bytes, closing: bytes, read: Any) -> None:
    deep = opening * depth + b"1" + closing * depth

    messages = read(b"[" + LINE[:-1] + b', "deep": ' + deep + b"}, " + LINE + b"]")

    assert [message.text for message in messages] == ["hello there"] * 2


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "is empty; make the export anew"),
        (b"\xef\xbb\xbf", "ends too early, at message 1, before byte 1: it was cut short"),
        (b" \n", "ends too early, at message 1"),
        (b"<!DOCTYPE html>", "is not JSON, at message 1, before byte 16: make the export anew"),
        (b"hello", "is not JSON, at message 1"),
        (b"\x00\x01\x02", "is not JSON, at message 1"),
        ("[]".encode("utf-16"), "is not JSON, at message 1"),
        (b"5", 'holds no list of "messages"'),
        (b'"messages"', 'holds no list of "messages"'),
        (b"{}", 'holds no list of "messages"'),
        (b'{"messages": null}', 'holds no list of "messages"'),
        (b'{"messages": {"item": {}}}', 'holds no list of "messages"'),
        (b'{"data": {"messages": []}}', 'holds no list of "messages"'),
        (b"[" + LINE + b"," + LINE[:30], "ends too early, at message 2"),
        (b'{"messages": [' + LINE, "ends too early, at message 2"),
        (b'{"messages": [' + LINE + b"]", "ends too early, at message 2"),
        (b'{"messages"', "ends too early, at message 1"),
        (b"[" + LINE + b"] []", "is not JSON, at message"),
        (b"[" + LINE + b", ]", "is not JSON, at message"),
        (b'[{"id": NaN}]', "is not JSON, at message 1"),
        (b'[{"id": -Infinity}]', "is not JSON, at message 1"),
        (b'[{"id": 1e999}]', "is not JSON, at message 1"),
        (b'[{"id": 1e99999999999999999999999}]', "is not JSON, at message 1"),
        (b'[{"id": ' + b"9" * 10_000 + b"}]", "is not JSON, at message 1"),
        (b'[{"id": "\xff"}]', "is not JSON, at message 1"),
        (b'[{"id": "\\ud83d\\ude00 \\ude00"}]', "is not JSON, at message 1"),
        (b'[{"id": "a\nb"}]', "is not JSON, at message 1"),
    ],
)
def test_what_is_no_whole_export_says_so_in_one_line(
    data: bytes, fault: str, read: Any, tmp_path: Path
) -> None:
    with pytest.raises(ExportError) as caught:
        read(data)

    told = str(caught.value)
    assert told.startswith(f"{tmp_path / 'export.json'} {fault}")
    assert "\n" not in told


def test_an_error_quotes_nothing_of_the_export(read: Any) -> None:
    with pytest.raises(ExportError) as caught:
        read(b'[{"content": "a secret"} "another secret"]')

    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("missing.json", "cannot be read: No such file or directory"),
        (".", "cannot be read: Is a directory"),
        ("a" * 300, "cannot be read: File name too long"),
    ],
)
def test_what_cannot_be_opened_says_why(name: str, fault: str, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=fault), open_export(tmp_path / name):
        pass


def test_a_disk_that_fails_is_told(read: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(source: object, size: int) -> bytes:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(exports._Source, "read", broken)

    with pytest.raises(ExportError, match="cannot be read: Input/output error"):
        read(b"[]")


@pytest.mark.parametrize(
    ("before", "after"), [(b'[{"content": "', b'"}]'), (b'{"guild": "', b'", "messages": []}'), (b'["', b"")]
)
def test_a_message_without_an_end_is_given_up_in_bounded_memory(
    before: bytes, after: bytes, read: Any
) -> None:
    with pytest.raises(ExportError, match="no end of a message within 16 MiB, after 0 bytes"):
        read(before + b"x" * (2 * MAX_MESSAGE_BYTES) + after)


def test_many_messages_may_be_larger_than_the_largest_one(read: Any) -> None:
    long = json.dumps(MESSAGE | {"content": "x" * 1024**2}).encode()

    assert len(read(b"[" + b",".join([long] * 20) + b"]")) == 20


def test_messages_come_while_the_file_is_being_read(tmp_path: Path) -> None:
    path = tmp_path / "export.json"
    path.write_bytes(b"[" + b",".join([LINE] * 5000) + b"]")

    with open_export(path) as export:
        messages = export.messages()
        assert export.share == 0
        next(messages)
        begun = export.share
        assert len(list(messages)) == 4999
        assert begun is not None
        assert 0 < begun < 0.1
        assert export.share == 1


def test_of_a_pipe_nobody_knows_how_much_is_left(tmp_path: Path) -> None:
    source, sink = os.pipe()
    os.write(sink, b"[" + LINE + b"]")
    os.close(sink)

    with open_export(Path(f"/dev/fd/{source}")) as export:
        assert len(list(export.messages())) == 1
        assert export.share is None
    os.close(source)


@pytest.fixture(params=["yajl2_c", "python"])
def backend(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each parser of the library that an installation may end up with."""
    monkeypatch.setattr(ijson, "basic_parse", ijson.get_backend(request.param).basic_parse)


@pytest.mark.usefixtures("backend")
@given(
    place=st.integers(0, 2 * len(LINE)),
    length=st.integers(0, 40),
    noise=st.binary(max_size=10) | st.sampled_from([b"1e999", b"[" * 50, b'"', b"\\ud800", b"9" * 5000]),
)
def test_any_damage_is_skipped_or_told(
    place: int, length: int, noise: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    whole = b'{"messages": [' + LINE + b", " + LINE + b"]}"
    path = tmp_path_factory.getbasetemp() / "damaged.json"
    path.write_bytes(whole[:place] + noise + whole[place + length :])

    try:
        with open_export(path) as export:
            outcomes = ["damaged" if message is None else message.id for message in export.messages()]
    except ExportError as error:
        outcomes = [str(error)]
    assert all(len(outcome.splitlines()) == 1 for outcome in outcomes)


# --- pictures -----------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of an export with media, and beside it what is none of its business."""
    folder = tmp_path / "exports"
    (folder / "export.json_Files").mkdir(parents=True)
    for name in ("export.json_Files/a.png", "export.json_Files/b c.JPG", "d.webp", "notes.txt", "..png"):
        (folder / name).write_bytes(b"picture")
    (tmp_path / "private.png").write_bytes(b"private")
    (folder / "out.png").symlink_to(tmp_path / "private.png")
    (folder / "in.png").symlink_to("d.webp")
    (folder / "loop.png").symlink_to("loop.png")
    (folder / "up").symlink_to(tmp_path, target_is_directory=True)
    return folder


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("export.json_Files/a.png", "export.json_Files/a.png"),
        ("export.json_Files\\a.png", "export.json_Files/a.png"),
        ("./export.json_Files/b c.JPG", "export.json_Files/b c.JPG"),
        ("d.webp", "d.webp"),
        ("..png", "..png"),
        ("in.png", "d.webp"),
    ],
)
def test_a_picture_that_was_downloaded_is_found(url: str, found: str, folder: Path) -> None:
    assert local_pictures(folder, [Attachment(url=url)]) == (str(folder / found),)


@pytest.mark.parametrize(
    "url",
    [
        "",
        ".",
        "missing.png",
        "notes.txt",
        "export.json_Files",
        "../private.png",
        "..\\private.png",
        "export.json_Files/../../private.png",
        "export.json_Files/../d.webp",
        "{tmp}/private.png",
        "{tmp}/exports/d.webp",
        "file://{tmp}/exports/d.webp",
        "https://cdn.discordapp.com/attachments/1/2/d.webp",
        "//server/share/d.webp",
        "C:d.webp",
        "C:\\d.webp",
        "d.webp:stream.png",
        "out.png",
        "up/private.png",
        "loop.png",
        "a\0b.png",
        "a" * 5000 + ".png",
    ],
)
def test_nothing_else_is_read(url: str, folder: Path, tmp_path: Path) -> None:
    assert local_pictures(folder, [Attachment(url=url.replace("{tmp}", str(tmp_path)))]) == ()


def test_a_folder_may_be_given_relatively(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)

    assert local_pictures(Path(), [Attachment(url="d.webp")]) == (str(folder / "d.webp"),)


def test_only_the_first_pictures_are_taken(folder: Path) -> None:
    urls = ["missing.png", *["d.webp"] * 3, "notes.txt", *["in.png"] * 3]

    found = local_pictures(folder, [Attachment(url=url) for url in urls])

    assert found == (str(folder / "d.webp"),) * MAX_IMAGES
