"""Control places: which place operates which area; taking, handing over and taking by force, all on record."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from hmi.facade.access_data import ControlItem, PlaceItem
from hmi.gui.bridge import Bridge
from hmi.gui.i18n import fill, translate
from hmi.gui.pages.admin.confirm import ChooseDialog, ConfirmDialog
from hmi.gui.pages.admin.form import FormDialog
from hmi.gui.pages.admin.notices import Outcome
from hmi.gui.pages.admin.section import Section
from hmi.gui.pages.admin.sessions import place_title
from hmi.gui.pages.admin.table import Column, Look, RowsModel, RowsTable
from hmi.gui.pages.admin.words import area_word
from hmi.gui.pages.parts import KeyButton, Plate, Words
from hmi.gui.shown import moment
from hmi.model.access import Permission


def control_columns() -> tuple[Column, ...]:
    """Columns of the table of areas."""
    return (
        Column("area", lambda: translate("Control", "Area"), 140, 2),
        Column("place", lambda: translate("Control", "Controlled from"), 150, 3),
        Column("since", lambda: translate("Control", "Since"), 90, 0),
        Column("by", lambda: translate("Control", "By"), 110, 1),
        Column("requested", lambda: translate("Control", "Asked for by"), 170, 3),
    )


def place_columns() -> tuple[Column, ...]:
    """Columns of the table of places."""
    return (
        Column("place", lambda: translate("Control", "Place"), 180, 2),
        Column("kind", lambda: translate("Control", "May"), 150, 1),
        Column("people", lambda: translate("Control", "Signed in there"), 200, 3),
    )


class ControlModel(RowsModel):
    """Areas and who has them."""

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(control_columns(), parent)
        self._bridge = bridge

    def key(self, row: Any) -> str:
        return str(row.area)

    def text(self, row: Any, column: str) -> str:
        item: ControlItem = row
        if column == "area":
            return area_title(self._bridge, item)
        if column == "place":
            return place_title(self._bridge, item.place) if item.place else translate("Control", "free")
        if column == "since":
            zone, now = self._bridge.plant.timezone, self._bridge.now_us
            return moment(item.since_us, zone, now) if item.since_us is not None else ""
        if column == "by":
            return item.by if item.place else ""
        if not item.requested_place:
            return ""
        title = place_title(self._bridge, item.requested_place)
        return f"{title} ({item.requested_by})" if item.requested_by else title

    def look(self, row: Any, column: str) -> Look:
        state = self._bridge.people.state
        if column == "place" and state is not None and row.place and row.place == state.place:
            return Look(strong=True, colour="text1", icon="hand")
        if column == "requested" and row.requested_place:
            return Look(strong=True, colour="text1", icon="info")
        return super().look(row, column)


class PlaceModel(RowsModel):
    """Places and who is there."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(place_columns(), parent)

    def key(self, row: Any) -> str:
        return str(row.name)

    def text(self, row: Any, column: str) -> str:
        item: PlaceItem = row
        if column == "place":
            title = item.title or item.name
            return fill(translate("Control", "%1 (here)"), title) if item.own else title
        if column == "kind":
            return translate("Control", "view only") if item.view_only else translate("Control", "operate")
        return ", ".join(item.people) or translate("Control", "nobody")

    def look(self, row: Any, column: str) -> Look:
        if column == "kind" and row.view_only:
            return Look(icon="lock")
        return super().look(row, column)


def area_title(bridge: Bridge, item: ControlItem) -> str:
    """An area's title, as the station or the plant gives it."""
    return item.title or area_word(item.area, bridge.plant)


class ControlSection(Section):
    """Areas above, places below, buttons at the right of the areas."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(bridge, translate("Control", "Control places"))
        self._busy = False
        self.model = ControlModel(bridge, self)
        self.table = RowsTable(self.model, translate("Control", "Areas and who controls them"))
        self.places = PlaceModel(self)
        self.place_table = RowsTable(self.places, translate("Control", "Places"))
        self.outcome = Outcome()
        self.take_it = KeyButton(translate("Control", "Take"), kind="primary", tall=44)
        self.give = KeyButton(translate("Control", "Hand over…"), tall=44)
        self.free = KeyButton(translate("Control", "Set free"), tall=44)
        self.force = KeyButton(translate("Control", "Take by force…"), tall=44)
        self._build()
        self.table.picked.connect(self._judge)
        self.take_it.clicked.connect(self._take)
        self.give.clicked.connect(self.ask_hand_over)
        self.free.clicked.connect(self._set_free)
        self.force.clicked.connect(self.ask_force)

    def _build(self) -> None:
        upper = self._areas_plate = Plate(translate("Control", "Who controls what"), tools=True)
        upper.body.setContentsMargins(1, 0, 1, 12)
        upper.body.addWidget(self.table, 1)
        self.sentence = Words("", "operate", "text1", weight=400, wrap=True)
        acting = QGridLayout()
        acting.setContentsMargins(13, 10, 13, 0)
        acting.setHorizontalSpacing(8)
        acting.setVerticalSpacing(8)
        acting.addWidget(self.sentence, 0, 0, 1, 5)
        for number, button in enumerate((self.take_it, self.give, self.free, self.force)):
            acting.addWidget(button, 1, number)
        acting.setColumnStretch(4, 1)
        acting.addWidget(self.outcome, 2, 0, 1, 5)
        upper.body.addLayout(acting)
        lower = Plate(translate("Control", "Places"))
        lower.body.setContentsMargins(1, 0, 1, 8)
        lower.body.addWidget(self.place_table, 1)
        column = QVBoxLayout(self.content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(upper, 60)
        column.addWidget(lower, 40)

    def question(self) -> Future[Any] | None:
        return None

    def take(self, answer: Any) -> None:
        state = self.people.state
        if state is None:
            return
        self.count = str(len(state.places)) if len(state.places) > 1 else ""
        self.model.show_rows(state.control)
        self.places.show_rows(state.places)
        own = next((place for place in state.places if place.own), None)
        if state.view_only:
            note = translate("Control", "this window is for viewing only")
        elif own is not None:
            note = fill(translate("Control", "this window is at: %1"), own.title or own.name)
        else:
            note = translate("Control", "this window is at no control place")
        self._areas_plate.note.setText(note)
        self._judge()

    def hidden_because(self) -> tuple[str, str, tuple[tuple[str, Callable[[], object]], ...]] | None:
        state = self.people.state
        if state is None or (len(state.places) > 1 and state.control):
            return None
        return (
            translate("Control", "One place controls everything"),
            translate(
                "Control",
                "Control places decide from where an area is operated when there are several screens. Name them in"
                " station.yaml under access: place and places; each gets a title and may be for viewing only.",
            ),
            (),
        )

    def regions(self) -> list[QWidget]:
        return [self.table, self.take_it, self.place_table]

    def set_compact(self, compact: bool) -> None:
        super().set_compact(compact)
        self.table.set_small(compact)

    @property
    def item(self) -> ControlItem | None:
        """The area chosen."""
        return next((row for row in self.model.rows if row.area == self.table.key), None)

    def _judge(self, _key: str = "") -> None:
        item, state = self.item, self.people.state
        if item is None or state is None:
            for button in (self.take_it, self.give, self.free, self.force):
                button.setEnabled(False)
            return
        here = bool(state.place) and item.place == state.place
        area = area_title(self.bridge, item)
        place = place_title(self.bridge, item.place)
        if here:
            words = fill(translate("Control", "%1 is controlled from here."), area)
        elif item.place:
            words = fill(translate("Control", "%1 is controlled from: %2. Taking it asks that place."), area, place)
        else:
            words = fill(translate("Control", "%1 is free: the first place that takes it has it."), area)
        taking = self.people.refusal(Permission.CONTROL_TAKE.value, (item.area, "*"))
        forcing = self.people.refusal(Permission.CONTROL_FORCE.value, (item.area, "*"))
        if not state.place and not taking:
            taking = forcing = translate("Control", "This window is at no control place.")
        self.sentence.setText(f"{words} {taking}".strip())
        ready = not self._busy
        self.take_it.setText(
            translate("Control", "Ask for it") if item.place and not here else translate("Control", "Take")
        )
        self.take_it.setEnabled(ready and not taking and not here)
        self.give.setEnabled(ready and not taking and here and bool(self._others()))
        self.free.setEnabled(ready and not taking and here)
        self.force.setEnabled(ready and not forcing and bool(item.place) and not here)
        for button, why in ((self.take_it, taking), (self.give, taking), (self.free, taking), (self.force, forcing)):
            button.setToolTip(why)

    def _others(self) -> list[tuple[str, str]]:
        state = self.people.state
        places = state.places if state is not None else []
        return [(place.name, place.title or place.name) for place in places if not place.own and not place.view_only]

    def _take(self) -> None:
        item = self.item
        if item is not None:
            self._send(self.bridge.facade.take_control(item.area, session=self.people.token), None)

    def _set_free(self) -> None:
        item = self.item
        if item is not None:
            self._send(self.bridge.facade.hand_over_control(item.area, "", self.people.token), None)

    def ask_force(self) -> ConfirmDialog | None:
        """Asks for the reason of taking an area by force."""
        item = self.item
        if item is None:
            return None
        area, place = area_title(self.bridge, item), place_title(self.bridge, item.place)
        words = translate("Control", "%1 is taken away from: %2. Call them first: somebody may be at work there.")
        verb = translate("Control", "Take by force")
        dialog = ConfirmDialog(self.window(), verb, fill(words, area, place), verb, reason=True)

        def agreed() -> None:
            reason = dialog.reason.text().strip()
            self._send(self.bridge.facade.take_control(item.area, reason, True, self.people.token), dialog)

        dialog.agreed.connect(agreed)
        dialog.show_in_window()
        return dialog

    def ask_hand_over(self) -> ChooseDialog | None:
        """Asks which place shall have the area."""
        item = self.item
        if item is None:
            return None
        others = self._others()
        if item.requested_place:
            others.sort(key=lambda other: other[0] != item.requested_place)
        dialog = ChooseDialog(
            self.window(),
            fill(translate("Control", "Hand over: %1"), area_title(self.bridge, item)),
            translate("Control", "To"),
            others,
            translate("Control", "Hand over"),
            translate("Control", "From then on this place cannot operate the area."),
        )
        dialog.agreed.connect(
            lambda: self._send(
                self.bridge.facade.hand_over_control(item.area, dialog.choice, self.people.token), dialog
            )
        )
        dialog.show_in_window()
        return dialog

    def _send(self, future: Future[ControlItem], dialog: FormDialog | None) -> None:
        def done(answer: ControlItem) -> None:
            self._busy = False
            if dialog is not None:
                dialog.accept()
            self.outcome.done(self._words_of(answer))
            self.people.refresh()
            self.refresh()

        def refused(error: Exception) -> None:
            self._busy = False
            if dialog is not None:
                dialog.refuse(error)
            else:
                self.outcome.problem(str(error))
            self._judge()

        self._busy = True
        if dialog is not None:
            dialog.wait(translate("Form", "Sending…"))
        else:
            self.outcome.waiting(translate("Form", "Sending…"))
        self._judge()
        self.bridge.ask(future, done, refused, self)

    def _words_of(self, item: ControlItem) -> str:
        state = self.people.state
        area = area_title(self.bridge, item)
        if state is not None and item.place == state.place:
            return fill(translate("Control", "%1 is controlled from here now."), area)
        if item.requested_place and state is not None and item.requested_place == state.place:
            place = place_title(self.bridge, item.place)
            return fill(translate("Control", "%1 was asked for; %2 has to hand it over."), area, place)
        if not item.place:
            return fill(translate("Control", "%1 is free now."), area)
        return fill(translate("Control", "%1 was handed over to: %2."), area, place_title(self.bridge, item.place))
