"""The list of compliance requirements is whole, and what it claims is held by tests that exist."""

from __future__ import annotations

import ast
import re
from functools import cache
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.helpers.counterparts import ROOT

FOLDER = ROOT / "resources" / "docs" / "compliance"
PAGE = ROOT / "resources" / "docs" / "manual" / "compliance.md"
WORDS = {"tested": "yes", "partly": "in part", "exempt": "no"}


def read() -> list[dict[str, Any]]:
    document = YAML(typ="safe").load((FOLDER / "requirements.yaml").read_text(encoding="utf-8"))
    assert set(document) == {"requirements"}
    requirements: list[dict[str, Any]] = document["requirements"]
    return requirements


LIST = read()


@cache
def functions_of(file: str) -> frozenset[str]:
    """Functions of a file that pytest runs."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(node.name for node in tree.body if isinstance(node, kinds) and node.name.startswith("test_"))


def test_all_twenty_are_there_in_order() -> None:
    assert [entry["number"] for entry in LIST] == list(range(1, 21))


@pytest.mark.parametrize("entry", LIST, ids=[str(entry["number"]) for entry in LIST])
def test_an_entry_says_what_it_has_to(entry: dict[str, Any]) -> None:
    more = {"tested": {"tests"}, "partly": {"tests", "missing"}, "exempt": {"reason", "instead"}}[entry["status"]]
    assert {"number", "text", "reference", "status"} | more <= set(entry)
    assert set(entry) <= {"number", "text", "reference", "status", "note"} | more
    for key in ("text", "reference", "missing", "reason", "instead", "note"):
        assert key not in entry or len(entry[key].split()) >= 3, key
    assert re.search(r"CR \d|SAR \d|11\.\d+|Annex 11", entry["reference"])


@pytest.mark.parametrize("entry", LIST, ids=[str(entry["number"]) for entry in LIST])
def test_every_named_test_exists(entry: dict[str, Any]) -> None:
    named = entry.get("tests", [])
    assert len(set(named)) == len(named)
    assert entry["status"] == "exempt" or named
    for test in named:
        file, _, function = test.partition("::")
        assert (ROOT / file).is_file(), test
        assert function in functions_of(file), test


def test_the_page_of_the_manual_says_the_same() -> None:
    rows = re.findall(r"^\| (\d+) \| .+? \| (.+?) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert rows == [(str(entry["number"]), WORDS[entry["status"]]) for entry in LIST]
