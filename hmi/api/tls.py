"""TLS of the station's API: which certificate it shows, and taking a renewed one while it runs."""

from __future__ import annotations

import ssl
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog

from hmi.base.certificates.facts import facts_of
from hmi.base.certificates.files import FileState, file_state
from hmi.base.certificates.pair import complete_replacement, read_pair
from hmi.base.certificates.values import CertificateError, CertificateFacts, fits
from hmi.base.log import ConditionLog

_log = structlog.get_logger("api")

LOOK_EVERY_S: Final = 1.0
# TLS 1.2 with forward secrecy and authenticated encryption only; those of TLS 1.3 are all of that kind.
_CIPHERS: Final = "ECDHE+AESGCM:ECDHE+CHACHA20"
_STOP_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class _Shown:
    facts: CertificateFacts
    context: ssl.SSLContext


class TlsFiles:
    """The certificate and key that the server shows to whom connects.

    `load` reads and checks them; between `start` and `stop` a thread looks whether they were replaced, and new
    connections get the new ones. What cannot be used is not taken: the last good pair stays, and the log says why.
    """

    def __init__(self, certificate: Path, key: Path) -> None:
        self._certificate = certificate
        self._key = key
        self._shown: _Shown | None = None
        self._looked_into: FileState = ()
        self._seen: FileState = ()
        self._end = threading.Event()
        self._thread: threading.Thread | None = None
        self._conditions = ConditionLog(_log)

    def load(self) -> ssl.SSLContext:
        """The context to serve with; raises CertificateError if the files cannot be used.

        Only the dates are no reason to refuse: a station whose clock is wrong, or whose certificate has run out, still
        has a plant to watch. Clients refuse such a certificate themselves, and an alarm of the station tells of it.
        """
        if complete_replacement(self._certificate, self._key):
            _log.warning("a cut-off replacement of the certificate was completed", file=str(self._certificate))
        self._looked_into = self._seen = self._state()
        self._shown = self._read()
        context = _context(self._certificate, self._key)
        # Called for every new connection, also for those that name no host.
        context.sni_callback = self._choose
        return context

    def start(self) -> None:
        """Begins to look after the files."""
        self._end.clear()
        self._thread = threading.Thread(target=self._run, name="api-certificate", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends the looking; may be called twice."""
        self._end.set()
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.join(_STOP_S)

    def is_for(self, host: str) -> bool:
        """True if the certificate shown now names the host."""
        return self._shown is not None and fits(self._shown.facts.names, host)

    def _run(self) -> None:
        while not self._end.wait(LOOK_EVERY_S):
            self._look()

    def _look(self) -> None:
        """Takes changed files once they have stood unchanged from one look to the next: two files make one pair."""
        state, before = self._state(), self._seen
        self._seen = state
        if state == self._looked_into or state != before:
            return
        self._looked_into = state
        try:
            self._shown = shown = self._read()
        except CertificateError as fault:
            self._conditions.raised("renewal", "the API keeps its last certificate", reason=str(fault))
            return
        self._conditions.cleared("renewal", "the API's certificate can be used again")
        _log.info("the API shows a new certificate", sha256=shown.facts.sha256, file=str(self._certificate))

    def _read(self) -> _Shown:
        chain = read_pair(self._certificate, self._key)
        return _Shown(facts_of(chain[0]), _context(self._certificate, self._key))

    def _state(self) -> FileState:
        return file_state(self._certificate, self._key)

    def _choose(self, connection: ssl.SSLObject, _name: str | None, _context: ssl.SSLContext) -> None:
        if self._shown is not None:
            connection.context = self._shown.context


def _context(certificate: Path, key: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(_CIPHERS)
    context.set_alpn_protocols(["http/1.1"])
    # A connection taken up again by a ticket would go on with the certificate of before.
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_TICKET
    context.num_tickets = 0
    try:
        # With a passphrase given the library does not ask the terminal for one, should the key be encrypted.
        context.load_cert_chain(certificate, key, password="")
    except (ssl.SSLError, OSError) as fault:
        reason = getattr(fault, "reason", None) or getattr(fault, "strerror", None) or fault
        raise CertificateError(f"the certificate {certificate} cannot be served with its key: {reason}") from fault
    return context
