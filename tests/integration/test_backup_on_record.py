"""A backup made on demand: its rows of the audit trail are stored before it is answered."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import cast

import pytest

from hmi.access.audit.store import AuditSearch
from hmi.api.server import ApiServer
from hmi.model.access import AuditRow
from hmi.station.front.inprocess import InProcessFacade
from hmi.station.station import Station
from tests.helpers.ports import free_port

PLANT = """
plant: {{name: Works, timezone: Europe/Berlin}}
devices: [{{name: press, driver: modbus-tcp, host: 127.0.0.1, port: {port}, unit: 1, scan: 200 ms, timeout: 200 ms}}]
lines: [{{name: line1, machines: [{{name: press}}]}}]
"""


def test_a_backup_is_answered_once_its_outcome_is_stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "station.yaml").write_text("id: works\napi: {port: 0}\n", encoding="utf-8")
    (folder / "plant.yaml").write_text(PLANT.format(port=free_port()), encoding="utf-8")
    tags = "path,device,address,type\nline1/press/level,press,holding:0,uint16\n"
    (folder / "tags.csv").write_text(tags, encoding="utf-8")
    station = Station(folder, tmp_path / "data", make_server=ApiServer)
    station.start()
    held, reached = threading.Event(), threading.Event()
    try:
        parts = cast(InProcessFacade, station.facade)._parts
        trail, record = parts.people.trail, parts.people.trail.record

        def slowly(*rows: AuditRow) -> object:
            if rows[0].result == "done":
                parts.database.writer.submit(lambda _connection: held.wait(20))
                reached.set()
            return record(*rows)

        monkeypatch.setattr(trail, "record", slowly)
        answer = station.facade.create_backup()
        assert reached.wait(20)
        with pytest.raises(TimeoutError):
            answer.result(0.3)
        held.set()
        made = answer.result(20)
        rows = [stored.row for stored in trail.search(AuditSearch(action="BACKUP_CREATED", newest_first=False))]
        assert [(row.result, row.new) for row in rows] == [("intended", ""), ("done", made.id)]
    finally:
        held.set()
        station.stop()
