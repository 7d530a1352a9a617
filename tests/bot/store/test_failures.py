"""What counts as a database that failed, and not as a fault of what was asked."""

import pytest
from sqlalchemy.exc import DBAPIError

from moodring.bot.store import Store, StoreError, is_failure


class ServerError(Exception):
    """An error of asyncpg's as SQLAlchemy hands it on: with PostgreSQL's code."""

    def __init__(self, code: str) -> None:
        super().__init__("told by the server")
        self.sqlstate = code


@pytest.mark.parametrize(
    ("code", "failed"),
    [
        ("53100", True),  # disk_full
        ("57P01", True),  # admin_shutdown
        ("08006", True),  # connection_failure
        ("40P01", True),  # deadlock_detected
        ("25006", True),  # read_only_sql_transaction
        ("42P01", False),  # undefined_table
        ("22003", False),  # numeric_value_out_of_range
    ],
)
def test_postgresql_says_by_its_code_whether_it_failed(code: str, failed: bool) -> None:
    error = DBAPIError("UPDATE", {}, ServerError(code))
    assert is_failure(error) is failed


@pytest.mark.asyncio
async def test_a_server_that_nobody_reaches_is_told_as_a_database() -> None:
    with pytest.raises(StoreError, match="Connect call failed"):
        await Store.open("postgresql+asyncpg://bot@127.0.0.1:1/moodring")
