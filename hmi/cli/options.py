"""What all commands share: common options, places, printing."""

from __future__ import annotations

import argparse
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import platformdirs


@dataclass(frozen=True, slots=True)
class Places:
    """Where the configuration and the data are (`contract.md` 2)."""

    config: Path
    data: Path


def add_common(parser: argparse.ArgumentParser) -> None:
    """Adds `--config --data --log-level --json`, accepted before and after the command's own words."""
    common = parser.add_argument_group("common")
    common.add_argument("--config", metavar="DIR", type=Path, default=argparse.SUPPRESS, help="configuration folder")
    common.add_argument("--data", metavar="DIR", type=Path, default=argparse.SUPPRESS, help="data folder")
    common.add_argument(
        "--log-level",
        choices=["DEBUG", "INFO", "WARNING", "ERROR"],
        default=argparse.SUPPRESS,
        help="least level logged",
    )
    common.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print JSON")


def places(args: argparse.Namespace) -> Places:
    """The places the options, the environment or the defaults name; nothing is created."""
    config = getattr(args, "config", None) or os.environ.get("PLANT_HMI_CONFIG")
    data = getattr(args, "data", None) or os.environ.get("PLANT_HMI_DATA")
    return Places(
        config=Path(config) if config else Path(platformdirs.user_config_dir("plant-hmi", appauthor=False)),
        data=Path(data) if data else Path(platformdirs.user_data_dir("plant-hmi", appauthor=False)),
    )


def wants_json(args: argparse.Namespace) -> bool:
    """True if the caller asked for JSON."""
    return bool(getattr(args, "json", False))


def print_json(document: Any) -> None:
    """Prints one JSON document on one line."""
    print(json.dumps(document, ensure_ascii=False, separators=(",", ":")), flush=True)
