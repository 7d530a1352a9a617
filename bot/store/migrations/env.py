"""What alembic runs for each migration command: the caller hands in an open connection."""

from alembic import context

from moodring.bot.store.tables import Table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    version_table="moodring_alembic_version",
    render_as_batch=True,  # SQLite alters tables by copying them
)
with context.begin_transaction():
    context.run_migrations()
