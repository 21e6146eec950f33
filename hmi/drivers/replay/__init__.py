"""Replay: a CSV recording read in this process as if it were a device."""

from hmi.drivers.replay.kind import ReplayKind

__all__ = ["ReplayKind"]
