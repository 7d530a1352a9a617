"""`python -m bot` without a token: the simulated server as it is when its page opens."""

from typing import Any

import pytest
from first_word import FirstWord

from moodring.bot.local import commands, page
from moodring.bot.local.seen import Scene
from moodring.bot.local.world import Channel, World
from moodring.bot.mood.summary import Period, window_of
from moodring.bot.settings import Settings


def test_it_opens_with_hints_a_watched_channel_and_a_mood_to_look_at(
    predictor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []

    class LookedAt(page.Page):
        def __init__(self, world: World, port: int) -> None:
            super().__init__(world, port)
            self.world = world

        async def run(self) -> None:
            general, week = self.world.channels[Channel.GENERAL], window_of(Period.WEEK, self.world.env.now())
            said = [words.text for words in Scene.of(self.world).words.values()]
            assert any("I now read the messages in" in text for text in said)
            assert any("/mood" in message.content for message in general.history())
            assert await self.world.store.moods.of_channel(general.id, week.start, week.end)
            opened.append(self.address)

    monkeypatch.setattr(commands, "open_classifier", lambda _: FirstWord(predictor))
    monkeypatch.setattr(page, "Page", LookedAt)
    assert commands.serve(Settings(_env_file=None, token=None, page_port=0)) == 0
    assert len(opened) == 1
