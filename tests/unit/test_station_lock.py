from __future__ import annotations

import stat
import sys
import threading
from pathlib import Path

import pytest

from hmi.base.errors import BusyError, Exit
from hmi.station.lock import StationLock, _try_lock, is_running, read_station_file


def test_a_second_station_is_refused_and_told_about_the_first(tmp_path: Path) -> None:
    with StationLock(tmp_path) as first:
        first.publish("http://127.0.0.1:8000", "press-7", "2026-01-02T03:04:05.000000Z", "1.0.0", "token")
        with pytest.raises(BusyError, match=r"press-7.*http://127.0.0.1:8000") as refusal:
            StationLock(tmp_path).acquire()
        assert refusal.value.exit_code is Exit.BUSY
        assert is_running(tmp_path)
    assert not is_running(tmp_path)


def test_station_json_goes_with_a_clean_stop_and_means_nothing_without_the_lock(tmp_path: Path) -> None:
    with StationLock(tmp_path) as lock:
        lock.publish("http://127.0.0.1:8000", "press-7", "t", "1.0.0", "secret-token")
        found = read_station_file(tmp_path)
        assert found is not None
        assert found.id == "press-7"
        assert Path(found.control_token_file).read_text(encoding="utf-8") == "secret-token"
        if sys.platform != "win32":
            assert stat.S_IMODE(Path(found.control_token_file).stat().st_mode) == 0o600
        left_behind = (tmp_path / "station.json").read_bytes()
    assert not (tmp_path / "station.json").exists()
    (tmp_path / "station.json").write_bytes(left_behind)
    assert read_station_file(tmp_path) is None


def test_commands_that_look_do_not_meet_each_other_or_a_starting_station(tmp_path: Path) -> None:
    with StationLock(tmp_path):
        pass
    with (tmp_path / "station.lock").open("rb") as looking:
        assert _try_lock(looking, probe=True)
        assert not is_running(tmp_path), "a second command must not take the first one for a station"
        soon = threading.Timer(0.1, looking.close)
        soon.start()
        with StationLock(tmp_path):
            assert is_running(tmp_path)
        soon.join()
