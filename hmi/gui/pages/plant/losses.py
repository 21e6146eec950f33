"""OEE times as pictures: factors, losses, waterfall, timeline. Minutes add up exactly to what the station reported."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from hmi.facade.data import OeeItem, StateSpan
from hmi.gui.widgets.figures import age, clock, figure
from hmi.gui.widgets.structs import (
    BulletState,
    OeeFigureState,
    ParetoBar,
    ParetoState,
    TimelineRow,
    TimelineSpan,
    WaterfallBar,
    WaterfallBracket,
    WaterfallState,
)

translate = QCoreApplication.translate

COVERAGE_NEEDED = 0.9
"""Below this share of observed time the figure is greyed (ui.md 5)."""

_KINDS = {
    "run": "run",
    "breakdown": "breakdown",
    "setup": "setup",
    "stop": "internal",
    "planned": "planned",
    "waiting": "ext",
    "starved": "ext",
    "blocked": "ext",
    "end": "internal",
    "micro_stop": "minor",
    "unknown": "unknown",
}
_SLACK_US = 1_000_000
_TOLD_LATE_US = 15_000_000
"""Answers are some seconds old when they are drawn; a hole at the end shorter than this is no hole."""

_STOPPED = ("breakdown", "starved", "blocked", "waiting", "stop", "end")


def class_word(state_class: str) -> str:
    """A state class in words."""
    return {
        "run": translate("StateClass", "Run"),
        "breakdown": translate("StateClass", "Breakdown"),
        "setup": translate("StateClass", "Setup"),
        "stop": translate("StateClass", "Stopped"),
        "planned": translate("StateClass", "Planned stop"),
        "waiting": translate("StateClass", "Waiting"),
        "starved": translate("StateClass", "Starved"),
        "blocked": translate("StateClass", "Blocked"),
        "end": translate("StateClass", "Order complete"),
        "micro_stop": translate("StateClass", "Minor stop"),
        "unknown": translate("StateClass", "Unknown"),
    }.get(state_class, state_class)


def state_words(span: StateSpan, both: str) -> str:
    """`both` where the state's own name adds something to its class, else the class alone."""
    word = class_word(span.state_class)
    return word if span.state_class == "unknown" or not span.state_name or span.state_name == word else both


def timeline_row(name: str, spans: list[StateSpan], now_us: int, from_us: int | None = None) -> TimelineRow:
    """The states of a machine as a row; a running state ends now. From `from_us` on, what is not told is unknown."""
    found = []
    for span in spans:
        end = span.to_us if span.to_us is not None else now_us
        word = class_word(span.state_class)
        words = state_words(span, f"{span.state_name}: {word}")
        found.append(TimelineSpan(span.from_us, max(span.from_us, end), _KINDS.get(span.state_class, "unknown"), words))
    if from_us is not None:
        found += _untold(found, from_us, now_us)
    return TimelineRow(name, _with_ground(found))


def _untold(spans: list[TimelineSpan], from_us: int, until_us: int) -> list[TimelineSpan]:
    holes, at = [], from_us
    word = translate("StateClass", "Unknown, no data")
    for span in sorted(spans, key=lambda item: item.from_us):
        if span.from_us - at > _SLACK_US:
            holes.append(TimelineSpan(at, span.from_us, "unknown", word))
        at = max(at, span.to_us)
    if until_us - at > _TOLD_LATE_US:
        holes.append(TimelineSpan(at, until_us, "unknown", word))
    return holes


def _with_ground(spans: list[TimelineSpan]) -> tuple[TimelineSpan, ...]:
    """Minor stops stand on the running bar, so the bar goes on below them."""
    ground = [TimelineSpan(s.from_us, s.to_us, "run", s.what) for s in spans if s.kind == "minor"]
    return tuple(sorted([*ground, *spans], key=lambda span: span.from_us))


def stops(spans: list[StateSpan], from_us: int, now_us: int) -> tuple[int, float]:
    """Number and minutes of stops that are neither minor nor planned."""
    count, total = 0, 0
    for span in spans:
        if span.state_class in (*_STOPPED, "setup"):
            end = span.to_us if span.to_us is not None else now_us
            count += 1
            total += max(0, end - max(span.from_us, from_us))
    return count, total / 60e6


def stop_minutes(spans: list[StateSpan], now_us: int) -> dict[str, tuple[float, int]]:
    """Minutes and number of spans by state class."""
    found: dict[str, tuple[float, int]] = {}
    for span in spans:
        end = span.to_us if span.to_us is not None else now_us
        minutes, count = found.get(span.state_class, (0.0, 0))
        found[span.state_class] = (minutes + max(0, end - span.from_us) / 60e6, count + 1)
    return found


def is_doubtful(item: OeeItem) -> bool:
    """True if too little was observed to trust the figure."""
    return item.coverage is None or item.coverage < COVERAGE_NEEDED


def factors(item: OeeItem) -> tuple[BulletState, ...]:
    """Availability, performance, quality."""
    dim = is_doubtful(item)
    return (
        BulletState(translate("Oee", "Availability"), item.availability, dim=dim),
        BulletState(translate("Oee", "Performance"), item.performance, dim=dim),
        BulletState(translate("Oee", "Quality"), item.quality, dim=dim),
    )


def oee_figure(title: str, subtitle: str, item: OeeItem | None, zone: str, error: str = "") -> OeeFigureState:
    """The figure of a line with its target, coverage and the moment it stands for; error: why it is not newer."""
    if item is None:
        note = translate("Oee", "no figures for this time")
        return OeeFigureState(title, subtitle, note="" if error else note, problem=error)
    coverage = translate("OeeFigure", "n/a") if item.coverage is None else f"{figure(100 * item.coverage, 0)} %"
    note = (
        translate("Oee", "coverage %1 · as of %2").replace("%1", coverage).replace("%2", clock(item.to_us, zone, False))
    )
    problem = error
    if not problem and item.performance is not None and item.performance > 1.0:
        problem = translate("Oee", "Performance above 100 %: the ideal rate is too low or the count is wrong.")
    elif not problem and item.warnings:
        problem = item.warnings[0]
    elif not problem and is_doubtful(item) and item.coverage is not None:
        low, high = item.oee_if_unknown_down, item.oee_if_unknown_run
        if low is not None and high is not None:
            problem = (
                translate("Oee", "Too little was observed: between %1 and %2 %.")
                .replace("%1", figure(100 * low, 1))
                .replace("%2", figure(100 * high, 1))
            )
    return OeeFigureState(
        title, subtitle, item.oee, item.target or None, factors(item), is_doubtful(item) or bool(error), note, problem
    )


def _minutes(item: OeeItem, key: str) -> float:
    return item.times_s.get(key, 0.0) / 60.0


def availability_losses(item: OeeItem, spans: list[StateSpan], now_us: int) -> list[tuple[str, float, int]]:
    """Names, minutes, counts of stops; they sum up exactly to the unplanned time plus setup of the item."""
    unplanned, setup = _minutes(item, "unplanned"), _minutes(item, "setup")
    seen = stop_minutes(spans, min(now_us, item.to_us))
    groups = (
        (translate("Losses", "Breakdown"), ("breakdown",)),
        (translate("Losses", "Starved / blocked"), ("starved", "blocked", "waiting")),
        (translate("Losses", "Other stops"), ("stop", "end")),
    )
    found = []
    rest = unplanned
    for name, classes in groups[:2]:
        minutes = sum(seen.get(key, (0.0, 0))[0] for key in classes)
        count = sum(seen.get(key, (0.0, 0))[1] for key in classes)
        minutes = min(minutes, rest)
        rest -= minutes
        if minutes > 0.05:
            found.append((name, minutes, count))
        else:
            rest += minutes
    other = sum(seen.get(key, (0.0, 0))[1] for key in groups[2][1])
    if rest > 0.05 or (rest > 0 and not found):
        found.append((groups[2][0], rest, other))
    elif found and rest > 0:
        name, minutes, count = found[-1]
        found[-1] = (name, minutes + rest, count)
    if setup > 0:
        found.append((translate("Losses", "Setup"), setup, seen.get("setup", (0.0, 0))[1]))
    return found


def pareto(item: OeeItem | None, spans: list[StateSpan], now_us: int) -> ParetoState:
    """All losses of a time in minutes, largest first."""
    if item is None:
        return ParetoState(empty=translate("Losses", "no figures for this time"))
    unit = translate("Losses", "min")
    bars = [
        ParetoBar(name, minutes, f"{unit} · {count}×" if count else unit)
        for name, minutes, count in availability_losses(item, spans, now_us)
    ]
    minor = sum(1 for span in spans if span.state_class == "micro_stop")
    rejects = item.counts.get("reject", 0)
    more = (
        (translate("Losses", "Reduced speed"), _minutes(item, "speed_loss"), unit),
        (translate("Losses", "Minor stops"), _minutes(item, "micro_stop"), f"{unit} · {minor}×" if minor else unit),
        (translate("Losses", "Rejects"), _minutes(item, "quality_loss"), f"{unit} · {figure(rejects, 0)}"),
    )
    bars += [ParetoBar(name, minutes, detail) for name, minutes, detail in more if minutes > 0.05]
    bars.sort(key=lambda bar: -bar.value)
    return ParetoState(tuple(bars), empty=translate("Losses", "no losses so far"))


def total_loss(item: OeeItem) -> tuple[float, float]:
    """Minutes lost and minutes planned."""
    planned = _minutes(item, "pbt")
    return max(0.0, planned - _minutes(item, "fully_productive")), planned


def waterfall(item: OeeItem | None, spans: list[StateSpan], now_us: int, in_points: bool = False) -> WaterfallState:
    """From planned busy time to fully productive time; empty if nothing was planned."""
    if item is None or item.times_s.get("pbt", 0.0) <= 0:
        return WaterfallState()
    planned = _minutes(item, "pbt")
    scale = 100.0 / planned if in_points else 1.0

    def bar(label: str, minutes: float, kind: str) -> WaterfallBar:
        points = 100.0 * minutes / planned if kind == "loss" and not in_points else None
        return WaterfallBar(label, minutes * scale, kind, points)

    stopped = availability_losses(item, spans, now_us)
    bars = [bar(translate("Waterfall", "Planned busy"), planned, "total")]
    bars += [bar(name, minutes, "loss") for name, minutes, _ in stopped]
    brackets = []
    if stopped:
        brackets.append(_bracket(translate("Oee", "Availability"), item.availability, 1, len(stopped)))
    bars.append(bar(translate("Waterfall", "Run time"), _minutes(item, "apt"), "total"))
    first = len(bars)
    speed = _minutes(item, "apt") - _minutes(item, "net_run") - _minutes(item, "micro_stop")
    for name, minutes in (
        (translate("Losses", "Reduced speed") if speed >= 0 else translate("Losses", "Above ideal rate"), speed),
        (translate("Losses", "Minor stops"), _minutes(item, "micro_stop")),
    ):
        if abs(minutes) > 0.005:
            bars.append(bar(name, minutes, "loss"))
    if len(bars) > first:
        brackets.append(_bracket(translate("Oee", "Performance"), item.performance, first, len(bars) - 1))
    bars.append(bar(translate("Waterfall", "Net run"), _minutes(item, "net_run"), "total"))
    first = len(bars)
    rejects = _minutes(item, "net_run") - _minutes(item, "fully_productive")
    if abs(rejects) > 0.005:
        bars.append(bar(translate("Losses", "Rejects"), rejects, "loss"))
        brackets.append(_bracket(translate("Oee", "Quality"), item.quality, first, first))
    bars.append(bar(translate("Waterfall", "Fully productive"), _minutes(item, "fully_productive"), "result"))
    target = planned * item.target * scale if item.target else None
    return WaterfallState(tuple(bars), tuple(brackets), target, in_points)


def _bracket(name: str, ratio: float | None, first: int, last: int) -> WaterfallBracket:
    text = name if ratio is None else f"{name} {figure(100 * ratio, 1)} %"
    return WaterfallBracket(text, first, last)


def length(span: StateSpan, now_us: int) -> str:
    """Length of a span in words."""
    end = span.to_us if span.to_us is not None else now_us
    return age((end - span.from_us) / 1e6)
