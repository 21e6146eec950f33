"""Every protocol this program speaks. A new one: a folder beside this file and one line here."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from pathlib import Path
from typing import Final

from hmi.base.errors import PlantError
from hmi.drivers.contract import DriverKind

# Announced in the configuration reference, not built yet; named so that the message can say so.
_LATER: Final = ("modbus-tls", "modbus-rtu", "modbus-rtu-tcp", "ethernetip", "s7")


class UnknownDriverError(PlantError):
    """The configuration names a driver that this program does not have."""


def _modbus_tcp(pki: Path | None) -> DriverKind:
    from hmi.drivers.modbus import ModbusTcpKind

    return ModbusTcpKind()


def _opcua(pki: Path | None) -> DriverKind:
    from hmi.drivers.opcua import OpcUaKind

    return OpcUaKind(pki=pki)


def _replay(pki: Path | None) -> DriverKind:
    from hmi.drivers.replay import ReplayKind

    return ReplayKind()


DRIVERS: Final[dict[str, Callable[[Path | None], DriverKind]]] = {
    "modbus-tcp": _modbus_tcp,
    "opcua": _opcua,
    "replay": _replay,
}
"""{value of `driver` in plant.yaml: what loads its kind}; loading a kind does not load the protocol's library."""


def driver_names() -> tuple[str, ...]:
    """Every driver that can be configured."""
    return tuple(DRIVERS)


def driver_kind(name: str, pki: Path | None = None) -> DriverKind:
    """The kind of a driver; raises UnknownDriverError with a sentence that says what can be used instead.

    pki: folder of certificates (`contract.md` 2) for protocols that have them; None = certificates are not kept.
    """
    load = DRIVERS.get(name)
    if load is None:
        raise UnknownDriverError(unknown_driver(name))
    return load(pki)


def unknown_driver(name: str) -> str:
    """Why a driver name cannot be used, and what can."""
    known = ", ".join(DRIVERS)
    if name in _LATER:
        return f"the driver '{name}' is not built yet; this version has {known}"
    close = difflib.get_close_matches(name, DRIVERS, 1)
    return f"there is no driver '{name}'; {f'did you mean {close[0]}? ' if close else ''}this version has {known}"
