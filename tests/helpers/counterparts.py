"""Independent servers the tests speak to; `make counterparts` installs them."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHARED_DATA = ROOT.parent / "shared" / "data"
COUNTERPARTS = ROOT / ".counterparts"


def need(condition: object, what: str) -> None:
    """Skips a test whose counterpart is missing on a developer's machine; in CI a missing one is a failure."""
    if condition:
        return
    if os.environ.get("CI"):
        pytest.fail(f"{what} is missing; .ci/run must install it")
    pytest.skip(f"{what} is missing; run 'make counterparts'")


def need_program(name: str) -> str:
    """Path of a program, e.g. `prometheus`."""
    path = shutil.which(name)
    need(path, name)
    assert path is not None
    return path


def need_node_package(name: str) -> Path:
    """Folder whose node_modules holds the package; run node with this as working directory."""
    need(shutil.which("node"), "node")
    need((COUNTERPARTS / "node_modules" / name).is_dir(), f"npm package {name}")
    return COUNTERPARTS


def need_recording(*parts: str) -> Path:
    """A file of the shared recordings beside the project."""
    path = SHARED_DATA.joinpath(*parts)
    need(path.exists(), f"recording {'/'.join(parts)}")
    return path
