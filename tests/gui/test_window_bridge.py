"""The bridge: never blocks, never queues, and never shows more than it was told."""

from __future__ import annotations

import gc
import threading
import weakref
from concurrent.futures import Future
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

from hmi.base.errors import PlantError
from hmi.gui.bridge import Bridge, TagQuality
from hmi.model.quality import BAD_SENSOR_FAILURE
from tests.helpers.fake_facade import FakeFacade

SPEED = "line1/filler/speed"


class Hand:
    """A bridge whose time stands still unless moved."""

    def __init__(self, app: QApplication, facade: FakeFacade) -> None:
        self.app, self.facade, self.seconds = app, facade, 50.0
        self.bridge = Bridge(facade, monotonic=lambda: self.seconds)
        self.bridge.start()
        self.bridge._timer.stop()
        self.settle()
        self.tick()

    def settle(self) -> None:
        for _ in range(3):
            self.app.processEvents()

    def tick(self, seconds: float = 0.1) -> None:
        self.seconds += seconds
        self.bridge.tick()
        self.settle()


@pytest.fixture
def hand(qapp: QApplication) -> Hand:
    made = Hand(qapp, FakeFacade())
    yield made
    made.bridge.stop()


def test_mirror_holds_every_tag_and_the_plant(hand: Hand) -> None:
    tag = hand.bridge.tag(SPEED)
    assert tag is not None
    assert (tag.value, tag.quality, tag.definition.unit) == (548.0, TagQuality.GOOD, "/min")
    assert hand.bridge.tag("no/such/tag") is None
    labeller = hand.bridge.tag("line1/labeller/speed")
    assert labeller is not None
    assert (labeller.quality, labeller.value, labeller.last_value) == (TagQuality.STALE, None, 551.0)


def test_an_open_question_is_not_asked_again(hand: Hand) -> None:
    hand.facade.stall("live")
    hand.facade.calls.clear()
    for _ in range(10):
        hand.tick()
    assert hand.facade.calls.count("live") == 1
    hand.facade.release()
    hand.settle()
    hand.tick()
    assert hand.facade.calls.count("live") == 2


def test_changes_arrive_once_and_name_the_paths(hand: Hand) -> None:
    seen: list[frozenset[str]] = []
    hand.bridge.tags_changed.connect(seen.append)
    hand.facade.set_tag(SPEED, 555.0)
    hand.tick()
    hand.tick()
    assert seen == [frozenset({SPEED})]
    tag = hand.bridge.tag(SPEED)
    assert tag is not None and tag.value == 555.0


def test_a_bad_value_keeps_its_last_and_shows_none(hand: Hand) -> None:
    hand.facade.set_tag(SPEED, status=BAD_SENSOR_FAILURE)
    hand.tick()
    tag = hand.bridge.tag(SPEED)
    assert tag is not None
    assert (tag.value, tag.last_value, tag.quality, tag.reason) == (None, 548.0, TagQuality.BAD, "sensor fault")


def test_ages_go_on_between_answers(hand: Hand) -> None:
    hand.facade.stall("live")
    hand.tick()
    before = hand.bridge.tag(SPEED)
    hand.seconds += 1.0
    after = hand.bridge.tag(SPEED)
    assert before is not None and after is not None
    assert after.age_s is not None and before.age_s is not None
    assert after.age_s - before.age_s == pytest.approx(1.0)


def test_a_silent_station_turns_every_value_stale_and_back(hand: Hand) -> None:
    silence: list[float] = []
    hand.bridge.station_silent.connect(silence.append)
    hand.facade.stall("live")
    hand.tick()
    hand.tick(1.0)
    assert not hand.bridge.is_silent
    hand.tick(1.5)
    assert hand.bridge.is_silent
    tag = hand.bridge.tag(SPEED)
    assert tag is not None and tag.quality is TagQuality.STALE and tag.value is None
    assert silence and silence[-1] == pytest.approx(2.6, abs=0.2)
    hand.facade.release()
    hand.settle()
    tag = hand.bridge.tag(SPEED)
    assert tag is not None and tag.quality is TagQuality.GOOD
    assert silence[-1] == 0.0


def test_alarms_not_running_by_honesty_and_by_silence(hand: Hand) -> None:
    assert hand.bridge.alarms_running
    hand.facade.set_honesty(evaluation_age_s=3.4)
    hand.tick()
    assert not hand.bridge.alarms_running
    hand.facade.set_honesty(evaluation_age_s=0.1)
    hand.tick()
    assert hand.bridge.alarms_running
    hand.facade.stall("alarms")
    hand.bridge.refresh_alarms()
    hand.tick()
    hand.seconds += 3.5
    hand.tick()
    assert not hand.bridge.alarms_running, "an alarm list that does not come must not look like no alarm"


def test_alarm_events_refresh_the_lists(hand: Hand) -> None:
    changed: list[bool] = []
    hand.bridge.alarms_changed.connect(lambda: changed.append(True))
    assert hand.bridge.alarms is not None
    item = replace(hand.bridge.alarms.items[0], state="ACK_ACTIVE", acked=True)
    hand.facade.put_alarm(item)
    hand.settle()
    assert changed
    assert hand.bridge.alarms.counts.unacked == 3
    assert len(hand.bridge.hidden_alarms("suppressed")) == 14
    worst = hand.bridge.alarm_of("utilities/air/pressure")
    assert worst is not None and worst.priority in (1, 3)


def test_events_from_another_thread_arrive_on_the_gui_thread(hand: Hand) -> None:
    threads: list[int] = []
    hand.bridge.alarms_changed.connect(lambda: threads.append(threading.get_ident()))
    assert hand.bridge.alarms is not None
    item = hand.bridge.alarms.items[0]
    worker = threading.Thread(target=hand.facade.put_alarm, args=(replace(item, count_24h=9),))
    worker.start()
    worker.join()
    hand.settle()
    assert threads == [threading.get_ident()] * len(threads) and threads


class Owner(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.got: list[object] = []

    def take(self, value: object) -> None:
        self.got.append(value)


def test_ask_delivers_results_and_plain_errors(hand: Hand) -> None:
    owner, failed = Owner(), []
    good: Future[int] = Future()
    bad: Future[int] = Future()
    hand.bridge.ask(good, owner.take, owner=owner)
    hand.bridge.ask(bad, owner.take, failed.append, owner)
    good.set_result(7)
    bad.set_exception(PlantError("the disk is full"))
    assert owner.got == [], "never delivered inside the station's call"
    hand.settle()
    assert owner.got == [7]
    assert str(failed[0]) == "the disk is full"


def test_an_answer_for_a_dead_owner_goes_nowhere(hand: Hand) -> None:
    future: Future[int] = Future()
    got: list[int] = []
    owner = Owner()
    before = hand.bridge.open_requests
    hand.bridge.ask(future, got.append, owner=owner)
    owner.deleteLater()
    hand.app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    hand.settle()
    assert hand.bridge.open_requests == before
    future.set_result(1)
    hand.settle()
    assert got == []


def test_a_waiting_question_does_not_keep_its_owner_alive(hand: Hand) -> None:
    future: Future[int] = Future()
    owner = Owner()
    watch = weakref.ref(owner)
    hand.bridge.ask(future, owner.take, owner=owner)
    del owner
    gc.collect()
    assert watch() is None


def test_a_stopped_bridge_is_not_reached_any_more(qapp: QApplication) -> None:
    facade = FakeFacade()
    hand = Hand(qapp, facade)
    hand.facade.stall("live")
    hand.tick()
    hand.bridge.stop()
    assert len(facade.listeners) == 0
    before = hand.bridge.now_us
    facade.advance(5)
    facade.release()
    hand.settle()
    assert hand.bridge.now_us == before


def test_a_new_configuration_rebuilds_the_mirror(hand: Hand) -> None:
    from hmi.facade.data import FacadeEvent

    plant = hand.facade.plant_value
    hand.facade.plant_value = replace(plant, tags=plant.tags[:3])
    hand.facade.listeners.emit(FacadeEvent("configuration", 2))
    hand.settle()
    hand.tick()
    assert len(hand.bridge.paths()) == 3
    tag = hand.bridge.tag(SPEED)
    assert tag is not None and tag.value == 548.0
