"""What a right configuration becomes: every value of the complete case, the presets, defaults and the guards."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from hmi.model.alarms import AlarmClass, AlarmType, comm_alarm_id
from hmi.model.equipment import Break, StateClass
from hmi.model.tags import Access, Scaling, Store
from hmi.settings import ConfigurationError, LocatedProblem, check, load
from hmi.settings.problems import closest
from hmi.settings.state_maps import preset
from tests.helpers.catalogue import ToyCatalogue

COMPLETE = Path(__file__).parents[1] / "cases" / "settings" / "complete"
MINUTE_US = 60_000_000
DAY_US = 86_400_000_000


def problems_of(folder: Path, **files: str) -> list[LocatedProblem]:
    contents = {
        "station_yaml": "id: s\n",
        "plant_yaml": "plant: {name: W, timezone: UTC}\n",
        "tags_csv": "path,device,address\n",
        "alarms_csv": "id,tag,type\n",
        **files,
    }
    for name, text in contents.items():
        (folder / name.replace("_", ".")).write_text(text, encoding="utf-8")
    return check(folder, ToyCatalogue())


def test_station() -> None:
    station = load(COMPLETE, ToyCatalogue()).station
    assert (station.id, station.name, station.simulation) == ("packing-1", "Packing hall", True)
    assert station.storage.url == "postgresql+psycopg://hmi@db.plant:5432/history"
    assert station.storage.password == "env:DB_PASSWORD"
    assert station.storage.commit_us == 500_000
    assert station.storage.min_free_ratio == 0.15
    assert station.storage.retention_us["raw"] == 30 * DAY_US
    assert station.storage.retention_us["hour"] == 3650 * DAY_US
    assert station.agent.backup.at == "03:15"
    assert station.agent.backup.to == ("central", "/srv/backup")
    assert station.agent.backup.keep_us["log"] == DAY_US
    assert station.agent.backup.keep_us["database"] == 14 * DAY_US
    assert (station.api.host, station.api.port, station.api.per_device_metrics) == ("0.0.0.0", 0, "yes")
    assert (station.api.tls_cert, station.api.tls_key, station.api.key) == ("station.pem", "station.key", "keyring:api")
    assert (station.window.scale_percent, station.window.kiosk, station.window.sound) == (125, True, False)
    assert (station.acquisition_workers, station.log_level, station.log_status_every_us) == (2, "DEBUG", MINUTE_US)


def test_defaults_are_those_of_the_model(tmp_path: Path) -> None:
    from hmi.model.station import StationSettings

    assert problems_of(tmp_path) == []
    assert load(tmp_path, ToyCatalogue()).station == StationSettings(id="s", name="s")


def test_plant() -> None:
    plant = load(COMPLETE, ToyCatalogue()).plant
    filler, oven = plant.devices
    assert (filler.scan_us, filler.timeout_us, filler.retries, filler.title) == (500_000, 1_000_000, 1, "Filler PLC")
    assert filler.options == {"host": "10.0.0.5", "port": 502, "password": ""}
    assert oven.enabled is False
    assert oven.options["password"] == "keyring:oven"
    (line,) = plant.lines
    assert [machine.path for machine in line.machines] == ["line1/filler", "line1/cap"]
    rules = line.machines[0].oee
    assert rules is not None
    assert rules.states[6] is StateClass.RUN
    assert rules.state_names[5] == "Suspended"
    assert (rules.ideal_rate_per_s, rules.micro_stop_us, rules.target) == (10.0, 3 * MINUTE_US, 0.85)
    capper = line.machines[1].oee
    assert capper is not None
    assert capper.states == {0: StateClass.STOP, 1: StateClass.RUN, 7: StateClass.BREAKDOWN}
    assert (capper.counter_modulus, capper.target, capper.good_tag) == (2**32, 0.9, "line1/cap/good")
    assert [(product.code, product.rates_per_s) for product in plant.products] == [
        ("17", {"": 10.0}),
        ("18", {"line1": 5.0}),
    ]
    early, late, night = plant.shifts
    assert (early.start_min, early.end_min, early.days) == (360, 840, (0, 1, 2, 3, 4))
    assert early.breaks == (Break(540, 30 * MINUTE_US, True), Break(720, 15 * MINUTE_US, False))
    assert (late.days, late.lines) == ((0, 2), ("line1",))
    assert night.days == (0, 1, 2, 3, 6)
    assert plant.holidays == ("2026-12-24",)


def test_tags() -> None:
    tags = {tag.path: tag for tag in load(COMPLETE, ToyCatalogue()).plant.tags}
    speed = tags["line1/filler/speed"]
    assert (speed.deadband, speed.store, speed.access) == (0.5, Store.DEADBAND, Access.WRITE)
    assert (speed.write_low, speed.write_high, speed.description) == (0.0, 800.0, "Speed, main drive")
    assert tags["line1/filler/state"].labels == {0: "Stopped", 6: "Running"}
    assert tags["line1/filler/state"].bad_values == (0x8000, 0xFFFF)
    assert tags["line1/filler/reject"].scan_us == 100_000
    level = tags["line1/filler/level"]
    assert level.scaling == Scaling(raw_low=0.0, raw_high=27648.0, low=0.0, high=100.0)
    assert (level.description, level.was) == ("in\ntwo lines", "line1/filler/tank")
    assert tags["line1/filler/jam"].type == "bool"
    assert tags["line1/filler/total"].type == "uint16"
    assert tags["line1/cap/state"].type == ""
    assert tags["line1/filler/fast"].type == "bool"
    assert tags["line1/filler/hourly"].type == "float64"


def test_alarms() -> None:
    alarms = {alarm.id: alarm for alarm in load(COMPLETE, ToyCatalogue()).plant.alarms}
    low = alarms["line1/filler/level.lo"]
    assert (low.type, low.limit, low.deadband, low.on_delay_us) == (AlarmType.LO, 10.0, 2.0, 5_000_000)
    assert (low.priority, low.latching, low.area, low.realarm_us) == (2, True, "line1", 300_000_000)
    assert alarms["line1/filler/level.hi"].limit == "{line1/filler/speed}"
    assert alarms["line1/filler/stopped"].limit == "Stopped"
    assert alarms["line1/filler/odd"].expression == "{line1/filler/hourly} > 5"
    given = alarms[comm_alarm_id("filler-plc")]
    assert (given.tag, given.type, given.priority) == ("filler-plc", AlarmType.COMM_FAILURE, 1)
    assert given.message == "Filler PLC: no communication"
    assert given.action
    assert given.max_shelve_us == 3_600_000_000
    overridden = alarms[comm_alarm_id("oven")]
    assert (overridden.priority, overridden.message) == (4, "Oven is silent")
    assert overridden.alarm_class is AlarmClass.MACHINE
    assert len(alarms) == 6


def test_presets_number_the_same_states_differently() -> None:
    packml, names = preset("packml")
    assert (len(packml), packml[6], packml[9], names[17]) == (18, StateClass.RUN, StateClass.BREAKDOWN, "Complete")
    tobacco, tobacco_names = preset("packml-tobacco")
    assert (len(tobacco), tobacco[4], tobacco[8]) == (17, StateClass.RUN, StateClass.BREAKDOWN)
    assert (tobacco_names[0], tobacco_names[1], tobacco_names[7], tobacco_names[16]) == (
        "Stopped", "Resetting", "Aborting", "Unholding",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("station", "key", "words"),
    [
        ("id: s\napi: {host: 0.0.0.0}\n", "api", "without tls and key"),
        ("id: s\napi: {host: 10.1.1.1, key: 'keyring:k'}\n", "api", "without tls"),
        ("id: s\napi: {host: 10.1.1.1, tls: {cert: a}}\n", "api.tls.key", "missing"),
        ("id: s\nagent: {central: 'http://c:4000'}\n", "agent", "without a key"),
        ("id: s\nagent: {central: 'http://u:pw@c:4000', key: 'env:K'}\n", "agent.central", "user or password"),
        ("id: s\nstorage: {url: 'postgresql+psycopg://u@h/d?password=x'}\n", "storage.url", "password"),
        ("id: s\nstorage: {url: 'mysql://h/d'}\n", "storage.url", "not known"),
        ("id: s\nstorage: {url: 'postgresql+psycopg://u@h'}\n", "storage.url", "no database"),
    ],
)
def test_guards(tmp_path: Path, station: str, key: str, words: str) -> None:
    (problem,) = problems_of(tmp_path, station_yaml=station)
    assert (problem.file, problem.line, problem.key) == ("station.yaml", 2, key)
    assert words in problem.message


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "'::1'", "127.0.1.1"])
def test_loopback_needs_no_key(tmp_path: Path, host: str) -> None:
    assert problems_of(tmp_path, station_yaml=f"id: s\napi: {{host: {host}}}\n") == []


def test_no_secret_is_ever_printed(tmp_path: Path) -> None:
    found = problems_of(
        tmp_path,
        station_yaml="id: s\nstorage: {url: 'postgresql+psycopg://u:hunter2@h/d', password: hunter2}\n"
        "agent: {key: hunter2, central: 'https://u:hunter2@c'}\napi: {key: hunter2, kee: hunter2}\n",
        plant_yaml="plant: {name: W, timezone: UTC}\ndevices:\n"
        "  - {name: d, driver: opcua, host: x, password: hunter2, port: 'opc.tcp://me:hunter2@x'}\n"
        "notify: {channels: [{name: m, url: hunter2}]}\n",
    )
    assert len(found) == 9
    assert "hunter2" not in repr(found)


def test_rotation(tmp_path: Path) -> None:
    plant = (
        "plant: {name: W, timezone: UTC}\nshifts:\n  - {name: early, start: 06:00, end: 14:00}\n"
        "  - {name: late, start: 13:30, end: 22:00}\ncycle: {start: 2026-01-05, pattern: [early, early, late, off]}\n"
    )
    assert problems_of(tmp_path, plant_yaml=plant) == []
    assert load(tmp_path, ToyCatalogue()).plant.cycle == ("2026-01-05", ("early", "early", "late", "off"))
    (problem,) = problems_of(tmp_path, plant_yaml=plant.replace("late, off", "lat, off"))
    assert (problem.line, problem.key, problem.hint) == (5, "cycle.pattern[2]", "did you mean 'late'?")


def test_night_shift_over_sunday_overlaps_monday(tmp_path: Path) -> None:
    plant = (
        "plant: {name: W, timezone: UTC}\nshifts:\n  - {name: night, start: 22:00, end: 06:00}\n"
        "  - {name: early, start: 05:00, end: 14:00, days: [mon]}\n"
    )
    (problem,) = problems_of(tmp_path, plant_yaml=plant)
    assert "overlaps shift 'night'" in problem.message


def test_a_wrong_device_does_not_make_its_tags_wrong(tmp_path: Path) -> None:
    found = problems_of(
        tmp_path,
        plant_yaml="plant: {name: W, timezone: UTC}\ndevices:\n  - {name: d, driver: opcua, host: x, scan: 1}\n",
        tags_csv="path,device,address\na/b,d,anything\n",
    )
    assert [problem.key for problem in found] == ["devices[0].scan"]


def test_a_yaml_alias_bomb_is_refused(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 8)]
    problems = problems_of(tmp_path, station_yaml="\n".join(lines))
    assert [problem.message for problem in problems] == ["the file expands to too many values"]


@pytest.mark.parametrize(
    "text", ["a: &x [*x]", "[" * 1000, "a: !!python/object:os.system x", "%YAML 9\n---", "? [1]\n: 2"]
)
def test_hostile_yaml_is_a_problem_with_a_line(tmp_path: Path, text: str) -> None:
    problems = problems_of(tmp_path, station_yaml=text)
    assert problems
    assert all(problem.file == "station.yaml" and problem.line >= 1 for problem in problems)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="does not exist"):
        load(tmp_path / "nothing", ToyCatalogue())
    (tmp_path / "station.yaml").mkdir()
    (problem, *_) = check(tmp_path, ToyCatalogue())
    assert "cannot be read" in problem.message


def test_displays_folder_is_allowed(tmp_path: Path) -> None:
    (tmp_path / "displays").mkdir()
    assert problems_of(tmp_path) == []


def test_printed_form_and_closest() -> None:
    problem = LocatedProblem("tags.csv", 7, 2, "device", "error", "x", "v", "there is no device", "a device", "try")
    assert str(problem) == "tags.csv:7:device: error: there is no device; expected a device (try)"
    assert not replace(problem, severity="warning").is_error
    assert closest("TIMOUT", ["timeout", "retries"]) == "timeout"
    assert closest("zzz", ["timeout"]) == ""


def test_values_the_station_publishes_can_be_used(tmp_path: Path) -> None:
    found = problems_of(
        tmp_path,
        tags_csv="path,device,address\na/low,calc,{system/station/disk_free} < 0.1\na/bad,calc,{system/station/disk}\n",
        alarms_csv="id,tag,type,limit\ndisk,system/station/disk_free,lo,0.1\nno,system/statoin/disk_free,lo,0.1\n",
    )
    assert [(problem.file, problem.line, problem.hint) for problem in found] == [
        ("tags.csv", 3, "did you mean 'system/station/disk_free'?"),
        ("alarms.csv", 3, "did you mean 'system/station/disk_free'?"),
    ]


def test_a_password_in_the_query_of_a_url_is_not_printed(tmp_path: Path) -> None:
    (problem,) = problems_of(
        tmp_path, station_yaml="id: s\nstorage: {url: 'postgresql+psycopg://u@h/d?password=hunter2'}\n"
    )
    assert (problem.code, problem.value) == ("secret", "")
    assert "hunter2" not in repr(problem)


def test_a_shift_that_ends_when_it_starts_lasts_a_day(tmp_path: Path) -> None:
    plant = (
        "plant: {name: W, timezone: UTC}\nshifts:\n  - {name: day, start: 06:00, end: 06:00, days: [mon]}\n"
        "  - {name: other, start: 05:00, end: 05:30, days: [tue]}\n"
    )
    (problem,) = problems_of(tmp_path, plant_yaml=plant)
    assert (problem.line, problem.key) == (4, "shifts[1]")
