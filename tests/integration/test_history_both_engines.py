"""The same history on SQLite and on PostgreSQL: same calls, same answers."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from hmi.history.reading.reader import HistoryReader
from hmi.history.recorder import History
from hmi.history.sealing import seal_journal
from hmi.history.store import assign_numbers, begin_recording, prune
from hmi.model import quality
from hmi.model.samples import Sample, SampleBatch
from hmi.model.tags import Store, TagDefinition
from hmi.storage.database import Database
from tests.helpers.clock import EPOCH_US, ManualClock
from tests.helpers.databases import running_database
from tests.helpers.waiting import eventually

SECOND = 1_000_000


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.counterpart)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = "sqlite" if request.param == "sqlite" else request.getfixturevalue("postgres").new_database()
    with running_database(tmp_path, ManualClock(), url) as opened:
        yield opened


def _tags(*paths: str, **changes: object) -> list[TagDefinition]:
    return [TagDefinition(path=path, device="plc", address="holding:0", **changes) for path in paths]  # type: ignore[arg-type]


def _numbered(database: Database, definitions: list[TagDefinition]) -> list[TagDefinition]:
    numbers = assign_numbers(database, definitions, EPOCH_US)
    from dataclasses import replace

    return [replace(d, number=numbers[d.path]) for d in definitions]


@pytest.fixture
def history(database: Database) -> Iterator[Callable[..., History]]:
    made: list[History] = []

    def make(definitions: list[TagDefinition], **options: object) -> History:
        options.setdefault("clock", ManualClock())
        service = History(database, definitions, free_ratio=lambda: 1.0, **options)  # type: ignore[arg-type]
        made.append(service)
        return service

    yield make
    for service in made:
        service.stop()


def _wave(number: int, count: int, start_us: int = EPOCH_US, step_us: int = SECOND) -> SampleBatch:
    t = start_us + np.arange(count, dtype=np.int64) * step_us
    return SampleBatch(
        tag=np.full(count, number, np.int32),
        t_source_us=t,
        t_receive_us=t + 3_000,
        value=np.sin(np.arange(count) / 50) * 10,
        status=np.zeros(count, np.uint32),
    )


def test_what_was_recorded_is_read_before_and_after_sealing(
    database: Database, history: Callable[..., History]
) -> None:
    first, second = _numbered(database, _tags("line1/a", "line1/b"))
    recorder = history([first, second])
    rows = [
        Sample(first.number, 1.5, 0, EPOCH_US, EPOCH_US + 1),
        Sample(first.number, None, quality.BAD_TIMEOUT, EPOCH_US + SECOND, EPOCH_US + SECOND + 7),
        Sample(first.number, "jam", 0, EPOCH_US + 2 * SECOND, EPOCH_US + 2 * SECOND, EPOCH_US + 5),
        Sample(first.number, 2**63 + 1, 0, EPOCH_US + 3 * SECOND, EPOCH_US + 3 * SECOND),
        Sample(second.number, -0.0, quality.UNCERTAIN_SUB_NORMAL, EPOCH_US, EPOCH_US),
    ]
    recorder.record(SampleBatch.of(rows))
    assert recorder.flush()
    reader = HistoryReader(database)

    def stored() -> list[Sample]:
        answer = reader.raw([first.number, second.number], EPOCH_US, EPOCH_US + 10 * SECOND)
        return [s for number, samples in answer.samples.items() for s in samples.as_batch(number).samples()]

    assert stored() == rows
    assert seal_journal(database) == len(rows)
    assert stored() == rows
    assert reader.verify() == []
    assert recorder.stored == len(rows)


def test_a_number_is_never_reused_and_a_rename_moves_history(
    database: Database, history: Callable[..., History]
) -> None:
    old, other = _numbered(database, _tags("line1/old", "line1/other"))
    recorder = history([old, other])
    recorder.record(_wave(old.number, 10))
    recorder.flush()
    renamed = TagDefinition(path="line1/new", device="plc", address="holding:0", was="LINE1/Old")
    numbers = assign_numbers(database, [renamed], EPOCH_US)
    assert numbers == {"line1/new": old.number}
    again = assign_numbers(database, _tags("line1/old"), EPOCH_US)
    assert again["line1/old"] not in {old.number, other.number}
    reader = HistoryReader(database)
    assert len(reader.raw([numbers["line1/new"]], 0, 2**62).samples[old.number]) == 10
    assert [tag.path for tag in reader.tags()] == ["line1/new", "line1/old", "line1/other"]


@pytest.mark.parametrize("sealing", [False, True])
def test_every_zoom_agrees_with_numpy(database: Database, history: Callable[..., History], sealing: bool) -> None:
    (tag,) = _numbered(database, _tags("line1/wave"))
    recorder = history([tag])
    count = 30_000
    batch = _wave(tag.number, count)
    batch.value[777] = 1e6  # a spike of one sample
    batch.value[12_345] = np.nan
    batch.status[12_345] = quality.BAD_TIMEOUT
    for start in range(0, count, 5_000):
        index = np.arange(start, start + 5_000)
        recorder.record(
            SampleBatch(
                batch.tag[index],
                batch.t_source_us[index],
                batch.t_receive_us[index],
                batch.value[index],
                batch.status[index],
            )
        )
        recorder.flush()
        if sealing and start in (5_000, 15_000):
            seal_journal(database)
    reader = HistoryReader(database)
    end = EPOCH_US + count * SECOND
    for from_us, to_us, points in [
        (EPOCH_US, end, 1),
        (EPOCH_US, end, 5),
        (EPOCH_US - 5, end + 5, 100),
        (EPOCH_US + 7, end, 400),
        (EPOCH_US, end, 2000),
    ]:
        answer = reader.minmax(tag.number, from_us, to_us, points)
        assert int(answer.n.sum()) == count - int((batch.t_source_us < from_us).sum())
        assert np.nanmax(answer.max) == 1e6
        assert np.nanmin(answer.min) == np.nanmin(batch.value)
        assert (answer.status == quality.BAD_TIMEOUT).sum() == 1
        assert answer.last[-1] == batch.value[-1]
        usable = batch.value[batch.t_source_us >= from_us]
        assert answer.first[0] == usable[0]
    exact = reader.minmax(tag.number, EPOCH_US, end, 5)  # 6000 s: whole minutes
    parts = batch.value.reshape(5, -1)
    assert np.array_equal(exact.min, np.nanmin(parts, axis=1))
    assert np.array_equal(exact.max, np.nanmax(parts, axis=1))
    mean = reader.mean(tag.number, EPOCH_US, end, 3)
    whole = np.nanmean(batch.value)
    assert math.isclose(float(np.average(mean.mean)), whole, rel_tol=0.02)
    assert mean.good_fraction.min() > 0.99


def test_paging_gives_every_sample_once(database: Database, history: Callable[..., History]) -> None:
    first, second = _numbered(database, _tags("line1/a", "line1/b"))
    recorder = history([first, second])
    for start in (0, 40, 20):  # the last part comes late
        recorder.record(_wave(first.number, 20, EPOCH_US + start * SECOND))
        recorder.record(_wave(second.number, 20, EPOCH_US + start * SECOND))
        recorder.record(_wave(second.number, 3, EPOCH_US + start * SECOND, step_us=0))
        recorder.flush()
        seal_journal(database)
    recorder.record(_wave(first.number, 5, EPOCH_US + 10 * SECOND))
    recorder.flush()
    reader = HistoryReader(database)
    numbers = [first.number, second.number]
    whole = reader.raw(numbers, 0, 2**62)
    assert whole.next is None
    assert {n: len(s) for n, s in whole.samples.items()} == {first.number: 65, second.number: 69}
    assert all(bool(np.all(np.diff(s.t_source_us) >= 0)) for s in whole.samples.values())
    pages: dict[int, list[Sample]] = {number: [] for number in numbers}
    cursor = None
    while True:
        page = reader.raw(numbers, 0, 2**62, limit=7, cursor=cursor)
        for number, samples in page.samples.items():
            pages[number] += samples.as_batch(number).samples()
        cursor = page.next
        if cursor is None:
            break
    for number in numbers:
        assert pages[number] == whole.samples[number].as_batch(number).samples()


def test_policies_keep_what_they_promise(database: Database, history: Callable[..., History]) -> None:
    tags = _numbered(
        database,
        [
            *_tags("line1/all"),
            *_tags("line1/change", store=Store.CHANGE),
            *_tags("line1/deadband", store=Store.DEADBAND, deadband=1.0),
            *_tags("line1/no", store=Store.NO),
        ],
    )
    recorder = history(tags)
    values = [1.0, 1.0, 1.5, 1.5, 3.0, None, None, 3.0]
    for turn, value in enumerate(values):
        t = EPOCH_US + turn * SECOND
        status = 0 if value is not None else quality.BAD_TIMEOUT
        recorder.record(SampleBatch.of([Sample(tag.number, value, status, t, t) for tag in tags]))
    recorder.flush()
    answer = HistoryReader(database).raw([tag.number for tag in tags], 0, 2**62).samples
    seconds = [((answer[tag.number].t_source_us - EPOCH_US) // SECOND).tolist() for tag in tags]
    assert seconds == [[0, 1, 2, 3, 4, 5, 6, 7], [0, 2, 4, 5, 7], [0, 4, 5, 7], []]


def test_a_stop_leaves_one_gap_for_every_tag_and_at_knows_it(
    database: Database, history: Callable[..., History]
) -> None:
    a, b = _numbered(database, _tags("line1/a", "line1/b"))
    recorder = history([a, b])
    recorder.record(_wave(a.number, 10))
    recorder.device_down("plc", EPOCH_US + 10 * SECOND, "no answer")
    recorder.flush()
    hour = EPOCH_US + 3_600 * SECOND
    database.writer.run(begin_recording(hour))
    reader = HistoryReader(database)
    gaps = reader.gaps(0, 2**62, ["line1/a", "Line1/B"])
    assert [(g.scope, g.cause, g.to_us) for g in gaps if g.cause == "station_stopped"] == [
        ("line1/a", "station_stopped", hour),
        ("line1/b", "station_stopped", hour),
    ]
    assert len([g for g in gaps if g.cause == "device_down" and g.to_us is not None]) == 2
    last = reader.at(a.number, EPOCH_US + 9 * SECOND)
    assert last is not None and last.t_source_us == EPOCH_US + 9 * SECOND
    assert reader.at(a.number, hour) is None
    assert reader.at(b.number, hour) is None


def test_retention_removes_old_chunks_only(database: Database, history: Callable[..., History]) -> None:
    a, b = _numbered(database, _tags("line1/a", "line1/b"))
    recorder = history([a, b])
    day = 86_400 * SECOND
    for start in (EPOCH_US - 10 * day, EPOCH_US):
        recorder.record(_wave(a.number, 100, start))
        recorder.record(_wave(b.number, 100, start))
        recorder.flush()
        seal_journal(database)
    prune(database, {"raw": 5 * day, "minute": 20 * day, "hour": 20 * day}, EPOCH_US + 100 * SECOND)
    reader = HistoryReader(database)
    assert reader.info().samples == 200
    assert reader.verify() == []
    assert (
        int(reader.minmax(a.number, EPOCH_US - 11 * day, EPOCH_US + day, 12).n.sum()) == 200
    )  # minutes are still there


def test_open_gap_ends_when_the_device_is_back(database: Database, history: Callable[..., History]) -> None:
    (a,) = _numbered(database, _tags("line1/a"))
    recorder = history([a])
    recorder.device_down("plc", EPOCH_US)
    recorder.device_up("plc", EPOCH_US + 5 * SECOND)
    recorder.flush()
    (gap,) = HistoryReader(database).gaps(0, 2**62)
    assert (gap.scope, gap.from_us, gap.to_us, gap.cause) == (
        "device:plc",
        EPOCH_US,
        EPOCH_US + 5 * SECOND,
        "device_down",
    )


def test_mean_weighs_by_time_and_stops_at_gaps(database: Database, history: Callable[..., History]) -> None:
    (a,) = _numbered(database, _tags("line1/a"))
    clock = ManualClock()
    recorder = history([a], clock=clock)
    clock.advance(100)
    at = [(0, 0.0), (10, 100.0), (90, 0.0)]
    recorder.record(SampleBatch.of([Sample(a.number, v, 0, EPOCH_US + s * SECOND, EPOCH_US) for s, v in at]))
    recorder.note_gap("*", EPOCH_US + 40 * SECOND, EPOCH_US + 90 * SECOND, "not_recorded")
    recorder.flush()
    answer = HistoryReader(database).mean(a.number, EPOCH_US, EPOCH_US + 100 * SECOND, 1)
    # 10 s of 0, 30 s of 100, 50 s unknown, 10 s of 0
    assert answer.usable_fraction.tolist() == [0.5]
    assert answer.mean.tolist() == [60.0]
    assert answer.status.tolist() == [quality.UNCERTAIN_SUB_NORMAL]


def test_the_service_seals_by_itself_and_drains_at_stop(
    database: Database, history: Callable[..., History], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hmi.history.recorder.CHUNK_SAMPLES", 500)
    a, b = _numbered(database, _tags("line1/a", "line1/b"))
    recorder = history([a, b], commit_us=10_000)
    recorder.start()
    recorder.start()
    for start in range(0, 1_000, 100):
        recorder.record(_wave(a.number, 100, EPOCH_US + start * SECOND))
        recorder.record(_wave(b.number, 100, EPOCH_US + start * SECOND))
    reader = HistoryReader(database)

    def chunks() -> int:
        with database.reader() as connection:
            return int(connection.exec_driver_sql("SELECT count(*) FROM chunks").scalar_one())

    eventually(chunks, "the journal is sealed")
    recorder.record(_wave(a.number, 7, EPOCH_US + 5_000 * SECOND))
    recorder.stop()
    recorder.stop()
    samples = reader.raw([a.number, b.number], 0, 2**62).samples
    assert (len(samples[a.number]), len(samples[b.number])) == (1_007, 1_000)
    recorder.record(_wave(a.number, 3))
    assert recorder.dropped == {"stopped": 3}
    with database.reader() as connection:
        shared = connection.exec_driver_sql("SELECT count(*) FROM chunk_times").scalar_one()
    assert shared >= 1  # both tags were polled together


def test_sealing_that_ends_half_way_loses_and_doubles_nothing(
    database: Database, history: Callable[..., History], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hmi.history.sealing.TAGS_PER_TRANSACTION", 1)
    tags = _numbered(database, _tags("line1/a", "line1/b", "line1/c"))
    clock = ManualClock()
    clock.advance(2_000)
    recorder = history(tags, clock=clock)
    for turn in range(3):
        for tag in tags:
            recorder.record(_wave(tag.number, 100, EPOCH_US + turn * 100 * SECOND))
        recorder.flush()
    reader = HistoryReader(database)
    end = EPOCH_US + 1_000 * SECOND

    def everything() -> list[tuple[list[int], list[int], list[float]]]:
        return [
            (
                reader.raw([tag.number], 0, 2**62).samples[tag.number].t_source_us.tolist(),
                reader.minmax(
                    tag.number, EPOCH_US // 60_000_000 * 60_000_000, end // 60_000_000 * 60_000_000, 2
                ).n.tolist(),
                reader.mean(tag.number, EPOCH_US, EPOCH_US + 240 * SECOND, 4).mean.round(9).tolist(),
            )
            for tag in tags
        ]

    before = everything()
    assert [len(t) for t, _, _ in before] == [300, 300, 300]
    turns = iter([False, True])
    assert seal_journal(database, lambda: next(turns)) == 300
    assert everything() == before
    recorder.record(_wave(tags[0].number, 1, end))
    recorder.flush()
    assert seal_journal(database) == 601
    assert seal_journal(database) == 0
    recorded = everything()
    assert recorded[1:] == before[1:] and len(recorded[0][0]) == 301
    assert reader.verify() == []
