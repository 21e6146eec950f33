"""The proof of a faithful replay finds what must be found."""

from __future__ import annotations

import pytest

from tests.helpers.replay_proof import Cell, Exported, problems_of_column

BAD = 0x800A0000


def rows(*values: str | None) -> list[Exported]:
    return [Exported(value, BAD if value is None else 0) for value in values]


COLUMN: list[Cell] = [1.0, 1.0, 2.5, None, 3.0, 2.5]


@pytest.mark.parametrize(
    "exported",
    [
        rows("1", "2.5", None, "3", "2.5"),
        rows("1", "1", "1", "2.5", "2.5", None, None, "3", "3", "2.5"),
        rows(None, None, "1", "2.5", "3", "2.5"),
    ],
)
def test_a_faithful_replay_is_proven(exported: list[Exported]) -> None:
    assert problems_of_column(COLUMN, exported, "float32") == []


@pytest.mark.parametrize(
    "exported",
    [
        rows("1", "2.5", "3"),
        rows("1", "3", "2.5"),
        rows("1", "2.5", "3", "2.5", "1"),
        rows("1", "2.5000002", "3", "2.5"),
        rows("1", None, "2.5", "3", "2.5"),
        rows("1", "2.5", "3", None, "2.5"),
        rows(),
    ],
    ids=["end missing", "row missing", "too much", "wrong value", "bad in the middle", "bad near the end", "nothing"],
)
def test_what_is_not_faithful_is_found(exported: list[Exported]) -> None:
    assert problems_of_column(COLUMN, exported, "float32")


def test_a_gap_in_time_excuses_bad_rows_only_there() -> None:
    column: list[Cell] = [1.0, 2.0, 3.0]
    assert problems_of_column(column, rows("1", "2", None, "3"), "float64", holes=[1]) == []
    assert problems_of_column(column, rows("1", None, "2", "3"), "float64", holes=[1])


def test_float32_is_compared_as_float32() -> None:
    assert problems_of_column([73.96732207], rows("73.96732"), "float32") == []
    assert problems_of_column([73.96732207], rows("73.96732"), "float64")
