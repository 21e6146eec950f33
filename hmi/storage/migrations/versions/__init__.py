"""Schema migrations (Alembic), applied by `hmi.storage.versions`."""
