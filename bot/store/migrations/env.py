"""What alembic runs for each migration command: the caller hands in an open connection."""

import logging

from alembic import context

from moodring.bot.store.tables import Table

logging.getLogger("alembic.runtime.migration").setLevel(logging.WARNING)  # three lines at every start
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    version_table="moodring_alembic_version",
    render_as_batch=True,  # SQLite alters tables by copying them
)
with context.begin_transaction():
    context.run_migrations()
