"""The kinds of target that `seedbed generate` writes to, each in a folder of its own that has a schema of two tables."""
import contextlib, hashlib, os, shutil, sqlite3, subprocess, time
from pathlib import Path

SEEDBED = os.environ.get("SEEDBED") or str(
    Path(os.environ.get("CARGO_TARGET_DIR") or Path(__file__).resolve().parents[2] / "target") / "release/seedbed")
POSTGRES = os.environ.get("SEEDBED_POSTGRES", "postgres://postgres@127.0.0.1:5432")
MYSQL = os.environ.get("SEEDBED_MYSQL", "root@127.0.0.1:3306")
DDL = """CREATE TABLE author (id integer PRIMARY KEY, name varchar(60) NOT NULL, email varchar(80) NOT NULL UNIQUE);
CREATE TABLE book (id integer PRIMARY KEY, author_id integer NOT NULL REFERENCES author (id), title varchar(80) NOT NULL);
"""
ROWS = 30_000


def digest(path):
    """What is at a place, as one word; `None` when nothing is."""
    if not os.path.lexists(path):
        return None
    found = hashlib.sha256()
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if file.is_file():
            found.update(file.name.encode() + b"\0" + file.read_bytes())
    return found.hexdigest()


def complete(before, whole):
    """What a run leaves in a target that held `before`, if it makes `whole` of nothing. A database gets more rows, as does a
    new SQLite file that is there by now; files give way."""
    return tuple(map(sum, zip(before, whole))) if isinstance(before, tuple) else whole


class Target:
    """A kind of target in a folder of its own. `arguments` name it on the command line."""
    checking = ["--no-validate"]

    def __init__(self, folder, dialect, arguments, name):
        self.folder, self.dialect, self.arguments, self.name = folder, dialect, arguments, name

    def command(self, seed, rows=ROWS, *more):
        return [SEEDBED, "generate", "schema.sql", "--dialect", self.dialect, "--rows", str(rows), "--seed", str(seed),
                *self.checking, *self.arguments, *more]

    def start(self, seed, rows=ROWS, *more):
        """A run that goes on by itself, and whose messages can be read."""
        return subprocess.Popen(self.command(seed, rows, *more), cwd=self.folder, stdout=subprocess.DEVNULL,
                                stderr=subprocess.PIPE, text=True)

    def run(self, seed, rows=ROWS, *more):
        ended = subprocess.run(self.command(seed, rows, *more), cwd=self.folder, capture_output=True, text=True)
        assert ended.returncode == 0, f"exit {ended.returncode}: {ended.stderr}"

    def made(self, seed):
        """What a run makes of nothing, and how long it takes."""
        self.clear()
        began = time.time()
        self.run(seed)
        takes = time.time() - began
        return self.state(), takes

    def state(self):
        return digest(self.folder / self.name)

    def clear(self):
        path = self.folder / self.name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)

    def leftovers(self):
        return sorted(set(os.listdir(self.folder)) - {"schema.sql", self.name})


class NewSqlite(Target):
    """Rows by their own word: the bytes of a database's file are SQLite's affair."""
    def state(self):
        path = self.folder / self.name
        return count_sqlite(path) if path.exists() else None


class Database(Target):
    """A database that has the tables: rows are added to those that are there."""
    def clear(self):
        self.execute("DELETE FROM book", "DELETE FROM author")

    def state(self):
        return self.count()


def count_sqlite(path):
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return tuple(connection.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in ("author", "book"))


class OldSqlite(Database):
    def clear(self):
        # Room that was given back inside of the file would be a disk of its own.
        self.execute("DELETE FROM book", "DELETE FROM author", "VACUUM")

    def execute(self, *statements):
        with contextlib.closing(sqlite3.connect(self.folder / self.name)) as connection:
            connection.executescript(";".join(statements))

    def count(self):
        return count_sqlite(self.folder / self.name)


class Server(Database):
    def ask(self, sql):
        ended = subprocess.run(self.client(), input=sql, capture_output=True, text=True)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout.split()

    def execute(self, *statements):
        self.ask(";\n".join(statements) + ";")

    def count(self):
        # A session that was cut off may still be rolling back.
        deadline = time.time() + 20
        while int(self.ask(self.OTHERS)[-1]) and time.time() < deadline:
            time.sleep(0.05)
        return tuple(int(n) for n in self.ask("SELECT count(*) FROM author; SELECT count(*) FROM book;"))


class Postgres(Server):
    OTHERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();"

    def client(self, database=None):
        return ["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", f"{self.server}/{database or self.name}"]

    def __init__(self, folder, name, server=POSTGRES):
        super().__init__(folder, "postgres", ["--to", f"{server}/{name}"], name)
        self.server = server
        subprocess.run(self.client("postgres"), input=f"CREATE DATABASE {name};", text=True, check=True)
        self.execute(DDL.rstrip().rstrip(";"))

    def clear(self):
        # No index serves the reference: a DELETE would look through all dead rows for each.
        self.execute("TRUNCATE author, book")

    def drop(self):
        subprocess.run(self.client("postgres"), input=f"DROP DATABASE {self.name} WITH (FORCE);", text=True, check=True)


class MariaDb(Server):
    OTHERS = "SELECT count(*) FROM information_schema.processlist WHERE db = database() AND id <> connection_id();"

    def client(self, database=None):
        login, place = self.server.rsplit("@", 1)
        user, _, password = login.partition(":")
        host, _, port = place.partition(":")
        found = ["mariadb", "--batch", "--skip-column-names", "-u", user, "-h", host, "-P", port or "3306"]
        return found + ([f"-p{password}"] if password else []) + [database or self.name]

    def __init__(self, folder, name, server=MYSQL):
        super().__init__(folder, "mysql", ["--to", f"mysql://{server}/{name}"], name)
        self.server = server
        subprocess.run(self.client("mysql"), input=f"CREATE DATABASE {name};", text=True, check=True)
        self.execute(DDL.rstrip().rstrip(";"))

    def drop(self):
        subprocess.run(self.client("mysql"), input=f"DROP DATABASE {self.name};", text=True, check=True)


def folder(home, name):
    place = home / name
    place.mkdir()
    (place / "schema.sql").write_text(DDL)
    return place


def file_targets(home):
    """Those that are files."""
    yield "csv", Target(folder(home, "csv"), "sqlite", ["--out", "data"], "data")
    yield "jsonl", Target(folder(home, "jsonl"), "sqlite", ["--out", "data", "--format", "jsonl"], "data")
    yield "parquet", Target(folder(home, "parquet"), "sqlite", ["--out", "data", "--format", "parquet"], "data")
    yield "zip", Target(folder(home, "zip"), "sqlite", ["--zip", "data.zip"], "data.zip")
    yield "sqlite-new", NewSqlite(folder(home, "sqlite-new"), "sqlite", ["--to", "sqlite:new.db"], "new.db")
    old = OldSqlite(folder(home, "sqlite"), "sqlite", ["--to", "sqlite:old.db"], "old.db")
    old.execute(DDL)
    yield "sqlite", old


def targets(home):
    """All of them."""
    yield from file_targets(home)
    database = f"seedbed_faults_{os.getpid()}"
    yield "postgres", Postgres(folder(home, "postgres"), database)
    yield "mariadb", MariaDb(folder(home, "mariadb"), database)


def failures_of(named_targets, only, attack):
    """How many kinds of target do not hold: all, or those named. `attack(name, target)` tries one and says what came of it."""
    failures = 0
    for name, target in named_targets:
        try:
            if not only or name in only:
                print(f"{name}: {attack(name, target)}", flush=True)
        except AssertionError as failure:
            failures += 1
            print(f"{name}: FAILED: {failure}", flush=True)
        finally:
            if isinstance(target, Server):
                target.drop()
    return failures


def told(tally):
    """How often each outcome came: `3 as before, 9 complete`."""
    return ", ".join(f"{n} {what}" for what, n in sorted(tally.items()))
