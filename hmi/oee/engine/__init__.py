"""States and counters to times and figures (`domain.md` 2). No thread, socket, database or clock in here."""
