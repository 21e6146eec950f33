"""A PySide6 release that loses references of None or True kills Python 3.11; 6.12.0 does, hence the pin."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot


class Emitter(QObject):
    fired = Signal(bool)


def test_void_methods_keep_the_references_of_none(qtbot: QtBot) -> None:
    label = QLabel()
    qtbot.addWidget(label)
    before = sys.getrefcount(None)
    for _ in range(200):
        label.setText("x")
    assert sys.getrefcount(None) > before - 50


def test_signals_keep_the_references_of_true() -> None:
    emitter = Emitter()
    before = sys.getrefcount(True)
    for _ in range(200):
        emitter.fired.emit(True)
    assert sys.getrefcount(True) > before - 50
