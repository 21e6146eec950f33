"""Pictures of everything about people, dialogs included: `python -m tests.gui.people_pictures FOLDER`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage, QPainter, QRegion
from PySide6.QtWidgets import QApplication, QWidget

from hmi.gui import theme
from hmi.gui.frame.people_menu import PeopleMenu
from hmi.gui.signing import Signer
from hmi.gui.widgets.flash import flash
from hmi.model.access import Credentials, Permission, SignatureRule
from tests.gui.windows import Stage, make_stage
from tests.helpers.fake_facade import FakeFacade

LOOKS = (
    ("light", (1920, 1080), "en"),
    ("dark", (1920, 1080), "en"),
    ("light", (1366, 768), "en"),
    ("dark", (1366, 768), "de"),
)
_FLAGS = QWidget.RenderFlag.DrawWindowBackground | QWidget.RenderFlag.DrawChildren


def _crew(facade: FakeFacade) -> None:
    facade.add_person("a-weber", "supervisor@line1", title="Anna Weber", password="anna-word-1", pin="1357", badge="77")
    facade.add_person("j-lindner", "admin", title="Jörg Lindner", password="joerg-word-1", pin="2468")
    facade.book.break_glass, facade.book.browser_title = "K7QF", "Works login"
    facade.book.banner = "Authorised staff only. What is done here is recorded."


class _Camera:
    def __init__(self, stage: Stage, folder: Path, look: str) -> None:
        self._stage, self._folder, self._look = stage, folder, look
        self.count = 0

    def take(self, name: str) -> None:
        """The window with the dialogs in front of it."""
        self._stage.settle()
        window = self._stage.window
        flash().freeze()
        image = QImage(window.size(), QImage.Format.Format_RGB32)
        painter = QPainter(image)
        window.render(painter, QPoint(), QRegion(), _FLAGS)
        for top in QApplication.topLevelWidgets():
            if top is not window and top.isVisible():
                place = top.mapToGlobal(QPoint(0, 0)) - window.mapToGlobal(QPoint(0, 0))
                top.render(painter, place, QRegion(), _FLAGS)
        painter.end()
        flash().thaw()
        image.save(str(self._folder / f"people-{name}-{self._look}-{window.width()}x{window.height()}.png"))
        self.count += 1


def _dialogs(stage: Stage, menu: PeopleMenu, camera: _Camera) -> None:
    dialogs: tuple[tuple[str, Callable[[], object]], ...] = (
        ("password", menu.change_password),
        ("set-pin", menu.set_pin),
        ("second-factor", menu.second_factor),
        ("places", menu.open_places),
        ("leaving", stage.window.close),
    )
    for name, run in dialogs:
        run()
        camera.take(name)
    menu.switch()
    for method in ("pin", "badge", "browser", "break_glass"):
        menu.dialog.choose(method)  # type: ignore[union-attr]
        camera.take(f"switch-{method}")
    menu.dialog.reject()  # type: ignore[union-attr]


def _series(app: QApplication, folder: Path, look: str, size: tuple[int, int], language: str) -> int:
    facade = FakeFacade()
    stage = make_stage(app, facade, size=size, language=language)
    theme.apply(app, look)
    camera = _Camera(stage, folder, look if language == "en" else f"{look}-{language}")
    menu = stage.window.people_menu
    assert menu is not None
    stage.window.open_page("alarms")
    menu.create_administrator(offered=True)
    camera.take("first-administrator")
    menu.dialog.reject()  # type: ignore[union-attr]
    _crew(facade)
    stage.pass_time(1.1)
    camera.take("view-only")
    menu.sign_in(stage.bridge.people.refusal(Permission.ALARM_ACK))
    camera.take("sign-in")
    for user, password in (("j-lindner", "joerg-word-1"), ("a-weber", "anna-word-1")):
        stage.bridge.people.sign_in(Credentials(user=user, password=password), _nothing, _nothing, stage.window)
        stage.settle()
    facade.set_places("cr-1", ("cr-1", "Control room 1"), ("cr-2", "Control room 2"))
    facade.set_control("line1", "cr-1", "Line 1", "a-weber", requested="cr-2")
    facade.set_control("utilities", "cr-2", "Utilities", "j-lindner")
    stage.pass_time(1.1)
    camera.take("signed-in")
    _dialogs(stage, menu, camera)
    facade.book.signatures[Permission.ALARM_ACK] = SignatureRule.TWO
    stage.pass_time(1.1)
    Signer(stage.bridge, stage.window).ask(Permission.ALARM_ACK, "x", "Conveyor 2 accumulation high", _nothing)
    camera.take("signature")
    for top in QApplication.topLevelWidgets():
        if top is not stage.window and top.isVisible():
            top.close()
    facade.lock_now("a-weber")
    menu.sign_in()
    camera.take("unlock")
    stage.close()
    return camera.count


def _nothing(_answer: object) -> None:
    pass


def main(folder: str) -> int:
    """Writes the pictures and prints how many."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    Path(folder).mkdir(parents=True, exist_ok=True)
    count = sum(_series(app, Path(folder), *look) for look in LOOKS)
    print(f"{count} pictures of people in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
