"""The parts of a running station, built by `station.py` and read by its facade and reports."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hmi.acquisition.service import Acquisition
from hmi.alarms.service import AlarmService
from hmi.base.clock import Clock
from hmi.base.scheduling import JobRunner
from hmi.history.reading.reader import HistoryReader
from hmi.history.recorder import History
from hmi.model.equipment import Plant
from hmi.model.station import StationSettings
from hmi.model.tags import TagDefinition
from hmi.oee.service import OeeService
from hmi.station.backups import StationBackups
from hmi.station.certificates import CertificateWatch
from hmi.station.evaluation import Evaluation
from hmi.station.machine import ClockWatch
from hmi.station.people import StationPeople
from hmi.storage.database import Database
from hmi.tags.latest import TagStore


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything a running station is made of. tags: configured and published ones, with their numbers."""

    clock: Clock
    clock_watch: ClockWatch
    started_us: int
    data_dir: Path
    settings: StationSettings
    plant: Plant
    tags: tuple[TagDefinition, ...]
    database: Database
    store: TagStore
    acquisition: Acquisition
    history: History
    history_reader: HistoryReader
    alarms: AlarmService
    oee: OeeService
    evaluation: Evaluation
    jobs: JobRunner
    backups: StationBackups
    people: StationPeople
    certificates: CertificateWatch
