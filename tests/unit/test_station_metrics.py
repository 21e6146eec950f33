"""The Prometheus text: names of the contract, nothing that is not measured, and promtool's blessing."""

from __future__ import annotations

import subprocess

import pytest
from prometheus_client.parser import text_string_to_metric_families

from hmi.base.histogram import Histogram
from hmi.station.metrics import (
    AgentFigures,
    DeviceFigures,
    ProcessFigures,
    ProtocolFigures,
    QueueFigures,
    StationFigures,
    metrics_text,
)
from tests.helpers.clock import EPOCH_US
from tests.helpers.counterparts import need_program

DURATION = Histogram((0.01, 0.1, 1.0))
for seconds in (0.005, 0.05, 0.05, 5.0):
    DURATION.observe(seconds)

FULL = StationFigures(
    version="1.0.0",
    sqlite="3.53.4",
    uptime_s=60.0,
    devices=(
        DeviceFigures("filler", "modbus-tcp", "connected"),
        DeviceFigures("capper", "modbus-tcp", "down"),
        DeviceFigures("oven", "opcua", "connected"),
        DeviceFigures("spare", "opcua", "disabled"),
    ),
    protocols={
        "modbus-tcp": ProtocolFigures(900, {"timeout": 3, "refused": 1}, 2, 1, 0.004, 0.01, DURATION.figures()),
        "opcua": ProtocolFigures(50),
    },
    scan_lateness=DURATION.figures(),
    tags={"good": 90, "bad": 6},
    samples=10_000,
    samples_stored=9_990,
    dropped={"overflow": 10},
    queues=(QueueFigures("history", 3, 1000),),
    logging_interval_s=1.1,
    commit_duration=DURATION.figures(),
    history_bytes=123_456,
    gaps={"device_down": 1},
    database_connected=True,
    database_errors=0,
    disk_free_ratio=0.4,
    alarms={("UNACK_ACTIVE", 1): 2},
    activations={1: 5},
    oee={"bottling": {"oee": 0.7, "availability": 0.9, "performance": None}},
    parts={("bottling", "good"): 100},
    writes={"verified": 1},
    errors={"storage": 0},
    active_users=2,
    agent=AgentFigures(True, {"metrics": 4}, {"metrics": 400}, 12.0),
    backup_verified_us=EPOCH_US,
    jobs={"metrics": EPOCH_US},
    process=ProcessFigures(1.5, 100_000_000, EPOCH_US, 300_000_000, 42, 0.25, 0.5),
)

EARLIER = ("ald_", "app_", "cpu_usage_percent", "memory_usage_percent")


def values(text: str) -> dict[tuple[str, ...], float]:
    return {
        (sample.name, *(f"{k}={v}" for k, v in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_every_figure_has_the_name_of_the_contract() -> None:
    found = values(metrics_text(FULL))
    expected = {
        ("plant_hmi_build_info", "sqlite=3.53.4", "version=1.0.0"): 1.0,
        ("plant_hmi_devices", "protocol=modbus-tcp", "state=down"): 1.0,
        ("plant_hmi_device_connected", "device=filler"): 1.0,
        ("plant_hmi_device_connected", "device=capper"): 0.0,
        ("plant_hmi_poll_requests_total", "protocol=modbus-tcp"): 900.0,
        ("plant_hmi_poll_errors_total", "kind=timeout", "protocol=modbus-tcp"): 3.0,
        ("plant_hmi_poll_duration_seconds_bucket", "le=0.1", "protocol=modbus-tcp"): 3.0,
        ("plant_hmi_poll_duration_seconds_bucket", "le=+Inf", "protocol=modbus-tcp"): 4.0,
        ("plant_hmi_poll_duration_seconds_count", "protocol=modbus-tcp"): 4.0,
        ("plant_hmi_scan_lateness_seconds_count",): 4.0,
        ("plant_hmi_scan_overruns_total", "protocol=modbus-tcp"): 2.0,
        ("plant_hmi_reconnects_total", "protocol=modbus-tcp"): 1.0,
        ("plant_hmi_network_loss_ratio", "protocol=modbus-tcp"): 0.01,
        ("plant_hmi_tags", "quality=good"): 90.0,
        ("plant_hmi_samples_total",): 10_000.0,
        ("plant_hmi_samples_dropped_total", "reason=overflow"): 10.0,
        ("plant_hmi_queue_capacity", "queue=history"): 1000.0,
        ("plant_hmi_logging_interval_seconds",): 1.1,
        ("plant_hmi_history_gaps_total", "cause=device_down"): 1.0,
        ("plant_hmi_plc_connected",): 0.0,
        ("plant_hmi_alarms", "priority=1", "state=UNACK_ACTIVE"): 2.0,
        ("plant_hmi_oee_ratio", "figure=oee", "line=bottling"): 0.7,
        ("plant_hmi_parts_total", "kind=good", "line=bottling"): 100.0,
        ("plant_hmi_central_connected",): 1.0,
        ("plant_hmi_outbox_records", "stream=metrics"): 4.0,
        ("plant_hmi_backup_last_verified_timestamp_seconds",): EPOCH_US / 1e6,
        ("plant_hmi_active_users",): 2.0,
        ("app_active_users",): 2.0,
        ("ald_plc_connected",): 0.0,
        ("ald_database_connected",): 1.0,
        ("ald_plc_errors_total",): 4.0,
        ("ald_memory_usage_mb",): 100.0,
        ("memory_usage_percent",): 50.0,
        ("process_cpu_seconds_total",): 1.5,
    }
    assert {key: found.get(key) for key in expected} == expected


def test_what_is_not_measured_is_not_exported() -> None:
    text = metrics_text(StationFigures("1.0.0", "3.53.4", 1.0, database_connected=True))
    names = {key[0] for key in values(text)}
    assert names == {
        "plant_hmi_build_info", "plant_hmi_uptime_seconds", "plant_hmi_database_connected", "plant_hmi_plc_connected",
        "ald_plc_connected", "ald_database_connected",
    }  # fmt: skip
    found = values(metrics_text(FULL))
    assert ("plant_hmi_oee_ratio", "figure=performance", "line=bottling") not in found
    assert ("plant_hmi_reconnects_total", "protocol=opcua") not in found


def test_large_plants_leave_single_devices_out() -> None:
    from dataclasses import replace

    assert "device_connected" not in metrics_text(replace(FULL, per_device=False))


@pytest.mark.counterpart
def test_promtool_finds_nothing_but_the_earlier_names() -> None:
    tool = need_program("promtool")
    result = subprocess.run(
        [tool, "check", "metrics"], input=metrics_text(FULL), capture_output=True, text=True, check=False
    )
    complaints = [line for line in result.stderr.splitlines() if line and not line.startswith(EARLIER)]
    assert complaints == []
    kept = "\n".join(line for line in metrics_text(FULL).splitlines() if not any(name in line for name in EARLIER))
    clean = subprocess.run([tool, "check", "metrics"], input=kept + "\n", capture_output=True, text=True, check=False)
    assert (clean.returncode, clean.stderr) == (0, "")
