"""The hash chain: the worked vector of the specification, and every kind of tampering."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from hmi.storage.chain import GENESIS, Link, canonical, next_hash, verify
from tests.helpers.counterparts import SHARED_DATA, need

SPECIFICATION = SHARED_DATA.parent / "domain.md"


def test_vector_of_the_specification() -> None:
    need(SPECIFICATION.exists(), "the domain specification beside the project")
    section = SPECIFICATION.read_text(encoding="utf-8").split("### 6.3", 1)[1].split("\n## ", 1)[0]
    rows = re.findall(r"row \d `(\{.*?\})` -> `([0-9a-f]{64})`", section)
    assert len(rows) == 2
    head = GENESIS
    for text, expected in rows:
        fields = json.loads(text)
        assert canonical(fields) == text.encode()
        head = next_hash(head, fields)
        assert head == expected


def chain(length: int) -> list[Link]:
    links = []
    head = GENESIS
    for seq in range(1, length + 1):
        fields = {"seq": seq, "text": f"Käse {seq}"}
        following = next_hash(head, fields)
        links.append(Link(seq, head, following, fields))
        head = following
    return links


def test_an_untouched_chain() -> None:
    links = chain(10)
    verdict = verify(iter(links))
    assert (verdict.ok, verdict.rows, verdict.head) == (True, 10, links[-1].hash)
    assert verify([]).ok
    later = verify(links[4:])
    assert (later.ok, later.first_seq, later.rows) == (True, 5, 6)


def rehashed(links: list[Link]) -> list[Link]:
    last = links[-1]
    return [*links[:-1], replace(last, hash=next_hash(last.prev_hash, last.fields))]


@pytest.mark.parametrize(
    ("tampered", "seq"),
    [
        ([*chain(5)[:2], replace(chain(5)[2], fields={"seq": 3, "text": "x"}), *chain(5)[3:]], 3),
        ([*chain(5)[:2], *chain(5)[3:]], 4),
        ([chain(5)[0], chain(5)[2], chain(5)[1], *chain(5)[3:]], 3),
        ([*chain(5)[:2], chain(5)[1], *chain(5)[2:]], 2),
        ([*rehashed([*chain(5)[:2], replace(chain(5)[2], fields={"seq": 3, "text": "x"})]), *chain(5)[3:]], 4),
        ([replace(chain(1)[0], prev_hash="11" * 32)], 1),
        ([replace(chain(2)[0], prev_hash="no hash", seq=4)], 4),
    ],
    ids=["edited", "removed", "reordered", "inserted", "edited and rehashed", "false beginning", "no hash"],
)
def test_tampering_is_found(tampered: list[Link], seq: int) -> None:
    assert verify(tampered).first_bad_seq == seq
