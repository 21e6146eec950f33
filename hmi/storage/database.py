"""Opening a station's database: SQLite through a fixed engine, or PostgreSQL; readers from a pool, one writer."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import structlog
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import QueuePool, StaticPool

from hmi.base.clock import Clock, SystemClock
from hmi.base.errors import UsageError
from hmi.storage import cipher, conversion
from hmi.storage.cipher import FileKey
from hmi.storage.faults import StorageError, is_environment_fault, plain_fault
from hmi.storage.writer import StorageWriter

_log = structlog.get_logger("storage")

FILE_NAME: Final = "station.db"
_BUSY_TIMEOUT_MS: Final = 5_000
_COPY_TIMEOUT_MS: Final = 30_000
_READERS: Final = 8
_POSTGRESQL: Final[dict[str, Any]] = {
    "connect_timeout": 10,
    # A server that vanished without a word (power, cable) is noticed in seconds; the system's own limits are hours.
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}


class Database:
    """One station's database. `writer` is a service of its own: start it after opening, stop it before `close`."""

    def __init__(
        self,
        url: URL,
        writing: Engine | None,
        reading: Engine,
        clock: Clock,
        shared: bool,
        key: FileKey | None = None,
    ) -> None:
        self._writing = writing
        self._reading = reading
        self._shared = shared
        self._one = threading.RLock()
        self.key = key
        self.dialect = url.get_backend_name()
        self.place = _place(url)
        self.file: Path | None = Path(url.database) if self.dialect == "sqlite" and url.database else None
        self.encrypted = key is not None
        self.read_only = writing is None
        self.writer = StorageWriter(self._transaction, self.place, clock)

    @classmethod
    def open(
        cls,
        url: str,
        *,
        data_dir: Path,
        password: str | None = None,
        key: str | FileKey | None = None,
        clock: Clock | None = None,
        read_only: bool = False,
    ) -> Database:
        """Opens `sqlite` (data_dir/station.db), `sqlite:///FILE` or `postgresql+psycopg://USER@HOST/DB`.

        Brings the schema up to date, unless `read_only`. key: of an encrypted SQLite file, which is made if it does
        not exist yet. Raises `StorageError` in plain words.
        """
        parsed = parse_url(url, data_dir, password)
        backend = parsed.get_backend_name()
        file_key = FileKey(key) if isinstance(key, str) and key else key or None
        if file_key is not None:
            cipher.need_sqlite(backend)
        try:
            if backend == "sqlite":
                database = _open_sqlite(cls, parsed, clock or SystemClock(), read_only, file_key)
            else:
                database = _open_postgresql(cls, parsed, clock or SystemClock(), read_only)
        except (SQLAlchemyError, OSError) as error:
            raise _opening_fault(error, parsed, file_key) from error
        try:
            database._fit_schema()
        except SQLAlchemyError as error:
            database.close()
            if cipher.is_not_a_database(error):
                raise _opening_fault(error, parsed, file_key) from error
            raise
        except BaseException:
            database.close()
            raise
        return database

    @property
    def engine_version(self) -> str:
        """Version of the SQLite engine; empty with another engine."""
        return str(_module_for(self.key).sqlite_version) if self.dialect == "sqlite" else ""

    @property
    def size_bytes(self) -> int | None:
        """Size of the database file, without its log; None where there is no file."""
        return self.file.stat().st_size if self.file is not None and self.file.exists() else None

    @contextmanager
    def reader(self) -> Iterator[Connection]:
        """A read-only connection with one consistent view, usable from any thread; faults come in plain words."""
        try:
            if self._shared:
                with self._one, self._reading.connect() as connection:
                    yield connection
            else:
                with self._reading.connect() as connection:
                    yield connection
        except (SQLAlchemyError, OSError) as error:
            if is_environment_fault(error):
                raise plain_fault(error, self.place) from error
            raise

    def copy_to(self, target: Path) -> None:
        """Copies the SQLite file as of one moment while the writer goes on; an encrypted one stays so, by its key."""
        if self.file is None:
            raise StorageError(f"{self.place} is no file that could be copied")
        module = _module_for(self.key)
        try:
            with closing(cipher.connect_read_only(self.file.resolve(), self.key, module)) as connection:
                # A copy by VACUUM reads one snapshot, so no half transaction comes along.
                connection.execute(f"PRAGMA busy_timeout={_COPY_TIMEOUT_MS}").close()
                connection.execute("VACUUM INTO ?", (str(target),)).close()
        except module.Error as error:
            raise plain_fault(error, self.place) from error

    def close(self) -> None:
        """Stops the writer if it still runs and closes every connection; may be called twice."""
        self.writer.stop()
        self._reading.dispose()
        if self._writing is not None:
            self._writing.dispose()

    def __enter__(self) -> Database:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        if self._writing is None:
            raise StorageError(f"{self.place} was opened for reading only")
        if self._shared:
            with self._one, self._writing.begin() as connection:
                yield connection
        else:
            with self._writing.begin() as connection:
                yield connection

    def _fit_schema(self) -> None:
        from hmi.storage import versions

        try:
            if self.read_only:
                with self.reader() as connection:
                    versions.require_current(connection, self.place)
            else:
                with self._transaction() as connection:
                    versions.bring_up_to_date(connection, self.place)
        except (SQLAlchemyError, OSError) as error:
            if is_environment_fault(error):
                raise plain_fault(error, self.place) from error
            raise


def parse_url(url: str, data_dir: Path, password: str | None = None) -> URL:
    """The full address of `storage.url`; raises `UsageError` for an engine this program does not speak."""
    if url == "sqlite":
        return URL.create("sqlite", database=str(data_dir / FILE_NAME))
    parsed = make_url(url)
    backend = parsed.get_backend_name()
    if backend == "sqlite" and parsed.database:
        return URL.create("sqlite", database=str(data_dir / parsed.database))
    if backend == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
        return parsed.set(password=password) if password else parsed
    raise UsageError(
        f"storage.url '{_place(parsed)}' is not known: use sqlite, sqlite:///FILE or postgresql+psycopg://"
    )


def has_wal_reset_race(version: tuple[int, ...]) -> bool:
    """True for SQLite engines whose log can be reset under a second writing connection and lose commits."""
    if version >= (3, 51, 3):
        return False
    return not ((3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45))


def _place(url: URL) -> str:
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    return url.set(password=None).render_as_string(hide_password=True)


def sqlite_module() -> Any:
    """The SQLite binding: the bundled fixed engine, else the one of Python."""
    try:
        from pysqlite3 import dbapi2
    except ImportError:
        import sqlite3

        return sqlite3
    return dbapi2


def _module_for(key: FileKey | None) -> Any:
    return sqlite_module() if key is None else cipher.cipher_module()


def _opening_fault(error: Exception, url: URL, key: FileKey | None) -> StorageError:
    if url.get_backend_name() == "sqlite" and cipher.is_not_a_database(error):
        return cipher.unreadable(Path(str(url.database)), with_key=key is not None)
    return plain_fault(error, _place(url))


def _open_sqlite(kind: type[Database], url: URL, clock: Clock, read_only: bool, key: FileKey | None) -> Database:
    file = Path(str(url.database))
    module = _module_for(key)
    shared = has_wal_reset_race(module.sqlite_version_info)
    if read_only:
        if not file.is_file():
            raise StorageError(f"{file} does not exist: there is no history here yet, or --data names another folder")
        return kind(url, None, _sqlite_reader(url, module, key), clock, False, key)
    file.parent.mkdir(parents=True, exist_ok=True)
    conversion.sweep(file)

    def connect() -> Any:
        connection = module.connect(str(file), check_same_thread=False, timeout=5)
        if key is not None:
            key.apply(connection)
        return connection

    writing = _engine(url, module=module, creator=connect, poolclass=StaticPool)
    _on_connect(
        writing, ["journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={_BUSY_TIMEOUT_MS}"]
    )
    event.listen(writing, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    if shared:
        _log.warning(
            "SQLite engine has the WAL-reset race; all access shares one connection", engine=module.sqlite_version
        )
        return kind(url, writing, writing, clock, True, key)
    with writing.connect():
        pass  # creates the file and its log before the first reader
    return kind(url, writing, _sqlite_reader(url, module, key), clock, False, key)


def _sqlite_reader(url: URL, module: Any, key: FileKey | None) -> Engine:
    file = Path(str(url.database)).resolve()

    def connect() -> Any:
        try:
            return cipher.connect_read_only(file, key, module)
        except module.OperationalError:
            # A log that is absent cannot hold anything; a folder without write rights cannot get one.
            if file.with_name(file.name + "-wal").exists():
                raise
            return cipher.connect_read_only(file, key, module, immutable=True)

    engine = _engine(url, module=module, creator=connect, poolclass=QueuePool, pool_size=2, max_overflow=_READERS)
    _on_connect(engine, ["query_only=ON", f"busy_timeout={_BUSY_TIMEOUT_MS}"])
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return engine


def _engine(url: URL, **options: Any) -> Engine:
    """An engine whose errors name the statement but not its values: these may be hashes of passwords."""
    return create_engine(url, hide_parameters=True, **options)


def _on_connect(engine: Engine, pragmas: list[str]) -> None:
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the binding must not begin transactions behind our back
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}").close()

    event.listen(engine, "connect", prepare)


def _open_postgresql(kind: type[Database], url: URL, clock: Clock, read_only: bool) -> Database:
    reading = _engine(
        url,
        pool_pre_ping=True,
        pool_size=2,
        max_overflow=_READERS,
        isolation_level="REPEATABLE READ",
        connect_args={**_POSTGRESQL, "options": "-c default_transaction_read_only=on"},
    )
    writing = None
    if not read_only:
        writing = _engine(url, pool_pre_ping=True, pool_size=1, max_overflow=0, connect_args=dict(_POSTGRESQL))
    return kind(url, writing, reading, clock, False)
