"""Panes of one unit each from the pens, on scales that hold still: they grow with the values and never shrink."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hmi.gui.bridge import Bridge, TagQuality
from hmi.gui.i18n import fill, translate
from hmi.gui.pages.minitrend import limits_of
from hmi.gui.pages.plant.views import PlantView, tag_title
from hmi.gui.pages.trend.feed import TrendFeed
from hmi.gui.pages.trend.pens import PenSet, is_held, pen_name, setpoint_of
from hmi.gui.pages.trend.words import value_words
from hmi.gui.plots.scales import fit
from hmi.gui.plots.structs import GapSpan, LimitLine, PaneState, PenState
from hmi.gui.widgets.structs import FloatArray, TimeArray
from hmi.model.tags import TagDefinition

Key = tuple[str, bool]
_ROOM, _TITLE_ROOM, _STEPPED_TITLE_ROOM = 0.08, 0.18, 0.34
_STEPPED_SHARE = 0.5
_MOST_WORDS = 12


class Scales:
    """The scale of each pane, kept while its pens stay the same."""

    def __init__(self) -> None:
        self._known: dict[Key, tuple[tuple[str, ...], float, float]] = {}

    def forget(self) -> None:
        """Fits every scale anew at the next drawing."""
        self._known = {}

    def scale(
        self, key: Key, paths: tuple[str, ...], pens: Sequence[PenState], extra: Sequence[float], view: tuple[int, int]
    ) -> tuple[float, float]:
        """Low and high of a pane: all pens in view and the lines to be shown fit in."""
        shown = [_visible(pen, view) for pen in pens]
        if key[1]:
            low, high = _stepped(shown)
        else:
            low, high = _roomy(shown, extra)
        before = self._known.get(key)
        if before is not None and before[0] == paths and any(len(pen.value) for pen in shown):
            low, high = min(low, before[1]), max(high, before[2])
        if any(np.isfinite(pen.value).any() for pen in shown):
            self._known[key] = (paths, low, high)
        elif before is not None and before[0] == paths:
            return before[1], before[2]
        return low, high


def _words(tag: TagDefinition, pen: PenState, view: tuple[int, int]) -> tuple[tuple[float, str], ...]:
    known = _visible(pen, view).value
    values = np.unique(known[np.isfinite(known)])[:_MOST_WORDS].tolist()
    if tag.type == "bool":
        values = [0.0, 1.0]
    return tuple((value, value_words(tag, value, True)) for value in values)


def changes(t_us: TimeArray, value: FloatArray) -> tuple[TimeArray, FloatArray]:
    """The points of a held value where it changes, and the last one."""
    if len(value) < 3:
        return t_us, value
    keep = np.r_[True, (value[1:] != value[:-1]) & ~(np.isnan(value[1:]) & np.isnan(value[:-1]))]
    keep[-1] = True
    return t_us[keep], value[keep]


def _visible(pen: PenState, view: tuple[int, int]) -> PenState:
    start = max(0, int(np.searchsorted(pen.t_us, view[0])) - 1)
    end = int(np.searchsorted(pen.t_us, view[1], side="right"))
    return PenState(pen.name, pen.pen, pen.t_us[start:end], pen.value[start:end])


def _stepped(pens: Sequence[PenState]) -> tuple[float, float]:
    values = [pen.value[np.isfinite(pen.value)] for pen in pens]
    least = min([0.0, *(float(part.min()) for part in values if len(part))])
    most = max([1.0, *(float(part.max()) for part in values if len(part))])
    low = least - 0.2 * (most - least)
    return low, low + (most - low) / (1.0 - _STEPPED_TITLE_ROOM)


def _roomy(pens: Sequence[PenState], extra: Sequence[float]) -> tuple[float, float]:
    low, high = fit(pens, extra=extra)
    values = [pen.value[np.isfinite(pen.value)] for pen in pens]
    least = min([*(float(part.min()) for part in values if len(part)), *extra], default=low)
    most = max([*(float(part.max()) for part in values if len(part)), *extra], default=high)
    room = _ROOM * (high - low)
    above = _TITLE_ROOM * (high - low) if extra else room
    if most > high - above:
        high = most + above
    if least < low + room and not (low == 0 and least >= 0):
        low -= room
    return low, high


@dataclass(frozen=True, slots=True)
class PaneBuilder:
    """Everything panes are made from."""

    bridge: Bridge
    plant: PlantView
    feed: TrendFeed
    pens: PenSet
    scales: Scales

    def build(self, view: tuple[int, int]) -> tuple[PaneState, ...]:
        """The panes in the order of their first pen; a state or bit has one of its own, so that none hides another."""
        groups: dict[Key, list[TagDefinition]] = {}
        for path in self.pens.paths:
            definition = self.bridge.definition(path)
            if definition is not None:
                alone = definition.is_stepped
                groups.setdefault((definition.path if alone else definition.unit, alone), []).append(definition)
        return tuple(self._pane(key, tags, view) for key, tags in groups.items())

    def followed(self) -> list[str]:
        """Paths whose history is needed: the pens and their setpoints."""
        tags = {tag.path: tag for tag in self.bridge.plant.tags}
        setpoints = [setpoint_of(self.plant, tags, path) for path in self.pens.paths]
        return list(dict.fromkeys([*self.pens.paths, *(path for path in setpoints if path)]))

    def _pane(self, key: Key, tags: list[TagDefinition], view: tuple[int, int]) -> PaneState:
        pens = tuple(self._pen(tag) for tag in tags)
        chosen = next((tag for tag in tags if tag.path == self.pens.selected), tags[0])
        limits: tuple[LimitLine, ...] = ()
        band: tuple[float | None, float | None] = (None, None)
        if not key[1] and (len(tags) == 1 or chosen.path == self.pens.selected):
            limits = limits_of(self.bridge.plant, chosen.path)
            band = (chosen.normal_low, chosen.normal_high)
        setpoint = None if key[1] else self._setpoint(tags)
        extra = [limit.value for limit in limits]
        extra += [bound for bound in band if bound is not None]
        if setpoint is not None:
            known = _visible(setpoint, view).value
            extra += [float(value) for value in known[np.isfinite(known)][-1:]]
        paths = (chosen.path, *(tag.path for tag in tags)) if limits else tuple(tag.path for tag in tags)
        low, high = self.scales.scale(key, paths, pens, extra, view)
        limited = chosen if len(tags) > 1 and (limits or band != (None, None)) else None
        return PaneState(
            self._title(tags, limited, bool(limits)),
            low,
            high,
            pens,
            band[0],
            band[1],
            limits,
            setpoint,
            self._gaps(tags),
            _STEPPED_SHARE if key[1] else 1.0 + 0.25 * (len(tags) - 1),
            _words(tags[0], pens[0], view) if key[1] else (),
        )

    def _pen(self, tag: TagDefinition) -> PenState:
        t_us, value = self.feed.series(tag.path)
        now = self.bridge.tag(tag.path)
        live = now is not None and now.quality in (TagQuality.GOOD, TagQuality.UNCERTAIN)
        name = pen_name(self.bridge.plant, tag)
        return PenState(name, self.pens.slot(tag.path), t_us, value, tag.unit, tag.decimals, is_held(tag), live)

    def _setpoint(self, tags: list[TagDefinition]) -> PenState | None:
        known = {tag.path: tag for tag in self.bridge.plant.tags}
        drawn = {tag.path for tag in tags}
        for tag in tags:
            path = setpoint_of(self.plant, known, tag.path)
            if path and path not in drawn:
                t_us, value = self.feed.series(path)
                if len(t_us):
                    t_us, value = changes(t_us, value)
                    return PenState(translate("Trends", "Setpoint"), 0, t_us, value, stepped=True, live=False)
        return None

    def _title(self, tags: list[TagDefinition], limited: TagDefinition | None, has_limits: bool) -> str:
        names = {tag_title(tag) for tag in tags}
        whole = {pen_name(self.bridge.plant, tag) for tag in tags}
        unit = tags[0].unit
        if len(whole) == 1:
            words = whole.pop()
        elif len(names) == 1:
            words = names.pop()
        else:
            words = ""
        title = ", ".join(part for part in (words, unit) if part)
        if limited is not None:
            of = translate("Trends", "limits of %1") if has_limits else translate("Trends", "normal range of %1")
            title += "   " + fill(of, pen_name(self.bridge.plant, limited))
        return title

    def _gaps(self, tags: list[TagDefinition]) -> tuple[GapSpan, ...]:
        """Gaps of all pens of a pane; what several share is shown once, what one alone has is named."""
        by_span: dict[tuple[int, int | None, str], list[TagDefinition]] = {}
        for tag in tags:
            for gap in self.feed.gaps(tag.path):
                by_span.setdefault((gap.from_us, gap.to_us, gap.cause), []).append(tag)
        found = list(self.feed.unread())
        for (from_us, to_us, cause), owners in by_span.items():
            device = owners[0].device
            named = len(tags) == 1 or len(owners) == len(tags) or cause.startswith(device + ":")
            words = cause if named else f"{pen_name(self.bridge.plant, owners[0])}: {cause}"
            found.append(GapSpan(from_us, to_us, words))
        return tuple(sorted(found, key=lambda gap: gap.from_us))
