"""Commands about certificates beside a station that runs with TLS, and the alarm before one expires."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import structlog

from hmi.api.server import ApiServer
from hmi.base.certificates.own import OwnCertificate
from hmi.base.errors import UnreachableError
from hmi.base.log import close_log_files, configure_logging
from hmi.cli.client import need_station
from hmi.cli.main import main
from hmi.station.lock import StationLock
from tests.helpers.counterparts import ROOT
from tests.helpers.program import Program, command
from tests.helpers.tls_server import EC, NAMES, TOKEN, a_server, now_us
from tests.helpers.waiting import eventually


@pytest.fixture
def own(tmp_path: Path) -> OwnCertificate:
    made = OwnCertificate(tmp_path)
    made.create(NAMES, 90, EC, now_us())
    return made


@pytest.fixture
def api(own: OwnCertificate) -> Iterator[ApiServer]:
    server = a_server(own)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def log_file(tmp_path: Path) -> Iterator[Path]:
    """Our log in a file instead of on the terminal."""
    file = tmp_path / "station.log"
    configure_logging("INFO", file, stderr=False)
    yield file
    close_log_files()
    logging.getLogger().setLevel(logging.WARNING)
    structlog.reset_defaults()


def test_commands_beside_a_station_with_tls_trust_exactly_its_certificate(
    api: ApiServer, own: OwnCertificate, tmp_path: Path, log_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with StationLock(tmp_path) as lock:
        lock.publish(api.url, "press-3", "2025-11-21T08:00:00.000000Z", "1.0.0", TOKEN, str(own.certificate))
        client = need_station(tmp_path)
        assert client.get("/api/v1/station")["id"] == "press-3"
        assert client.post("/api/v1/alarms/ack", {"id": "bottling/filler/level.hi", "activation_id": 7})["acked"]
        assert main(["--data", str(tmp_path), "health", "--basic"]) == 0
        assert main(["health", "--url", api.url, "--basic", "--ca", str(own.certificate)]) == 0
        capsys.readouterr()
        assert main(["health", "--url", api.url, "--basic"]) == 2
        assert "is not trusted" in capsys.readouterr().err

        # takes it over while it runs, and says so only once it is true
        arguments = ["--data", str(tmp_path), "--config", str(tmp_path / "none")]
        assert main(["certificate", "renew", *arguments]) == 0
        assert "The running station shows it from now on." in capsys.readouterr().out
        assert main(["--data", str(tmp_path), "health", "--basic"]) == 0
        with pytest.raises(UnreachableError, match="not trusted"):
            client.get("/api/v1/station")  # it trusts the one of before

        imposter = OwnCertificate(tmp_path / "imposter")
        imposter.create(NAMES, 90, EC, now_us())
        lock.publish(api.url, "press-3", "t", "1.0.0", TOKEN, str(imposter.certificate))
        with pytest.raises(UnreachableError, match="not trusted"):
            need_station(tmp_path).get("/api/v1/station")
        lock.publish(api.url, "press-3", "t", "1.0.0", TOKEN, str(tmp_path / "nothing.crt"))
        with pytest.raises(UnreachableError, match="cannot be read"):
            need_station(tmp_path)


def test_a_real_station_with_29_days_left_alarms_until_it_is_renewed(tmp_path: Path) -> None:
    config, data = tmp_path / "config", tmp_path / "data"
    shutil.copytree(ROOT / "config" / "demo", config)
    places = ("--config", str(config), "--data", str(data))
    made = command("certificate", "create", "--host", "press-3.plant.example", "--days", "30", *places)
    assert made.returncode == 0, made.stderr
    api = made.stdout[made.stdout.index("api:\n") :].replace("api:\n", "api:\n  port: 0\n")
    (config / "station.yaml").write_text(f"id: press-3\nplc: simulation\n{api}", encoding="utf-8")
    checked = command("check", *places)
    assert checked.returncode == 0 and "station.yaml:5:api.tls.cert: warning" in checked.stdout

    certificate = data / "pki" / "own" / "api.crt"
    with Program("run", "--headless", *places) as station:
        url = station.ready()
        assert url.startswith("https://127.0.0.1:")

        def get(path: str) -> requests.Response:
            return requests.get(url + path, verify=str(certificate), timeout=10)

        def alarm() -> str:
            items = get("/api/v1/alarms?limit=1000").json()["items"]
            return next((item["state"] for item in items if item["id"] == "system/station/certificate"), "")

        eventually(lambda: alarm() == "UNACK_ACTIVE", "the alarm", 30)
        row = next(
            i for i in get("/api/v1/alarms?limit=1000").json()["items"] if i["id"] == "system/station/certificate"
        )
        assert row["priority"] == 3
        service = get("/health").json()["services"]["certificates"]
        assert service["status"] == "degraded"
        assert "the certificate of the API expires on " in service["message"] and "in 29 days" in service["message"]
        [line] = [x for x in get("/metrics").text.splitlines() if 'expiry_timestamp_seconds{certificate="api"}' in x]
        left_s = float(line.rsplit(" ", 1)[1]) - now_us() / 1e6
        assert 29 * 86_400 < left_s < 30 * 86_400
        assert json.loads(command("health", "--json", *places).stdout)["status"] == "degraded"

        renewed = command("certificate", "renew", *places)
        assert renewed.returncode == 0, renewed.stderr
        assert "The running station shows it from now on." in renewed.stdout
        assert get("/health/live").status_code == 200
        eventually(lambda: get("/health").json()["services"]["certificates"]["status"] == "healthy", "it is well", 90)
        eventually(lambda: alarm() == "RTN_UNACK", "the alarm goes", 30)
        listed = command("tags", "list", "--match", "system/station/backlog", *places)
        assert listed.returncode == 0, listed.stderr
        assert command("alarms", "ack", "system/station/certificate", *places).returncode == 0
        assert command("certificate", "list", *places).returncode == 0

        def changes() -> list[tuple[str, bool]]:
            rows = json.loads(command("audit", "list", "--action", "CERTIFICATE_*", "--json", *places).stdout)["items"]
            assert all(row["target"] == "api" and row["new"] != row["old"] for row in rows)
            return [(row["actor"], bool(row["old"])) for row in reversed(rows)]

        eventually(lambda: changes() == [("system", False), ("system", True)], "both certificates are on record", 30)
        assert station.terminate() == 0
