"""State spans, journal and answers about the past for the plant of the pictures."""

from __future__ import annotations

import numpy as np

from hmi.facade.data import AlarmItem, Gap, HistoryAnswer, HistoryQuery, JournalItem, OeeItem, Series, StateSpan
from hmi.model.quality import BAD_NO_COMMUNICATION, GOOD
from tests.helpers.fake_plant import LABELLER_SILENT_US, MINUTE_US, NOW_US, Source, at, history_of

Stop = tuple[str, str, str, int]

_BREAK: Stop = ("09:00:00", "09:30:00", "planned", 2)
STOPS: dict[str, list[Stop]] = {
    "filler": [
        ("06:00:00", "06:09:00", "setup", 3),
        ("06:19:10", "06:19:50", "micro_stop", 11),
        ("06:26:30", "06:27:10", "micro_stop", 11),
        ("06:43:20", "06:44:00", "micro_stop", 11),
        ("06:52:00", "06:58:00", "starved", 5),
        ("07:00:40", "07:01:20", "micro_stop", 11),
        ("07:02:00", "07:02:40", "micro_stop", 11),
        ("07:03:20", "07:03:50", "micro_stop", 11),
        ("07:18:00", "07:27:30", "breakdown", 9),
        ("07:31:30", "07:32:20", "micro_stop", 11),
        ("07:36:00", "07:36:40", "micro_stop", 11),
        ("07:50:00", "07:50:40", "micro_stop", 11),
        ("07:56:30", "07:57:10", "micro_stop", 11),
        ("08:05:00", "08:09:00", "blocked", 5),
        ("08:17:30", "08:18:10", "micro_stop", 11),
        ("08:26:30", "08:27:20", "micro_stop", 11),
        ("08:41:00", "08:46:00", "breakdown", 9),
        ("08:51:30", "08:52:10", "micro_stop", 11),
        _BREAK,
        ("09:42:00", "09:42:50", "micro_stop", 11),
        ("09:58:00", "09:58:40", "micro_stop", 11),
        ("10:01:00", "10:03:30", "blocked", 5),
    ],
    "capper": [
        ("06:00:00", "06:08:00", "setup", 3),
        ("06:23:30", "06:24:10", "micro_stop", 11),
        ("06:53:00", "06:59:00", "starved", 5),
        ("07:01:00", "07:02:00", "micro_stop", 11),
        ("07:18:30", "07:28:00", "starved", 5),
        ("08:05:00", "08:09:30", "blocked", 5),
        ("08:14:00", "08:14:40", "micro_stop", 11),
        ("08:24:30", "08:25:10", "micro_stop", 11),
        ("08:41:00", "08:46:30", "starved", 5),
        ("08:52:00", "08:52:40", "micro_stop", 11),
        _BREAK,
        ("09:42:00", "09:44:30", "stop", 11),
        ("10:01:00", "10:04:00", "starved", 5),
    ],
    "labeller": [
        ("06:00:00", "06:08:00", "setup", 3),
        ("06:53:00", "07:00:00", "starved", 5),
        ("07:18:30", "07:28:30", "starved", 5),
        ("07:34:00", "07:34:40", "micro_stop", 11),
        ("08:04:00", "08:09:06", "setup", 3),
        ("08:42:00", "08:47:00", "starved", 5),
        ("08:49:00", "08:49:40", "micro_stop", 11),
        ("08:53:30", "08:54:10", "micro_stop", 11),
        ("08:57:30", "08:58:10", "micro_stop", 11),
        _BREAK,
        ("09:31:30", "09:32:30", "micro_stop", 11),
        ("10:01:00", "10:04:00", "starved", 5),
        ("10:37:52", "", "unknown", 0),
    ],
    "packer": [
        ("06:00:00", "06:05:30", "setup", 3),
        ("06:32:00", "06:33:00", "micro_stop", 11),
        ("06:54:00", "07:00:30", "starved", 5),
        ("07:08:30", "07:09:10", "micro_stop", 11),
        ("07:11:00", "07:11:40", "micro_stop", 11),
        ("07:20:00", "07:30:00", "starved", 5),
        ("07:46:00", "07:46:40", "micro_stop", 11),
        ("08:06:00", "08:10:30", "starved", 5),
        ("08:43:00", "08:48:00", "starved", 5),
        ("08:55:00", "08:55:40", "micro_stop", 11),
        _BREAK,
        ("09:46:30", "09:47:20", "micro_stop", 11),
        ("09:51:20", "09:52:00", "micro_stop", 11),
        ("09:58:07", "10:04:00", "breakdown", 9),
        ("10:41:30", "", "starved", 5),
    ],
}
_WORDS = {0: "Unknown", 2: "Stopped", 3: "Starting", 5: "Suspended", 6: "Execute", 9: "Aborted", 11: "Held"}


def state_spans(machine: str) -> list[StateSpan]:
    """The shift of one machine from 06:00 on, without holes."""
    spans: list[StateSpan] = []
    cursor = at("06:00:00")
    for start, end, state_class, state in STOPS[machine]:
        begin = at(start)
        if begin > cursor:
            spans.append(StateSpan("line1", machine, cursor, begin, 6, "Execute", "run"))
        finish = at(end) if end else None
        number = None if state_class == "unknown" else state
        spans.append(StateSpan("line1", machine, begin, finish, number, _WORDS[state], state_class))
        cursor = finish if finish is not None else NOW_US + 1
    if cursor <= NOW_US:
        spans.append(StateSpan("line1", machine, cursor, None, 6, "Execute", "run"))
    return spans


def oee_item(machine: str = "", now_us: int = NOW_US) -> OeeItem:
    """The figures of the running shift; they are the same numbers in every picture."""
    planned, unplanned, setup = 252.0, 27.0, 9.0
    apt, net, good = 216.0, 182.4, 179.12
    return OeeItem(
        line="line1",
        machine=machine,
        shift="2026-11-19/early",
        from_us=at("06:00:00"),
        to_us=now_us,
        state="running",
        availability=apt / planned,
        performance=net / apt,
        quality=107472 / 109440,
        oee=good / planned,
        nee=None,
        teep=None,
        coverage=1.0,
        oee_if_unknown_down=good / planned,
        oee_if_unknown_run=good / planned,
        times_s={
            "calendar": 282 * 60,
            "not_scheduled": 0,
            "planned_stop": 1800,
            "pbt": planned * 60,
            "unplanned": unplanned * 60,
            "setup": setup * 60,
            "apt": apt * 60,
            "micro_stop": 12.4 * 60,
            "speed_loss": 21.2 * 60,
            "net_run": net * 60,
            "quality_loss": (net - good) * 60,
            "fully_productive": good * 60,
            "unknown": 0,
        },
        counts={"total": 109440, "good": 107472, "reject": 1968, "in_gap": 0, "quarantined": 0},
        target=0.78,
        warnings=[],
        shift_from_us=at("06:00:00"),
        shift_to_us=at("14:00:00"),
        ideal_rate_per_s=10.0,
    )


_EVENTS = [
    ("10:12:00", "utilities/tunnel/zone3.dev", 3, "SHELVE", "ACK_ACTIVE", "SHELVED", "M. Krüger"),
    ("06:20:00", "utilities/cip/conductivity.lo", 1, "OOS_ON", "NORMAL", "OUT_OF_SERVICE", "M. Krüger"),
    ("10:41:52", "utilities/air/pressure.lolo", 41, "ACTIVATE", "NORMAL", "UNACK_ACTIVE", ""),
    ("10:41:05", "line1/conveyor2/fill.hi", 22, "ACTIVATE", "NORMAL", "UNACK_ACTIVE", ""),
    ("10:37:55", "system/devices/labeller/comm", 17, "ACTIVATE", "NORMAL", "UNACK_ACTIVE", ""),
    ("10:34:40", "utilities/air/pressure.lo", 31, "ACK", "UNACK_ACTIVE", "ACK_ACTIVE", "os:weber"),
    ("10:34:10", "utilities/air/pressure.lo", 31, "ACTIVATE", "NORMAL", "UNACK_ACTIVE", ""),
    ("10:32:18", "utilities/air/compressor2.trip", 9, "ACK", "UNACK_ACTIVE", "ACK_ACTIVE", "os:weber"),
    ("10:31:40", "utilities/air/compressor2.trip", 9, "ACTIVATE", "NORMAL", "UNACK_ACTIVE", ""),
    ("10:27:30", "line1/filler/bowl_level.hi", 5, "CLEAR", "UNACK_ACTIVE", "RTN_UNACK", ""),
    ("10:26:48", "line1/filler/bowl_level.hi", 5, "ACTIVATE", "NORMAL", "UNACK_ACTIVE", ""),
    ("10:03:40", "line1/packer/jam", 12, "CLEAR", "ACK_ACTIVE", "LATCHED_ACK", ""),
    ("09:59:02", "line1/packer/jam", 12, "ACK", "UNACK_ACTIVE", "ACK_ACTIVE", "os:weber"),
    ("09:58:07", "line1/packer/jam", 12, "ACTIVATE", "NORMAL", "UNACK_ACTIVE", ""),
    ("08:14:00", "line1/filler/bearing.life", 2, "ACK", "UNACK_ACTIVE", "ACK_ACTIVE", "os:weber"),
    ("08:12:00", "line1/filler/bearing.life", 2, "ACTIVATE", "NORMAL", "UNACK_ACTIVE", ""),
]
_COMMENTS = {"SHELVE": "thermocouple, WO 48213", "OOS_ON": "probe removed, WO 48190"}
_EARLIER = [
    1,
    1,
    1,
    0,
    1,
    0,
    0,
    0,
    1,
    2,
    1,
    1,
    0,
    0,
    0,
    0,
    1,
    0,
    1,
    1,
    4,
    3,
    1,
    0,
    0,
    2,
    1,
    0,
    1,
    0,
    0,
    0,
    0,
    5,
    1,
    0,
    1,
]


def journal_rows(alarms: list[AlarmItem]) -> list[JournalItem]:
    """Eight hours of journal, oldest first."""
    known = {item.id: item for item in alarms}
    rows = [(at(clock), *rest) for clock, *rest in _EVENTS]
    start = NOW_US - 480 * MINUTE_US
    for bucket, count in enumerate(_EARLIER):
        for n in range(count):
            t = start + bucket * 10 * MINUTE_US + (n + 1) * MINUTE_US
            rows.append(
                (t, "line1/filler/bowl_level.hi", 100 + bucket * 10 + n, "ACTIVATE", "NORMAL", "UNACK_ACTIVE", "")
            )
    rows.sort(key=lambda row: row[0])
    return [
        JournalItem(
            seq=seq,
            t_event_us=t,
            t_recorded_us=t + 40_000,
            alarm_id=alarm,
            activation_id=activation,
            event=event,
            state_from=before,
            state_to=after,
            priority=known[alarm].priority,
            value=known[alarm].value,
            limit=known[alarm].limit,
            quality=GOOD,
            hidden=False,
            time_uncertain=False,
            first_out=known[alarm].first_out,
            order=known[alarm].order,
            actor=actor,
            station="bn-op-02",
            comment=_COMMENTS.get(event, ""),
            prev_hash="",
            hash="",
            message=known[alarm].message,
            area=known[alarm].area,
        )
        for seq, (t, alarm, activation, event, before, after, actor) in enumerate(rows, start=1)
    ]


def history(
    query: HistoryQuery,
    sources: dict[str, Source],
    devices: dict[str, str],
    units: dict[str, str],
    now_us: int,
    down_since: dict[str, int],
) -> HistoryAnswer:
    """Series of a query, one sample a second at most, and the gap of each device that is down."""
    series, gaps = [], []
    last = min(query.to_us, now_us)
    for path in query.paths:
        source = sources.get(path)
        if source is None:
            continue
        gap_from = down_since.get(devices[path])
        end = min(last, gap_from) if gap_from is not None else last
        buckets = max(1, query.points) if query.mode != "raw" else 3600
        step = max(1_000_000, (query.to_us - query.from_us) // buckets)
        t_us = np.arange(query.from_us - query.from_us % step + step, end, step, dtype=np.int64)
        values = history_of(path, source, t_us)
        plain = [None if np.isnan(v) else float(v) for v in values]
        if query.mode == "at":
            t_us, plain, values = t_us[-1:], plain[-1:], values[-1:]
        made = Series(path, units[path], query.mode, t_us.tolist(), list(plain), [GOOD] * len(plain))
        if query.mode == "minmax":
            spread = 1.0 if step <= 1_000_000 else 1.002
            made = Series(
                path,
                units[path],
                "minmax",
                t_us.tolist(),
                list(plain),
                [GOOD] * len(plain),
                min=[None if v is None else v / spread for v in plain],
                max=[None if v is None else v * spread for v in plain],
                first=list(plain),
                last=list(plain),
            )
        if query.mode == "mean":
            made = Series(
                path,
                units[path],
                "mean",
                t_us.tolist(),
                list(plain),
                [GOOD] * len(plain),
                mean=list(plain),
                good_fraction=[1.0] * len(plain),
            )
        series.append(made)
        if gap_from is not None and gap_from < query.to_us:
            gaps.append(Gap(path, gap_from, None, "device_down", f"{devices[path]}: no answer"))
    return HistoryAnswer(series, gaps)


SILENT_STATUS = BAD_NO_COMMUNICATION
LABELLER_GAP_US = LABELLER_SILENT_US
