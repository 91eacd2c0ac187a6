"""Real databases, each made for one load and dropped again. Every constraint is on: nothing here switches any off."""
from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
from abc import ABC, abstractmethod
from pathlib import Path
from urllib.parse import urlsplit

POSTGRES = os.environ.get("SEEDBED_POSTGRES", "postgres://postgres@127.0.0.1:5432")
MYSQL = os.environ.get("SEEDBED_MYSQL", "root@127.0.0.1:3306")
CLIENT_SECONDS = 300
# How scripts begin to tell of rows that a trigger of the schema refuses: nobody but the server can know that.
LEFT_OUT = "left out, the server refuses "
# All rows of some tables, or some of one's; the server's reason may stand behind.
LEFT_OUT_TABLES = re.compile(LEFT_OUT + r"the rows: ([^:\n]*)")
LEFT_OUT_ROWS = re.compile(LEFT_OUT + r"them: (\d+) of \d+ rows of ([^;\n]*)")


class Database(ABC):
    """A database of a server, to be dropped."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="seedbed-wire-db-"))
        self.name = "seedbed_wire_" + re.sub(r"\W", "", self.folder.name.removeprefix("seedbed-wire-db-")).lower()

    def __enter__(self) -> Database:
        self.create()
        return self

    def __exit__(self, *_: object) -> None:
        self.drop()
        shutil.rmtree(self.folder, ignore_errors=True)

    @abstractmethod
    def create(self) -> None:
        """Makes it, empty."""

    @abstractmethod
    def drop(self) -> None:
        """Drops it."""

    @abstractmethod
    def load_schema(self, ddl: Path) -> None:
        """The schema, which may insert rows of its own."""

    @abstractmethod
    def load_bundle(self, folder: Path) -> str:
        """The schema and the rows of an unpacked bundle, as the head of its script says to load them; what is said."""

    @abstractmethod
    def load_script(self, script: Path) -> str:
        """A script of rows, behind the schema; what is said."""

    @abstractmethod
    def count(self, tables: list[str]) -> dict[str, int]:
        """Rows of tables, by the names that datasets have for them."""


class Postgres(Database):
    """PostgreSQL, by `psql`."""

    def psql(self, *arguments: str, database: str | None = None, cwd: Path | None = None) -> str:
        return run(["psql", "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", f"{POSTGRES}/{database or self.name}", *arguments],
                   cwd=cwd, env=dict(os.environ, PGOPTIONS="-c client_min_messages=warning"))

    def create(self) -> None:
        self.psql("-c", f"CREATE DATABASE {self.name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' "
                        "LC_CTYPE 'C.UTF-8'", database="postgres")

    def drop(self) -> None:
        self.psql("-c", f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)", database="postgres")

    def load_bundle(self, folder: Path) -> str:
        self.load_schema(folder / "schema.sql")
        return self.psql("-f", "load.psql", cwd=folder)

    def load_schema(self, ddl: Path) -> None:
        self.psql("-f", str(ddl))

    def load_script(self, script: Path) -> str:
        return self.psql("-f", str(script))

    def count(self, tables: list[str]) -> dict[str, int]:
        # Parents of inheritance would count their children's rows; partitioned tables have none of their own.
        names = ", ".join(f"({number}, {literal(quoted(table, chr(34)))}::regclass)" for number, table in enumerate(tables))
        asks = self.psql("-c", "SELECT format('SELECT count(*) FROM %s%s;', CASE relkind WHEN 'p' THEN '' ELSE 'ONLY ' END, "
                               f"named::regclass) FROM (VALUES {names}) AS t (number, named) JOIN pg_class ON oid = named "
                               "ORDER BY number")
        return dict(zip(tables, map(int, self.psql("-c", asks).split()), strict=True))


class MariaDb(Database):
    """MariaDB, by `mariadb`."""

    def __init__(self) -> None:
        super().__init__()
        url = urlsplit(f"//{MYSQL}")
        login = ["-u", url.username or "root", "-h", url.hostname or "127.0.0.1", "-P", str(url.port or 3306)]
        self.client = ["mariadb", *login, *([f"-p{url.password}"] if url.password else []), "-N", "-B"]

    def sql(self, text: str, *arguments: str) -> str:
        return run([*self.client, *arguments], stdin=text.encode())

    def create(self) -> None:
        self.sql(f"CREATE DATABASE {self.name} CHARACTER SET utf8mb4")

    def drop(self) -> None:
        self.sql(f"DROP DATABASE IF EXISTS {self.name}")

    def load_bundle(self, folder: Path) -> str:
        self.load_schema(folder / "schema.sql")
        return run([*self.client, "--local-infile=1", self.name], stdin=(folder / "load.mysql.sql").read_bytes(), cwd=folder)

    def load_schema(self, ddl: Path) -> None:
        run([*self.client, self.name], stdin=ddl.read_bytes())

    def load_script(self, script: Path) -> str:
        return run([*self.client, self.name], stdin=script.read_bytes())

    def count(self, tables: list[str]) -> dict[str, int]:
        counts = self.sql("".join(f"SELECT count(*) FROM {quoted(table, '`')};\n" for table in tables), self.name)
        return dict(zip(tables, map(int, counts.split()), strict=True))


class Sqlite(Database):
    """SQLite, by its shell."""

    @property
    def path(self) -> Path:
        return self.folder / "new.db"

    def create(self) -> None:
        """The shell makes it."""

    def drop(self) -> None:
        """It goes with its folder."""

    def load_bundle(self, folder: Path) -> str:
        return run(["sqlite3", str(self.path)], stdin=(folder / "load.sqlite.sql").read_bytes(), cwd=folder, but=1)

    def load_schema(self, ddl: Path) -> None:
        run(["sqlite3", str(self.path)], stdin=b".bail on\n" + ddl.read_bytes())

    def load_script(self, script: Path) -> str:
        foreign_keys = b".bail on\nPRAGMA foreign_keys = ON;\n"
        return run(["sqlite3", str(self.path)], stdin=foreign_keys + script.read_bytes(), but=1)

    def count(self, tables: list[str]) -> dict[str, int]:
        return count_sqlite(self.path, tables)


SERVERS: dict[str, type[Database]] = {"postgres": Postgres, "mysql": MariaDb, "sqlite": Sqlite}


def is_there(dialect: str) -> bool:
    """Whether the server of a dialect answers."""
    try:
        with SERVERS[dialect]():
            return True
    except (OSError, RuntimeError):
        return False


def count_sqlite(path: Path, tables: list[str], has_references: bool = True) -> dict[str, int]:
    """Rows of a SQLite file, which must be whole, and whose references must lead somewhere."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        if has_references:
            lost = connection.execute("PRAGMA foreign_key_check").fetchall()
            assert not lost, f"references that lead nowhere: {lost[:5]}"
        return {t: connection.execute(f"SELECT count(*) FROM {identifier(t, chr(34))}").fetchone()[0] for t in tables}
    finally:
        connection.close()


def left_out(told: str) -> dict[str, int | None]:
    """How many rows of a table a script has said to be refused; `None` for all."""
    tables = {name.strip(): None for names in LEFT_OUT_TABLES.findall(told) for name in names.split(",")}
    return tables | {name.strip(): int(rows) for rows, name in LEFT_OUT_ROWS.findall(told)}


def quoted(table: str, mark: str) -> str:
    """A table's name in SQL. Names of schemas before it have a dot behind them."""
    return ".".join(identifier(part, mark) for part in table.split("."))


def identifier(name: str, mark: str) -> str:
    """A name without a schema before it."""
    return mark + name.replace(mark, mark * 2) + mark


def literal(text: str) -> str:
    """A text in SQL."""
    return "'" + text.replace("'", "''") + "'"


def run(command: list[str], stdin: bytes = b"", cwd: Path | None = None, env: dict[str, str] | None = None,
        but: int = 0) -> str:
    """What a client says. It must end well, or with the status of a script that has left tables out."""
    try:
        ended = subprocess.run(command, input=stdin, capture_output=True, cwd=cwd, env=env, timeout=CLIENT_SECONDS)
    except FileNotFoundError as error:
        raise RuntimeError(f"there is no `{command[0]}`") from error
    said = ended.stdout + ended.stderr
    if ended.returncode and (ended.returncode != but or LEFT_OUT.encode() not in said):
        raise RuntimeError(f"{command[0]} ends with {ended.returncode}: {ended.stderr.decode(errors='replace')[:500]}")
    return said.decode(errors="replace")
