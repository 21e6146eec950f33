"""Configuration files as text: UTF-8, with or without BOM, any line end."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from hmi.settings.problems import LocatedProblem, ProblemList

_LARGEST_BYTES: Final = 200_000_000


def read_text(file: Path, problems: ProblemList) -> str | None:
    """The file's text with plain newlines, or None after reporting why it cannot be read."""
    try:
        raw = _read(file)
    except FileNotFoundError:
        _report(file, problems, 1, "missing", "the file is missing", "a file of this name in the configuration folder")
        return None
    except (OSError, ValueError) as fault:
        reason = getattr(fault, "strerror", None) or str(fault)
        _report(file, problems, 1, "unreadable", f"the file cannot be read: {reason}", "a readable text file")
        return None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = raw.count(b"\n", 0, fault.start) + 1
        _report(file, problems, line, "encoding", "a character is not UTF-8", "the file saved as UTF-8")
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _read(file: Path) -> bytes:
    if file.stat().st_size > _LARGEST_BYTES:
        raise ValueError("it is larger than 200 MB")
    return file.read_bytes()


def _report(file: Path, problems: ProblemList, line: int, code: str, message: str, expected: str) -> None:
    problems.add(LocatedProblem(file.name, line, 1, "", "error", code, "", message, expected))
