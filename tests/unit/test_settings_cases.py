"""Every folder of tests/cases/settings is a configuration and the exact problems it has, as `check` prints them."""

from __future__ import annotations

from pathlib import Path

import pytest

from hmi.settings import ConfigurationError, check, load
from tests.helpers.catalogue import ToyCatalogue

CASES = Path(__file__).parents[1] / "cases" / "settings"


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir() if path.is_dir()))
def test_case(case: str) -> None:
    expected = (CASES / case / "expected.txt").read_text(encoding="utf-8")
    problems = check(CASES / case, ToyCatalogue())
    assert "".join(f"{problem}\n" for problem in problems) == expected
    if any(problem.is_error for problem in problems):
        with pytest.raises(ConfigurationError) as caught:
            load(CASES / case, ToyCatalogue())
        assert f"{caught.value}\n" == expected
    else:
        assert load(CASES / case, ToyCatalogue()).problems == problems
