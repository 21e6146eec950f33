"""Pictures of every page of the plant of the design pictures: `python -m tests.shots FOLDER [PAGE ...]`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def main() -> int:
    from hmi.gui.shots import COMPACT, DOUBLE, REFERENCE, take_shots
    from tests.helpers.fake_facade import FakeFacade

    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "shots")
    pages = sys.argv[2:]
    facade = FakeFacade()
    files = take_shots(facade, folder, (REFERENCE, COMPACT), pages=pages)
    files += take_shots(facade, folder, (DOUBLE,), ("light",), pages=pages)
    files += take_shots(facade, folder, (REFERENCE, COMPACT), ("light",), ("de",), pages=pages)
    print(f"{len(files)} pictures in {folder}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
