"""What is open ends with what made it, whenever it was opened."""

import discord
import pytest

from moodring.bot.modal import Modal, Opened


@pytest.mark.asyncio
async def test_what_is_opened_before_or_after_the_end_works_no_more() -> None:
    opened = Opened()
    views = [Modal(title="form"), discord.ui.LayoutView(), Modal(title="late")]
    for view in views[:2]:
        opened.add(view)
    assert not any(view.is_finished() for view in views)
    opened.end()
    opened.add(views[2])
    assert all(view.is_finished() for view in views)
