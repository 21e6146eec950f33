"""Writing an export to a file beside the GUI thread; the file is there whole or not at all."""

from __future__ import annotations

import contextlib
import os
import threading
from concurrent.futures import Future
from pathlib import Path

from hmi.base.errors import PlantError


def write_text(path: Path, text: str) -> Future[Path]:
    """Writes UTF-8 text to a file; the future fails with a PlantError that says why it cannot be written."""
    done: Future[Path] = Future()

    def work() -> None:
        part = path.with_name(f".{path.name}.part")
        try:
            with part.open("w", encoding="utf-8", newline="") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except OSError as error:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
            done.set_exception(
                PlantError(f"{path} cannot be written: {error.strerror or error}. Choose another folder.")
            )
        except BaseException as error:
            done.set_exception(error)
        else:
            done.set_result(path)

    threading.Thread(target=work, name="export", daemon=True).start()
    return done
