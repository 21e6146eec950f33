"""Start of everything: `python main.py [command]` is the same as the installed `plant-hmi [command]`."""

import sys

from hmi.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
