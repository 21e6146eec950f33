"""Users, roles, permissions, sign-in, audit trail, control places, signatures (`domain.md` 6)."""
