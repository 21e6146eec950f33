"""Fixtures shared by the integration tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.access_bench import Bench, bench
from tests.helpers.postgres import PostgresServer, postgres_server


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One PostgreSQL for the session."""
    yield from postgres_server()


@pytest.fixture
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    """People of a station on SQLite, or on the engine a test asks for by `parametrize(indirect=True)`."""
    url = "sqlite"
    if getattr(request, "param", url) == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres")
        url = server.new_database()
    with bench(tmp_path, url=url) as made:
        yield made
