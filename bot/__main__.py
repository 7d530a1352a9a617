"""``python -m bot``: only a door, so that nothing is loaded under two names."""

from moodring.bot.cli import main

main()
