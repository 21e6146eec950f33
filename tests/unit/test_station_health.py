"""The word of /health: each rule of each service, and what makes a station down or only degraded."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hmi.facade.plain import to_plain
from hmi.station.health import READY_METRIC, AgentHealth, HealthInputs, assess, is_ready, polling_late_s
from tests.helpers.clock import EPOCH_US

FINE = HealthInputs(
    station="press-3",
    version="1.0.0",
    started_us=EPOCH_US - 3_600_000_000,
    now_us=EPOCH_US,
    database_open=True,
    database_problem="",
    first_poll_done=True,
    acquisition_age_s=0.2,
    evaluation_age_s=0.1,
    commit_age_s=0.9,
    storage_problem="",
    recording_paused=False,
    samples_dropped=0,
    alarm_rows_lost=0,
    devices_enabled=7,
    devices_connected=7,
    devices_silent=(),
    disk_free_ratio=0.5,
    min_free_ratio=0.1,
    memory_ratio=0.4,
    memory_bytes=200_000_000,
    clock_problem="",
    agent=AgentHealth(True, 0, None, 0),
    oldest_live_age_s=0.5,
    backlog=0,
    tags={"good": 96, "bad": 0},
)
JUST_STARTED = {"started_us": EPOCH_US - 1_000_000}


def test_a_station_where_all_is_well_is_healthy() -> None:
    health = assess(FINE)
    assert health.status == "healthy"
    assert list(health.services) == [
        "database", "acquisition", "evaluation", "storage", "devices", "disk", "memory", "clock", "agent",
        "certificates",
    ]  # fmt: skip
    assert {service.status for service in health.services.values()} == {"healthy"}
    assert health.metrics[READY_METRIC] == 1.0
    assert health.metrics["tags_good"] == 96.0


@pytest.mark.parametrize(
    ("change", "service", "word", "overall"),
    [
        ({"database_open": False}, "database", "down", "down"),
        ({"alarm_rows_lost": 3}, "storage", "degraded", "degraded"),
        ({"database_problem": "the server does not answer"}, "database", "down", "down"),
        ({"acquisition_age_s": 3.5}, "acquisition", "degraded", "degraded"),
        ({"acquisition_age_s": 10.5}, "acquisition", "down", "down"),
        ({"acquisition_age_s": None}, "acquisition", "down", "down"),
        ({"acquisition_age_s": None, **JUST_STARTED}, "acquisition", "degraded", "degraded"),
        ({"first_poll_done": False}, "acquisition", "degraded", "degraded"),
        ({"evaluation_age_s": 3.0}, "evaluation", "healthy", "healthy"),
        ({"evaluation_age_s": 3.1}, "evaluation", "down", "down"),
        ({"evaluation_age_s": None}, "evaluation", "down", "down"),
        ({"evaluation_age_s": None, **JUST_STARTED}, "evaluation", "degraded", "degraded"),
        ({"commit_age_s": 3.0}, "storage", "healthy", "healthy"),
        ({"commit_age_s": 3.1}, "storage", "degraded", "degraded"),
        ({"commit_age_s": 31.0}, "storage", "down", "down"),
        ({"commit_age_s": None}, "storage", "down", "down"),
        ({"commit_age_s": None, **JUST_STARTED}, "storage", "degraded", "degraded"),
        ({"storage_problem": "the disk is full"}, "storage", "degraded", "degraded"),
        ({"recording_paused": True}, "storage", "down", "down"),
        ({"samples_dropped": 3}, "storage", "degraded", "degraded"),
        ({"devices_connected": 6, "devices_silent": ("capper",)}, "devices", "degraded", "degraded"),
        ({"devices_connected": 0}, "devices", "down", "degraded"),
        ({"devices_enabled": 0, "devices_connected": 0}, "devices", "healthy", "healthy"),
        ({"disk_free_ratio": 0.09}, "disk", "degraded", "degraded"),
        ({"disk_free_ratio": 0.009}, "disk", "down", "degraded"),
        ({"disk_free_ratio": None}, "disk", "degraded", "degraded"),
        ({"memory_ratio": 0.80}, "memory", "degraded", "degraded"),
        ({"memory_ratio": 0.90}, "memory", "down", "degraded"),
        ({"certificates": 2}, "certificates", "healthy", "healthy"),
        ({"certificate_problem": "the certificate of the API has expired"}, "certificates", "degraded", "degraded"),
        ({"clock_problem": "the clock stepped back by 3 s"}, "clock", "degraded", "degraded"),
        ({"agent": None}, "agent", "healthy", "healthy"),
        ({"agent": AgentHealth(None, 0, None, 0)}, "agent", "healthy", "healthy"),
        ({"agent": AgentHealth(False, 12, 30.0, 0, "refused")}, "agent", "degraded", "degraded"),
        ({"agent": AgentHealth(True, 0, None, 2)}, "agent", "degraded", "degraded"),
    ],
)
def test_each_rule(change: dict, service: str, word: str, overall: str) -> None:
    health = assess(replace(FINE, **change))
    assert health.services[service].status == word
    assert health.status == overall
    assert health.services[service].message


def test_silent_devices_are_named_but_not_by_the_hundred() -> None:
    silent = tuple(f"plc{n}" for n in range(30))
    message = assess(replace(FINE, devices_enabled=40, devices_connected=10, devices_silent=silent)).services
    assert message["devices"].message == "30 of 40 not connected: plc0, plc1, plc2, plc3, plc4 and 25 more"


def test_since_is_when_the_word_changed() -> None:
    first = assess(FINE)
    later = assess(replace(FINE, now_us=EPOCH_US + 5_000_000), first)
    assert later.services["devices"].since_us == EPOCH_US
    fault = assess(replace(FINE, now_us=EPOCH_US + 6_000_000, devices_connected=6), later)
    assert fault.services["devices"].since_us == EPOCH_US + 6_000_000
    assert fault.services["disk"].since_us == EPOCH_US


def test_ready_needs_the_database_and_one_poll_round() -> None:
    assert is_ready(FINE)
    assert not is_ready(replace(FINE, first_poll_done=False))
    assert not is_ready(replace(FINE, database_problem="gone"))


def test_the_answer_is_plain_json() -> None:
    plain = to_plain(assess(FINE))
    assert set(plain) == {"status", "station", "version", "now", "services", "metrics"}
    assert set(plain["services"]["disk"]) == {"status", "message", "since"}


def test_polling_is_late_only_beyond_the_pause_of_every_device() -> None:
    slow_scan, retrying = (100_000_000, 60_000_000), (150_000_000, 6_000_000)
    assert polling_late_s([], 0) == 0.0
    assert polling_late_s([(None, 1_000_000)], 5) is None
    assert polling_late_s([slow_scan], 155_000_000) == 0.0, "a scan of a minute is not late after 55 s"
    assert polling_late_s([slow_scan, retrying], 170_000_000) == 10.0
    assert polling_late_s([slow_scan, retrying, (None, 1)], 170_000_000) == 10.0
