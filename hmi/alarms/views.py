"""What the alarm service tells about alarms: plain values with the field names of the facade, and their order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from hmi.alarms.engine.values import AlarmStatus, Watch
from hmi.alarms.store import StoredRow
from hmi.model.alarms import AlarmDefinition, AlarmState
from hmi.model.quality import severity
from hmi.model.samples import Scalar

LISTED_STATES: Final = (
    AlarmState.UNACK_ACTIVE,
    AlarmState.LATCHED_UNACK,
    AlarmState.ACK_ACTIVE,
    AlarmState.LATCHED_ACK,
    AlarmState.RTN_UNACK,
)
"""States of the active list, in its order (`contract.md` 7)."""

LISTS: Final[dict[str, frozenset[AlarmState]]] = {
    "active": frozenset(LISTED_STATES),
    "shelved": frozenset({AlarmState.SHELVED}),
    "suppressed": frozenset({AlarmState.SUPPRESSED}),
    "out_of_service": frozenset({AlarmState.OUT_OF_SERVICE}),
    "all": frozenset(AlarmState),
}
"""States by the name of a list."""

_RANK: Final = {state: rank for rank, state in enumerate(LISTED_STATES)}
_UNACKED: Final = frozenset({AlarmState.UNACK_ACTIVE, AlarmState.LATCHED_UNACK, AlarmState.RTN_UNACK})


@dataclass(frozen=True, slots=True)
class AlarmView:
    """One alarm now, by the fields of the facade's `AlarmItem`."""

    id: str
    state: str
    priority: int
    alarm_class: str
    area: str
    tag: str
    type: str
    message: str
    active: bool
    acked: bool
    latched: bool
    shelved: bool
    suppressed: bool
    oos: bool
    activation_id: int
    t_active_us: int | None
    t_clear_us: int | None
    t_ack_us: int | None
    acked_by: str | None
    value: Scalar | None
    limit: float | str | None
    unit: str
    shelved_until_us: int | None
    first_out: bool
    order: int
    count_24h: int
    action: str
    cause: str
    consequence: str
    respond_within_s: float | None
    help: str
    quality: str


@dataclass(frozen=True, slots=True)
class CountsView:
    """Listed alarms by priority, the unacknowledged among them, the hidden ones (facade's `AlarmCounts`)."""

    p1: int = 0
    p2: int = 0
    p3: int = 0
    p4: int = 0
    unacked: int = 0
    shelved: int = 0
    suppressed: int = 0
    unacked_by_priority: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ListView:
    """Alarms of a list in order, with the counts over all alarms (facade's `AlarmList`)."""

    items: list[AlarmView]
    counts: CountsView
    revision: int


@dataclass(frozen=True, slots=True)
class JournalView:
    """One journal row, by the fields of the facade's `JournalItem`."""

    seq: int
    t_event_us: int
    t_recorded_us: int
    alarm_id: str
    activation_id: int
    event: str
    state_from: str
    state_to: str
    priority: int
    value: Scalar | None
    limit: float | str | None
    quality: int
    hidden: bool
    time_uncertain: bool
    first_out: bool
    order: int
    actor: str
    station: str
    comment: str
    prev_hash: str
    hash: str
    message: str
    area: str


def alarm_view(
    definition: AlarmDefinition, status: AlarmStatus, watch: Watch | None, unit: str, count_24h: int
) -> AlarmView:
    """An alarm with the latest value that was evaluated, or that of its activation before the first sample."""
    evaluated = watch is not None and not watch.first and watch.value is not None
    limit = watch.limit if watch is not None and evaluated and watch.limit is not None else status.limit
    code = watch.status if watch is not None and evaluated else status.quality
    return AlarmView(
        id=definition.id,
        state=status.state.value,
        priority=definition.priority,
        alarm_class=definition.alarm_class.value,
        area=definition.area,
        tag=definition.tag,
        type=definition.type.value,
        message=definition.message or definition.id,
        active=status.active,
        acked=status.acked,
        latched=status.latched,
        shelved=status.shelved,
        suppressed=bool(status.suppressed_by),
        oos=status.oos,
        activation_id=status.activation_id,
        t_active_us=status.t_active_us,
        t_clear_us=status.t_clear_us,
        t_ack_us=status.t_ack_us,
        acked_by=status.acked_by or None,
        value=watch.value if watch is not None and evaluated else status.value,
        limit=definition.limit if limit is None else limit,
        unit=unit,
        shelved_until_us=status.shelved_until_us,
        first_out=status.first_out,
        order=status.order,
        count_24h=count_24h,
        action=definition.action,
        cause=definition.cause,
        consequence=definition.consequence,
        respond_within_s=definition.respond_within_us / 1e6 if definition.respond_within_us is not None else None,
        help=definition.help,
        quality="bad" if watch is not None and watch.bad else severity(code).word,
    )


def in_order(views: Iterable[AlarmView]) -> list[AlarmView]:
    """By state, then priority, then newest activation."""
    return sorted(
        views,
        key=lambda view: (
            _RANK.get(AlarmState(view.state), len(_RANK)),
            view.priority,
            -(view.t_active_us or 0),
            view.id,
        ),
    )


def count(pairs: Iterable[tuple[AlarmDefinition, AlarmStatus]]) -> CountsView:
    """Counts over all alarms, whatever list is asked for."""
    listed = dict.fromkeys((1, 2, 3, 4), 0)
    unacked = dict.fromkeys((1, 2, 3, 4), 0)
    shelved = suppressed = 0
    for definition, status in pairs:
        state = status.state
        if state in _RANK:
            listed[definition.priority] += 1
            if state in _UNACKED:
                unacked[definition.priority] += 1
        shelved += state is AlarmState.SHELVED
        suppressed += state is AlarmState.SUPPRESSED
    return CountsView(
        p1=listed[1],
        p2=listed[2],
        p3=listed[3],
        p4=listed[4],
        unacked=sum(unacked.values()),
        shelved=shelved,
        suppressed=suppressed,
        unacked_by_priority={str(priority): number for priority, number in unacked.items()},
    )


def journal_view(stored: StoredRow, definition: AlarmDefinition | None) -> JournalView:
    """A stored row with message and area of the configuration of now."""
    row = stored.row
    return JournalView(
        seq=stored.seq,
        t_event_us=row.t_event_us,
        t_recorded_us=stored.t_recorded_us,
        alarm_id=row.alarm_id,
        activation_id=row.activation_id,
        event=row.event,
        state_from=row.state_from.value,
        state_to=row.state_to.value,
        priority=row.priority,
        value=row.value,
        limit=row.limit,
        quality=row.quality,
        hidden=row.hidden,
        time_uncertain=row.time_uncertain,
        first_out=row.first_out,
        order=row.order,
        actor=row.actor,
        station=row.station,
        comment=row.comment,
        prev_hash=stored.prev_hash,
        hash=stored.hash,
        message=definition.message if definition is not None else "",
        area=definition.area if definition is not None else "",
    )
