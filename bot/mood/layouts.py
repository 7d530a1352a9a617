"""A mood as a message: the chart, what it shows in words, and its buttons."""

import io
from collections.abc import Mapping, Sequence

import discord

from .. import texts
from ..boxes import COLOUR, Layout, box
from .buttons import buttons
from .chart import mood_chart
from .counting import MIN_AUTHORS, MIN_MESSAGES
from .listing import number_blocks
from .summary import Bin, Window, total_of
from .words import changed, dates_of, most_frequent, sentence


def chart_file(title: str, bins: Sequence[Bin], window: Window, before: Mapping[str, int]) -> discord.File:
    """Return the chart of bins, with its words for who cannot see it.

    Args:
        title: What stands above.
        bins: The window's, one with messages at least.
        window: What is shown.
        before: Messages by label in the period before.
    """
    png = mood_chart(title, bins, window)
    return discord.File(io.BytesIO(png), "mood.png", description=sentence(bins, window, before))


def mood_box(
    channel: discord.abc.GuildChannel | discord.Thread,
    bins: Sequence[Bin],
    window: Window,
    before: Mapping[str, int],
    chart: discord.File,
) -> Layout:
    """Return the answer to ``/mood``.

    Args:
        channel: Whose mood it is.
        bins: The window's, one with messages at least.
        window: What is shown.
        before: Messages by label in the period before.
        chart: Their chart.
    """
    counts = total_of(bins)
    period = texts.say(f"period-{window.period}")
    said = [
        most_frequent(counts),
        changed(counts, before, window.period),
    ]
    blocks = [
        f"### {texts.say('mood-title', channel=channel.mention, period=period)}",
        "\n".join(filter(None, said)),
    ]
    about = texts.say("mood-about", people=MIN_AUTHORS, messages=MIN_MESSAGES)
    return box([*blocks, f"-# {about}"], buttons(channel.id, window), stripe=COLOUR, picture=chart)


def numbers_box(
    channel: discord.abc.GuildChannel | discord.Thread, bins: Sequence[Bin], window: Window
) -> Layout:
    """Return the numbers behind a chart.

    Args:
        channel: Whose mood it is.
        bins: The window's, one with messages at least.
        window: What is shown.
    """
    title = texts.say("mood-numbers-title", channel=channel.mention, dates=dates_of(window))
    return box([f"### {title}", *number_blocks(bins, window)], stripe=COLOUR)
