"""What Moodring keeps: settings and ids in a database, never content."""

from .database import Store, StoreError
from .failures import explain_failure, going_on, is_failure
from .listening import Topic
from .repositories import Answer, Watch

__all__ = ["Answer", "Store", "StoreError", "Topic", "Watch", "explain_failure", "going_on", "is_failure"]
