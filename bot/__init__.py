"""Moodring's Discord bot."""
