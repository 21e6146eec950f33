"""The report of a station survives the wire and is read tolerantly."""

from __future__ import annotations

import json

import pytest

from hmi.wire.report import ReportedBackup, StationReport, from_record, to_record

REPORT = StationReport(
    t_us=1_763_712_000_000_000,
    name="Bottling",
    version="1.0.0",
    health="degraded",
    simulated=True,
    alarms={"1": 0, "2": 3, "unacked": 1, "shelved": 0},
    oee={"bottling": 0.71, "packing": None},
    devices_total=7,
    devices_connected=6,
    devices_silent=("capper",),
    tags={"good": 90, "bad": 4},
    data_age_s=0.4,
    backlog=2,
    waiting=5,
    backup=ReportedBackup("20251121T080000Z-demo-a1b2c3", 1_763_711_000_000_000, 1_763_711_010_000_000),
)


def test_a_report_comes_back_as_it_was() -> None:
    assert from_record(json.loads(json.dumps(to_record(REPORT), allow_nan=False))) == REPORT


def test_unknown_keys_are_ignored_and_missing_or_wrong_ones_get_defaults() -> None:
    report = from_record(
        {"t": "2025-11-21T08:00:00.000000Z", "colour": 3, "oee": {"a": "high"}, "alarms": {"1": -4}, "devices": []}
    )
    assert report.oee == {"a": None}
    assert report.alarms == {"1": 0}
    assert report.devices_total == 0
    assert report.backup is None


@pytest.mark.parametrize("record", [{}, {"t": 5}, {"t": "yesterday"}, {"t": "2025-11-21T08:00:00"}])
def test_a_report_without_a_time_is_refused(record: dict) -> None:
    with pytest.raises(ValueError, match="UTC time"):
        from_record(record)


def test_a_figure_that_is_no_number_is_not_available() -> None:
    record = to_record(StationReport(1, "a", "1", oee={"x": float("nan")}, data_age_s=float("inf")))
    assert record["oee"] == {"x": None}
    assert record["data_age_s"] is None
