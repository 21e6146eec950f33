"""Which backups in the data directory may go: those older than the site keeps, never the newest verified one."""

from __future__ import annotations

from hmi.storage.backup import Backups


def prune_backups(backups: Backups, keep_us: int, now_us: int) -> list[str]:
    """Removes backups made before `now_us - keep_us` and returns their ids; the newest verified one always stays."""
    records = backups.list()
    newest = next((record.id for record in records if record.verified_us is not None), None)
    if newest is None:
        return []
    old = [record.id for record in records if record.id != newest and record.created_us < now_us - keep_us]
    for backup_id in old:
        backups.remove(backup_id)
    return old
