"""Where the bundled files of the window lie: fonts, icons, themes, translations, documents."""

from __future__ import annotations

from pathlib import Path

from hmi.base.resources import shipped


def resources() -> Path:
    """Folder `resources` of the program, also in a frozen build."""
    return shipped("resources")
