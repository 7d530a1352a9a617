"""What Moodring keeps: settings and ids in a database, never content."""

from .database import Store, StoreError
from .repositories import Answer, GuildSettings, Watch

__all__ = ["Answer", "GuildSettings", "Store", "StoreError", "Watch"]
