"""Tags as a front end sees them: one item, and what changed since a cursor."""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence

from hmi.base.errors import PlantError
from hmi.facade.data import Honesty, LiveUpdate, Page, TagItem
from hmi.model.quality import severity, status_name, status_reason
from hmi.model.tags import TagDefinition
from hmi.model.timestamps import US_PER_S
from hmi.tags.latest import TagStore

STALE_REASON = "no new value in time"
MAX_PAGE = 1000


def tag_item(store: TagStore, tag: TagDefinition) -> TagItem:
    """One tag now (`contract.md` 7)."""
    state = store.view(tag.number)
    return TagItem(
        path=tag.path,
        value=state.value,
        last_value=state.last_value,
        type=tag.type,
        unit=tag.unit,
        status=state.status,
        status_name=status_name(state.status),
        quality=severity(state.status).word,
        stale=state.stale,
        reason=status_reason(state.status) or (STALE_REASON if state.stale else ""),
        t_source_us=state.t_source_us or None,
        t_server_us=state.t_server_us or None,
        t_receive_us=state.t_receive_us or None,
        age_s=None if state.age_us is None else state.age_us / US_PER_S,
        device=tag.device,
        address=tag.address,
        access=tag.access.value,
        low=tag.low,
        high=tag.high,
    )


def page(
    store: TagStore,
    tags: Sequence[TagDefinition],
    *,
    match: str,
    device: str,
    quality: str,
    limit: int,
    cursor: str | None,
) -> Page[TagItem]:
    """A page of tags in path order; cursor: the last path of the page before."""
    if quality and quality not in ("good", "uncertain", "bad", "stale"):
        raise PlantError(f"quality '{quality}' is not known; expected good, uncertain, bad or stale")
    limit = max(1, min(limit, MAX_PAGE))
    items: list[TagItem] = []
    pattern = match.casefold()
    for tag in tags:
        if cursor is not None and tag.path <= cursor:
            continue
        if device and tag.device != device:
            continue
        if not fnmatch.fnmatchcase(tag.path.casefold(), pattern):
            continue
        item = tag_item(store, tag)
        if quality and quality != ("stale" if item.stale else item.quality):
            continue
        if len(items) == limit:
            return Page(items, items[-1].path)
        items.append(item)
    return Page(items)


def live_update(
    store: TagStore, cursor: int, now_us: int, monotonic_us: int, alarm_revision: int, honesty: Honesty
) -> LiveUpdate:
    """What changed since `cursor`."""
    changes = store.changes_since(cursor, now_us, monotonic_us)
    return LiveUpdate(
        cursor=changes.cursor,
        now_us=now_us,
        tag=changes.numbers.tolist(),
        value=changes.value,
        last_value=changes.last_value,
        status=changes.status.tolist(),
        stale=changes.stale.tolist(),
        t_source_us=changes.t_source_us.tolist(),
        t_receive_us=changes.t_receive_us.tolist(),
        alarm_revision=alarm_revision,
        honesty=honesty,
    )
