"""What Moodring keeps: settings and ids in a database, never content."""

from .database import Store, StoreError
from .repositories import Answer, Watch

__all__ = ["Answer", "Store", "StoreError", "Watch"]
