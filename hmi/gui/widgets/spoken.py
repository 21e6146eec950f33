"""Widgets in words, for screen readers and tool tips: name, value, quality, alarm."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from hmi.gui.theme import current
from hmi.gui.widgets.figures import age, figure
from hmi.gui.widgets.structs import AlarmSymbolState, Quality, ValueState

translate = QCoreApplication.translate


def alarm_words(state: AlarmSymbolState) -> str:
    """E.g. `critical alarm, unacknowledged`."""
    names = {
        1: translate("spoken", "critical alarm"),
        2: translate("spoken", "high alarm"),
        3: translate("spoken", "medium alarm"),
        4: translate("spoken", "low alarm"),
    }
    parts = [names.get(state.priority, current().tokens.alarm[state.priority].name)]
    parts.append(translate("spoken", "acknowledged") if state.acked else translate("spoken", "unacknowledged"))
    if state.latched:
        parts.append(translate("spoken", "latched"))
    if not state.active:
        parts.append(translate("spoken", "returned to normal"))
    return ", ".join(parts)


def quality_words(state: ValueState) -> str:
    """Empty for a good value, else what is wrong with it."""
    if state.hidden == "O":
        return translate("spoken", "out of service")
    if state.quality is Quality.UNCERTAIN:
        return translate("spoken", "uncertain")
    if state.quality is Quality.BAD:
        return translate("spoken", "bad")
    if state.quality is Quality.NEVER:
        return translate("spoken", "no value yet")
    if state.quality is Quality.STALE:
        words = translate("spoken", "stale")
        return words if state.age_s is None else f"{words}, {age(state.age_s)}"
    return ""


def value_words(state: ValueState) -> str:
    """Name, value, quality, marks and alarm of a value."""
    shown = state.text
    if not shown and state.number is not None:
        shown = figure(state.number, state.decimals)
    if state.quality is Quality.NEVER or state.hidden == "O":
        shown = ""
    parts = [" ".join(part for part in (state.label, shown, state.unit if shown else "") if part)]
    parts.append(quality_words(state))
    if state.hidden == "S":
        parts.append(translate("spoken", "alarm shelved"))
    elif state.hidden == "D":
        parts.append(translate("spoken", "alarm suppressed by design"))
    if state.simulated:
        parts.append(translate("spoken", "simulated"))
    if state.forced:
        parts.append(translate("spoken", "forced"))
    if state.alarm is not None:
        parts.append(alarm_words(state.alarm))
    return ", ".join(part for part in parts if part)
