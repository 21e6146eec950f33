"""The manual hangs together: every link leads somewhere, and every page is found from its first one."""

from __future__ import annotations

import re
from pathlib import Path

from tests.helpers.counterparts import ROOT

MANUAL = ROOT / "resources" / "docs" / "manual"
LINK = re.compile(r"\]\(([^)#\s]+\.md)(?:#[^)]*)?\)")


def links_of(page: Path) -> set[Path]:
    found = LINK.findall(page.read_text(encoding="utf-8"))
    return {(page.parent / link).resolve() for link in found if "://" not in link}


def test_every_link_leads_to_a_page() -> None:
    broken = {
        f"{page.name}: {link.name}" for page in MANUAL.rglob("*.md") for link in links_of(page) if not link.exists()
    }
    assert broken == set()


def test_every_page_is_linked_from_the_first() -> None:
    assert {page.resolve() for page in MANUAL.rglob("*.md")} - {MANUAL / "index.md"} <= links_of(MANUAL / "index.md")


def test_every_file_that_contributing_names_exists() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:hmi|tests|resources|installer)/[^`\s]*)`", text)
    assert len(named) > 20
    missing = [name for name in named if "<" not in name and not any(ROOT.glob(name.rstrip("/")))]
    assert missing == []
