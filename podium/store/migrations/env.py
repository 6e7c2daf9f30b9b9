"""Run by alembic for each upgrade, inside the transaction that `podium.store.schema` has begun."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
