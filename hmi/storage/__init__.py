"""Database engine, schema, migrations, the one writer and the backup format."""
