"""Speaks to the central server over HTTP and says what became of each request: taken, try again, or never."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import requests

from hmi.wire.batches import CONTENT_TYPE

_CONNECT_S: Final = 4.0
# Also how long a stop can take. A server still checking a large backup is asked again and then knows the end.
_ANSWER_S: Final = 8.0
_LONGEST_REASON: Final = 300


class Outcome(StrEnum):
    """What became of a request. CONFLICT: the number was used for other content."""

    TAKEN = "taken"
    RETRY = "retry"
    CONFLICT = "conflict"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Outcome with the reason in words; after_s: wait the server asked for; body: its JSON answer."""

    outcome: Outcome
    status: int = 0
    reason: str = ""
    after_s: float = 0.0
    body: dict[str, Any] | None = None


class CentralClient:
    """One connection to the central server, used by one thread.

    ca: file of the authority that signed the server's certificate, empty = those of the system.
    """

    def __init__(self, url: str, ca: str = "") -> None:
        self._url = url.rstrip("/")
        self._session = requests.Session()
        # The environment must not swap the key (netrc) or send plant data through a proxy nobody configured here.
        self._session.trust_env = False
        self._verify: str | bool = ca or True

    def send_batch(self, key: str, stream: str, body: bytes) -> Verdict:
        """Sends one encoded batch."""
        return self._ask("POST", f"/api/v1/ingest/{stream}", key, body, {"Content-Type": CONTENT_TYPE})

    def send_backup(self, key: str, backup_id: str, sha256: str, span: str, piece: bytes) -> Verdict:
        """Sends a piece of a backup, or asks what has arrived (`bytes */TOTAL` with an empty piece)."""
        headers = {"X-Content-SHA256": sha256, "Content-Range": span, "Content-Type": "application/octet-stream"}
        return self._ask("PUT", f"/api/v1/backups/{backup_id}", key, piece, headers)

    def read(self, key: str, path: str) -> Verdict:
        """Asks for something of the station's own."""
        return self._ask("GET", path, key, b"", {})

    def close(self) -> None:
        """Closes the connection."""
        self._session.close()

    def _ask(self, method: str, path: str, key: str, body: bytes, headers: dict[str, str]) -> Verdict:
        try:
            with self._session.request(
                method, self._url + path, data=body, headers={**headers, "Authorization": f"Bearer {key}"},
                timeout=(_CONNECT_S, _ANSWER_S), verify=self._verify, allow_redirects=False,
            ) as answer:  # fmt: skip
                return judge(answer.status_code, _json(answer), answer.headers.get("Retry-After", ""))
        except (requests.RequestException, OSError, ValueError) as fault:
            return Verdict(Outcome.RETRY, 0, f"the central server {self._url} cannot be reached: {_cause(fault)}")


def judge(status: int, body: dict[str, Any] | None, retry_after: str = "") -> Verdict:
    """What a status means: network, 429 and 5xx are tried again, another 4xx never. Pure."""
    if 200 <= status < 300:
        return Verdict(Outcome.TAKEN, status, body=body)
    reason = _reason(status, body)
    if status == 409:
        return Verdict(Outcome.CONFLICT, status, reason)
    if status == 429 or not 400 <= status < 500:
        after_s = float(retry_after) if retry_after.isascii() and retry_after.isdigit() else 0.0
        return Verdict(Outcome.RETRY, status, reason, after_s)
    return Verdict(Outcome.REFUSED, status, reason)


def _reason(status: int, body: dict[str, Any] | None) -> str:
    error = (body or {}).get("error")
    message = error.get("message") if isinstance(error, dict) else None
    said = f": {message[:_LONGEST_REASON]}" if isinstance(message, str) else ""
    return f"the central server answered {status}{said}"


def _json(answer: requests.Response) -> dict[str, Any] | None:
    try:
        body = answer.json()
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def _cause(fault: BaseException) -> str:
    # The libraries wrap the cause several times over; only the innermost says something to a person.
    seen: BaseException = fault
    for _ in range(10):
        inner = getattr(seen, "reason", None) or (seen.args[0] if seen.args else None)
        if not isinstance(inner, BaseException):
            break
        seen = inner
    text = getattr(seen, "strerror", None) or str(seen)
    if isinstance(fault, requests.exceptions.ConnectTimeout | requests.exceptions.ReadTimeout):
        return "no answer in time"
    return " ".join(str(text).split())[:_LONGEST_REASON]
