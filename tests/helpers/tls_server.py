"""An API server over TLS for tests, and a client that checks its certificate."""

from __future__ import annotations

from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import requests

from hmi.api.server import ApiServer
from hmi.base.certificates.own import OwnCertificate
from hmi.base.clock import SystemClock
from hmi.model.station import ApiSettings
from tests.helpers.clock import ManualClock
from tests.helpers.memory_facade import MemoryFacade

TOKEN: Final = "a-control-token"
NAMES: Final = ["localhost", "127.0.0.1"]
EC: Final = "ec-p256"


def now_us() -> int:
    """The real time: real clients hold certificates against it."""
    return SystemClock().now_us()


def a_server(own: OwnCertificate, host: str = "127.0.0.1", key: str = "") -> ApiServer:
    settings = ApiSettings(host=host, port=0, tls_cert=str(own.certificate), tls_key=str(own.key))
    return ApiServer(MemoryFacade(), settings, ZoneInfo("UTC"), ManualClock(now_us()), TOKEN, key)


def port_of(api: ApiServer) -> int:
    return int(api.url.rsplit(":", 1)[1])


def ask(api: ApiServer, trusted: Path, host: str = "127.0.0.1") -> int:
    return requests.get(f"https://{host}:{port_of(api)}/health/live", verify=str(trusted), timeout=5).status_code
