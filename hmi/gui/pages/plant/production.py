"""Counts against the target of the shift; without ideal rate, target OEE and shift there is no target."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from hmi.facade.data import OeeItem
from hmi.gui.bridge import Bridge
from hmi.gui.pages.plant.views import LineView
from hmi.gui.shown import shift_title
from hmi.gui.widgets.figures import clock, figure, signed
from hmi.gui.widgets.structs import CountFigureState, FactState
from hmi.model.equipment import Plant

translate = QCoreApplication.translate


def shift_word(item: OeeItem | None) -> str:
    """Name of the shift an item stands for: `early shift`; empty without one."""
    if item is None or not item.shift:
        return ""
    name = item.shift.rpartition("/")[2]
    return translate("Production", "%1 shift").replace("%1", shift_title(name)) if name else ""


def planned_break_us(plant: Plant, item: OeeItem) -> int:
    """Planned breaks in the item's shift, as configured."""
    name = item.shift.rpartition("/")[2]
    shift = next((known for known in plant.shifts if known.name == name), None)
    return sum(pause.length_us for pause in shift.breaks if pause.planned) if shift is not None else 0


def target_counts(plant: Plant, item: OeeItem) -> tuple[float | None, float | None]:
    """Good items due by now and by the end of the shift."""
    planned_s = item.times_s.get("pbt", 0.0)
    if item.ideal_rate_per_s <= 0 or not item.target:
        return None, None
    rate = item.ideal_rate_per_s * item.target
    whole = None
    if item.shift_to_us > item.shift_from_us > 0:
        whole = rate * ((item.shift_to_us - item.shift_from_us) - planned_break_us(plant, item)) / 1e6
    return rate * planned_s, whole


def count_unit(bridge: Bridge, line: LineView) -> str:
    """What is counted: unit of the line's counter, else `items`."""
    machine = next((view for view in line.machines if view.is_constraint), None)
    rules = machine.rules if machine is not None else line.line.oee
    for path in (rules.good_tag, rules.total_tag) if rules is not None else ():
        definition = bridge.definition(path) if path else None
        if definition is not None and definition.unit and "/" not in definition.unit:
            return definition.unit
    return translate("Production", "items")


def count_state(bridge: Bridge, line: LineView, item: OeeItem | None) -> CountFigureState:
    """Good items of the shift with the targets that can be derived."""
    title = translate("Production", "Production")
    unit = translate("Production", "good %1").replace("%1", count_unit(bridge, line))
    if item is None:
        return CountFigureState(title, unit=unit)
    good = item.counts.get("good")
    due, whole = target_counts(bridge.plant, item)
    facts = []
    if due is not None and good is not None:
        facts.append(FactState(translate("Production", "Target by now"), figure(due, 0)))
        name = translate("Production", "Behind") if good < due else translate("Production", "Ahead")
        facts.append(FactState(name, signed(good - due, 0)))
    if whole is not None:
        end = clock(item.shift_to_us, bridge.plant.timezone, seconds=False)
        label = translate("Production", "Shift target, %1").replace("%1", end)
        facts.append(FactState(label, figure(whole, 0)))
    for label, key in (
        (translate("Production", "Total"), "total"),
        (translate("Production", "Rejects"), "reject"),
        (translate("Production", "Counted during gaps"), "in_gap"),
        (translate("Production", "Quarantined"), "quarantined"),
    ):
        if key in ("total", "reject") or item.counts.get(key):
            facts.append(FactState(label, figure(item.counts.get(key, 0), 0)))
    count = float(good) if good is not None else None
    return CountFigureState(title, shift_word(item), count, unit, due, whole, tuple(facts))
