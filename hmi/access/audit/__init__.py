"""The audit trail: append-only rows in a hash chain, a witness outside the database, verification."""
