"""`make shots`: every page in both themes and three sizes, in German too, and the gallery of widget states."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main(folder: Path) -> int:
    """Writes the pictures and prints how many."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from hmi.gui.shots import COMPACT, DOUBLE, REFERENCE, take_shots
    from tests.gui import gallery, people_pictures
    from tests.helpers.fake_facade import FakeFacade

    facade = FakeFacade()
    files = take_shots(facade, folder, (REFERENCE, COMPACT, DOUBLE))
    files += take_shots(facade, folder, (REFERENCE, COMPACT), ("light",), ("de",))
    gallery.main(str(folder))
    people_pictures.main(str(folder))
    print(f"{len(files)} pictures in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "shots")))
