"""What the evaluation thread does each round: calculated tags, published figures, alarms, OEE."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hmi.base.clock import Clock
from hmi.model.devices import LinkState
from hmi.model.samples import SampleBatch, Scalar
from hmi.station import published
from hmi.station.evaluation import Step
from hmi.station.reporting import Reporter
from hmi.tags.calculated import CalculatedTags
from hmi.tags.latest import TagStore
from hmi.tags.staleness import SHORTEST_LIMIT_US

if TYPE_CHECKING:
    from hmi.station.parts import Parts

LOGGING_LIMIT_S = 3.0
MEMORY_LIMIT = 0.90
_OEE_EVERY_US = 1_000_000


class EvaluationSteps:
    """The steps of one station; `attach` gives them the parts before the evaluation thread starts."""

    def __init__(self) -> None:
        self._parts: Parts | None = None
        self._links: dict[str, LinkState] = {}

    def note_link(self, device: str, state: LinkState) -> None:
        """Tells the alarms that a device's link changed; called from acquisition."""
        self._links[device] = state

    @property
    def all(self) -> list[Step]:
        """The steps in their order."""
        return [self.calculate, self.publish, self.evaluate_alarms, self.evaluate_oee]

    def attach(self, parts: Parts, reporter: Reporter) -> None:
        """Gives the steps what they work on."""
        self._parts = parts
        self._reporter = reporter
        self._calculated = CalculatedTags(parts.store, parts.clock)
        self._numbers = {tag.path: tag.number for tag in parts.tags if tag.device == published.STATION_DEVICE}
        self._published_us = 0
        self._oee_us = 0
        self._stale_cursor = 0
        self._stale: set[int] = set()

    def calculate(self, samples: SampleBatch) -> SampleBatch | None:
        """Calculated tags whose inputs changed."""
        return self._calculated.step(samples)

    def publish(self, samples: SampleBatch) -> SampleBatch | None:
        """Once a second the station's own values."""
        parts = self._required()
        monotonic_us = parts.clock.monotonic_us()
        if monotonic_us - self._published_us < published.PUBLISH_EVERY_US:
            return None
        self._published_us = monotonic_us
        return published.batch(dict(self._values()), self._numbers, parts.clock.now_us())

    def evaluate_alarms(self, samples: SampleBatch) -> None:
        """Alarms on this round's samples, on staleness, links and the station itself."""
        parts = self._required()
        self._watch_clock()
        conditions = self._conditions()
        parts.alarms.evaluate(samples, list(self._turned_stale()), dict(self._links), conditions)

    def evaluate_oee(self, samples: SampleBatch) -> None:
        """OEE on this round's samples; time passes once a second."""
        parts = self._required()
        monotonic_us = parts.clock.monotonic_us()
        if len(samples) or monotonic_us - self._oee_us >= _OEE_EVERY_US:
            self._oee_us = monotonic_us
            parts.oee.evaluate(samples)

    def _watch_clock(self) -> None:
        parts = self._required()
        now_us = parts.clock.now_us()
        jump_us = parts.clock_watch.look(now_us, parts.clock.monotonic_us())
        if not jump_us:
            return
        if jump_us > 0:
            parts.history.note_gap("*", now_us - jump_us, now_us, "clock", "the clock was set forward")
        direction = "forward" if jump_us > 0 else "back"
        parts.people.record("CLOCK_STEPPED", "clock", new=f"{abs(jump_us) / 1e6:.3f} s {direction}")
        parts.jobs.clock_stepped()

    def _required(self) -> Parts:
        if self._parts is None:
            raise RuntimeError("the steps were not attached")
        return self._parts

    def _values(self) -> Iterator[tuple[str, Scalar | None]]:
        parts = self._required()
        machine = self._reporter.machine.figures
        memory = machine.process_memory_bytes
        yield "system/station/disk_free", machine.disk_free_ratio
        yield "system/station/memory", None if memory is None else memory / 1e6
        yield "system/station/commit_interval", parts.history.longest_interval_s()
        yield "system/station/backlog", float(parts.history.backlog)
        for status in parts.acquisition.statuses():
            if status.state is LinkState.DISABLED:
                continue
            answers = status.state is LinkState.CONNECTED
            if status.state is not LinkState.CONNECTING:  # while the first try runs nothing is known of the link yet
                yield f"system/devices/{status.name}/connected", answers
            response_us = status.response_p50_us if answers else None
            yield f"system/devices/{status.name}/response", None if response_us is None else response_us / 1000
        yield from parts.oee.published().items()

    def _turned_stale(self) -> Iterator[tuple[int, bool]]:
        parts = self._required()
        changes = parts.store.changes_since(
            self._stale_cursor, parts.clock.now_us(), parts.clock.monotonic_us()
        )  # fmt: skip
        self._stale_cursor = changes.cursor
        for number, stale in zip(changes.numbers.tolist(), changes.stale.tolist(), strict=True):
            if stale != (number in self._stale):
                (self._stale.add if stale else self._stale.discard)(number)
                yield number, stale

    def _conditions(self) -> dict[str, bool]:
        """What holds of the station itself; what is not known now is left out, so that it stays as it was."""
        parts = self._required()
        clock = parts.clock
        machine = self._reporter.machine.figures
        found = {
            "database": bool(parts.database.writer.problem),
            "logging": parts.history.longest_interval_s() > LOGGING_LIMIT_S,
            "clock": bool(parts.clock_watch.problem(clock.monotonic_us())),
            "backup": bool(parts.backups.problem),
            "certificate": bool(parts.certificates.problem),
            "audit": bool(parts.people.trail.problem or parts.people.trail.suspicion),
            "break_glass": parts.people.access.break_glass_active,
        }
        if machine.disk_free_ratio is not None:
            found["disk"] = machine.disk_free_ratio < parts.settings.storage.min_free_ratio
        if machine.memory_used_ratio is not None:
            found["memory"] = machine.memory_used_ratio >= MEMORY_LIMIT
        return found


def last_known_good_us(store: TagStore, clock: Clock, number: int) -> int | None:
    """Until when a tag is known to hold: its last receipt, or for a live subscription the shortest stale limit ago.

    So when a live value turns stale, its state becomes unknown exactly from then on (`domain.md` 2.5).
    """
    state = store.view(number)
    if state.value is None:
        return state.t_receive_us or None
    return max(state.t_receive_us, clock.now_us() - SHORTEST_LIMIT_US)
