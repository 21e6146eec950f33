"""Background jobs: shipping metrics and backups to the central server, and the outbox they wait in."""
