"""One running station: builds the parts, starts them in order, stops them from the source."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog

from hmi import __version__
from hmi.access.passwords import Hasher
from hmi.acquisition.figures import DeviceEvent
from hmi.acquisition.service import Acquisition
from hmi.alarms.builtin import with_builtin
from hmi.alarms.service import AlarmService
from hmi.base.clock import Clock, SystemClock
from hmi.base.lifecycle import ServiceStack
from hmi.base.log import close_log_files, configure_logging
from hmi.base.scheduling import JobRunner
from hmi.drivers.registry import driver_kind
from hmi.facade.contract import Facade
from hmi.history.reading.reader import HistoryReader
from hmi.history.recorder import History
from hmi.history.store import assign_numbers
from hmi.model.devices import DeviceDefinition, LinkState
from hmi.model.equipment import Plant
from hmi.model.samples import SampleBatch
from hmi.model.station import StationSettings, WindowSettings
from hmi.model.tags import TagDefinition
from hmi.model.timestamps import US_PER_S
from hmi.oee.service import OeeService
from hmi.secrets import SecretStore, references_in
from hmi.settings import Loaded, load
from hmi.station import certificates, published, retention
from hmi.station.backups import StationBackups
from hmi.station.catalogue import registry_catalogue
from hmi.station.evaluation import Evaluation
from hmi.station.front.inprocess import InProcessFacade
from hmi.station.listening import Listener, ServerFactory
from hmi.station.lock import StationLock
from hmi.station.machine import ClockWatch
from hmi.station.parts import Parts
from hmi.station.people import StationPeople, configuration_digest
from hmi.station.reporting import Reporter
from hmi.station.shipping import Shipping
from hmi.station.simulation import Simulation
from hmi.station.steps import EvaluationSteps, last_known_good_us
from hmi.storage.cipher import key_of
from hmi.storage.database import Database
from hmi.tags.latest import TagStore

_log = structlog.get_logger("station")

AGENT_STATUS_EVERY_S = 2.0
MACHINE_EVERY_S = 1.0
PEOPLE_EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class _Stage:
    """A part on the service stack."""

    name: str
    start: Callable[[], object]
    stop: Callable[[], object]


class Station:
    """The installed runtime on one configuration and one data folder; runs headless, knows no window.

    make_server: makes the HTTP face. adjust: changes the settings after loading; the demo points the agent at its own
    central server. hasher: how passwords are hashed; None = as slow as it should be.
    """

    def __init__(
        self,
        config_dir: Path,
        data_dir: Path,
        *,
        adjust: Callable[[StationSettings], StationSettings] | None = None,
        simulator_arguments: Sequence[str] = (),
        log_level: str | None = None,
        clock: Clock | None = None,
        hasher: Hasher | None = None,
        make_server: ServerFactory,
    ) -> None:
        self._config_dir = config_dir
        self._data_dir = data_dir
        self._adjust = adjust
        self._simulator_arguments = simulator_arguments
        self._log_level = log_level
        self._clock = clock or SystemClock()
        self._hasher = hasher
        self._make_server = make_server
        self._loaded: Loaded | None = None
        self._lock = StationLock(data_dir)
        self._stack = ServiceStack()
        self._facade: InProcessFacade | None = None
        self._listener: Listener | None = None
        self._parts: Parts | None = None
        self._steps = EvaluationSteps()

    @property
    def window_settings(self) -> WindowSettings:
        """How the window shall look; reads the configuration, raises ConfigurationError if it is wrong."""
        return self._configuration().station.window

    @property
    def facade(self) -> Facade:
        """What a front end talks to; only after `start`."""
        if self._facade is None:
            raise RuntimeError("the station has not been started")
        return self._facade

    @property
    def api_url(self) -> str:
        """Where the station's HTTP face listens; only after `start`."""
        if self._listener is None:
            raise RuntimeError("the station has not been started")
        return self._listener.url

    def start(self) -> None:
        """Opens everything and begins to poll; raises PlantError in plain words, leaving nothing running."""
        loaded = self._configuration()
        self._lock.acquire()
        try:
            configure_logging(self._log_level or loaded.station.log_level, self._data_dir / "logs" / "station.log")
            _log.info("station starts", id=loaded.station.id, version=__version__)
            self._build(loaded.station, loaded.plant)
        except BaseException:
            self.stop()
            raise
        _log.info("station runs", api=self.api_url)

    def stop(self) -> None:
        """Stops polling, lets everything drain and commit, frees the data folder; may be called twice."""
        self._stack.stop()
        if self._parts is not None:
            _log.info("station stopped", id=self._parts.settings.id)
        self._parts = self._facade = self._listener = None
        close_log_files()
        self._lock.release()

    def wait_polling(self, stop: threading.Event, timeout_s: float = 60.0) -> bool:
        """Waits until every device was tried once; False if `stop` was set or the time was over before."""
        parts = self._parts
        if parts is None:
            return False
        waited_s = 0.0
        while not parts.acquisition.poll_round_done:
            if stop.wait(0.05):
                return False
            waited_s += 0.05
            if waited_s > timeout_s:
                return False
        return True

    def _configuration(self) -> Loaded:
        if self._loaded is None:
            loaded = load(self._config_dir, registry_catalogue())
            if self._adjust is not None:
                loaded = replace(loaded, station=self._adjust(loaded.station))
            full = certificates.with_full_paths(loaded.station, self._config_dir)
            self._loaded = replace(loaded, station=full)
        return self._loaded

    def _build(self, settings: StationSettings, plant: Plant) -> None:
        clock, stack = self._clock, self._stack
        secrets = SecretStore()
        password = secrets.resolve(settings.storage.password) if settings.storage.password else None
        key = key_of(settings.storage, secrets)
        database = Database.open(settings.storage.url, data_dir=self._data_dir, password=password, key=key, clock=clock)
        stack.start(_Stage("database", database.writer.start, database.close))

        configured = [*plant.tags, *published.definitions(plant)]
        tags = tuple(published.number_tags(configured, assign_numbers(database, configured, clock.now_us())))
        devices = self._devices(settings, plant.devices)
        plant = replace(plant, tags=tags, devices=devices)
        known_devices = {device.name: device for device in (*devices, published.station_device())}
        store = TagStore(tags, known_devices, clock)

        history = History(
            database,
            tags,
            clock,
            commit_us=settings.storage.commit_us,
            min_free_ratio=settings.storage.min_free_ratio,
        )
        alarms = AlarmService(database, with_builtin(plant.alarms, devices), tags, devices, clock, settings.id)
        oee = OeeService(database, plant, clock, partial(last_known_good_us, store, clock))
        steps = self._steps = EvaluationSteps()

        def publish(batch: SampleBatch) -> None:
            store.apply(batch)
            history.record(batch)

        evaluation = Evaluation(steps.all, publish, store.snapshot)

        def route(batch: SampleBatch) -> None:
            publish(batch)
            evaluation.put(batch)

        acquisition = Acquisition(
            devices,
            tags_of(devices, tags),
            lambda name: driver_kind(name, self._data_dir / "pki"),
            route,
            clock,
            on_event=self._on_device,
            link_alive=store.link_alive,
            set_subscribed=store.set_subscribed,
            workers=settings.acquisition_workers,
            zone=ZoneInfo(plant.timezone),
        )
        people = StationPeople(
            database, settings, plant, self._data_dir, secrets, clock, area_of=alarms.area_of, hasher=self._hasher
        )
        jobs = JobRunner(workers=4)
        backups = StationBackups(database, self._config_dir, self._data_dir, settings.id, clock, settings.storage.key)
        parts = Parts(
            clock=clock,
            clock_watch=ClockWatch(),
            started_us=clock.now_us(),
            data_dir=self._data_dir,
            settings=settings,
            plant=plant,
            tags=tags,
            database=database,
            store=store,
            acquisition=acquisition,
            history=history,
            history_reader=HistoryReader(database),
            alarms=alarms,
            oee=oee,
            evaluation=evaluation,
            jobs=jobs,
            backups=backups,
            people=people,
            certificates=certificates.CertificateWatch(
                partial(certificates.sources, settings, self._data_dir / "pki", devices), clock
            ),
        )
        self._parts = parts
        reporter = Reporter(parts)
        facade = self._facade = InProcessFacade(parts, reporter)
        steps.attach(parts, reporter)
        agent = Shipping(parts, reporter, secrets).agent
        reporter.attach_agent(agent)
        facade.attach_agent(agent)
        reporter.machine.refresh()
        jobs.every("machine", MACHINE_EVERY_S, reporter.machine.refresh, first_after_s=MACHINE_EVERY_S)
        jobs.every("agent status", AGENT_STATUS_EVERY_S, reporter.refresh_agent)
        parts.certificates.refresh()
        jobs.every(certificates.JOB, certificates.EVERY_S, partial(_watch_certificates, parts), certificates.EVERY_S)
        jobs.every(retention.JOB, retention.EVERY_S, partial(retention.run, parts), retention.FIRST_AFTER_S)
        status_every_s = settings.log_status_every_us / US_PER_S
        jobs.every("status line", status_every_s, reporter.log_status, first_after_s=status_every_s)
        api_key = secrets.resolve(settings.api.key) if settings.api.key else ""
        listener = self._listener = Listener(parts, facade, self._lock, self._make_server, api_key)
        people.attach_url(lambda: listener.url)
        jobs.every("people", PEOPLE_EVERY_S, people.tick)

        stack.start(_Stage("people", people.start, people.stop))
        people.note_start(__version__, configuration_digest(self._config_dir))
        people.note_certificates(parts.certificates.thumbprints)
        stack.start(history)
        stack.start(_Stage("alarms", alarms.start, alarms.stop))
        stack.start(_Stage("oee", oee.start, oee.stop))
        stack.start(_Stage("backups", backups.start, lambda: None))
        stack.start(evaluation)
        stack.start(facade)
        stack.start(acquisition)
        stack.start(jobs)
        stack.start(agent)
        stack.start(listener)

    def _devices(
        self, settings: StationSettings, devices: tuple[DeviceDefinition, ...]
    ) -> tuple[DeviceDefinition, ...]:
        if not settings.simulation:
            return devices
        simulation = Simulation(self._simulator_arguments, references_in((settings, devices)))
        self._stack.start(simulation)
        return simulation.redirect(devices)

    def _on_device(self, event: DeviceEvent) -> None:
        self._steps.note_link(event.device, event.state)
        parts = self._parts
        if parts is None:
            return
        if event.state is LinkState.DOWN:
            parts.history.device_down(event.device, event.t_us, event.text)
        elif event.state is LinkState.CONNECTED:
            parts.history.device_up(event.device, event.t_us)
        if self._facade is not None:
            self._facade.device_changed()


def _watch_certificates(parts: Parts) -> None:
    """Reads the certificates in use anew, and puts on record which are other ones now."""
    parts.certificates.refresh()
    parts.people.note_certificates(parts.certificates.thumbprints)


def tags_of(devices: Sequence[DeviceDefinition], tags: Sequence[TagDefinition]) -> list[TagDefinition]:
    """The tags that are read from one of the devices."""
    names = {device.name for device in devices}
    return [tag for tag in tags if tag.device in names]
