"""Numbers, ages and times as the window writes them: thin thousands, true minus, fixed decimals."""

from __future__ import annotations

import math
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication, QLocale

from hmi.model.timestamps import to_datetime

translate = QCoreApplication.translate
THIN = "\u2009"
MINUS = "\u2212"
NO_VALUE = "----"


def figure(number: float, decimals: int | None = None) -> str:
    """A number as text, e.g. `107 472`, `−6.9`; decimals None = at most three significant decimals."""
    if math.isnan(number):
        return NO_VALUE
    if math.isinf(number):
        return MINUS + "∞" if number < 0 else "∞"
    text = f"{abs(number):.{decimals}f}" if decimals is not None else _shortest(abs(number))
    whole, _, fraction = text.partition(".")
    grouped = f"{int(whole):,}".replace(",", THIN)
    if fraction:
        grouped += QLocale().decimalPoint() + fraction
    is_zero = not text.strip("0.")
    return MINUS + grouped if number < 0 and not is_zero else grouped


def _shortest(number: float) -> str:
    if number >= 1e15:
        return f"{number:.0f}"
    text = f"{number:.3f}" if number < 1000 else f"{number:.1f}"
    return text.rstrip("0").rstrip(".") or "0"


def signed(number: float, decimals: int | None = None) -> str:
    """A difference with its sign set off: `− 6.9`, `+ 1.2`, `0`."""
    text = figure(abs(number), decimals)
    if not text.strip("0.,"):
        return text
    return f"{MINUS}{THIN}{text}" if number < 0 else f"+{THIN}{text}"


def age(seconds: float) -> str:
    """A short duration: `0:26`, `38:48`, `2:30 h`, `3 d`."""
    total = max(0, int(seconds))
    if total < 3600:
        return f"{total // 60}:{total % 60:02d}"
    if total < 48 * 3600:
        return f"{total // 3600}:{total % 3600 // 60:02d} h"
    return str(total // 86_400) + " " + translate("figures", "d")


@lru_cache(maxsize=8)
def zone(name: str) -> ZoneInfo:
    """The time zone by its IANA name."""
    return ZoneInfo(name)


def local(t_us: int, zone_name: str) -> datetime:
    """The moment in plant time."""
    return to_datetime(t_us).astimezone(zone(zone_name))


def clock(t_us: int, zone_name: str, seconds: bool = True) -> str:
    """Plant time of day: `10:42:18` or `10:42`."""
    return local(t_us, zone_name).strftime("%H:%M:%S" if seconds else "%H:%M")
