"""Faults on command: `DEVICE=KIND[:ARG]@START[+LENGTH]` (`contract.md` 10)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from hmi.base.errors import UsageError
from hmi.model.timestamps import parse_duration

_SPEC = re.compile(r"^(?P<device>[^=]+)=(?P<kind>[a-z]+)(?::(?P<arg>[^@]+))?@(?P<start>[^+]+)(?:\+(?P<length>.+))?$")


class FaultKind(StrEnum):
    """What goes wrong."""

    SILENT = "silent"
    SLOW = "slow"
    GARBAGE = "garbage"
    EXCEPTION = "exception"
    REFUSE = "refuse"
    RESET = "reset"


OF_A_UNIT = frozenset({FaultKind.SILENT, FaultKind.SLOW, FaultKind.GARBAGE, FaultKind.EXCEPTION})
"""Faults of one unit; the others hit the whole server behind the device."""

OF_AN_OPCUA_SERVER = frozenset({FaultKind.SILENT, FaultKind.REFUSE, FaultKind.RESET})
"""Faults an OPC UA server can be given; it has no units, so `silent` is the whole server too."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. Times in seconds of wall clock from `ready`; end_s None = for ever.

    delay_s: of `slow`. code: of `exception`.
    """

    spec: str
    device: str
    kind: FaultKind
    start_s: float
    end_s: float | None = None
    delay_s: float = 0.0
    code: int = 0

    def is_on(self, now_s: float) -> bool:
        """True from the start until before the end."""
        return self.start_s <= now_s and (self.end_s is None or now_s < self.end_s)


def parse_fault(spec: str, modbus_devices: Collection[str], opcua_devices: Collection[str]) -> Fault:
    """The fault a SPEC names; UsageError in plain words if it is wrong."""
    match = _SPEC.match(spec.strip())
    if match is None:
        raise UsageError(f"--fault {spec}: expected DEVICE=KIND[:ARG]@START[+LENGTH], e.g. labeller=silent@30s+1min")
    device, kind_word, argument = match["device"], match["kind"], match["arg"]
    known = [*modbus_devices, *opcua_devices]
    if device not in known:
        raise UsageError(f"--fault {spec}: there is no device '{device}'; expected one of {', '.join(known)}")
    allowed = set(FaultKind) if device in modbus_devices else set(OF_AN_OPCUA_SERVER)
    if kind_word not in {kind.value for kind in allowed}:
        words = ", ".join(sorted(kind.value for kind in allowed))
        raise UsageError(f"--fault {spec}: '{kind_word}' is not a fault of {device}; expected one of {words}")
    kind = FaultKind(kind_word)
    try:
        start_us = parse_duration(match["start"])
        length_us = parse_duration(match["length"]) if match["length"] else None
        delay_us = parse_duration(argument or "") if kind is FaultKind.SLOW else 0
    except ValueError as mistake:
        raise UsageError(f"--fault {spec}: {mistake}") from None
    code = _exception_code(argument) if kind is FaultKind.EXCEPTION else 0
    if code is None:
        raise UsageError(f"--fault {spec}: expected an exception code of 1 to 255, e.g. exception:4")
    if argument and kind not in {FaultKind.SLOW, FaultKind.EXCEPTION}:
        raise UsageError(f"--fault {spec}: {kind.value} takes no argument")
    start_s = start_us / 1e6
    end_s = None if length_us is None else start_s + length_us / 1e6
    return Fault(spec.strip(), device, kind, start_s, end_s, delay_us / 1e6, code)


def _exception_code(argument: str | None) -> int | None:
    try:
        code = int(argument or "", 0)
    except ValueError:
        return None
    return code if 1 <= code <= 255 else None


class FaultPlan:
    """Which faults are on at a time; the servers ask before they answer."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self.faults = list(faults)
        self._on: list[Fault] = []
        self._muted: set[str] = set()

    def mute(self, device: str, muted: bool) -> None:
        """Makes a unit silent beside all planned faults, or lets it speak again."""
        if muted:
            self._muted.add(device)
        else:
            self._muted.discard(device)

    def advance(self, now_s: float) -> tuple[list[Fault], list[Fault]]:
        """Faults that began and faults that ended since the last call."""
        on = [fault for fault in self.faults if fault.is_on(now_s)]
        began = [fault for fault in on if fault not in self._on]
        ended = [fault for fault in self._on if fault not in on]
        self._on = on
        return began, ended

    def next_change_s(self, now_s: float) -> float | None:
        """When the next fault begins or ends; None = never."""
        times = [time for fault in self.faults for time in (fault.start_s, fault.end_s) if time is not None]
        return min((time for time in times if time > now_s), default=None)

    def of(self, device: str) -> Fault | None:
        """The fault of a unit that is on, the one named last if there are several."""
        if device in self._muted:
            return Fault("", device, FaultKind.SILENT, 0.0)
        return next((fault for fault in reversed(self._on) if fault.device == device and fault.kind in OF_A_UNIT), None)

    def of_server(self, devices: Collection[str], kinds: Collection[FaultKind]) -> Fault | None:
        """The fault of the whole server behind `devices` that is on."""
        return next((fault for fault in reversed(self._on) if fault.device in devices and fault.kind in kinds), None)
