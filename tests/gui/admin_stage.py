"""A window on the Administration page with a crew, and somebody signed in."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QPushButton, QWidget

from hmi.gui.pages.administration import AdministrationPage
from hmi.model.access import Credentials
from tests.gui.windows import Stage, make_stage
from tests.helpers.fake_facade import FakeFacade

D = TypeVar("D", bound=QDialog)
PASSWORD = "anna-word-1"


def crew(facade: FakeFacade) -> FakeFacade:
    """An administrator, an operator of one line, a supervisor."""
    facade.add_person("anna", "admin", title="Anna Weber", password=PASSWORD)
    facade.add_person("ben", "operator@line1", title="Ben Okafor", password="ben-word-22", pin="2468")
    facade.add_person("carla", "supervisor", title="Carla Lindner", password="carla-word-3", badge="0004711")
    return facade


class Office:
    """The page, and the hands of whoever works on it."""

    def __init__(
        self,
        app: QApplication,
        facade: FakeFacade | None = None,
        *,
        user: str = "anna",
        password: str = PASSWORD,
        section: str = "users",
        size: tuple[int, int] = (1920, 1080),
        language: str = "en",
    ) -> None:
        self.facade = facade or crew(FakeFacade())
        self.stage: Stage = make_stage(app, self.facade, size=size, language=language)
        self.people = self.stage.bridge.people
        if user:
            self.sign_in(user, password)
        self.stage.window.open_page("administration")
        self.settle()
        page = self.stage.window.page("administration")
        assert isinstance(page, AdministrationPage)
        self.page = page
        self.go(section)

    def sign_in(self, user: str, password: str) -> None:
        """Signs in at the window."""
        answers: list[object] = []
        self.people.sign_in(
            Credentials(user=user, password=password), answers.append, answers.append, self.stage.window
        )
        self.settle()
        assert self.people.user == user, answers

    def go(self, section: str) -> None:
        """Opens a section."""
        self.page.open_section(section)
        self.settle()

    def settle(self) -> None:
        """Delivers what is queued."""
        self.stage.settle()

    def pass_time(self, seconds: float) -> None:
        """Moves the bridge's clock."""
        self.stage.pass_time(seconds)

    def click(self, button: QWidget) -> None:
        """A click in the middle."""
        assert button.isEnabled(), "the button is locked"
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        self.settle()

    def cell(self, table: QWidget, row: int, column: int) -> None:
        """A click into a cell, at its left where a check box stands."""
        index = table.model().index(row, column)  # type: ignore[attr-defined]
        place = table.visualRect(index)  # type: ignore[attr-defined]
        QTest.mouseClick(
            table.viewport(),  # type: ignore[attr-defined]
            Qt.MouseButton.LeftButton,
            pos=QPoint(place.left() + 20, place.center().y()),
        )
        self.settle()

    def type(self, widget: QWidget, text: str) -> None:
        """Types into a field, replacing what stands there."""
        widget.setFocus()
        widget.selectAll()  # type: ignore[attr-defined]
        QTest.keyClicks(widget, text)
        self.settle()

    def key(self, widget: QWidget, key: Qt.Key, times: int = 1) -> None:
        """Presses a key."""
        for _ in range(times):
            QTest.keyClick(widget, key)
        self.settle()

    def dialog(self, kind: type[D]) -> D:
        """The one open dialog of a kind."""
        self.settle()
        found = [dialog for dialog in self.stage.window.findChildren(kind) if dialog.isVisible()]
        assert len(found) == 1, f"{len(found)} of {kind.__name__}"
        return found[0]

    def has_dialog(self, kind: type[QDialog]) -> bool:
        """True while a dialog of a kind is open."""
        self.settle()
        return any(dialog.isVisible() for dialog in self.stage.window.findChildren(kind))

    def wait(self, done: Callable[[], bool], qtbot: object) -> None:
        """Waits for another thread."""
        qtbot.waitUntil(done, timeout=5000)  # type: ignore[attr-defined]
        self.settle()

    def close(self) -> None:
        """Ends the window."""
        self.stage.close()
        self.stage.app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def shown_buttons(widget: QWidget) -> list[str]:
    """Texts of the buttons that can be seen."""
    return [button.text() for button in widget.findChildren(QPushButton) if button.isVisible()]
