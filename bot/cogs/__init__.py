"""The features as discord.py cogs: they listen, ask the plain functions, and answer."""
