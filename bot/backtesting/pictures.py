"""What a run has counted, as a picture."""

import io

import discord

from .. import texts
from ..charts import histogram, histogram_sentence
from ..permissions import missing_to_attach
from .run import Run


def picture_of(run: Run) -> discord.File | str | None:
    """Return how many messages have which score.

    Args:
        run: The run, which has a message.

    Returns:
        A picture; where the bot may send none a sentence and what it lacks; None where nothing was read.
    """
    if run.message is None or not run.backtest.read:
        return None
    counts = [band.count for band in run.backtest.bands]
    marks = [flagged.threshold for flagged in run.backtest.flagged]
    sentence = histogram_sentence(counts, marks)
    if missing := missing_to_attach(run.message.channel):
        return f"{sentence}\n-# {texts.i_lack(f'<#{run.message.channel.id}>', missing)}"
    return discord.File(io.BytesIO(histogram(counts, marks)), "histogram.png", description=sentence)
