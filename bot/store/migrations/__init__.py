"""Alembic's migrations of the database; :mod:`..database` runs them at every start."""
