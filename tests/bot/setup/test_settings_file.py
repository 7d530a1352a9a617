"""Settings as a file: what was exported comes back, and nothing else does any harm."""

import json
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodring.bot.guild_settings import MAX_EXEMPT, MAX_LINE, GuildSettings, GuildSettingsError
from moodring.bot.setup.files import MAX_BYTES, MAX_WATCHED, VERSION, Imported, exported, imported
from moodring.bot.store import Watch
from moodring.bot.store.repositories import What

GUILD = 1
DEFAULTS = GuildSettings()

IDS = st.integers(1, 2**63 - 1)
LINES = st.text(max_size=MAX_LINE)
SHARES = st.floats(0, 1)
SETTINGS = st.builds(
    GuildSettings,
    log_channel_id=st.none() | IDS,
    digest_channel_id=st.none() | IDS,
    exempt_role_ids=st.lists(IDS, max_size=MAX_EXEMPT),
    exempt_channel_ids=st.lists(IDS, max_size=MAX_EXEMPT),
    flag_toxicity=SHARES,
    act_anger=SHARES,
    min_confidence=SHARES,
    faces=st.booleans(),
    heat_line=LINES,
    distress_help=LINES,
    cooldown_s=st.integers(0, 3600),
    retention_days=st.integers(100, 365),
)
WATCHES = st.dictionaries(IDS, st.frozensets(st.sampled_from(get_args(What))), max_size=10).map(
    lambda found: [Watch(channel_id, GUILD, does) for channel_id, does in found.items()]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda children: st.lists(children) | st.dictionaries(st.text(st.characters()), children),
    max_leaves=8,
)


def file(**content: Any) -> bytes:
    return json.dumps({"moodring": VERSION} | content).encode()


def read_nowhere(data: bytes) -> Imported:
    """Read a file for a server without a channel or a role."""
    return imported(data, GUILD, (), ())


@given(SETTINGS, WATCHES)
def test_what_was_exported_is_what_is_imported(settings: GuildSettings, watches: list[Watch]) -> None:
    channel_ids = {*(watch.channel_id for watch in watches), *settings.exempt_channel_ids}
    channel_ids |= {settings.log_channel_id, settings.digest_channel_id} - {None}
    data = exported(settings, watches)
    assert imported(data, GUILD, channel_ids, settings.exempt_role_ids) == Imported(
        settings, tuple(watches), left_out=0
    )


@given(SETTINGS, WATCHES)
def test_a_server_without_these_channels_and_roles_gets_the_rest(
    settings: GuildSettings, watches: list[Watch]
) -> None:
    found = read_nowhere(exported(settings, watches))
    rest = {
        "log_channel_id": None,
        "digest_channel_id": None,
        "exempt_role_ids": (),
        "exempt_channel_ids": (),
    }
    assert found.settings == settings.changed(**rest)
    assert found.watches == ()
    named = [*settings.exempt_role_ids, *settings.exempt_channel_ids, *watches]
    chosen = [settings.log_channel_id, settings.digest_channel_id]
    assert found.left_out == len(named) + len(chosen) - chosen.count(None)


@given(
    st.binary()
    | JSON.map(lambda content: json.dumps(content).encode())
    | st.builds(lambda settings, watched: file(settings=settings, watched=watched), JSON, JSON)
    | st.builds(
        lambda settings, watched: file(settings=settings, watched=watched),
        st.dictionaries(st.sampled_from(tuple(GuildSettings.model_fields)), JSON),
        st.dictionaries(st.from_regex(r"\d{1,20}", fullmatch=True), JSON),
    )
)
def test_any_file_is_settings_or_one_line_that_says_why_not(data: bytes) -> None:
    found, why = Imported(DEFAULTS, (), 0), ""
    try:
        found = read_nowhere(data)
    except GuildSettingsError as error:
        why = str(error)
    assert why.isprintable()
    assert len(why) < 200
    assert GuildSettings.parse(found.settings.model_dump()) == found.settings


def test_a_person_can_read_the_file() -> None:
    data = exported(DEFAULTS.changed(heat_line="Ganz ruhig – bitte"), [Watch(5, GUILD, frozenset({"flag"}))])
    assert '"heat_line": "Ganz ruhig – bitte"' in data.decode()
    assert json.loads(data)["watched"] == {"5": ["flag"]}
    assert set(json.loads(data)["settings"]) == set(GuildSettings.model_fields)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "the file is not JSON"),
        (b"hello", "the file is not JSON"),
        (b'"\xff"', "the file is not JSON"),
        (b"[" * 30_000, "the file is not JSON"),
        (b"1" * 10_000, "the file is not JSON"),
        (b" " * (MAX_BYTES + 1), "the file is larger than 64 KiB"),
        (b"null", "the file is not one that /setup exported"),
        (b"{}", "the file is not one that /setup exported"),
        (b'{"moodring": 2}', "the file is not one that /setup exported"),
        (file(settings=None), "this is not a list of settings"),
        (file(settings={"faces": "perhaps"}), "“Faces” does not take such a value"),
        (file(watched=[]), f"“watched” should name at most {MAX_WATCHED} channels"),
        (
            file(watched={str(number): [] for number in range(MAX_WATCHED + 1)}),
            f"“watched” should name at most {MAX_WATCHED} channels",
        ),
        (file(watched={"general": ["flag"]}), "“watched” should name channels by id"),
        (file(watched={"²": ["flag"]}), "“watched” should name channels by id"),
        (file(watched={"5": ["shout"]}), "“watched” should name channels by id"),
        (file(watched={"5": "flag"}), "“watched” should name channels by id"),
        (file(watched={"5": [["flag"]]}), "“watched” should name channels by id"),
    ],
)
def test_what_is_wrong_with_a_file_is_told(data: bytes, said: str) -> None:
    with pytest.raises(GuildSettingsError) as caught:
        read_nowhere(data)
    assert str(caught.value).startswith(said)


def test_what_a_file_leaves_out_has_its_default() -> None:
    assert read_nowhere(file()) == Imported(DEFAULTS, (), 0)
    assert read_nowhere(file(settings={"faces": True})).settings == DEFAULTS.changed(faces=True)
