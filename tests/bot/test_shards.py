"""Which shards a process runs, as they are written and as Discord counts them."""

from typing import Any

import discord
import pytest
from discord.ext import commands
from hypothesis import given
from hypothesis import strategies as st

from moodring.bot.shards import Shards, ShardsError, own_shards, owns, parse_shards, shard_of

INTENTS = discord.Intents.none()
GUILDS = st.integers(1, 2**63 - 1)


def sharded(**options: Any) -> commands.AutoShardedBot:
    return commands.AutoShardedBot("!", intents=INTENTS, **options)


@given(st.integers(0, 999_998), st.integers(0, 999_998), st.integers(1, 999_999))
def test_what_is_written_is_what_is_meant(first: int, last: int, count: int) -> None:
    written = f"{first}-{last}/{count}"
    if first <= last < count:
        shards = parse_shards(written)
        assert (shards.first, shards.last, shards.count) == (first, last, count)
        assert parse_shards(str(shards)) == shards
        assert list(shards.ids)[:1] == [first]
        assert shards.are_all is (first == 0 and last == count - 1)
    else:
        with pytest.raises(ShardsError):
            parse_shards(written)


@given(st.text().filter(lambda text: "/" not in text) | st.text("0-/a ").filter(lambda text: "1" not in text))
def test_any_other_text_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(ShardsError) as refused:
        parse_shards(text)
    assert len(str(refused.value).splitlines()) == 1


@pytest.mark.parametrize(
    "text",
    ["", "5", "0-3", "/4", "0-/4", "-3/4", "0-3/0", "0-3/", "0--3/4", "0-3/4/8", "0,3/4", "٠/4", "0-3/4\n"],
)
def test_half_a_range_is_none(text: str) -> None:
    with pytest.raises(ShardsError, match=r"written as 0-15/64|no shard"):
        parse_shards(text)


def test_a_single_shard_needs_no_range() -> None:
    assert parse_shards("5/64") == Shards(5, 5, 64)


@given(GUILDS, st.integers(1, 200), st.data())
def test_a_guild_belongs_to_exactly_one_of_the_processes(guild_id: int, count: int, data: Any) -> None:
    cut = data.draw(st.integers(1, count))
    parts = [range(cut), range(cut, count)]
    owners = [shard_of(guild_id, count) in part for part in parts]
    assert owners.count(True) == 1


@given(GUILDS)
def test_the_shard_is_the_one_that_discord_py_expects(guild_id: int) -> None:
    # discord.py gives a guild its shard by the same words of Discord's.
    bot = sharded(shard_count=64)
    payload: Any = {"id": str(guild_id), "unavailable": True}
    bot._connection.shard_count = 64
    assert discord.Guild(data=payload, state=bot._connection).shard_id == shard_of(guild_id, 64)


@pytest.mark.parametrize(
    ("bot", "shards"),
    [
        (sharded(), [0]),  # before the login nobody knows how many
        (sharded(shard_count=3), [0, 1, 2]),
        (sharded(shard_ids=[2, 3], shard_count=4), [2, 3]),
        (commands.Bot("!", intents=INTENTS), [0]),
        (commands.Bot("!", intents=INTENTS, shard_id=0, shard_count=2), [0]),
        (commands.Bot("!", intents=INTENTS, shard_id=1, shard_count=2), [1]),
    ],
)
def test_hosts_of_all_kinds_say_which_shards_are_theirs(bot: Any, shards: list[int]) -> None:
    assert list(own_shards(bot)) == shards
    count = bot.shard_count or 1
    assert [owns(bot, number << 22) for number in range(count)] == [n in shards for n in range(count)]
