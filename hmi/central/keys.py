"""Keys of stations: made once, shown once, kept only as a hash."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from typing import Final

from hmi.base.errors import UsageError
from hmi.central.rows import Owner
from hmi.central.store import CentralStore

DEFAULT_TENANT: Final = "default"
_NAME = re.compile(r"^[a-z0-9][a-z0-9_-]{0,39}$")
_KEY = re.compile(r"^phk_([0-9a-f]{12})_([A-Za-z0-9_-]{43})$")
_NOBODY: Final = hashlib.sha256(b"no such key").hexdigest()


def create(store: CentralStore, station: str, tenant: str = DEFAULT_TENANT) -> str:
    """Makes a key for a station and returns it; this is the only time it can be seen."""
    for what, name in (("station", station), ("tenant", tenant)):
        if not _NAME.match(name):
            raise UsageError(f"'{name}' is not a {what} name: use a-z, 0-9, - and _, at most 40")
    key_id = secrets.token_hex(6)
    key = f"phk_{key_id}_{secrets.token_urlsafe(32)}"
    store.add_key(key_id, Owner(tenant, station), _hash(key))
    return key


def owner_of(store: CentralStore, key: str) -> Owner | None:
    """Whose key this is; None if it is unknown, revoked or no key at all."""
    form = _KEY.match(key)
    if form is None:
        return None
    row = store.key(form.group(1))
    fits = hmac.compare_digest(_hash(key), row.hash if row is not None else _NOBODY)
    return row.owner if row is not None and fits else None


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
