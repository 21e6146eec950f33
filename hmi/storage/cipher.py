"""The station's database as an encrypted file (SQLCipher): its key, and opening a file with or without one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from hmi.base.errors import UsageError
from hmi.secrets import SecretError, SecretStore
from hmi.secrets.keys import KEY_FORM, is_key
from hmi.storage.faults import StorageError

if TYPE_CHECKING:
    from hmi.model.station import StorageSettings

_PLAIN: Final = b"SQLite format 3\x00"
_NOT_OPEN: Final = ("file is not a database", "file is encrypted")


class FileKey:
    """The 256-bit key of one encrypted file; never shown. The engine takes it as it is, so opening costs no time."""

    def __init__(self, text: str) -> None:
        """Raises StorageError for anything but 64 hexadecimal digits: a password would have to be stretched."""
        text = text.strip()
        if not is_key(text):
            raise StorageError(f"The key of the database is not a key; expected {KEY_FORM}.")
        self._digits = text.lower()

    def __repr__(self) -> str:
        return "FileKey()"

    def __reduce__(self) -> str:
        raise TypeError("the key of a database is not copied out of its process")

    @property
    def literal(self) -> str:
        """What follows KEY in a statement of the engine; for the engine only."""
        return f"\"x'{self._digits}'\""

    def apply(self, connection: Any) -> None:
        """Gives the key to a fresh connection, before anything else touches the file."""
        connection.execute(f"PRAGMA key = {self.literal}").close()
        quieten(connection)


def key_of(storage: StorageSettings, secrets: SecretStore) -> str | None:
    """The key `storage.key` names, None if the database is not to be encrypted; raises SecretError if it is missing."""
    if not storage.key:
        return None
    try:
        return secrets.resolve(storage.key)
    except SecretError as fault:
        raise SecretError(
            f"{fault} It is the key of the database (storage.key); 'plant-hmi database encrypt' makes one for a "
            "database that is not encrypted yet."
        ) from None


def cipher_module() -> Any:
    """The SQLite binding that encrypts; raises StorageError where it is not installed."""
    try:
        from sqlcipher3 import dbapi2
    except ImportError as error:
        raise StorageError(
            f"This installation has no engine for encrypted databases ({error}): install Plant HMI anew."
        ) from error
    return dbapi2


def quieten(connection: Any) -> None:
    """Keeps the engine from writing to stderr what is told in plain words anyway."""
    connection.execute("PRAGMA cipher_log_level = NONE").close()


def is_plain(file: Path) -> bool | None:
    """True for a readable SQLite file, False for another content, None for an absent or empty file.

    Only for a file that this process has not open: closing it here would drop the engine's locks on it.
    """
    try:
        with file.open("rb") as content:
            head = content.read(len(_PLAIN))
    except FileNotFoundError:
        return None
    return head == _PLAIN if head else None


def is_not_a_database(error: BaseException) -> bool:
    """True if the engine could make nothing of the file's first page: another key, no key, or another file."""
    text = str(getattr(error, "orig", None) or error).lower()
    return any(sign in text for sign in _NOT_OPEN)


def unreadable(file: Path, *, with_key: bool) -> StorageError:
    """Why a file does not open, by what it begins with and whether a key was given."""
    plain = is_plain(file)
    if with_key and plain:
        return StorageError(
            f"{file} is not encrypted, but storage.key names a key: stop the station and run "
            "'plant-hmi database encrypt', or take storage.key out of station.yaml."
        )
    if with_key:
        return StorageError(
            f"{file} does not open with the key that storage.key names: put back the key it was encrypted with "
            "('plant-hmi secret set'), or restore a backup made with this key."
        )
    return StorageError(
        f"{file} is encrypted or damaged: name its key with storage.key in station.yaml, or if this station does not "
        "encrypt, restore the last verified backup."
    )


def need_sqlite(backend: str) -> None:
    """Raises UsageError for an engine whose files this program does not write itself."""
    if backend != "sqlite":
        raise UsageError(
            "storage.key encrypts the SQLite file of a station; a PostgreSQL server encrypts its own disk: take "
            "storage.key out of station.yaml."
        )


def connect_read_only(file: Path, key: FileKey | None, module: Any, *, immutable: bool = False) -> Any:
    """A raw connection that has proved it can read the file; raises the module's own errors."""
    mode = "immutable=1" if immutable else "mode=ro"
    connection = module.connect(f"{file.as_uri()}?{mode}", uri=True, check_same_thread=False, timeout=5)
    try:
        if key is not None:
            key.apply(connection)
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection
