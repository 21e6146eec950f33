"""Finds files that ship beside the code: `resources/` and `config/`."""

from __future__ import annotations

import sys
from pathlib import Path


def shipped(*parts: str) -> Path:
    """Path of a shipped file or folder, e.g. `shipped("config", "demo")`; works from a checkout and frozen."""
    frozen = getattr(sys, "_MEIPASS", None)
    root = Path(frozen) if frozen else Path(__file__).resolve().parents[2]
    return root.joinpath(*parts)
