#!/usr/bin/env python3
"""Kills `seedbed generate` at random moments, and looks at what is there afterwards.

  tests/faults/killed_runs.py                        # what CI runs
  tests/faults/killed_runs.py --moments 1000 --seed 7

Into every kind of target, new ones and such as hold an earlier run's rows: a folder of CSV, JSON Lines or Parquet, a ZIP, a
new SQLite file, and databases of SQLite, PostgreSQL and MariaDB that have the tables. The signal is KILL, TERM or INT. Then

- the target is as it was before, or complete;
- the same command works at once, and makes the bytes that it always makes;
- nothing else is left beside the target;
- who was asked to end has ended within a second, and says so by the exit code;
- a folder's run that was killed several times goes on by `--resume` to the bytes of a run that never was.
"""
import argparse, collections, contextlib, hashlib, os, random, shutil, signal, sqlite3, subprocess, sys, tempfile, time
from pathlib import Path

SEEDBED = os.environ.get("SEEDBED") or str(
    Path(os.environ.get("CARGO_TARGET_DIR") or Path(__file__).resolve().parents[2] / "target") / "release/seedbed")
POSTGRES = os.environ.get("SEEDBED_POSTGRES", "postgres://postgres@127.0.0.1:5432")
MYSQL = os.environ.get("SEEDBED_MYSQL", "root@127.0.0.1:3306")
DDL = """CREATE TABLE author (id integer PRIMARY KEY, name varchar(60) NOT NULL, email varchar(80) NOT NULL UNIQUE);
CREATE TABLE book (id integer PRIMARY KEY, author_id integer NOT NULL REFERENCES author (id), title varchar(80) NOT NULL);
"""
ROWS = 30_000
# A folder takes note of what it has every 64 MiB: so many rows are several times that.
ROWS_TO_RESUME = 4_000_000
SIGNALS = {"KILL": signal.SIGKILL, "TERM": signal.SIGTERM, "INT": signal.SIGINT}
ENDED_WITHIN = 1.0


def digest(path):
    """What is at a place, as one word; `None` when nothing is."""
    if not os.path.lexists(path):
        return None
    found = hashlib.sha256()
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if file.is_file():
            found.update(file.name.encode() + b"\0" + file.read_bytes())
    return found.hexdigest()


class Target:
    """A kind of target in a folder of its own. `arguments` name it on the command line."""
    appends = False

    def __init__(self, folder, dialect, arguments, name):
        self.folder, self.dialect, self.arguments, self.name = folder, dialect, arguments, name

    def command(self, seed, rows=ROWS, *more):
        return [SEEDBED, "generate", "schema.sql", "--dialect", self.dialect, "--rows", str(rows), "--seed", str(seed),
                "--no-validate", *self.arguments, *more]

    def run(self, seed, rows=ROWS, *more):
        ended = subprocess.run(self.command(seed, rows, *more), cwd=self.folder, capture_output=True, text=True)
        assert ended.returncode == 0, f"exit {ended.returncode}: {ended.stderr}"

    def state(self):
        return digest(self.folder / self.name)

    def clear(self):
        path = self.folder / self.name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)

    def fill(self, seed):
        self.run(seed)

    def leftovers(self):
        return sorted(set(os.listdir(self.folder)) - {"schema.sql", self.name})


class NewSqlite(Target):
    """Rows by their own word: the bytes of a database's file are SQLite's affair."""
    def state(self):
        path = self.folder / self.name
        return count_sqlite(path) if path.exists() else None


class Database(Target):
    """A database that has the tables: rows are added to those that are there."""
    appends = True

    def clear(self):
        self.execute("DELETE FROM book", "DELETE FROM author")

    def state(self):
        return self.count()

    def leftovers(self):
        return sorted(set(os.listdir(self.folder)) - {"schema.sql", self.name, f"{self.name}-journal"})


def count_sqlite(path):
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return tuple(connection.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in ("author", "book"))


class OldSqlite(Database):
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
        return ["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", f"{POSTGRES}/{database or self.name}"]

    def __init__(self, folder, name):
        super().__init__(folder, "postgres", ["--to", f"{POSTGRES}/{name}"], name)
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
        login, place = MYSQL.rsplit("@", 1)
        user, _, password = login.partition(":")
        host, _, port = place.partition(":")
        found = ["mariadb", "--batch", "--skip-column-names", "-u", user, "-h", host, "-P", port or "3306"]
        return found + ([f"-p{password}"] if password else []) + [database or self.name]

    def __init__(self, folder, name):
        super().__init__(folder, "mysql", ["--to", f"mysql://{MYSQL}/{name}"], name)
        subprocess.run(self.client("mysql"), input=f"CREATE DATABASE {name};", text=True, check=True)
        self.execute(DDL.rstrip().rstrip(";"))

    def drop(self):
        subprocess.run(self.client("mysql"), input=f"DROP DATABASE {self.name};", text=True, check=True)


def targets(home):
    def folder(name):
        place = home / name
        place.mkdir()
        (place / "schema.sql").write_text(DDL)
        return place
    yield "csv", Target(folder("csv"), "sqlite", ["--out", "data"], "data")
    yield "jsonl", Target(folder("jsonl"), "sqlite", ["--out", "data", "--format", "jsonl"], "data")
    yield "parquet", Target(folder("parquet"), "sqlite", ["--out", "data", "--format", "parquet"], "data")
    yield "zip", Target(folder("zip"), "sqlite", ["--zip", "data.zip"], "data.zip")
    yield "sqlite-new", NewSqlite(folder("sqlite-new"), "sqlite", ["--to", "sqlite:new.db"], "new.db")
    old = OldSqlite(folder("sqlite"), "sqlite", ["--to", "sqlite:old.db"], "old.db")
    old.execute(DDL)
    yield "sqlite", old
    database = f"seedbed_faults_{os.getpid()}"
    yield "postgres", Postgres(folder("postgres"), database)
    yield "mariadb", MariaDb(folder("mariadb"), database)


class Kind:
    """What runs into one kind of target come to, and how long they take."""

    def __init__(self, target):
        self.target = target
        target.clear()
        began = time.time()
        target.run(2)
        self.takes = time.time() - began
        self.whole = target.state()
        target.clear()

    def kill(self, dice, there):
        """One run that is killed, from nothing or beside an earlier run's rows. Returns what became of it."""
        target = self.target
        target.clear()
        if there:
            target.fill(1)
        before = target.state()
        name = dice.choice(list(SIGNALS))
        run = subprocess.Popen(target.command(2), cwd=target.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(dice.uniform(0, self.takes * 1.1))
        run.send_signal(SIGNALS[name])
        asked = time.time()
        code = run.wait()
        waited = time.time() - asked
        assert name == "KILL" or waited <= ENDED_WITHIN, f"SIG{name}: it went on for {waited:.1f} s"
        # Before a handler is there, the signal itself ends the process.
        assert code in (0, 130, 143, -SIGNALS[name]), f"SIG{name}: exit {code}"
        after, whole = target.state(), self.complete(before)
        assert after in (before, whole), f"SIG{name}: neither as before nor complete: {after}, before {before}"
        assert code != 0 or after == whole, f"SIG{name}: exit 0, and the rows are not there"
        target.run(2)
        again = self.complete(after)
        found = target.state()
        assert found == again, f"SIG{name}: the same command makes {found} of {after}, not {again}"
        left = target.leftovers()
        assert not left, f"SIG{name}: {left} are left"
        return "complete" if after == whole else "as before"

    def complete(self, before):
        """What a whole run makes of a target."""
        if isinstance(before, tuple):
            # A new SQLite file that is there gets more rows, as a database does.
            return tuple(n + ROWS for n in before)
        return self.whole


def resumed(target, dice, kills):
    """A folder's run that is killed several times and goes on each time."""
    target.clear()
    began = time.time()
    target.run(2, ROWS_TO_RESUME)
    takes, whole = time.time() - began, target.state()
    target.clear()
    went_on = 0
    for _ in range(kills):
        went_on += (target.folder / ".data.unfinished" / "journal.json").exists()
        run = subprocess.Popen(target.command(2, ROWS_TO_RESUME, "--resume"), cwd=target.folder,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(dice.uniform(0.3, 0.8) * takes)
        run.kill()
        if run.wait() == 0:
            break
    target.run(2, ROWS_TO_RESUME, "--resume")
    assert target.state() == whole, "the bytes are others than those of a run that was never killed"
    left = target.leftovers()
    assert not left, f"{left} are left"
    return went_on, takes


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--moments", type=int, default=6, help="kills of each kind of target, and as many of each with rows")
    parser.add_argument("--resumes", type=int, default=1, help="runs of each format that are killed several times and resumed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", default=[])
    args = parser.parse_args()
    dice, failures = random.Random(args.seed), 0
    with tempfile.TemporaryDirectory(prefix="seedbed-faults-") as home:
        for name, target in targets(Path(home)):
            try:
                if args.only and name not in args.only:
                    continue
                kind, tally = Kind(target), collections.Counter()
                for at in range(args.moments):
                    for there in (False, True):
                        tally[kind.kill(dice, there)] += 1
                told = ", ".join(f"{n} {what}" for what, n in sorted(tally.items()))
                print(f"{name}: {sum(tally.values())} kills, {told}; a run takes {kind.takes:.2f} s", flush=True)
                if name in ("csv", "jsonl", "parquet"):
                    for _ in range(args.resumes):
                        went_on, takes = resumed(target, dice, 4)
                        print(f"{name}: resumed, {went_on} times from a note of an earlier run; a run takes {takes:.1f} s", flush=True)
            except AssertionError as failure:
                failures += 1
                print(f"{name}: FAILED: {failure}", flush=True)
            finally:
                if isinstance(target, Server):
                    target.drop()
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
