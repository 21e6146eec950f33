"""Reading certificate and key files with limits, and seeing that they were replaced."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from hmi.base.certificates.values import CertificateError

_LARGEST: Final = 1_000_000

FileState = tuple[tuple[int, int, int, int], ...]


def file_state(*files: Path) -> FileState:
    """Something that differs once one of the files was replaced, written, or given other rights."""
    found = []
    for file in files:
        try:
            state = file.stat()
        except OSError:
            found.append((0, 0, 0, 0))
        else:
            found.append((state.st_mtime_ns, state.st_ctime_ns, state.st_size, state.st_ino))
    return tuple(found)


def read_limited(file: Path, what: str) -> bytes:
    """Content of a certificate or key file; raises CertificateError if it is missing, not readable or far too large."""
    try:
        with file.open("rb") as handle:
            content = handle.read(_LARGEST + 1)
    except FileNotFoundError:
        raise CertificateError(f"the {what} {file} does not exist") from None
    except PermissionError:
        raise CertificateError(
            f"the {what} {file} cannot be read by this account: give it the right, or use its own"
        ) from None
    except OSError as fault:
        raise CertificateError(f"the {what} {file} cannot be read: {fault.strerror or fault}") from fault
    if len(content) > _LARGEST:
        raise CertificateError(f"the {what} {file} is larger than 1 MB, so it is something else")
    return content
