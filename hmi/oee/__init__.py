"""OEE after ISO 22400: a pure engine from states and counters to figures, shifts, stored intervals, the service."""
