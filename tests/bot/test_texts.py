"""Texts fit where they are shown."""

from moodring.bot import texts

LONGEST_MESSAGE = 2000
LONGEST_EMBED = 4096


def test_the_longest_status_fits_into_a_message() -> None:
    everything = list(texts.PERMISSION_NAMES)
    channels = [(f"<#{2**63 + number}>", "reply", everything[:4]) for number in range(500)]
    status = texts.watch_status(channels, 0.7, 3600)
    assert "and 490 more" in status
    assert len(f"{status}\n{texts.NEEDS_MESSAGE_CONTENT}") <= LONGEST_MESSAGE


def test_every_fixed_text_fits_into_a_message_or_an_embed() -> None:
    fixed = {name: value for name, value in vars(texts).items() if name.isupper() and isinstance(value, str)}
    assert [name for name, value in fixed.items() if len(value) > LONGEST_MESSAGE] == []
    assert len(texts.PRIVACY_BODY) < LONGEST_EMBED


def test_parts_are_counted_as_people_count() -> None:
    assert [texts.part_name(part) for part in ("text", "image:0", "image:9")] == [
        "text",
        "picture 1",
        "picture 10",
    ]
