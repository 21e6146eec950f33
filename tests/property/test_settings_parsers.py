"""Any text in any file of a configuration: problems, never an exception."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hmi.settings import ConfigurationError, check, load
from tests.helpers.catalogue import ToyCatalogue

COMPLETE = Path(__file__).parents[1] / "cases" / "settings" / "complete"
FILES = ("station.yaml", "plant.yaml", "tags.csv", "alarms.csv")
WORDS = st.sampled_from(
    ["id", "name", "plant", "devices", "lines", "oee", "shifts", ":", ": ", "- ", "\n", "\n  ", "[", "]", "{", "}", ",",
     ";", '"', "'", "#", "&a ", "*a", "!!int ", "x", "1", "06:00", "null", "path,device,address\n", "a/b,calc,{a/b}",
     "\t", "\ufeff", "|\n", "<<", "? ", "%YAML", "---\n"]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=40).map("".join))


def _folder(place: str, contents: dict[str, bytes]) -> Path:
    folder = Path(place)
    for name in FILES:
        (folder / name).write_bytes(contents.get(name, (COMPLETE / name).read_bytes()))
    return folder


def _check(contents: dict[str, bytes]) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = _folder(place, contents)
        problems = check(folder, ToyCatalogue())
        for problem in problems:
            assert problem.line >= 1
            assert "\n" not in str(problem)
        try:
            load(folder, ToyCatalogue())
        except ConfigurationError as error:
            assert list(error.problems) == problems
        else:
            assert not any(problem.is_error for problem in problems)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(FILES), TEXTS)
def test_any_text(name: str, text: str) -> None:
    _check({name: text.encode("utf-8", "surrogatepass")})


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(FILES), st.binary(max_size=100))
def test_any_bytes(name: str, content: bytes) -> None:
    _check({name: content})


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(FILES), st.integers(0, 3000), st.integers(0, 30), st.one_of(st.text(max_size=8), WORDS))
def test_a_damaged_right_file(name: str, at: int, length: int, text: str) -> None:
    original = (COMPLETE / name).read_text(encoding="utf-8")
    at %= len(original)
    _check({name: (original[:at] + text + original[at + length :]).encode("utf-8", "surrogatepass")})
