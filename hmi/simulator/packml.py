"""PackML states, commands and stop reasons as the simulated machines report them (`domain.md` 3)."""

from __future__ import annotations

from enum import IntEnum


class PackState(IntEnum):
    """State numbers of ISA-TR88."""

    UNDEFINED = 0
    CLEARING = 1
    STOPPED = 2
    STARTING = 3
    IDLE = 4
    SUSPENDED = 5
    EXECUTE = 6
    STOPPING = 7
    ABORTING = 8
    ABORTED = 9
    HOLDING = 10
    HELD = 11
    UNHOLDING = 12
    SUSPENDING = 13
    UNSUSPENDING = 14
    RESETTING = 15
    COMPLETING = 16
    COMPLETE = 17


class Command(IntEnum):
    """Values of the command register."""

    NONE = 0
    RESET = 1
    START = 2
    STOP = 3
    HOLD = 4
    UNHOLD = 5
    ABORT = 8
    CLEAR = 9


class Reason(IntEnum):
    """Why a machine does not produce."""

    NONE = 0
    STARVED = 1
    BLOCKED = 2
    JAM = 3
    MINOR = 4
    MATERIAL = 5
    DRIVE_FAULT = 6
    AIR_LOW = 7
    OPERATOR = 8
    CHANGEOVER = 9
