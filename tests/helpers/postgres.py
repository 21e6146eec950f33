"""A real PostgreSQL server in a scratch folder; each caller gets a database of its own."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

from tests.helpers.counterparts import need
from tests.helpers.ports import free_port
from tests.helpers.waiting import eventually


class PostgresServer:
    """Runs initdb and postgres as an unprivileged user; `stop` ends it and removes its folder."""

    def __init__(self) -> None:
        self._programs = _programs()
        self._as_user = _as_user()
        self.port = free_port()
        self._folder = Path(tempfile.mkdtemp(prefix="plant-pg-"))
        self._process: subprocess.Popen[bytes] | None = None
        if self._as_user:
            shutil.chown(self._folder, "postgres")
        self._run("initdb", "-D", str(self._folder / "data"), "-U", "plant", "-A", "trust", "--no-sync", "-E", "UTF8")
        self.start()

    def start(self) -> None:
        """Starts the server (again) on its port."""
        options = ["-h", "127.0.0.1", "-p", str(self.port), "-k", str(self._folder), "-c", "fsync=off"]
        command = [*self._as_user, str(self._programs / "postgres"), "-D", str(self._folder / "data"), *options]
        with (self._folder / "server.txt").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        eventually(self._ready, "PostgreSQL takes connections")

    def _ready(self) -> bool:
        probe = [str(self._programs / "pg_isready"), "-h", "127.0.0.1", "-p", str(self.port), "-q"]
        return subprocess.run(probe, check=False).returncode == 0

    def kill(self) -> None:
        """Ends the server at once, as if the power went."""
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-m", "immediate", "-w", "stop")
        if self._process is not None:
            self._process.wait(20)
            self._process = None

    def stop(self) -> None:
        """Ends the server and removes its folder."""
        with contextlib.suppress(subprocess.CalledProcessError):
            self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def new_database(self) -> str:
        """Creates an empty database and returns its `storage.url`."""
        name = f"plant_{uuid4().hex[:12]}"
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "plant", name)
        return f"postgresql+psycopg://plant@127.0.0.1:{self.port}/{name}"

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self._as_user, str(self._programs / program), *arguments]
        subprocess.run(command, check=True, capture_output=True, cwd=self._folder)


def postgres_server() -> Iterator[PostgresServer]:
    """Body of a fixture: one server for as long as the fixture lives."""
    server = PostgresServer()
    try:
        yield server
    finally:
        server.stop()


def _programs() -> Path:
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    if not folders and (found := shutil.which("initdb")):
        folders = [Path(found).parent]
    need(folders, "PostgreSQL")
    return folders[0]


def _as_user() -> list[str]:
    """PostgreSQL refuses to run as root."""
    return ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
