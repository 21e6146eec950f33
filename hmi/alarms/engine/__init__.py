"""The alarm machine: (state, inputs, now) -> (state, journal rows). No thread, socket, database or clock in here."""
