"""Recordings of every common shape are recognised; what is wrong with one is said in plain words."""

from __future__ import annotations

from pathlib import Path

import pytest

from hmi.base.errors import PlantError, UsageError
from hmi.simulator.player import Player, Step
from hmi.simulator.recording import Recording, parse_rows, read_recording
from hmi.simulator.replay import lawful_names
from hmi.simulator.replay_config import scan_ms
from tests.helpers.counterparts import need_recording


def read(folder: Path, text: str, **options: object) -> Recording:
    file = folder / "recording.csv"
    file.write_text(text, encoding="utf-8")
    return read_recording(file, **options)  # type: ignore[arg-type]


def titles(recording: Recording) -> list[str]:
    return [column.title for column in recording.columns]


SHAPES = [
    "time,a,b\n2026-01-01 00:00:00,1.5,2\n2026-01-01 00:00:01,2.5,3\n",
    "time;a;b\n2026-01-01T00:00:00Z;1.5;2\n2026-01-01T00:00:01Z;2.5;3\n",
    "time;a;b\n01.01.2026 00:00:00;1,5;2\n01.01.2026 00:00:01;2,5;3\n",
    "timestamp\ta\tb\n1767225600\t1.5\t2\n1767225601\t2.5\t3\n",
    "Time (ms)|a|b\n0|1.5|2\n1000|2.5|3\n",
    "\ufeffa,b,when\r\n1.5,2,2026-01-01 00:00:00\r\n2.5,3,2026-01-01 00:00:01\r\n",
]


@pytest.mark.parametrize("text", SHAPES)
def test_delimiter_header_and_time_column_are_recognised(tmp_path: Path, text: str) -> None:
    recording = read(tmp_path, text)
    assert titles(recording) == ["a", "b"]
    assert [column.values for column in recording.columns] == [(1.5, 2.5), (2.0, 3.0)]
    assert recording.median_interval_s() == 1.0


def test_columns_without_a_name_are_numbered(tmp_path: Path) -> None:
    recording = read(tmp_path, "  1.0 2.0  3.0 \n 4.0   5.0 6.0\n")
    assert titles(recording) == ["c1", "c2", "c3"]
    assert recording.times_s is None
    assert recording.steps() == [1.0]


def test_a_first_line_of_words_can_be_declared_data(tmp_path: Path) -> None:
    assert titles(read(tmp_path, "on,off\noff,on\n", header=False)) == ["c1", "c2"]


def test_empty_cells_are_none_and_text_stays_text(tmp_path: Path) -> None:
    recording = read(tmp_path, "a,b,c\n1,,x\nNaN,2,y z\n3,null,\n")
    assert [column.values for column in recording.columns] == [(1.0, None, 3.0), (None, 2.0, None), ("x", "y z", None)]
    assert [column.is_text for column in recording.columns] == [False, False, True]


def test_a_measured_column_called_t_is_no_clock(tmp_path: Path) -> None:
    assert titles(read(tmp_path, "t,p\n21.5,1\n20.9,2\n21.2,3\n20.8,4\n")) == ["t", "p"]


def test_the_time_column_can_be_named(tmp_path: Path) -> None:
    recording = read(tmp_path, "x,cycle\n5,10\n6,20\n7,30\n", time_column="cycle")
    assert titles(recording) == ["x"]
    assert recording.median_interval_s() == 10.0
    with pytest.raises(UsageError, match="no such column; there are x, cycle"):
        read(tmp_path, "x,cycle\n5,10\n6,20\n", time_column="time")


def test_rows_can_be_cut_out_and_keep_their_number(tmp_path: Path) -> None:
    recording = read(tmp_path, "a,b\n0,0\n1,0\n2,0\n3,0\n", rows=parse_rows("1:3"))
    assert recording.columns[0].values == (1.0, 2.0)
    assert Player(recording, 1.0).row_number == 1
    with pytest.raises(UsageError, match="leaves no row of the 4"):
        read(tmp_path, "a,b\n0,0\n1,0\n2,0\n3,0\n", rows=parse_rows("4:9"))
    with pytest.raises(UsageError, match="expected A:B"):
        parse_rows("5")


def test_a_ragged_row_is_named_by_its_number(tmp_path: Path) -> None:
    with pytest.raises(PlantError, match="row 3 has 3 fields where 2 were expected"):
        read(tmp_path, "a,b\n1,2\n1,2,3\n")


@pytest.mark.parametrize("text", ["", "\n\n"])
def test_an_empty_file_is_said_to_be_empty(tmp_path: Path, text: str) -> None:
    with pytest.raises(PlantError, match="is empty"):
        read(tmp_path, text)


@pytest.mark.parametrize(
    ("parts", "columns", "rows", "interval_s", "first"),
    [
        (("skab", "anomaly-free.csv"), 8, 9405, 1.0, "Accelerometer1RMS"),
        (("skab", "valve1", "0.csv"), 10, 1147, 1.0, "Accelerometer1RMS"),
        (("nab-machine-temperature", "machine_temperature_system_failure.csv"), 1, 22695, 300.0, "value"),
        (("tennessee-eastman", "d00_te.dat"), 52, 960, None, "c1"),
        (("cmapss-fd001", "train_FD001.txt"), 26, 20631, None, "c1"),
        (("ai4i2020", "ai4i2020.csv"), 14, 10000, None, "UDI"),
    ],
)
def test_public_recordings_are_recognised(
    parts: tuple[str, ...], columns: int, rows: int, interval_s: float | None, first: str
) -> None:
    recording = read_recording(need_recording(*parts))
    assert (len(recording.columns), len(recording), recording.median_interval_s()) == (columns, rows, interval_s)
    assert recording.columns[0].title == first


def played(times: list[float]) -> list[Step]:
    from hmi.simulator.recording import Column

    recording = Recording((Column("a", False, tuple(float(n) for n in range(len(times)))),), tuple(times), 0)
    player, steps = Player(recording, 2.0), []
    for _ in times:
        steps.append(player.step())
        player.advance()
    return steps


def test_rows_follow_their_own_times_and_backward_or_repeated_times_count_as_one_interval() -> None:
    steps = played([0.0, 1.0, 2.0, 2.0, 1.5, 2.5, 5.5, 6.5])
    assert [step.hold_s for step in steps] == [2.0, 2.0, 2.0, 2.0, 2.0, 6.0, 2.0, 2.0]
    assert not any(step.silent_s for step in steps)


def test_a_gap_of_more_than_five_intervals_is_silence_of_its_length() -> None:
    steps = played([0.0, 1.0, 6.0, 7.0, 13.0, 14.0])
    assert [step.silent_s for step in steps] == [0.0, 0.0, 0.0, 12.0, 0.0, 0.0]
    assert steps[3].hold_s == 2.0, "the row before the gap is out for an interval"
    assert steps[1] == Step(10.0, 0.0), "five intervals are still a slow row"


def test_the_last_row_is_held_and_a_loop_begins_again(tmp_path: Path) -> None:
    recording = read(tmp_path, "a,b\n1,0\n2,0\n")
    once, again = Player(recording, 1.0), Player(recording, 1.0, loop=True)
    for player in (once, again):
        assert not player.is_last
        player.advance()
    assert once.is_last
    assert not again.is_last
    again.advance()
    assert again.row == [1.0, 0.0]


def test_names_become_lawful_and_stay_unique() -> None:
    names = lawful_names(["Volume Flow RateRMS", "T [°C]", "row", "a/b", "A_B", "", "Dreh­zahl"])
    assert names[:5] == ["Volume_Flow_RateRMS", "T_C", "row_2", "a_b", "A_B_2"]
    assert len({name.lower() for name in names}) == len(names)
    assert all(name and all(sign.isalnum() or sign in "_-." for sign in name) for name in names)


def test_every_row_is_scanned_four_times() -> None:
    assert [scan_ms(interval) for interval in (1.0, 0.25, 0.3333)] == [250, 62, 83]
