"""Which certificates a station watches, when it speaks up, and what `certificate list` and `check` say of them."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from hmi.alarms.builtin import SYSTEM_CONDITIONS, system_alarm
from hmi.base.certificates.facts import read_certificates
from hmi.base.certificates.own import OwnCertificate
from hmi.base.certificates.values import DAY_US
from hmi.base.clock import SystemClock
from hmi.cli.main import main
from hmi.drivers.opcua.security import _own_identity, remember_server
from hmi.model.devices import DeviceDefinition
from hmi.model.station import AccessSettings, AgentSettings, ApiSettings, LdapSettings, OidcSettings, StationSettings
from hmi.settings.certificate_files import certificate_warnings
from hmi.station.certificates import CertificateWatch, Source, read, sources, with_full_paths
from hmi.station.health import assess
from tests.helpers.authority import Authority, pem_file
from tests.helpers.clock import EPOCH_US, ManualClock
from tests.helpers.counterparts import ROOT
from tests.unit.test_station_health import FINE

NAMES = ["press-3.plant.example"]
EC = "ec-p256"


@pytest.fixture
def own(tmp_path: Path) -> OwnCertificate:
    made = OwnCertificate(tmp_path / "data")
    made.create(NAMES, 100, EC, EPOCH_US)
    return made


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


def api(own: OwnCertificate) -> Source:
    return Source("api", "the certificate of the API", own.certificate, own.key)


def test_the_alarm_comes_30_days_before_the_end_by_the_clock_of_the_station(
    own: OwnCertificate, clock: ManualClock
) -> None:
    watch = CertificateWatch(lambda: [api(own)], clock)
    watch.refresh()
    end_us = watch.expiries_us["api"]
    assert watch.problem == ""
    clock.advance((end_us - EPOCH_US) / 1e6 - 30 * 86_400)
    assert watch.problem == ""
    clock.advance(1)  # no file is read again: time alone brings it
    assert watch.problem == "the certificate of the API expires on 2026-03-01, in 29 days"
    clock.advance(29 * 86_400)
    assert "in 0 days" in watch.problem
    clock.advance(86_400)
    assert watch.problem == "the certificate of the API has expired on 2026-03-01"
    own.renew(100, EC, clock.now_us())
    watch.refresh()
    assert watch.problem == ""
    clock.step_wall(-400 * 86_400)
    assert "is valid only from" in watch.problem and "clock" in watch.problem


def test_health_names_certificate_and_day_and_doubts_a_clock_that_jumped() -> None:
    problem = "the certificate of the API expires on 2026-03-01, in 29 days"
    service = assess(replace(FINE, certificates=2, certificate_problem=problem)).services["certificates"]
    assert (service.status, service.message) == ("degraded", problem)
    jumped = replace(FINE, certificate_problem=problem, clock_problem="the clock jumped forward by 9000.0 s")
    message = assess(jumped).services["certificates"].message
    assert message.startswith(problem) and "the clock jumped forward" in message
    assert assess(replace(FINE, certificates=2)).services["certificates"].message.startswith("2 in use")


def test_the_alarm_is_one_every_station_has() -> None:
    assert "certificate" in SYSTEM_CONDITIONS
    alarm = system_alarm("certificate")
    assert (alarm.id, alarm.priority) == ("system/station/certificate", 3)


def test_everything_the_station_stands_on_is_watched(own: OwnCertificate, tmp_path: Path) -> None:
    pki = tmp_path / "data" / "pki"
    settings = StationSettings(
        "press-3",
        "Press",
        agent=AgentSettings(ca="central.pem"),
        api=ApiSettings(tls_cert=str(own.certificate), tls_key=str(own.key)),
        access=AccessSettings(ldap=LdapSettings(ca="/etc/ldap.pem"), oidc=OidcSettings(ca="oidc.pem")),
    )
    full = with_full_paths(settings, tmp_path / "config")
    assert full.agent.ca == str(tmp_path / "config" / "central.pem")
    assert full.access.ldap.ca == "/etc/ldap.pem"
    assert full.api == settings.api
    assert with_full_paths(StationSettings("a", "a"), tmp_path) == StationSettings("a", "a")

    identity = _own_identity(pki)  # the OPC UA driver keeps its own files in the same folder
    remember_server(pki, "10.0.0.9", 4840, identity.certificate)
    remember_server(pki, "10.0.0.8", 4840, identity.certificate)
    devices = [
        DeviceDefinition("oven", "opcua", options={"url": "opc.tcp://10.0.0.9:4840/x"}),
        DeviceDefinition("gone", "opcua", enabled=False, options={"url": "opc.tcp://10.0.0.8"}),
        DeviceDefinition("new", "opcua", options={"url": "opc.tcp://10.0.0.7"}),
        DeviceDefinition("odd", "opcua", options={"url": "opc.tcp://[::1"}),
        DeviceDefinition("filler", "modbus-tcp", options={"host": "10.0.0.9"}),
    ]
    found = {source.label: source for source in sources(full, pki, devices)}
    assert list(found) == ["api", "opcua", "agent-ca", "ldap-ca", "oidc-ca", "opcua-server/oven"]
    assert read(found["api"]).problem == read(found["opcua"]).problem == read(found["opcua-server/oven"]).problem == ""
    assert "does not exist" in read(found["oidc-ca"]).problem
    assert own.key.exists() and _own_identity(pki) == identity


def test_an_authority_is_judged_by_what_still_counts_in_its_file(tmp_path: Path) -> None:
    short, long = Authority("Plant root", days=10), Authority("Plant root", days=900)
    other = Authority("Other root", days=400)

    def days_left(*authorities: Authority) -> int:
        file = pem_file(tmp_path / "ca.pem", *(authority.certificate for authority in authorities))
        facts = read(Source("agent-ca", "the authority", file, authority=True)).facts
        assert facts is not None
        return facts.days_left(EPOCH_US)

    assert days_left(short) == 10
    assert days_left(short, long) == 900  # its successor of the same name stands beside it
    assert days_left(long, other) == 400
    assert days_left(other, *(Authority(f"Root {n}", days=5) for n in range(25))) == 400  # a public collection


def test_several_problems_are_told_and_many_are_counted(clock: ManualClock, tmp_path: Path) -> None:
    missing = [Source(f"ca{n}", f"the authority {n}", tmp_path / f"{n}.pem", authority=True) for n in range(5)]
    watch = CertificateWatch(lambda: missing, clock)
    watch.refresh()
    assert watch.problem.count("does not exist") == 3
    assert watch.problem.endswith("; and 2 more")
    assert (watch.count, watch.expiries_us) == (5, {})


@pytest.fixture
def config(tmp_path: Path) -> Path:
    folder = tmp_path / "config"
    shutil.copytree(ROOT / "config" / "demo", folder)
    return folder


def with_tls(config: Path, own: OwnCertificate) -> None:
    (config / "station.yaml").write_text(
        f"id: press-3\nplc: simulation\napi:\n  tls: {{cert: '{own.certificate}', key: '{own.key}'}}\n",
        encoding="utf-8",
    )


def listed(config: Path, data: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, dict[str, object]]]:
    code = main(["certificate", "list", "--json", "--config", str(config), "--data", str(data)])
    return code, {item["name"]: item for item in json.loads(capsys.readouterr().out)["items"]}


def test_the_list_tells_what_is_in_use_and_ends_soon(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    assert main(["certificate", "list", "--config", str(tmp_path / "none"), "--data", str(data)]) == 0
    assert "certificate create --host" in capsys.readouterr().out

    arguments = ["--config", str(config), "--data", str(data)]
    assert main(["certificate", "create", "--host", "press-3", "--days", "29", *arguments]) == 0
    printed = capsys.readouterr().out
    assert printed.endswith(f"api:\n  tls: {{cert: {data}/pki/own/api.crt, key: {data}/pki/own/api.key}}\n")
    code, items = listed(config, data, capsys)
    assert (code, items["own/api.crt"]["in_use"]) == (0, False)

    own = OwnCertificate(data)
    with_tls(config, own)
    _own_identity(data / "pki")
    capsys.readouterr()
    code, items = listed(config, data, capsys)
    assert code == 1
    assert list(items) == ["api", "opcua"]
    row = items["api"]
    assert row["names"] == ["press-3", "localhost", "127.0.0.1", "::1"]
    assert row["days_left"] == 28 and not row["ok"]
    assert str(row["verdict"]).endswith("in 28 days: 'plant-hmi certificate renew'")
    assert main(["certificate", "list", *arguments]) == 1
    text = capsys.readouterr().out
    assert f"SHA-1    {row['sha1']}" in text and "issuer   itself" in text

    assert main(["certificate", "renew", *arguments]) == 0
    printed = capsys.readouterr().out
    assert "station.yaml" not in printed
    code, items = listed(config, data, capsys)
    assert code == 0 and items["api"]["verdict"] == "good"
    (data / "pki" / "own" / "api.key").unlink()
    code, items = listed(config, data, capsys)
    assert code == 1 and "api.key does not exist" in str(items["api"]["verdict"])


def test_create_and_import_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = tmp_path / "data"
    arguments = ["--config", str(tmp_path / "none"), "--data", str(data)]
    assert main(["certificate", "create", *arguments]) == 64
    assert main(["certificate", "create", "--host", "a", "--ip", "b", *arguments]) == 64
    with pytest.raises(SystemExit) as usage:
        main(["certificate", "create", "--host", "a", "--days", "0", *arguments])
    assert usage.value.code == 64
    assert not data.exists()
    assert main(["certificate", "create", "--host", "press-3", "--csr", "--json", *arguments]) == 0
    request = Path(json.loads(capsys.readouterr().out)["request"])
    root = Authority("Plant root", SystemClock().now_us())
    answer = pem_file(tmp_path / "answer.pem", root.sign(request), root.certificate)
    assert main(["certificate", "import", str(answer), "--json", *arguments]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["certificate"]["issuer"] == "CN=Plant root"
    assert document["running_station"] == "none"
    assert main(["certificate", "import", str(tmp_path / "nothing.pem"), *arguments]) == 1
    assert main(["certificate", "renew", *arguments]) == 1
    assert "--csr" in capsys.readouterr().err


def test_a_certificate_of_somebody_else_is_not_renewed_here(
    config: Path, own: OwnCertificate, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with_tls(config, own)
    assert main(["certificate", "renew", "--config", str(config), "--data", str(tmp_path / "elsewhere")]) == 1
    assert f"station.yaml names {own.certificate}" in capsys.readouterr().err


def test_check_warns_of_files_that_are_missing_end_soon_or_lie_badly(config: Path, own: OwnCertificate) -> None:
    def warnings(now_us: int = EPOCH_US) -> list[tuple[int, str, str]]:
        found = certificate_warnings(config, now_us)
        assert {problem.severity for problem in found} <= {"warning"}
        return [(problem.line, problem.key, problem.message) for problem in found]

    assert warnings() == []
    with_tls(config, own)
    assert warnings() == []
    text = (config / "station.yaml").read_text(encoding="utf-8").replace(f"{own.folder.parents[2]}/", "../")
    (config / "station.yaml").write_text(text, encoding="utf-8")
    assert "'../data/pki/own/api.key'" in text and warnings() == []
    with_tls(config, own)
    end_us = read_certificates(own.certificate)[0].not_valid_after_utc.timestamp() * 1e6
    [(line, key, message)] = warnings(int(end_us) - 5 * DAY_US)
    assert (line, key) == (4, "api.tls.cert") and "in 5 days" in message
    assert "has expired" in warnings(int(end_us))[0][2]
    if sys.platform != "win32":
        own.key.chmod(0o644)
        [(line, key, message)] = warnings()
        assert (line, key) == (4, "api.tls.key") and "can be read by others" in message
    own.key.unlink()
    assert [message for _, _, message in warnings()] == [f"the private key {own.key} does not exist"]

    (config / "station.yaml").write_text(
        "id: press-3\nagent: {central: 'https://central', key: 'env:K', ca: no.pem}\n"
        "api: {tls: {cert: c.pem, key: k.pem}}\n",
        encoding="utf-8",
    )
    (config / "k.pem").write_text("a key that every backup would carry")
    keys = [key for _, key, _ in warnings()]
    assert keys == ["agent.ca", "api.tls.cert", "api.tls.key", "api.tls.key"]
    assert "every backup" in warnings()[2][2]
    (config / "station.yaml").write_text("id: [\n", encoding="utf-8")
    assert warnings() == []
