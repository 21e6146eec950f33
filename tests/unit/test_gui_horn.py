"""The horn's rules, and its player on a real device of the sound library that is connected to nothing."""

from __future__ import annotations

import array
import itertools
import threading
from typing import Any

import pytest

from hmi.facade.data import AlarmItem
from hmi.gui import tone
from hmi.gui.horn import Horn
from hmi.gui.tone import RATE, Player, pattern, stream
from tests.helpers.waiting import eventually


def alarm(name: str, priority: int = 1, activation: int = 1, state: str = "UNACK_ACTIVE") -> AlarmItem:
    active = state in ("UNACK_ACTIVE", "ACK_ACTIVE")
    acked = state in ("ACK_ACTIVE", "LATCHED_ACK")
    latched = state.startswith("LATCHED")
    return AlarmItem(
        name, state, priority, "machine", "line1", name, "hi", name, active, acked, latched, False, False, False,
        activation, 1, None, None, None, 1.0, 1.0, "", None, False, 0, 1, "",
    )  # fmt: skip


def test_priorities_one_and_two_sound() -> None:
    horn = Horn()
    assert horn.update([alarm("a", 3), alarm("b", 4)]).priority == 0
    assert horn.update([alarm("a", 2), alarm("b", 3)]).priority == 2
    state = horn.update([alarm("a", 2), alarm("c", 1)])
    assert (state.priority, state.waiting) == (1, 2)


def test_it_goes_on_after_the_return() -> None:
    horn = Horn()
    horn.update([alarm("a")])
    assert horn.update([alarm("a", state="RTN_UNACK")]).sounds


def test_one_that_returned_before_it_was_heard_does_not_begin() -> None:
    assert not Horn().update([alarm("a", state="RTN_UNACK")]).sounds


def test_a_latched_one_sounds() -> None:
    assert Horn().update([alarm("a", state="LATCHED_UNACK")]).sounds


def test_acknowledging_ends_it() -> None:
    horn = Horn()
    horn.update([alarm("a")])
    assert not horn.update([alarm("a", state="ACK_ACTIVE")]).sounds
    assert horn.update([alarm("a")]).sounds, "asked again after acknowledging"


def test_hiding_ends_it() -> None:
    horn = Horn()
    horn.update([alarm("a")])
    assert not horn.update([]).sounds


def test_silencing_holds_for_this_activation_only() -> None:
    horn = Horn()
    horn.update([alarm("a"), alarm("b", 2)])
    assert not horn.silence().sounds
    assert not horn.update([alarm("a"), alarm("b", 2)]).sounds
    assert not horn.update([alarm("a", state="RTN_UNACK"), alarm("b", 2)]).sounds
    assert horn.update([alarm("a", activation=2), alarm("b", 2)]).priority == 1
    assert horn.update([alarm("a", activation=2), alarm("b", 2), alarm("c", 2)]).waiting == 2


def test_what_is_gone_is_forgotten() -> None:
    horn = Horn()
    for number in range(1000):
        horn.update([alarm("a", activation=number)])
        horn.silence()
    horn.update([])
    assert horn._silenced == set() and horn._sounding == {}


@pytest.mark.parametrize("priority", [1, 2])
def test_the_tone_is_audible_and_bounded(priority: int) -> None:
    frames = pattern(priority)
    assert 0.9 * RATE < len(frames) < 1.5 * RATE
    assert 5_000 < max(frames) <= 0.36 * 32767
    steps = [abs(b - a) for a, b in itertools.pairwise(frames)]
    assert max(steps) < 2_000, "a step in the wave is heard as a click"


def test_the_stream_gives_what_is_asked_and_never_ends() -> None:
    source = stream(array.array("h", range(10)))
    taken = array.array("h")
    for count in (3, 0, 4, 25, 1):
        taken.frombytes(source.send(count))
    assert list(taken) == [number % 10 for number in range(33)]


def test_no_device_is_told_once_and_never_raised() -> None:
    told: list[bool] = []

    def missing() -> tone.Device:
        raise OSError("no sound device")

    player = Player(told.append, missing)
    player.play(1)
    player.play(2)
    eventually(lambda: told == [False], "the missing device is told")
    player.close()
    assert told == [False]


def test_silence_before_anything_sounded_needs_no_thread() -> None:
    before = threading.active_count()
    player = Player(lambda _works: None)
    player.play(0)
    assert threading.active_count() == before
    player.close()


def test_the_sound_librarys_own_device_asks_for_the_tone_and_a_later_device_is_told() -> None:
    import miniaudio

    told: list[bool] = []
    played: list[bytes] = []
    fails = [True]

    class Counted:
        def __init__(self) -> None:
            self._device = miniaudio.PlaybackDevice(
                output_format=miniaudio.SampleFormat.SIGNED16,
                nchannels=1,
                sample_rate=RATE,
                buffersize_msec=20,
                backends=[miniaudio.Backend.NULL],
            )

        def start(self, callback_generator: Any) -> None:
            def count() -> Any:
                wanted = yield b""
                while True:
                    part = callback_generator.send(wanted)
                    played.append(part)
                    wanted = yield part

            made = count()
            next(made)
            self._device.start(made)

        def close(self) -> None:
            self._device.close()

    def open_() -> tone.Device:
        if fails:
            fails.clear()
            raise OSError("not plugged in yet")
        return Counted()

    player = Player(told.append, open_)
    player.play(2)
    eventually(lambda: told == [False], "the missing device is told")
    player.play(1)
    eventually(lambda: told == [False, True] and len(played) > 3, "the device asks for frames")
    heard = b"".join(played)
    assert heard[:2000] == pattern(1).tobytes()[:2000]
    player.close()


def test_a_computer_without_sound_hardware_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tone, "_has_sound", lambda: False)
    monkeypatch.setattr(tone.sys, "platform", "linux")
    with pytest.raises(OSError, match="no sound device"):
        tone.open_device()
