"""Small forms that set a password, a PIN or a badge. What is typed goes to the station and is kept nowhere here."""

from __future__ import annotations

from PySide6.QtCore import QRegularExpression
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QWidget

from hmi.gui.i18n import fill, translate
from hmi.gui.pages.admin.form import BadgeField, Field, FormDialog, secret_field
from hmi.gui.pages.parts import Words

PIN_LEAST, PIN_MOST = 4, 12
BADGE_LEAST = 4


def password_problem(password: str, least: int) -> str:
    """What is wrong with a new password, empty = nothing the window can see."""
    if not password:
        return translate("Users", "The password is empty.")
    if len(password) < least:
        return fill(translate("Users", "%1 characters; at least %2 are needed."), len(password), least)
    return ""


def pin_problem(pin: str) -> str:
    """What is wrong with a PIN."""
    if not (PIN_LEAST <= len(pin) <= PIN_MOST and pin.isdigit()):
        words = translate("Users", "%1 digits; a PIN has %2 to %3.")
        return fill(words, len(pin), PIN_LEAST, PIN_MOST)
    return ""


def repeat_problem(first: str, second: str) -> str:
    """What is wrong with a repetition."""
    return "" if first == second else translate("Users", "This is not the same as above.")


class PasswordDialog(FormDialog):
    """A new password for somebody, twice."""

    def __init__(self, parent: QWidget, user: str, least: int) -> None:
        super().__init__(parent, translate("Users", "Reset password"), translate("Users", "Reset"), user)
        self.first, self.second = secret_field(), secret_field()
        hint = fill(translate("Users", "At least %1 characters. Tell it in person, not by mail."), least)
        self.add(
            Field(
                translate("Users", "New password"), self.first, hint, lambda: password_problem(self.first.text(), least)
            )
        )
        self.add(
            Field(
                translate("Users", "Again"),
                self.second,
                check=lambda: repeat_problem(self.first.text(), self.second.text()),
            )
        )
        self.form.column.addWidget(
            Words(
                translate("Users", "It has to be changed at the next sign-in, so that only this person knows it."),
                "label",
                "text2",
                wrap=True,
            )
        )
        self.ready()

    @property
    def password(self) -> str:
        """What was typed."""
        return self.first.text()


class PinDialog(FormDialog):
    """A new PIN for somebody, twice."""

    def __init__(self, parent: QWidget, user: str) -> None:
        super().__init__(parent, translate("Users", "Set PIN"), translate("Users", "Set PIN"), user)
        self.first, self.second = secret_field(), secret_field()
        digits = QRegularExpressionValidator(QRegularExpression(rf"\d{{0,{PIN_MOST}}}"), self)
        for line in (self.first, self.second):
            line.setValidator(digits)
            line.setMaxLength(PIN_MOST)
        hint = fill(translate("Users", "%1 to %2 digits, for fast switching at this station."), PIN_LEAST, PIN_MOST)
        self.add(Field(translate("Users", "PIN"), self.first, hint, lambda: pin_problem(self.first.text())))
        self.add(
            Field(
                translate("Users", "Again"),
                self.second,
                check=lambda: repeat_problem(self.first.text(), self.second.text()),
            )
        )
        self.ready()

    @property
    def pin(self) -> str:
        """What was typed."""
        return self.first.text()


class BadgeDialog(FormDialog):
    """A badge for somebody: hold it to the reader, or type its number."""

    def __init__(self, parent: QWidget, user: str) -> None:
        super().__init__(parent, translate("Users", "Set badge"), translate("Users", "Set badge"), user)
        self.field = BadgeField()
        self.add(
            Field(
                translate("Users", "Badge"),
                self.field,
                translate("Users", "Hold the badge to the reader, or type its number."),
                self._problem,
            )
        )
        self.ready()

    @property
    def badge(self) -> str:
        """What the reader typed."""
        return self.field.text().strip()

    def _problem(self) -> str:
        if len(self.badge) < BADGE_LEAST:
            return translate("Users", "No badge was read yet.")
        return ""
