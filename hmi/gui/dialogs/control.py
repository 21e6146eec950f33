"""Which place controls which area; taking control, asking for it, handing it over: each is recorded with who did it."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QGridLayout, QMenu, QWidget

from hmi.facade.access_data import AccessState, ControlItem
from hmi.gui.bridge import Bridge
from hmi.gui.dialogs.asking import AskDialog
from hmi.gui.i18n import fill, translate
from hmi.gui.pages.alarm.before import clear
from hmi.gui.pages.parts import KeyButton, Words
from hmi.gui.pages.permit import PermitButton
from hmi.gui.widgets.figures import clock
from hmi.model.access import Permission


class ControlDialog(AskDialog):
    """One row an area; it follows what other places do while it is open."""

    def __init__(self, bridge: Bridge, parent: QWidget) -> None:
        super().__init__(parent, translate("Control", "Control places"), "", wide=680)
        self._bridge = bridge
        self.verb.hide()
        self.cancel.setText(translate("Control", "Close"))
        words = translate(
            "Control", "One place controls an area at a time. The others see everything and act on nothing."
        )
        self.above.addWidget(Words(words, "body", "text2", wrap=True))
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(1, 1)
        self.above.addLayout(self._grid)
        self.reason = self.add_field(
            translate("Control", "Reason"),
            hint=translate("Control", "Needed to take an area from another place by force."),
        )
        self._shown: tuple[object, ...] = ()
        bridge.people.changed.connect(self._show)
        self._show()

    def send(self) -> None:
        """There is no verb: each row acts for itself."""

    def _show(self) -> None:
        state = self._bridge.people.state
        if state is None:
            return
        shown = (tuple(state.control), state.place, state.session)
        if shown == self._shown:
            return
        self._shown = shown
        clear(self._grid)
        for row, item in enumerate(state.control):
            self._grid.addWidget(Words(item.title or item.area, "operate", "text1", weight=600), row, 0)
            self._grid.addWidget(Words(self._words(item, state), "body", "text2", wrap=True), row, 1)
            for column, button in enumerate(self._buttons(item, state), start=2):
                button.setAutoDefault(False)
                self._grid.addWidget(button, row, column)
        self.refit()

    def _words(self, item: ControlItem, state: AccessState) -> str:
        if not item.place:
            words = translate("Control", "free")
        else:
            since = clock(item.since_us or 0, self._bridge.plant.timezone, seconds=False) if item.since_us else "?"
            here = translate("Control", "this place since %1, %2")
            there = translate("Control", "%3 since %1, %2")
            words = fill(here if item.place == state.place else there, since, item.by, item.place)
        if item.requested_place:
            asked = fill(translate("Control", "%1 (%2) asks for it"), item.requested_place, item.requested_by)
            words = f"{words}\n{asked}"
        return words

    def _buttons(self, item: ControlItem, state: AccessState) -> list[KeyButton]:
        people = self._bridge.people
        scopes = [(item.area,)]
        if item.place == state.place:
            give = PermitButton(Permission.CONTROL_TAKE, translate("Control", "Hand over…"), people=people)
            give.set_scopes(scopes)
            give.acted.connect(lambda: self._offer(item.area, give))
            return [give]
        free = not item.place
        words = translate("Control", "Take control") if free else translate("Control", "Ask for it")
        take = PermitButton(Permission.CONTROL_TAKE, words, people=people)
        take.set_scopes(scopes)
        take.acted.connect(lambda: self._take(item.area, False))
        if free or people.refusal(Permission.CONTROL_FORCE, (item.area,)):
            return [take]
        force = PermitButton(Permission.CONTROL_FORCE, translate("Control", "Take by force"), people=people)
        force.set_scopes(scopes)
        force.acted.connect(lambda: self._take(item.area, True))
        return [take, force]

    def _take(self, area: str, force: bool) -> None:
        reason = self.reason.text.strip()
        if force and not reason:
            self.say(translate("Control", "Say why the area is taken from the other place."))
            self.reason.focus()
            return
        future = self._bridge.facade.take_control(area, reason, force, self._bridge.people.token)
        self._bridge.ask(future, self._done, self.refuse, self)

    def _offer(self, area: str, button: KeyButton) -> None:
        state = self._bridge.people.state
        menu = QMenu(self)
        menu.setProperty("kind", "tall")
        for place in state.places if state is not None else []:
            if not place.own and not place.view_only:
                title = f"{place.title} ({place.name})" if place.title else place.name
                menu.addAction(title).triggered.connect(partial(self._give, area, place.name))
        menu.addAction(translate("Control", "Nobody: set it free")).triggered.connect(partial(self._give, area, ""))
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()))

    def _give(self, area: str, place: str, _checked: bool = False) -> None:
        future = self._bridge.facade.hand_over_control(area, place, self._bridge.people.token)
        self._bridge.ask(future, self._done, self.refuse, self)

    def _done(self, item: ControlItem) -> None:
        self.say("")
        waits = item.requested_place and item.place != item.requested_place
        if waits:
            self.sentence.say(fill(translate("Control", "%1 was asked to hand it over."), item.place), "clock")
        self._bridge.people.refresh()
        self.refit()
