"""The sound of the horn: a generated tone on the computer's own loudspeaker, in a thread of its own."""

from __future__ import annotations

import array
import math
import os
import queue
import sys
import threading
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any, Final, Protocol

import structlog

_log = structlog.get_logger("window")

RATE: Final = 48_000
RETRY_S: Final = 30.0
"""After a device failed, it is tried again so often while something sounds: a loudspeaker may be plugged in."""
_LOUDNESS = 0.35
_EDGE = 240  # frames in and out of each tone, so that it does not click
_PATTERNS: Final[dict[int, tuple[tuple[float, float], ...]]] = {
    1: ((880.0, 0.16), (660.0, 0.16), (880.0, 0.16), (660.0, 0.16), (0.0, 0.36)),
    2: ((660.0, 0.40), (0.0, 0.80)),
}
"""By priority: (hertz, seconds), repeated. Hertz 0 = pause."""


class Device(Protocol):
    """The part of a playback device that is used."""

    def start(self, callback_generator: Any) -> None:
        """Begins to ask the generator for frames."""
        ...

    def close(self) -> None:
        """Ends it."""
        ...


def pattern(priority: int) -> array.array[int]:
    """One round of a priority's tone as signed 16-bit frames."""
    frames: array.array[int] = array.array("h")
    for hertz, seconds in _PATTERNS.get(priority, _PATTERNS[2]):
        count = round(seconds * RATE)
        step = 2 * math.pi * hertz / RATE
        for number in range(count):
            edge = min(1.0, number / _EDGE, (count - number) / _EDGE)
            frames.append(round(32767 * _LOUDNESS * edge * math.sin(step * number)))
    return frames


def stream(round_: array.array[int]) -> Generator[bytes, int, None]:
    """Endless frames of a pattern, as many as are asked for; already begun."""

    def run() -> Generator[bytes, int, None]:
        place = 0
        wanted = yield b""
        while True:
            part = array.array("h")
            while len(part) < wanted:
                taken = round_[place : place + wanted - len(part)]
                part.extend(taken)
                place = (place + len(taken)) % len(round_)
            wanted = yield part.tobytes()

    made = run()
    next(made)
    return made


def open_device() -> Device:
    """The computer's default loudspeaker; OSError if there is none."""
    if sys.platform == "linux" and not _has_sound():
        raise OSError("no sound device")
    import miniaudio

    real = [backend for backend in miniaudio.Backend if backend is not miniaudio.Backend.NULL]
    try:
        device: Device = miniaudio.PlaybackDevice(
            output_format=miniaudio.SampleFormat.SIGNED16,
            nchannels=1,
            sample_rate=RATE,
            buffersize_msec=60,
            backends=real,
            app_name="Plant HMI",
        )
    except miniaudio.MiniaudioError as fault:
        raise OSError(str(fault)) from fault
    return device


def _has_sound() -> bool:
    """False where not even a driver is there; asking the sound library would write pages of its own words."""
    if os.environ.get("PULSE_SERVER") or any(Path("/dev/snd").glob("pcm*p")):
        return True
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    return bool(runtime) and any((Path(runtime) / name).exists() for name in ("pulse/native", "pipewire-0"))


class Player:
    """Plays the tone of a priority until told otherwise. told(works): called from the thread at each change.

    All members return at once; a device that hangs holds only the thread.
    """

    def __init__(self, told: Callable[[bool], None], open_: Callable[[], Device] = open_device) -> None:
        self._told = told
        self._open = open_
        self._orders: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._works = True

    def play(self, priority: int) -> None:
        """Sounds as an alarm of this priority, 0 = silent."""
        if self._thread is None:
            if priority == 0:
                return  # no thread and no device before something sounds
            self._thread = threading.Thread(target=self._run, name="horn", daemon=True)
            self._thread.start()
        self._orders.put(priority)

    def close(self, wait_s: float = 2.0) -> None:
        """Ends the sound and the thread."""
        if self._thread is not None:
            self._orders.put(None)
            self._thread.join(wait_s)
            self._thread = None

    def _run(self) -> None:
        device: Device | None = None
        wanted = 0
        while True:
            try:
                order = self._orders.get(timeout=RETRY_S if wanted and device is None else None)
            except queue.Empty:
                order = wanted
            if device is not None:
                device.close()
                device = None
            if order is None:
                return
            wanted = order
            if wanted:
                device = self._start(wanted)

    def _start(self, priority: int) -> Device | None:
        try:
            device = self._open()
            device.start(stream(pattern(priority)))
        except Exception as fault:
            # a library of the system may fail in any way; the alarms stay visible, and the frame says what is missing
            if self._works:
                _log.warning("the horn has no sound", reason=str(fault))
            self._tell(False)
            return None
        self._tell(True)
        return device

    def _tell(self, works: bool) -> None:
        if works != self._works:
            self._works = works
            self._told(works)
