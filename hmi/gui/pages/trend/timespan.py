"""The time on screen: it follows now or holds still, and no change of one loses the place of the other. No Qt."""

from __future__ import annotations

from hmi.gui.plots.pane import LEAST_SPAN_US, MOST_SPAN_US

MINUTE_US = 60_000_000
HOUR_US = 60 * MINUTE_US
SPANS = {"10min": 10 * MINUTE_US, "1h": HOUR_US, "8h": 8 * HOUR_US, "24h": 24 * HOUR_US, "7d": 168 * HOUR_US}
_BEFORE_MOMENT = 0.7
_STILL_SEEN = 0.95


class TimeSpan:
    """from_us..to_us; live = the right edge is now. The future is never on screen."""

    def __init__(self, span_us: int = HOUR_US) -> None:
        self.live = True
        self.span_us = span_us
        self.from_us, self.to_us = 0, 1

    @property
    def is_placed(self) -> bool:
        """True once the station's time is known."""
        return self.to_us > 1

    @property
    def name(self) -> str:
        """The button whose length this is, empty if none."""
        return next((name for name, span in SPANS.items() if span == self.span_us), "")

    def follow(self, now_us: int) -> None:
        """Moves the right edge to now if live, or if the station's time became known only now."""
        if now_us and (self.live or not self.is_placed):
            self.from_us, self.to_us = now_us - self.span_us, now_us

    def set_live(self, live: bool, now_us: int) -> None:
        """Follows now, or holds what is on screen."""
        self.live = live
        self.follow(now_us)

    def move(self, from_us: int, to_us: int, now_us: int) -> None:
        """Shows another time; dragged up to now it follows now again, zoomed in hold it does not."""
        span = _possible(to_us - from_us)
        dragged = span == self.span_us
        self.span_us = span
        self.live = bool(now_us) and from_us + span >= now_us and (self.live or dragged)
        self.to_us = min(now_us, from_us + span) if now_us else from_us + span
        self.from_us = self.to_us - span

    def set_span(self, span_us: int, now_us: int, anchor_us: int | None = None) -> None:
        """Shows a longer or shorter time: live keeps the right edge, hold the anchor or else the middle."""
        span = _possible(span_us)
        if self.live:
            self.span_us = span
            self.follow(now_us)
            return
        inside = anchor_us is not None and self.from_us <= anchor_us <= self.to_us
        anchor = anchor_us if inside and anchor_us is not None else (self.from_us + self.to_us) // 2
        share = (anchor - self.from_us) / max(1, self.to_us - self.from_us)
        from_us = anchor - round(share * span)
        self.span_us = span
        self.to_us = min(now_us, from_us + span) if now_us else from_us + span
        self.from_us = self.to_us - span

    def go_to(self, at_us: int, now_us: int) -> None:
        """Brings a moment on screen; if live shows it already, live stays."""
        if self.live and now_us - self.span_us * _STILL_SEEN <= at_us <= now_us:
            return
        from_us = at_us - round(_BEFORE_MOMENT * self.span_us)
        self.live = False
        self.to_us = min(now_us, from_us + self.span_us) if now_us else from_us + self.span_us
        self.from_us = self.to_us - self.span_us


def _possible(span_us: int) -> int:
    return min(MOST_SPAN_US, max(LEAST_SPAN_US, span_us))
