"""A real Secret Service (GNOME Keyring) on a session bus of its own; nothing of the developer's keyring is touched."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import secretstorage
from jeepney.io.blocking import open_dbus_connection

from tests.helpers.counterparts import ROOT, need_program
from tests.helpers.waiting import eventually

# no service folders: the bus of a desktop would start a second, locked daemon by itself
_BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path={folder}/bus</listen>
<policy context="default">
<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
</policy>
</busconfig>
"""


class SecretService:
    """GNOME Keyring with an unlocked login keyring, reached over its own bus."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        runtime = folder / "run"
        runtime.mkdir(mode=0o700)
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "XDG_RUNTIME_DIR": str(runtime),
            "LANG": "C.UTF-8",
            "QT_QPA_PLATFORM": "offscreen",
        }
        self._processes: list[subprocess.Popen[str]] = []

    def start(self) -> None:
        """Starts bus and daemon and waits until the keyring is open."""
        configuration = self.folder / "bus.xml"
        configuration.write_text(_BUS.format(folder=self.folder))
        bus = self._begin("dbus-daemon", f"--config-file={configuration}", "--nofork", "--print-address=1")
        assert bus.stdout is not None
        with bus.stdout:
            self.environment["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().strip()
        daemon = self._begin("gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets")
        assert daemon.stdin is not None and daemon.stdout is not None
        with daemon.stdin, daemon.stdout:
            daemon.stdin.write("login password\n")
        eventually(self._answers, "the Secret Service answers")

    def _begin(self, program: str, *arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [need_program(program), *arguments],
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._processes.append(process)
        return process

    def program(
        self, *arguments: str, typed: str = "", env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Runs `main.py ARGUMENTS` in this desktop session; `typed` goes to its stdin."""
        return self.run(str(ROOT / "main.py"), *arguments, typed=typed, env=env)

    def run(
        self, *arguments: str, typed: str = "", env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Runs Python with the arguments in this desktop session."""
        return subprocess.run(
            [sys.executable, *arguments],
            env={**self.environment, **(env or {})},
            input=typed,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            cwd=ROOT,
        )

    def lock(self) -> None:
        """Locks the keyring, as a desktop does when its user leaves."""
        with closing(open_dbus_connection(self.environment["DBUS_SESSION_BUS_ADDRESS"])) as connection:
            secretstorage.get_default_collection(connection).lock()

    def _answers(self) -> bool:
        with closing(open_dbus_connection(self.environment["DBUS_SESSION_BUS_ADDRESS"])) as connection:
            if not secretstorage.check_service_availability(connection):
                return False
            try:
                return not secretstorage.get_default_collection(connection).is_locked()
            except secretstorage.exceptions.SecretStorageException:
                return False

    def stop(self) -> None:
        """Ends daemon and bus."""
        for process in reversed(self._processes):
            process.terminate()
            process.wait(20)
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    stream.close()


@contextmanager
def secret_service() -> Iterator[SecretService]:
    """A running service in a short folder: a socket's path has little room."""
    with tempfile.TemporaryDirectory(prefix="plant-keyring-") as folder:
        service = SecretService(Path(folder))
        try:
            service.start()
            yield service
        finally:
            service.stop()
