"""The two families of errors: the plant's world, told in plain words, and everything else, which is our defect."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes of the command line (`contract.md` 6)."""

    DONE = 0
    NO = 1
    DOWN = 2
    NOT_PERMITTED = 3
    UNREACHABLE = 4
    BUSY = 5
    USAGE = 64
    DEFECT = 70
    INTERRUPTED = 130


class PlantError(Exception):
    """A fault of the plant, the machine or the user: one plain sentence that says what to do.

    Raised or logged, never both. `exit_code` is what a command ends with when it cannot go on.
    """

    exit_code: Exit = Exit.NO


class NotPermittedError(PlantError):
    """The actor may not do this."""

    exit_code = Exit.NOT_PERMITTED


class NotSignedInError(NotPermittedError):
    """Nobody is signed in, or the session is not known here or has ended."""


class UnreachableError(PlantError):
    """A station, device, server or display does not answer."""

    exit_code = Exit.UNREACHABLE


class BusyError(PlantError):
    """Somebody else holds it: a lock, a second station."""

    exit_code = Exit.BUSY


class UsageError(PlantError):
    """The command was called with wrong words."""

    exit_code = Exit.USAGE
