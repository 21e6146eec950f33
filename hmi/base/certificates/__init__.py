"""X.509 certificates: reading and judging them (`facts`, `pair`), making them (`issuing`), keeping our own (`own`)."""
