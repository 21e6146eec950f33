"""X.509 certificates: plain values, reading files, pairs with their key, making them, keeping the station's own."""
