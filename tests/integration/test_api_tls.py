"""The station's API over TLS, asked by clients of several makes; renewal while it runs; what does not belong there."""

from __future__ import annotations

import http.client
import json
import logging
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import requests
import structlog

from hmi.api import server as server_module
from hmi.api.server import ApiServer
from hmi.base.certificates.own import OwnCertificate
from hmi.base.certificates.values import DAY_US, CertificateError
from hmi.base.errors import UnreachableError
from hmi.base.log import close_log_files, configure_logging
from hmi.cli.client import ApiClient, authority, exactly
from hmi.model.station import ApiSettings
from tests.helpers.authority import Authority, pem_file
from tests.helpers.clock import ManualClock
from tests.helpers.counterparts import need_program
from tests.helpers.memory_facade import MemoryFacade
from tests.helpers.ports import free_port
from tests.helpers.tls_server import EC, NAMES, TOKEN, a_server, ask, now_us, port_of
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


def shown(api: ApiServer, name: str | None = None) -> bytes:
    """The certificate a new connection gets."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", port_of(api)), 5) as sock:
        with context.wrap_socket(sock, server_hostname=name) as secured:
            return secured.getpeercert(binary_form=True) or b""


def der(certificate: Path) -> bytes:
    return ssl.PEM_cert_to_DER_cert(
        certificate.read_text().partition("\n-----END")[0] + "\n-----END CERTIFICATE-----\n"
    )


def test_the_right_name_is_answered_and_an_unknown_issuer_refused_by_the_client(
    api: ApiServer, own: OwnCertificate
) -> None:
    assert api.url.startswith("https://127.0.0.1:")
    assert ask(api, own.certificate) == 200
    assert ask(api, own.certificate, "localhost") == 200
    with pytest.raises(requests.exceptions.SSLError, match=r"self.signed"):
        requests.get(api.url + "/health/live", timeout=5)


def test_a_wrong_name_is_refused_by_the_client(own: OwnCertificate) -> None:
    own.create(["localhost"], 90, EC, now_us(), replace=True)
    server = a_server(own)
    server.start()
    try:
        assert ask(server, own.certificate, "localhost") == 200
        with pytest.raises(requests.exceptions.SSLError, match="IP address mismatch"):
            ask(server, own.certificate, "127.0.0.1")
        with pytest.raises(UnreachableError, match="not trusted: IP address mismatch"):
            ApiClient(server.url, trust=authority(own.certificate)).get("/health/live")
    finally:
        server.stop()


def test_it_stops_at_once_beside_clients_that_hold_their_connection(own: OwnCertificate) -> None:
    server = a_server(own)
    server.start()
    context = ssl.create_default_context(cafile=str(own.certificate))
    connection = http.client.HTTPSConnection("localhost", port_of(server), context=context, timeout=5)
    connection.request("GET", "/health/live")
    assert connection.getresponse().read() == b'{"status":"healthy"}'
    with socket.create_connection(("127.0.0.1", port_of(server)), 5):  # and one in the middle of its handshake
        began = time.monotonic()
        server.stop()
        assert time.monotonic() - began < 2
    connection.close()


def test_the_strictest_python_client_takes_it(api: ApiServer, own: OwnCertificate) -> None:
    context = ssl.create_default_context(cafile=str(own.certificate))
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    connection = http.client.HTTPSConnection("localhost", port_of(api), context=context, timeout=5)
    connection.request("GET", "/health/live")
    assert connection.getresponse().status == 200
    connection.close()


@pytest.mark.counterpart
@pytest.mark.parametrize(
    ("version", "taken"), [("-tls1", False), ("-tls1_1", False), ("-tls1_2", True), ("-tls1_3", True)]
)
def test_openssl_speaks_only_the_versions_of_today(
    api: ApiServer, own: OwnCertificate, version: str, taken: bool
) -> None:
    program = [need_program("openssl"), "s_client", "-connect", f"127.0.0.1:{port_of(api)}", version,
               "-cipher", "ALL:@SECLEVEL=0", "-CAfile", str(own.certificate), "-verify_return_error",
               "-verify_ip", "127.0.0.1"]  # fmt: skip
    spoken = subprocess.run(program, input="", capture_output=True, text=True, timeout=20, check=False)
    assert ("Verify return code: 0 (ok)" in spoken.stdout and "Cipher is (NONE)" not in spoken.stdout) is taken
    assert (spoken.returncode == 0) is taken


@pytest.mark.counterpart
def test_ciphers_without_forward_secrecy_are_refused(api: ApiServer) -> None:
    for cipher, taken in (
        ("AES128-SHA", False),
        ("ECDHE-ECDSA-AES128-SHA", False),
        ("ECDHE-ECDSA-AES128-GCM-SHA256", True),
    ):
        program = [need_program("openssl"), "s_client", "-connect", f"127.0.0.1:{port_of(api)}", "-tls1_2",
                   "-cipher", f"{cipher}:@SECLEVEL=0"]  # fmt: skip
        spoken = subprocess.run(program, input="", capture_output=True, text=True, timeout=20, check=False)
        assert (f"Cipher is {cipher}" in spoken.stdout) is taken, cipher


@pytest.mark.counterpart
def test_curl_and_node_take_it(api: ApiServer, own: OwnCertificate) -> None:
    url = f"https://localhost:{port_of(api)}/health/live"
    curl = [need_program("curl"), "--silent", "--show-error", "--noproxy", "*", "--cacert", str(own.certificate), url]
    assert json.loads(subprocess.run(curl, capture_output=True, check=True, timeout=20).stdout) == {"status": "healthy"}
    script = (
        "require('https').get(process.argv[1], {ca: require('fs').readFileSync(process.argv[2])}, a => "
        "{ console.log(a.statusCode, a.socket.authorized); a.resume(); }).on('error', e => console.log(e.code))"
    )
    node = [need_program("node"), "-e", script, url, str(own.certificate)]
    assert subprocess.run(node, capture_output=True, text=True, check=True, timeout=20).stdout == "200 true\n"


@pytest.mark.counterpart
def test_a_real_prometheus_scrapes_over_tls(api: ApiServer, own: OwnCertificate, tmp_path: Path) -> None:
    port = free_port()
    config = tmp_path / "prometheus.yml"
    config.write_text(
        "global: {scrape_interval: 1s, scrape_timeout: 1s}\n"
        f"scrape_configs: [{{job_name: station, scheme: https, tls_config: {{ca_file: '{own.certificate}'}}, "
        f"static_configs: [{{targets: ['127.0.0.1:{port_of(api)}']}}]}}]\n"
    )
    process = subprocess.Popen(
        [need_program("prometheus"), f"--config.file={config}", f"--storage.tsdb.path={tmp_path / 'tsdb'}",
         f"--web.listen-address=127.0.0.1:{port}"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip

    def up() -> bool:
        try:
            answer = requests.get(f"http://127.0.0.1:{port}/api/v1/query", params={"query": "up"}, timeout=5).json()
        except requests.RequestException:
            return False
        return any(row["value"][1] == "1" for row in answer["data"]["result"])

    try:
        assert eventually(up, "a good scrape over TLS", 30)
    finally:
        process.terminate()
        process.wait(20)


def test_an_expired_certificate_does_not_stop_the_server_but_clients_refuse_it(own: OwnCertificate) -> None:
    own.create(NAMES, 1, EC, now_us() - 3 * DAY_US, replace=True)
    server = a_server(own)
    server.start()
    try:
        with pytest.raises(requests.exceptions.SSLError, match="expired"):
            ask(server, own.certificate)
        with pytest.raises(UnreachableError, match="not trusted: certificate has expired"):
            ApiClient(server.url, trust=authority(own.certificate)).get("/health/live")
        # commands on this machine know the file itself, and are needed most when something is wrong
        assert ApiClient(server.url, trust=exactly(own.certificate)).get("/health/live") == {"status": "healthy"}
    finally:
        server.stop()


def test_files_that_cannot_be_used_are_named_and_nothing_is_left_open(own: OwnCertificate, tmp_path: Path) -> None:
    other = OwnCertificate(tmp_path / "other")
    other.create(NAMES, 90, "rsa-3072", now_us())
    cases = [
        (own.certificate, other.key, "does not belong"),
        (tmp_path / "no.crt", own.key, "no.crt does not exist"),
        (own.certificate, tmp_path / "no.key", "no.key does not exist"),
        (own.key, own.key, "holds no certificate"),
    ]
    for certificate, key, words in cases:
        settings = ApiSettings(port=0, tls_cert=str(certificate), tls_key=str(key))
        server = ApiServer(MemoryFacade(), settings, ZoneInfo("UTC"), ManualClock(), TOKEN)
        with pytest.raises(CertificateError, match=words):
            server.start()
        server.stop()


def test_a_renewed_certificate_is_shown_without_restart(api: ApiServer, own: OwnCertificate, log_file: Path) -> None:
    first = own.certificate.read_text()
    before = own.folder / "api.crt.previous"
    session = requests.Session()
    session.trust_env = False
    session.verify = str(pem_file(own.folder / "first.pem", own.current()))

    def held_connection_answers() -> bool:
        return session.get(api.url + "/health/live", timeout=5).status_code == 200

    assert held_connection_answers()
    assert shown(api) == shown(api, "localhost") == der(own.certificate)

    own.renew(90, "rsa-3072", now_us())
    assert own.certificate.read_text() != first
    # what is connected goes on undisturbed
    eventually(
        lambda: held_connection_answers() and shown(api) == der(own.certificate), "the new certificate is shown", 10
    )
    assert shown(api, "localhost") == der(own.certificate)
    assert ask(api, own.certificate) == 200
    with pytest.raises(requests.exceptions.SSLError):
        ask(api, before)
    assert held_connection_answers()
    session.close()
    assert "the API shows a new certificate" in log_file.read_text()


def test_a_replacement_that_cannot_be_used_is_not_taken(api: ApiServer, own: OwnCertificate, log_file: Path) -> None:
    good = shown(api)
    kept = own.certificate.read_bytes()
    own.certificate.write_text("half a certifi")
    eventually(lambda: "keeps its last certificate" in log_file.read_text(), "it is said in the log", 10)
    assert shown(api) == good
    own.certificate.write_bytes(kept)
    eventually(lambda: "can be used again" in log_file.read_text(), "the end of it is said", 10)
    assert ask(api, own.certificate) == 200


def test_the_names_of_the_certificate_are_names_of_this_server(own: OwnCertificate) -> None:
    own.create(["127.0.0.1", "press-3.plant.example"], 90, EC, now_us(), replace=True)
    server = a_server(own, "0.0.0.0", "the-key")
    server.start()
    try:
        context = ssl.create_default_context(cafile=str(own.certificate))
        for host, status in (
            ("press-3.plant.example", 200),
            ("PRESS-3.plant.example:8000", 200),
            ("other.plant.example", 403),
            ("evil.example", 403),
        ):
            connection = http.client.HTTPSConnection("127.0.0.1", port_of(server), context=context, timeout=5)
            connection.request("GET", "/health/live", headers={"Host": host})
            assert connection.getresponse().status == status, host
            connection.close()
        headers = {"Authorization": "Bearer the-key"}
        for key, status in ((headers, 200), ({}, 401)):
            answer = requests.get(f"{server.url}/api/v1/station", verify=str(own.certificate), headers=key, timeout=5)
            assert answer.status_code == status
    finally:
        server.stop()


def test_a_certificate_of_the_sites_authority_is_shown_with_those_in_between(
    own: OwnCertificate, tmp_path: Path
) -> None:
    root = Authority("Plant root", now_us())
    between = Authority("Plant issuing", now_us(), issuer=root)
    answer = pem_file(tmp_path / "answer.pem", between.certificate, between.sign(own.ask(NAMES, EC)))
    own.take(answer, now_us())
    server = a_server(own)
    server.start()
    try:
        assert ask(server, pem_file(tmp_path / "root.pem", root.certificate)) == 200
        trust = authority(tmp_path / "root.pem")
        assert ApiClient(server.url, trust=trust).get("/health/live") == {"status": "healthy"}
        # the one on this machine trusts the station's own certificate and nothing the authority signs besides
        assert ApiClient(server.url, trust=exactly(own.certificate)).get("/health/live") == {"status": "healthy"}
        sister = pem_file(tmp_path / "sister.pem", between.sign(own.ask(NAMES, EC)))
        with pytest.raises(UnreachableError, match="not trusted"):
            ApiClient(server.url, trust=exactly(sister)).get("/health/live")
    finally:
        server.stop()


def test_plain_http_to_the_tls_port_gets_nothing_and_disturbs_nobody(api: ApiServer, own: OwnCertificate) -> None:
    with socket.create_connection(("127.0.0.1", port_of(api)), 5) as plain:
        plain.sendall(
            f"GET /api/v1/station HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {TOKEN}\r\n\r\n".encode()
        )
        plain.settimeout(5)
        heard = b""
        while chunk := plain.recv(1000):
            heard += chunk
    assert b"HTTP" not in heard and b"press-3" not in heard and len(heard) < 100
    assert ask(api, own.certificate) == 200


GARBAGE = (
    b"",
    b"\x00",
    b"GET / HTTP/1.1\r\n\r\n",
    b"\x16\x03\x01\x40\x00" + b"A" * 900,
    b"\xff" * 2000,
    b"SSH-2.0-x\r\n",
)


def test_a_thousand_garbage_connections_do_not_stop_the_server(
    api: ApiServer, own: OwnCertificate, log_file: Path
) -> None:
    """Half of them are left open: more than the server holds, so the oldest are cut off."""
    left_open: list[socket.socket] = []
    try:
        for number in range(1000):
            sock = socket.create_connection(("127.0.0.1", port_of(api)), 5)
            sock.sendall(GARBAGE[number % len(GARBAGE)] if number % 2 else b"\x16\x03\x01")
            if number % 2:
                sock.close()
            else:
                left_open.append(sock)
            if number % 100 == 99:
                assert ask(api, own.certificate) == 200
        assert ask(api, own.certificate) == 200
        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(lambda _: ask(api, own.certificate), range(40))) == {200}
        held = sum(not is_cut_off(sock) for sock in left_open)
        assert 0 < held <= server_module.MOST_CONNECTIONS
    finally:
        for sock in left_open:
            sock.close()
    logged = [json.loads(line) for line in log_file.read_text().splitlines()]
    assert len([line for line in logged if line["level"] in ("warning", "error")]) == 0


def is_cut_off(sock: socket.socket) -> bool:
    sock.setblocking(False)
    try:
        return sock.recv(100) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def test_silent_connections_do_not_shut_others_out(own: OwnCertificate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "MOST_CONNECTIONS", 5)
    server = a_server(own)
    server.start()
    context = ssl.create_default_context(cafile=str(own.certificate))
    held = []
    try:
        for _ in range(20):  # these get through the handshake and then ask nothing
            sock = socket.create_connection(("127.0.0.1", port_of(server)), 5)
            held.append(context.wrap_socket(sock, server_hostname="127.0.0.1"))
        assert ask(server, own.certificate) == 200
    finally:
        for secured in held:
            secured.close()
        server.stop()
