"""Opening the ledger: a SQLite file by default, PostgreSQL by URL, brought up to the newest schema on the way.

Every change runs in :meth:`Ledger.writing`: one transaction that holds the write lock from its first question on, so
two audits at once take turns, and one that is killed leaves nothing half written.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

from sqlalchemy import URL, Connection, NullPool, create_engine, event, make_url, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import ArgumentError, DatabaseError, InterfaceError, NoSuchModuleError, OperationalError

from datasets.errors import GoujiError
from flows.settings import sqlite_address

#: Longer than the longest transaction here; reading and sending happen outside of transactions.
_WAIT_SECONDS = 60
#: Any number, the same for every process: the name of the write lock in PostgreSQL.
_LOCK_NUMBER = 7_204_531
_MIGRATIONS = Path(__file__).with_name("migrations")


def now_text() -> str:
    """The present moment in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def shown_time(text: str) -> str:
    """A moment of the ledger as people here read it: Chinese time, to the minute."""
    return datetime.fromisoformat(text).astimezone(ZoneInfo("Asia/Shanghai")).strftime("%Y-%m-%d %H:%M")


class LedgerError(GoujiError):
    """The ledger cannot be opened, read or written; the message names it and the remedy."""


class Ledger:
    """The open ledger.

    Args:
        address: ``sqlite:///path/to/file`` or ``postgresql://user:password@host/database``.

    Raises:
        LedgerError: the address is no database, the database is away, damaged, read-only or of a newer version.
    """

    def __init__(self, address: str) -> None:
        self._url = _understood(address)
        self._engine = _engine(self._url)
        with self.explaining():
            self._migrate()

    @classmethod
    def at(cls, path: Path) -> Self:
        """The ledger in a SQLite file; its folder is made."""
        return cls(sqlite_address(path))

    @property
    def name(self) -> str:
        """What may be shown of the address: without user and password."""
        return _shown(self._url)

    def close(self) -> None:
        """Give the connections back; the ledger may still be used and opens new ones."""
        self._engine.dispose()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that holds the write lock from its beginning."""
        with self.explaining(), self._engine.begin() as connection:
            if self._engine.dialect.name == "postgresql":
                connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK_NUMBER})"))
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to ask questions with; nothing is locked against other readers."""
        with self.explaining(), self._engine.connect().execution_options(gouji_reading=True) as connection:
            yield connection

    @contextmanager
    def explaining(self) -> Iterator[None]:
        """Turn what the driver says into one line that names the ledger and the remedy."""
        try:
            yield
        except (DatabaseError, InterfaceError, OSError) as error:
            raise LedgerError(_explanation(self.name, error)) from error

    def _migrate(self) -> None:
        # Imported late: Alembic costs a tenth of a second, and only the audit and the review open a ledger.
        from alembic.command import upgrade
        from alembic.config import Config
        from alembic.migration import MigrationContext
        from alembic.script import ScriptDirectory

        configuration = Config()
        configuration.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
        scripts = ScriptDirectory.from_config(configuration)
        with self.reading() as connection:
            present = MigrationContext.configure(connection).get_current_revision()
        if present == scripts.get_current_head():
            return
        known = {script.revision for script in scripts.walk_revisions()}
        if present is not None and present not in known:
            raise LedgerError(f"{self.name}：台账由更新版本的勾稽写成（{present}）；请升级勾稽，或另设 GOUJI_LEDGER")
        with self.writing() as connection:
            configuration.attributes["connection"] = connection
            upgrade(configuration, "head")


def _understood(address: str) -> URL:
    try:
        url = make_url(address)
    except ArgumentError as error:
        raise LedgerError(
            "GOUJI_LEDGER：不是数据库地址；请写成 sqlite:///文件 或 postgresql://用户:口令@主机/库"
        ) from error
    if url.drivername in {"postgresql", "postgres"}:
        return url.set(drivername="postgresql+pg8000")
    if url.drivername == "sqlite" and not url.database:
        raise LedgerError("GOUJI_LEDGER：没有写明文件；请写成 sqlite:///文件")
    return url


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "sqlite":
        return _sqlite(url)
    try:
        return create_engine(url, pool_pre_ping=True)
    except (NoSuchModuleError, ImportError) as error:
        raise LedgerError(
            f"{_shown(url)}：不认识这种数据库；请用 sqlite:///文件 或 postgresql://用户:口令@主机/库"
        ) from error


def _sqlite(url: URL) -> Engine:
    path = Path(str(url.database))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LedgerError(f"{path}：建不了台账所在的文件夹（{error.strerror}）；请另设 GOUJI_LEDGER") from error
    engine = create_engine(url, connect_args={"timeout": _WAIT_SECONDS}, poolclass=NullPool)
    event.listen(engine, "connect", _leave_transactions_to_us)
    event.listen(engine, "begin", _begin)
    return engine


def _leave_transactions_to_us(connection: object, _record: object) -> None:
    # The driver would begin a transaction only at the first write: too late to keep a second process from reading.
    connection.isolation_level = None  # type: ignore[attr-defined]
    connection.execute("PRAGMA foreign_keys = ON")  # type: ignore[attr-defined]


def _begin(connection: Connection) -> None:
    reading = connection.get_execution_options().get("gouji_reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _explanation(name: str, error: Exception) -> str:
    reason = " ".join(str(getattr(error, "orig", None) or error).split())
    for words, remedy in _REMEDIES:
        if words in reason.lower():
            return f"{name}：{remedy}"
    if isinstance(error, OperationalError | InterfaceError):
        return f"{name}：台账数据库连不上；请确认数据库已启动、GOUJI_LEDGER 正确，再运行一次"
    return f"{name}：台账读写失败（{type(error).__name__}）；请检查数据库，或另设 GOUJI_LEDGER"


#: What drivers say, and what a person should do; the driver's own words may quote the address.
_REMEDIES = (
    ("readonly", "台账是只读的；请改为可写，或另设 GOUJI_LEDGER"),
    ("read-only", "台账是只读的；请改为可写，或另设 GOUJI_LEDGER"),
    ("disk is full", "磁盘已满，台账没有改动；请腾出空间，再运行一次"),
    ("no space left", "磁盘已满，台账没有改动；请腾出空间，再运行一次"),
    ("not a database", "不是台账文件，或已损坏；请移走它，或另设 GOUJI_LEDGER"),
    ("malformed", "台账文件已损坏；请用备份恢复，或移走它"),
    ("locked", "台账被另一个运行占用超过一分钟；请稍后再运行"),
    ("unable to open", "台账文件打不开；请检查权限，或另设 GOUJI_LEDGER"),
    ("password authentication", "用户名或口令不对；请检查 GOUJI_LEDGER"),
)


def _shown(url: URL) -> str:
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    return f"{url.get_backend_name()}://{url.host or ''}/{url.database or ''}"
