"""Where the bundled files of the window lie: fonts, icons, themes, translations, documents."""

from __future__ import annotations

import sys
from pathlib import Path


def resources() -> Path:
    """Folder `resources` of the program, also in a frozen build."""
    frozen = getattr(sys, "_MEIPASS", None)
    root = Path(frozen) if frozen else Path(__file__).resolve().parents[3]
    return root / "resources"
