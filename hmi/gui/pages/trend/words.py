"""What the Trends page says about itself: resolution, what is missing, times and differences at the cursors."""

from __future__ import annotations

from hmi.gui.i18n import day_with_year, fill, translate
from hmi.gui.pages.trend.feed import MOST_MARKS, WAIT_WORDS_AFTER_S, TrendFeed
from hmi.gui.shown import scalar_text
from hmi.gui.widgets.figures import NO_VALUE, figure, local, signed
from hmi.model.tags import TagDefinition


def span_words(span_us: int) -> str:
    """A length of time: `12 s`, `10 min 12 s`, `3 h 05 min`, `2 d 4 h`."""
    seconds = abs(span_us) / 1e6
    if seconds < 10:
        return f"{figure(seconds, 1 if seconds >= 1 else 3)} s"
    total = round(seconds)
    days, hours, minutes = total // 86_400, total % 86_400 // 3600, total % 3600 // 60
    if total < 60:
        return f"{total} s"
    if total < 3600:
        return f"{minutes} min {total % 60:02d} s" if total % 60 else f"{minutes} min"
    if days == 0:
        return f"{hours} h {minutes:02d} min" if minutes else f"{hours} h"
    short = translate("figures", "d")
    return f"{days} {short} {hours} h" if hours else f"{days} {short}"


def resolution_words(feed: TrendFeed, most: int) -> str:
    """Whether stored samples or minima and maxima are drawn."""
    if not feed.is_raw:
        return fill(translate("Trends", "min/max of %1, no spike hidden"), span_words(feed.step_us))
    return fill(translate("Trends", "up to %1 raw samples per pen, no spike hidden"), figure(most, 0))


def date_words(from_us: int, to_us: int, zone: str) -> str:
    """The day or days shown, with the plant's time zone."""
    first, last = local(from_us, zone), local(to_us, zone)
    days = day_with_year(last)
    if first.date() != last.date():
        days = f"{day_with_year(first)} – {days}"
    return f"{days}, {zone}"


def notice_words(feed: TrendFeed) -> str:
    """What the person must know about missing data; empty if nothing is missing."""
    if feed.problem:
        return fill(translate("Trends", "History cannot be read: %1 Live values go on."), sentence(feed.problem))
    if feed.waiting_s >= WAIT_WORDS_AFTER_S:
        return translate("Trends", "History does not answer yet. Live values go on.")
    missing = feed.missing
    if "journal" in missing:
        return translate("Trends", "The alarm journal is not read, so the alarm line is empty.")
    if "states" in missing:
        return translate("Trends", "Machine states are not read.")
    if feed.journal_is_cut:
        return fill(translate("Trends", "The alarm line shows the newest %1 alarms only."), MOST_MARKS)
    return ""


def sentence(text: str) -> str:
    """A text that ends like a sentence."""
    return text if text.endswith((".", "!", "?")) else text + "."


def value_words(definition: TagDefinition | None, value: float | None, known: bool) -> str:
    """A value at a cursor without unit; `…` while it is on its way, dashes where there is none."""
    if not known:
        return "…"
    if value is None:
        return NO_VALUE
    if definition is not None and definition.type == "bool":
        return scalar_text(bool(value), definition, "")
    return scalar_text(value, definition, "")


def difference_words(definition: TagDefinition | None, a: float | None, b: float | None) -> str:
    """B − A; dashes if one is missing, nothing for states and bits."""
    if definition is None or definition.is_stepped:
        return ""
    if a is None or b is None:
        return NO_VALUE
    return signed(b - a, definition.decimals)
