"""Why there are no values, in words."""

from __future__ import annotations

from hmi.facade.data import Gap
from hmi.gui.i18n import fill, translate
from hmi.gui.shown import moment


def cause_words(cause: str, device: str) -> str:
    """The cause of a gap as history records it, in words."""
    if cause == "device_down":
        return fill(translate("Trends", "%1: no answer"), device or translate("Trends", "device"))
    return {
        "station_stopped": translate("Trends", "station stopped"),
        "disk_full": translate("Trends", "disk full, recording paused"),
        "overflow": translate("Trends", "too much at once, samples lost"),
        "clock": translate("Trends", "clock was set"),
        "not_recorded": translate("Trends", "not recorded"),
        "paused": translate("Trends", "recording paused"),
    }.get(cause, cause.replace("_", " "))


def gap_words(gap: Gap, device: str, zone: str, now_us: int) -> str:
    """Cause of a gap; an open one also says since when."""
    words = cause_words(gap.cause, device)
    return words if gap.to_us is not None else since(words, gap.from_us, zone, now_us)


def since(words: str, from_us: int, zone: str, now_us: int) -> str:
    """Words with the time from which they hold."""
    return fill(translate("Trends", "%1 since %2"), words, moment(from_us, zone, now_us))
