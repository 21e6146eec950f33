"""OPC UA StatusCode: the quality that travels with every value (`domain.md` 4.1)."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

import numpy as np
import numpy.typing as npt


class Severity(IntEnum):
    """Bits 31-30 of a status code."""

    GOOD = 0
    UNCERTAIN = 1
    BAD = 2

    @property
    def word(self) -> str:
        """`good`, `uncertain` or `bad`, as used in JSON and on the command line."""
        return self.name.lower()


GOOD: Final = 0x00000000
GOOD_CLAMPED: Final = 0x00300000
GOOD_LOCAL_OVERRIDE: Final = 0x00960000
UNCERTAIN: Final = 0x40000000
UNCERTAIN_NO_COMMUNICATION_LAST_USABLE_VALUE: Final = 0x408F0000
UNCERTAIN_LAST_USABLE_VALUE: Final = 0x40900000
UNCERTAIN_SUBSTITUTE_VALUE: Final = 0x40910000
UNCERTAIN_INITIAL_VALUE: Final = 0x40920000
UNCERTAIN_SENSOR_NOT_ACCURATE: Final = 0x40930000
UNCERTAIN_ENGINEERING_UNITS_EXCEEDED: Final = 0x40940000
UNCERTAIN_SUB_NORMAL: Final = 0x40950000
BAD: Final = 0x80000000
BAD_COMMUNICATION_ERROR: Final = 0x80050000
BAD_TIMEOUT: Final = 0x800A0000
BAD_USER_ACCESS_DENIED: Final = 0x801F0000
BAD_NO_COMMUNICATION: Final = 0x80310000
BAD_WAITING_FOR_INITIAL_DATA: Final = 0x80320000
BAD_NODE_ID_INVALID: Final = 0x80330000
BAD_NODE_ID_UNKNOWN: Final = 0x80340000
BAD_NOT_READABLE: Final = 0x803A0000
BAD_NOT_WRITABLE: Final = 0x803B0000
BAD_OUT_OF_RANGE: Final = 0x803C0000
BAD_TYPE_MISMATCH: Final = 0x80740000
BAD_CONFIGURATION_ERROR: Final = 0x80890000
BAD_NOT_CONNECTED: Final = 0x808A0000
BAD_DEVICE_FAILURE: Final = 0x808B0000
BAD_SENSOR_FAILURE: Final = 0x808C0000
BAD_OUT_OF_SERVICE: Final = 0x808D0000
BAD_NO_DATA: Final = 0x809B0000
BAD_DECODING_ERROR: Final = 0x80070000
BAD_INTERNAL_ERROR: Final = 0x80020000

_NAMES: Final[dict[int, str]] = {
    GOOD: "Good",
    GOOD_CLAMPED: "GoodClamped",
    GOOD_LOCAL_OVERRIDE: "GoodLocalOverride",
    UNCERTAIN: "Uncertain",
    UNCERTAIN_NO_COMMUNICATION_LAST_USABLE_VALUE: "UncertainNoCommunicationLastUsableValue",
    UNCERTAIN_LAST_USABLE_VALUE: "UncertainLastUsableValue",
    UNCERTAIN_SUBSTITUTE_VALUE: "UncertainSubstituteValue",
    UNCERTAIN_INITIAL_VALUE: "UncertainInitialValue",
    UNCERTAIN_SENSOR_NOT_ACCURATE: "UncertainSensorNotAccurate",
    UNCERTAIN_ENGINEERING_UNITS_EXCEEDED: "UncertainEngineeringUnitsExceeded",
    UNCERTAIN_SUB_NORMAL: "UncertainSubNormal",
    BAD: "Bad",
    BAD_COMMUNICATION_ERROR: "BadCommunicationError",
    BAD_TIMEOUT: "BadTimeout",
    BAD_USER_ACCESS_DENIED: "BadUserAccessDenied",
    BAD_NO_COMMUNICATION: "BadNoCommunication",
    BAD_WAITING_FOR_INITIAL_DATA: "BadWaitingForInitialData",
    BAD_NODE_ID_INVALID: "BadNodeIdInvalid",
    BAD_NODE_ID_UNKNOWN: "BadNodeIdUnknown",
    BAD_NOT_READABLE: "BadNotReadable",
    BAD_NOT_WRITABLE: "BadNotWritable",
    BAD_OUT_OF_RANGE: "BadOutOfRange",
    BAD_TYPE_MISMATCH: "BadTypeMismatch",
    BAD_CONFIGURATION_ERROR: "BadConfigurationError",
    BAD_NOT_CONNECTED: "BadNotConnected",
    BAD_DEVICE_FAILURE: "BadDeviceFailure",
    BAD_SENSOR_FAILURE: "BadSensorFailure",
    BAD_OUT_OF_SERVICE: "BadOutOfService",
    BAD_NO_DATA: "BadNoData",
    BAD_DECODING_ERROR: "BadDecodingError",
    BAD_INTERNAL_ERROR: "BadInternalError",
}

_REASONS: Final[dict[int, str]] = {
    GOOD_CLAMPED: "limited by device",
    GOOD_LOCAL_OVERRIDE: "forced value",
    UNCERTAIN_NO_COMMUNICATION_LAST_USABLE_VALUE: "link lost, last value",
    UNCERTAIN_LAST_USABLE_VALUE: "old value",
    UNCERTAIN_SUBSTITUTE_VALUE: "substitute",
    UNCERTAIN_INITIAL_VALUE: "start value",
    UNCERTAIN_SENSOR_NOT_ACCURATE: "sensor inaccurate",
    UNCERTAIN_ENGINEERING_UNITS_EXCEEDED: "out of range",
    UNCERTAIN_SUB_NORMAL: "degraded",
    BAD: "no valid value",
    BAD_COMMUNICATION_ERROR: "communication error",
    BAD_TIMEOUT: "no answer",
    BAD_USER_ACCESS_DENIED: "no permission on server",
    BAD_NO_COMMUNICATION: "never connected",
    BAD_WAITING_FOR_INITIAL_DATA: "waiting for first value",
    BAD_NODE_ID_INVALID: "address not valid",
    BAD_NODE_ID_UNKNOWN: "address unknown",
    BAD_NOT_READABLE: "not readable",
    BAD_NOT_WRITABLE: "not writable",
    BAD_OUT_OF_RANGE: "write refused: range",
    BAD_TYPE_MISMATCH: "write refused: type",
    BAD_CONFIGURATION_ERROR: "configuration",
    BAD_NOT_CONNECTED: "input not wired",
    BAD_DEVICE_FAILURE: "device fault",
    BAD_SENSOR_FAILURE: "sensor fault",
    BAD_OUT_OF_SERVICE: "out of service",
    BAD_NO_DATA: "no data",
    BAD_DECODING_ERROR: "cannot be decoded",
    BAD_INTERNAL_ERROR: "internal error",
}

_CODE_MASK: Final = 0xFFFF0000


def severity(status: int) -> Severity:
    """Severity of a 32-bit status code; the unused pattern 3 counts as bad (OPC 10000-4 7.39)."""
    bits = (status >> 30) & 0b11
    return Severity(min(bits, 2))


def is_good(status: int) -> bool:
    """True if bits 31-30 say good."""
    return (status >> 30) & 0b11 == 0


def is_bad(status: int) -> bool:
    """True if bits 31-30 say bad."""
    return (status >> 30) & 0b11 >= 2


def is_usable(status: int) -> bool:
    """True for good and uncertain: the value may be shown and evaluated."""
    return not is_bad(status)


def status_name(status: int) -> str:
    """Name without the info bits, e.g. `BadTimeout`; an unknown code gives severity and hex."""
    name = _NAMES.get(status & _CODE_MASK)
    if name is not None:
        return name
    return f"{severity(status).name.capitalize()}_0x{status & 0xFFFFFFFF:08X}"


def status_reason(status: int) -> str:
    """Few plain English words for a person (`domain.md` 4.1); empty for plain good."""
    if status & _CODE_MASK == GOOD:
        return ""
    return _REASONS.get(status & _CODE_MASK, status_name(status))


def status_from_name(name: str) -> int:
    """Code for a known name such as `Good`; raises KeyError for an unknown one."""
    for code, known in _NAMES.items():
        if known == name:
            return code
    raise KeyError(name)


def worst(*statuses: int) -> int:
    """The worst of several codes by severity; the first one wins between equals."""
    return max(statuses, key=severity) if statuses else GOOD


def bad_mask(status: npt.NDArray[np.uint32]) -> npt.NDArray[np.bool_]:
    """Boolean array, true where the code is bad."""
    return status >= np.uint32(0x80000000)


def good_mask(status: npt.NDArray[np.uint32]) -> npt.NDArray[np.bool_]:
    """Boolean array, true where the code is good."""
    return status < np.uint32(0x40000000)
