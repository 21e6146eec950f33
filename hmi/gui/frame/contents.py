"""What the frame's widgets show, worked out from the bridge."""

from __future__ import annotations

import heapq
from collections.abc import Iterable

from hmi.facade.data import AlarmItem
from hmi.gui.acknowledging import Order
from hmi.gui.bridge import Bridge
from hmi.gui.frame.banner import BannerRow, BannerState
from hmi.gui.frame.rail import RailItem
from hmi.gui.i18n import fill, translate
from hmi.gui.pages.registry import PAGES
from hmi.gui.plant_index import index_of
from hmi.gui.shown import (
    alarm_age,
    alarm_claim,
    alarm_reading,
    alarm_time,
    banner_order,
    is_unacknowledged,
    place,
    symbol_of,
)
from hmi.gui.widgets.figures import age, clock
from hmi.gui.widgets.structs import AlarmSymbolState

_ROWS = 4


def banner_of(bridge: Bridge, last_seen_us: int) -> BannerState:
    """Highest priority first, then newest; words if there is nothing to acknowledge or alarms do not run."""
    not_running = ""
    if not bridge.alarms_running:
        since = age(bridge.evaluation_age_s)
        not_running = fill(
            translate("Banner", "no evaluation for %1; new alarms cannot appear here. Watch the plant."), since
        )
    listed = bridge.alarms.items if bridge.alarms is not None else []
    waiting = heapq.nsmallest(_ROWS, (item for item in listed if is_unacknowledged(item)), key=banner_order)
    empty = translate("Banner", "No unacknowledged alarms")
    if last_seen_us:
        when = clock(last_seen_us, bridge.plant.timezone, seconds=False)
        empty = fill(translate("Banner", "No unacknowledged alarms, last %1"), when)
    if bridge.alarms is None:
        empty = translate("Banner", "Alarms not read yet")
    return BannerState(tuple(_row(bridge, item) for item in waiting), empty, not_running)


def _row(bridge: Bridge, item: AlarmItem) -> BannerRow:
    return BannerRow(
        key=(item.id, item.activation_id),
        symbol=symbol_of(item),
        time=alarm_time(item, bridge.plant.timezone, bridge.now_us),
        text=item.message or item.id,
        place=place(bridge.plant, item),
        value=alarm_claim(bridge, item),
        age=alarm_age(item, bridge.now_us),
        quality=alarm_reading(bridge, item).quality,
    )


def orders_of(rows: Iterable[BannerRow]) -> list[Order]:
    """The activations behind banner rows, as they were seen."""
    return [Order(row.key[0], row.key[1], row.text) for row in rows]


def worst_symbol(items: Iterable[AlarmItem]) -> AlarmSymbolState | None:
    """The roll-up of some alarms: the worst priority, filled and flashing if any of that priority is unacknowledged."""
    chosen = list(items)
    if not chosen:
        return None
    unacknowledged = [item for item in chosen if is_unacknowledged(item)]
    pool = unacknowledged or chosen
    worst = min(pool, key=lambda item: (item.priority, not item.active))
    return AlarmSymbolState(worst.priority, acked=not unacknowledged, active=True)


def rail_items(bridge: Bridge | None) -> tuple[RailItem, ...]:
    """The pages with the worst unacknowledged alarm that can be seen on each."""
    listed = bridge.alarms.items if bridge is not None and bridge.alarms is not None else []
    waiting = [item for item in listed if is_unacknowledged(item)]
    symbols: dict[str, AlarmSymbolState | None] = {}
    if bridge is not None:
        symbols = {
            "overview": worst_symbol(waiting),
            "alarms": worst_symbol(waiting),
            "line": worst_symbol(item for item in waiting if on_line(bridge, item)),
            "devices": worst_symbol(item for item in waiting if item.type == "comm_failure"),
        }
    return tuple(
        RailItem(entry.id, entry.icon, entry.title(), entry.key, entry.group, symbols.get(entry.id)) for entry in PAGES
    )


def on_line(bridge: Bridge, item: AlarmItem) -> bool:
    """True if the alarm is of a line: its tag or id lies below one, or its device feeds one."""
    roots = tuple(line.name + "/" for line in bridge.plant.lines)
    if item.type == "comm_failure":
        return item.tag in index_of(bridge.plant).line_devices
    return item.tag.startswith(roots) or item.id.startswith(roots)
