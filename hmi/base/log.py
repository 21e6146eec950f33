"""Structured logs: JSON lines in a file, short lines on stderr; onset and recovery, never a flood."""

from __future__ import annotations

import logging
import logging.handlers
import re
import sys
import threading
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any, Final

import structlog

_QUIET_LIBRARIES = {
    "pymodbus": logging.CRITICAL,
    "asyncua": logging.CRITICAL,
    "apscheduler": logging.ERROR,
    "uvicorn.access": logging.WARNING,
}

_SECRET_FIELDS: Final = frozenset(
    {"password", "new_password", "pin", "badge", "totp", "token", "secret", "place_key", "api_key", "authorization"}
)
_TOKENS: Final = re.compile(r"\b(ph[sk]_)[A-Za-z0-9_-]{16,}|\b((?:Bearer|Basic)\s+)[^\s'\"]+", re.IGNORECASE)
_HIDDEN: Final = "(hidden)"


def without_secrets(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Hides fields called like secrets, and tokens of sessions and stations in any text, also in a library's line.

    The second line of defence: nothing of ours logs a secret, but a library's debug line or a trace may carry one.
    """
    for name, value in event.items():
        if name in _SECRET_FIELDS:
            event[name] = _HIDDEN
        elif isinstance(value, str):
            event[name] = _TOKENS.sub(lambda found: f"{found[1] or found[2]}{_HIDDEN}", value)
    return event


def _shared_processors() -> list[Any]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="%Y-%m-%dT%H:%M:%S.%fZ", utc=True, key="t"),
        structlog.processors.format_exc_info,
        without_secrets,
    ]


def configure_logging(level: str = "INFO", file: Path | None = None, *, stderr: bool = True) -> None:
    """Sends all logs, ours and the libraries', to `file` as JSON lines and to stderr as short lines.

    level: DEBUG, INFO, WARNING or ERROR. The file rotates at 10 MB, five old ones are kept.
    """
    structlog.configure(
        processors=[*_shared_processors(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    for old in list(root.handlers):
        if getattr(old, "plant_hmi", False):
            root.removeHandler(old)
            old.close()
    root.setLevel(level)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        to_file = logging.handlers.RotatingFileHandler(file, maxBytes=10_000_000, backupCount=5, encoding="utf-8")
        _install(root, to_file, structlog.processors.JSONRenderer(sort_keys=False))
    if stderr:
        to_stderr = logging.StreamHandler(sys.stderr)
        to_stderr.setLevel(max(logging.WARNING, root.level))
        # a pretty trace would print the variables of every frame
        plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
        _install(root, to_stderr, plain)
    for library, library_level in _QUIET_LIBRARIES.items():
        logging.getLogger(library).setLevel(library_level)


def close_log_files() -> None:
    """Removes and closes the handlers `configure_logging` made."""
    root = logging.getLogger()
    for handler in list(root.handlers):
        if getattr(handler, "plant_hmi", False):
            root.removeHandler(handler)
            handler.close()


def _install(root: logging.Logger, handler: logging.Handler, renderer: Any) -> None:
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
            foreign_pre_chain=_shared_processors(),
        )
    )
    handler.plant_hmi = True  # type: ignore[attr-defined]  # marks our own handlers for reconfiguration
    root.addHandler(handler)


class ConditionLog:
    """Logs a fault once at its onset and once at its recovery; repeats between are counted, not logged."""

    def __init__(self, logger: Any) -> None:
        self._logger = logger
        self._lock = threading.Lock()
        self._repeats: dict[str, int] = {}

    def raised(self, key: str, message: str, **details: Any) -> bool:
        """Reports that `key` is faulty now; True if this was the onset and so was logged as a warning."""
        with self._lock:
            if key in self._repeats:
                self._repeats[key] += 1
                return False
            self._repeats[key] = 0
        self._logger.warning(message, **details)
        return True

    def cleared(self, key: str, message: str, **details: Any) -> bool:
        """Reports that `key` is fine; True if it was faulty before and so was logged."""
        with self._lock:
            repeats = self._repeats.pop(key, None)
        if repeats is None:
            return False
        self._logger.info(message, repeats=repeats, **details)
        return True
