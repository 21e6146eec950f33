"""German is complete, keeps its placeholders, and is compiled from what is in the file."""

from __future__ import annotations

import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

from hmi.gui.i18n import day, fill, use_language
from hmi.gui.theme import resources
from hmi.gui.widgets.figures import figure

ROOT = Path(__file__).resolve().parents[2]
FILE = resources() / "translations" / "plant_hmi_de.ts"
_PLACEHOLDER = re.compile(r"%[1-9L]|</?b>|\n")


def messages() -> list[tuple[str, str, ElementTree.Element]]:
    tree = ElementTree.parse(FILE)
    found = []
    for context in tree.getroot().iter("context"):
        name = context.findtext("name") or ""
        for message in context.iter("message"):
            translation = message.find("translation")
            assert translation is not None
            found.append((name, message.findtext("source") or "", translation))
    return found


def test_no_entry_is_unfinished() -> None:
    open_ones = [(context, source) for context, source, entry in messages() if entry.get("type") or not entry.text]
    assert open_ones == []


def test_placeholders_are_the_same_in_both_languages() -> None:
    for context, source, entry in messages():
        wanted, got = sorted(_PLACEHOLDER.findall(source)), sorted(_PLACEHOLDER.findall(entry.text or ""))
        assert wanted == got, f"{context}: {source!r} -> {entry.text!r}"


def test_every_source_string_is_in_the_file(tmp_path: Path) -> None:
    fresh = tmp_path / "fresh.ts"
    files = [str(path) for path in sorted((ROOT / "hmi" / "gui").rglob("*.py"))]
    program = Path(sys.executable).with_name("pyside6-lupdate")
    subprocess.run([str(program), *files, "-ts", str(fresh), "-locations", "none"], check=True, capture_output=True)
    wanted = set()
    for context in ElementTree.parse(fresh).getroot().iter("context"):
        name = context.findtext("name") or ""
        wanted |= {(name, message.findtext("source") or "") for message in context.iter("message")}
    known = {(context, source) for context, source, _ in messages()}
    assert wanted - known == set(), "run lupdate and translate"


def test_no_text_is_hidden_in_a_format_string() -> None:
    hidden = re.compile(r"""f(["']).*\{[^}]*translate\(""")
    for path in sorted((ROOT / "hmi" / "gui").rglob("*.py")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            assert not hidden.search(line), f"{path.name}:{number}: lupdate cannot see this text"


def test_the_compiled_file_speaks_german(qapp: QApplication) -> None:
    try:
        assert use_language(qapp, "de") == "de"
        for context, source, entry in messages():
            assert QCoreApplication.translate(context, source) == entry.text
        assert figure(1234.5, 1) == "1\u2009234,5"
        assert day(datetime(2026, 11, 19)) == "Do 19. Nov."
    finally:
        assert use_language(qapp, "en") == "en"
    assert QCoreApplication.translate("Rail", "Alarms") == "Alarms"
    assert day(datetime(2026, 11, 19)) == "Thu 19 Nov"


@pytest.mark.parametrize(("text", "values", "result"), [("%2 of %1", (3, 2), "2 of 3"), ("none", (1,), "none")])
def test_fill(text: str, values: tuple[object, ...], result: str) -> None:
    assert fill(text, *values) == result
