"""Administration: the audit trail is searched, verified and exported; control places; one's own account."""

from __future__ import annotations

import csv
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

import hmi
from hmi.base.errors import PlantError
from hmi.facade.access_data import AuditItem, AuditQuery, AuditVerdict
from hmi.gui.dialogs.own_account import PasswordDialog
from hmi.gui.i18n import use_language
from hmi.gui.pages.admin.audit import contains, count_rows, range_start
from hmi.gui.pages.admin.audit_table import PAGE
from hmi.gui.pages.admin.audit_words import change_words, deed_word, signature_words, verdict_words, who_words
from hmi.gui.pages.admin.break_glass import BreakGlassDialog
from hmi.gui.pages.admin.confirm import ChooseDialog, ConfirmDialog
from hmi.gui.pages.admin.export import write_text
from hmi.gui.widgets.figures import local
from hmi.model.access import Permission, SignatureRule
from tests.gui.admin_stage import Office, crew
from tests.helpers.fake_facade import FakeFacade
from tests.helpers.fake_plant import NOW_US, at

HOUR = 3_600_000_000
DAY = 24 * HOUR
ZONE = "Europe/Berlin"


def record(facade: FakeFacade, t_us: int, actor: str, action: str, target: str = "", **values: str) -> None:
    """A row of the trail at a time of its own."""
    now, facade.now_us = facade.now_us, t_us
    facade._record(actor, action, target, **values)
    facade.now_us = now


def sources(package: str) -> list[Path]:
    return sorted((Path(hmi.__file__).parent / package).rglob("*.py"))


def history() -> FakeFacade:
    facade = crew(FakeFacade())
    for number in range(500):
        record(facade, NOW_US - 20 * DAY + number * HOUR // 2, "ben", "ALARM_ACK", f"line1/filler/{number}")
    record(facade, at("06:00:00") - DAY, "carla", "SIGN_IN", "carla", result="done")
    record(
        facade,
        at("07:00:00"),
        "carla",
        "USER_CHANGED",
        "ben",
        old="operator",
        new="supervisor",
        approver="anna",
        reason="night shift",
        result="done",
        signature="ab12" * 16,
    )
    record(facade, at("08:00:00"), "mallory", "SIGN_IN_FAILED", "mallory", result="denied: wrong")
    return facade


@pytest.fixture
def office(qapp: QApplication) -> Iterator[Office]:
    made = Office(qapp, history(), section="audit")
    yield made
    made.close()
    use_language(qapp, "en")


def shown(office: Office) -> list[AuditItem]:
    return office.page.audit.model.rows


# searching


def test_since_yesterday_is_where_it_begins_newest_first(office: Office) -> None:
    rows = shown(office)
    assert [row.action for row in rows] == ["SIGN_IN", "SIGN_IN_FAILED", "USER_CHANGED", "SIGN_IN"]
    assert office.page.audit.words.text() == "4 rows, newest first"


def test_presets_begin_at_midnight_of_the_plant() -> None:
    assert local(range_start("today", NOW_US, ZONE), ZONE).strftime("%d %H:%M") == "19 00:00"
    assert local(range_start("yesterday", NOW_US, ZONE), ZONE).strftime("%d %H:%M") == "18 00:00"
    assert local(range_start("7d", NOW_US, ZONE), ZONE).strftime("%d %H:%M") == "12 00:00"
    assert range_start("all", NOW_US, ZONE) == 0
    clocks_changed = at("12:00:00") - 24 * DAY  # Mon 26 Oct 2026; the day before had 25 hours
    assert local(range_start("yesterday", clocks_changed, ZONE), ZONE).strftime("%d %H:%M") == "25 00:00"


def test_older_rows_follow_by_scrolling(office: Office) -> None:
    audit = office.page.audit
    office.click(audit.ranges._buttons["all"])
    assert len(shown(office)) == PAGE
    assert "older ones follow" in audit.words.text()
    audit.table.scrollToBottom()
    office.settle()
    assert len(shown(office)) == 2 * PAGE
    for _ in range(3):
        audit.table.scrollToBottom()
        office.settle()
    assert [row.seq for row in shown(office)] == list(range(504, 0, -1))
    assert not audit.model.has_more
    assert office.facade.calls.count("audit") == 4, "each part once"


def test_filters_are_the_stations_work(office: Office, qtbot: object) -> None:
    audit = office.page.audit
    office.click(audit.ranges._buttons["all"])
    QTest.keyClicks(audit.actor, "carl")
    office.wait(lambda: audit.is_settled and len(shown(office)) == 2, qtbot)
    audit.deed.setCurrentIndex(audit.deed.findData("USER_*"))
    office.settle()
    assert [row.target for row in shown(office)] == ["ben"]
    audit.deed.setCurrentIndex(0)
    audit.actor.clear()
    QTest.keyClicks(audit.text, "night")
    office.wait(lambda: audit.is_settled and len(shown(office)) == 1, qtbot)
    office.key(audit.text, Qt.Key.Key_A)
    office.wait(lambda: audit.is_settled and shown(office) == [], qtbot)
    assert audit.words.text().startswith("No row fits")
    assert audit.is_content


def test_typing_fast_asks_once(office: Office, qtbot: object) -> None:
    before = office.facade.calls.count("audit")
    for letter in "filler":
        QTest.keyClicks(office.page.audit.target, letter)
        office.settle()
    office.wait(lambda: office.page.audit.is_settled, qtbot)
    assert office.facade.calls.count("audit") == before + 1


def test_what_is_typed_is_contained_unless_it_is_a_glob() -> None:
    assert [contains(words) for words in ("", " ana ", "os:*", "b?n")] == ["", "*ana*", "os:*", "b?n"]


def test_an_answer_to_an_older_question_is_not_shown(office: Office) -> None:
    audit = office.page.audit
    office.facade.stall("audit")
    audit.model.search(AuditQuery(actor="ben"))
    audit.model.search(AuditQuery(actor="carla"))
    assert not audit.is_settled
    office.facade._stalled["audit"].reverse()
    office.facade.release("audit")
    office.settle()
    assert {row.actor for row in shown(office)} == {"carla"}


def test_a_page_that_fails_keeps_the_rows(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    audit = office.page.audit
    office.click(audit.ranges._buttons["all"])

    def fails(_query: AuditQuery) -> list[AuditItem]:
        raise PlantError("The disk does not answer.")

    monkeypatch.setattr(office.facade, "_audit_rows", fails)
    audit.table.scrollToBottom()
    office.settle()
    assert len(shown(office)) == PAGE
    assert audit.words.text() == "The rest cannot be read: The disk does not answer."


# one row


def test_the_detail_shows_every_field_and_the_signature_in_words(office: Office) -> None:
    audit = office.page.audit
    changed = next(row for row in shown(office) if row.action == "USER_CHANGED")
    audit.table.choose(str(changed.seq))
    facts = dict(audit.detail.facts)
    assert audit.detail.title.text() == "user changed"
    assert audit.detail.sub.text() == "carla, approved by anna"
    assert facts["Signature"] == "signed by carla, approved by anna"
    assert (facts["Old"], facts["New"], facts["Reason"]) == ("operator", "supervisor", "night shift")
    assert facts["Hash"].replace(" ", "") == changed.hash
    assert facts["Time"] == "Thu 19 Nov 2026, 07:00:00.000"
    assert "Address" not in facts, "what is empty does not stand there"
    office.click(audit.detail.more)
    assert {row.actor for row in shown(office)} == {"carla"}


def test_rows_in_words() -> None:
    row = AuditItem(1, 0, "s", "ana", "WRITE", "t", "", "50", "52.5", "", "°C", "", "verified", "", "", "", "", "", "")
    assert change_words(row) == "50 → 52.5 °C"
    assert change_words(replace(row, old="")) == "→ 52.5 °C"
    assert change_words(replace(row, new="", unit="")) == "50 →"
    assert who_words(replace(row, approver="ben")) == "ana, approved by ben"
    assert signature_words(row).startswith("not signed")
    assert signature_words(replace(row, signature="ff")) == "signed by ana"


# verifying


def verdict(**changes: object) -> AuditVerdict:
    base = AuditVerdict(True, 12_345, 1, "ff", None, "", at("10:40:00"), "central", 12_000, at("10:30:00"))
    return replace(base, **changes)  # type: ignore[arg-type]


def test_every_deed_the_station_records_has_words() -> None:
    files = [file.read_text(encoding="utf-8") for place in ("access", "station", "cli") for file in sources(place)]
    code = "".join(text for text in files if "AuditRow" in text or "_row(" in text)
    found = set(re.findall(r'"([A-Z]+(?:_[A-Z]+)*_(?:[A-Z]{2,}ED|ON|OFF|NEW|RESET|OUT|IN))"', code))
    assert {"STATION_STARTED", "STATION_STOPPED", "BACKUP_RESTORED", "USER_ADDED"} <= found
    assert [action for action in sorted(found | {"BADGE_CHANGED"}) if deed_word(action) == action] == []


def test_a_verdict_in_words() -> None:
    words = verdict_words(verdict(), ZONE).replace("\u2009", ",")
    assert words == "Chain verified to 10:40, 12,345 rows, held against the central server's witness"
    assert "this station's witness only" in verdict_words(verdict(witness="local"), ZONE)
    assert "no witness yet" in verdict_words(verdict(witness="none"), ZONE)
    bad = verdict(ok=False, first_bad_seq=812, reason="the hash does not fit")
    assert verdict_words(bad, ZONE).startswith("Row 812 is not as it was written: the hash does not fit.")
    assert "rows before" not in verdict_words(verdict(ok=False, reason="rows are missing at the end"), ZONE)


def test_verifying_says_that_it_runs_and_what_it_found(office: Office) -> None:
    audit = office.page.audit
    office.facade.stall("verify_audit")
    office.click(audit.verify)
    assert not audit.verify.isEnabled()
    office.facade.advance(7)
    office.pass_time(1)
    assert "for 8 s" in audit.verdict.text or "for 7 s" in audit.verdict.text
    office.facade.book.verdict = verdict(ok=False, first_bad_seq=3, reason="the hash does not fit")
    office.facade.release("verify_audit")
    office.settle()
    assert audit.verdict.text.startswith("Row 3 is not as it was written")
    assert audit.verify.isEnabled()
    office.facade.book.verdict = None
    office.click(audit.verify)
    assert "Chain verified to 10:42" in audit.verdict.text


def test_a_verdict_for_the_one_before_is_not_shown(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    audit = office.page.audit
    office.facade.stall("verify_audit")
    office.click(audit.verify)
    office.people.sign_out()
    office.settle()
    monkeypatch.setattr(office.facade, "require", lambda *_: "anna")  # the station began before the sign-out
    office.facade.release("verify_audit")
    office.settle()
    assert audit.verdict.text == ""


# exporting


def test_the_export_holds_what_fits_the_filters_and_says_where(office: Office, tmp_path: Path, qtbot: object) -> None:
    audit = office.page.audit
    office.click(audit.ranges._buttons["all"])
    audit.deed.setCurrentIndex(audit.deed.findData("ALARM_*"))
    office.settle()
    office.click(audit.export)
    dialog = office.stage.window.findChild(QFileDialog)
    assert dialog is not None and "audit-bn-op-02-2026-11-19.csv" in dialog.selectedFiles()[0]
    file = tmp_path / "trail.csv"
    dialog.fileSelected.emit(str(file))
    dialog.reject()
    office.wait(lambda: not audit.is_busy, qtbot)
    with file.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert len(rows) == 500, "every page, not only what is shown"
    assert audit.outcome.text == f"500 rows written to {file}. The export is recorded in the trail."
    assert office.facade.book.audit[-1].action == "AUDIT_EXPORTED"
    assert list(tmp_path.iterdir()) == [file], "nothing half written stays"


def test_an_export_that_cannot_be_written_says_why(office: Office, tmp_path: Path, qtbot: object) -> None:
    audit = office.page.audit
    audit.export_to(tmp_path / "nowhere" / "trail.csv")
    office.wait(lambda: not audit.is_busy, qtbot)
    assert audit.outcome.text.startswith("Not exported:")
    assert "nowhere" in audit.outcome.text
    assert audit.export.isEnabled()


def test_the_file_is_not_written_by_the_window_thread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    opened = Path.open
    monkeypatch.setattr(
        Path, "open", lambda self, *a, **k: (seen.append(threading.current_thread().name), opened(self, *a, **k))[1]
    )
    assert write_text(tmp_path / "a.csv", "x\r\n").result(5).read_bytes() == b"x\r\n"
    assert seen[0] == "export"


def test_rows_of_a_csv_are_counted_by_records() -> None:
    assert count_rows("a,b\r\n1,2\r\n3,4\r\n") == 2
    assert count_rows('a,b\r\n1,"two\nlines"\r\n') == 1
    assert count_rows('a\r\n"say ""yes""\n"\r\nlast') == 2
    assert count_rows("a,b\r\n") == 0


# control places


@pytest.fixture
def places(qapp: QApplication) -> Iterator[Office]:
    facade = crew(FakeFacade())
    facade.set_places("room", ("room", "Control room"), ("panel", "Panel"), ("office", "Office"), view_only=["office"])
    facade.set_control("line1", "panel", "Line 1", by="ben")
    facade.set_control("utilities", "", "Utilities")
    made = Office(qapp, facade, section="control")
    yield made
    made.close()


def test_one_place_only_says_how_to_name_more(qapp: QApplication) -> None:
    office = Office(qapp, section="control")
    control = office.page.control
    assert control.notice.title.text() == "One place controls everything"
    assert "station.yaml" in control.notice.words.text()
    office.close()


def test_a_free_area_is_taken_set_free_and_handed_over(places: Office) -> None:
    control, book = places.page.control, places.facade.book
    control.table.choose("utilities")
    places.click(control.take_it)
    assert book.control["utilities"].place == "room"
    assert control.outcome.text == "Utilities is controlled from here now."
    places.pass_time(1.1)
    assert not control.take_it.isEnabled()
    places.click(control.give)
    dialog = places.dialog(ChooseDialog)
    assert [dialog.box.itemData(row) for row in range(dialog.box.count())] == ["panel"], "view only cannot have it"
    places.click(dialog.verb)
    assert book.control["utilities"].place == "panel"


def test_a_held_area_is_asked_for_or_taken_by_force_with_a_reason(places: Office) -> None:
    control, book = places.page.control, places.facade.book
    control.table.choose("line1")
    assert control.take_it.text() == "Ask for it"
    places.click(control.take_it)
    assert (book.control["line1"].place, book.control["line1"].requested_place) == ("panel", "room")
    places.pass_time(1.1)
    places.click(control.force)
    dialog = places.dialog(ConfirmDialog)
    assert not dialog.verb.isEnabled()
    places.type(dialog.reason, "Panel is on fire")
    places.click(dialog.verb)
    assert book.control["line1"].place == "room"
    assert book.audit[-1].reason == "Panel is on fire"


def test_places_name_who_is_there_and_which_only_look(places: Office) -> None:
    model = places.page.control.places
    rows = {row.name: [model.text(row, column.name) for column in model.columns] for row in model.rows}
    assert rows["room"][0] == "Control room (here)"
    assert rows["office"][1] == "view only"
    assert rows["panel"][2] == "nobody"


def test_without_the_right_control_cannot_be_taken(qapp: QApplication) -> None:
    facade = crew(FakeFacade())
    facade.add_person("vera", "viewer", password="vera-word-5")
    facade.set_places("room", ("room", "Control room"), ("panel", "Panel"))
    facade.set_control("line1", "", "Line 1")
    office = Office(qapp, facade, user="vera", password="vera-word-5", section="control")
    control = office.page.control
    assert control.is_content
    assert not control.take_it.isEnabled()
    assert "Needs" in control.sentence.text()
    office.close()


# my account


def test_what_i_may_do_stands_with_areas_or_reasons(qapp: QApplication) -> None:
    office = Office(qapp, user="ben", password="ben-word-22", section="account")
    account = office.page.account
    words = {row.permission: account.model.text(row, "where") for row in account.model.rows}
    assert words["alarm.ack"] == "Line 1"
    assert words["alarm.silence"] == "everywhere"
    assert "administrator" in words["user.manage"]
    assert account.name.text() == "Ben Okafor"
    assert not account.seal.isEnabled()
    office.close()


def test_nobody_signed_in_is_offered_to(qapp: QApplication) -> None:
    office = Office(qapp, user="", section="account")
    account = office.page.account
    asked: list[str] = []
    office.people.sign_in_wanted.connect(asked.append)
    assert account.name.text() == "Nobody is signed in"
    assert not account.password.isVisible()
    office.click(account.sign_in)
    assert len(asked) == 1
    office.close()


def test_one_changes_ones_own_password(qapp: QApplication) -> None:
    office = Office(qapp, section="account")
    office.click(office.page.account.password)
    dialog = office.dialog(PasswordDialog)
    office.type(dialog.present.line, "anna-word-1")
    office.type(dialog.new.line, "another word 9")
    office.type(dialog.again.line, "another word 9")
    office.click(dialog.verb)
    assert office.facade.book.people["anna"].password == "another word 9"
    assert office.page.account.outcome.text == "Your password is changed."
    office.close()


def test_the_break_glass_code_is_shown_once_and_can_be_printed(qapp: QApplication) -> None:
    office = Office(qapp, section="account")
    account = office.page.account
    assert account.glass.text().startswith("No code is sealed.")
    office.click(account.seal)
    dialog = office.dialog(BreakGlassDialog)
    assert not dialog.code.isVisible()
    office.click(dialog.verb)
    code = office.facade.book.break_glass
    assert dialog.code.code == code and dialog.code.isVisible()
    assert dialog.printing.isVisible()
    assert code in dialog.sheet().toPlainText()
    assert "Bottling North" in dialog.sheet().toPlainText()
    office.click(dialog.verb)
    office.pass_time(1.1)
    assert not office.has_dialog(BreakGlassDialog)
    assert account.glass.text().startswith("A code is sealed.")
    assert office.facade.calls.count("seal_break_glass") == 1
    office.close()


def test_sealing_asks_for_the_signature_of_managing_users(qapp: QApplication) -> None:
    from hmi.gui.dialogs.signature import SignatureDialog

    office = Office(qapp, section="account")
    office.facade.book.signatures[Permission.USER_MANAGE] = SignatureRule.OWN
    office.facade.access_changed()
    office.pass_time(1.1)
    office.click(office.page.account.seal)
    office.click(office.dialog(BreakGlassDialog).verb)
    assert office.has_dialog(SignatureDialog)
    assert office.facade.book.break_glass == ""
    office.close()
