"""Alembic's entry: runs the migrations on the connection handed over by `hmi.storage.versions`."""

from alembic import context

from hmi.storage.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
context.run_migrations()
