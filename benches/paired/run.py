#!/usr/bin/env python3
"""Measures Seedbed beside what it is compared to, in pairs, and writes the ratios down. See README.md here."""

import argparse
import datetime
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from servers import MariaDb, Postgres

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


class Run:
    """One finished process: CPU seconds (user and system), wall seconds, peak memory in MiB, bytes of files it left."""

    def __init__(self, argv, cpus="0", folder=None, quiet=True, codes=(0,)):
        out = subprocess.DEVNULL if quiet else None
        started = time.monotonic()
        process = subprocess.Popen(
            ["taskset", "-c", cpus, *map(str, argv)], stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.PIPE
        )
        told = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        self.wall = time.monotonic() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in codes:
            sys.exit(f"{' '.join(map(str, argv))}: exit {process.returncode}\n{told.decode()}")
        self.cpu = usage.ru_utime + usage.ru_stime
        self.peak = usage.ru_maxrss / 1024
        self.bytes = 0
        if folder is not None:
            files = (f for f in folder.rglob("*") if f.suffix in {".csv", ".parquet"})
            self.bytes = sum(f.stat().st_size for f in files)
            shutil.rmtree(folder)


def interleaved(pairs, *runs):
    """The runs of each of some functions, in turn: a drift of the machine's speed meets all alike."""
    return numbered(pairs, *(lambda _, run=run: run() for run in runs))


def numbered(pairs, *runs):
    """The same of functions that are told which pair it is."""
    made = [[] for _ in runs]
    for pair in range(pairs):
        for results, run in zip(made, runs):
            results.append(run(pair))
    return made


def median(runs, field):
    return statistics.median(getattr(run, field) for run in runs)


def ratio(ours, theirs):
    """Median over the pairs of what they need by what we need."""
    return statistics.median(b.cpu / a.cpu for a, b in zip(ours, theirs))


def walls(ours, theirs):
    """How our wall time is to theirs."""
    ratio = statistics.median(a.wall / b.wall for a, b in zip(ours, theirs))
    fastest = min(a.wall for a in ours) / min(b.wall for b in theirs)
    return f"wall time {ratio:.2f} x ({median(ours, 'wall'):.1f} s; the fastest of each {fastest:.2f} x) that of"


LOADED = "users + orders (200 k + 1 M rows)"


class Bench:
    def __init__(self, options):
        self.options = options
        self.ram = Path(tempfile.mkdtemp(prefix="seedbed-bench-", dir=options.ram_disk))
        self.lines = []

    def row(self, work, measured, aim):
        line = f"| {work} | {measured} | {aim} |"
        print(line, flush=True)
        self.lines.append(line)

    def seedbed(self, schema, *arguments, folder=None, keep=False, cpus="0", dialect="postgres", checked=True, codes=(0,)):
        target = ["--out", folder] if folder else ["--null"]
        checking = [] if checked else ["--no-validate"]
        return Run(
            [self.options.seedbed, "generate", schema, "--dialect", dialect, "-q", *checking, *arguments, *target],
            cpus,
            None if keep else folder,
            codes=codes,
        )

    # The rows of the table of results. Each is a method, called by its name on the command line.

    def users_orders(self):
        """Two tables against the program that was tuned by hand for just these, and one as a user would write it."""
        schema, spec = self.options.perf / "users_orders.sql", ["--spec", HERE / "users_orders.toml", "--threads", 1]
        binaries = self.options.perf_target / "release"
        rows = 6_000_000
        for where in ["RAM disk", "null sink"]:
            to_disk = where == "RAM disk"

            def ours(checked=True):
                return self.seedbed(schema, *spec, folder=self.ram / "ours" if to_disk else None, checked=checked)

            def theirs(program, *threads):
                folder = self.ram / "theirs"
                folder.mkdir()
                run = Run([binaries / program, folder if to_disk else "null", 1_000_000, 5_000_000, *threads], folder=folder)
                return run

            made, bare, hand = interleaved(
                self.options.pairs, ours, lambda: ours(checked=False), lambda: theirs("handcsv", 1)
            )
            sizes = f", {made[0].bytes / rows:.0f} and {hand[0].bytes / rows:.0f} bytes a row" if to_disk else ""
            self.row(
                f"users + orders, CSV, {where}, every row checked",
                f"{ratio(made, hand):.2f} x handcsv, which checks nothing ({rows / median(made, 'cpu') / 1e6:.2f} and "
                f"{rows / median(hand, 'cpu') / 1e6:.2f} M rows a CPU second{sizes})",
                "0.6 x",
            )
            self.row(
                f"the same, checked against unchecked, {where}",
                f"{ratio(bare, made):.2f} x the CPU",
                "at most 1.6 x" if not to_disk else "",
            )
            self.row(f"the same, unchecked, {where}", f"{ratio(bare, hand):.2f} x handcsv", "0.75 x")
            if to_disk and (binaries / "fakecsv").exists():
                made, fake = interleaved(max(1, self.options.pairs // 2), ours, lambda: theirs("fakecsv"))
                self.row(f"users + orders, CSV, {where}, every row checked", f"{ratio(made, fake):.2f} x fakecsv", "")

    def tpch(self):
        """TPC-H's tables at scale factor 1 against the generator written for it."""
        self.tpch_as("csv", "CSV", "2 x, bytes a row within 10 %")

    def tpch_parquet(self):
        """The same as Parquet."""
        self.tpch_as("parquet", "Parquet (snappy)", "1.5 x")

    def tpch_as(self, form, name, aim):
        schema = self.options.corpus / "postgres" / "bench_tpch.sql"

        def ours():
            arguments = ["--spec", HERE / "tpch.toml", "--threads", 1, "--format", form]
            return self.seedbed(schema, *arguments, folder=self.ram / "ours")

        def theirs():
            folder = self.ram / "theirs"
            return Run([self.options.tpchgen, form, "-s", 1, "-n", 1, "-o", folder], folder=folder)

        made, other = interleaved(self.options.pairs, ours, theirs)
        rows = 5 + 25 + 200_000 + 10_000 + 800_000 + 150_000 + 1_500_000 + 6_001_215
        by_bytes = statistics.median((a.bytes / a.cpu) / (b.bytes / b.cpu) for a, b in zip(made, other))
        self.row(
            f"TPC-H, scale factor 1, {name}, RAM disk, every row checked",
            f"{ratio(made, other):.2f} x tpchgen-cli in rows, {by_bytes:.2f} x in bytes "
            f"({rows / median(made, 'cpu') / 1e6:.2f} and {rows / median(other, 'cpu') / 1e6:.2f} M rows a CPU second, "
            f"{made[0].bytes / rows:.1f} and {other[0].bytes / rows:.1f} bytes a row)",
            aim,
        )

    def threads(self):
        """What a second thread adds to the work, and takes from the time."""
        schema, spec = self.options.perf / "users_orders.sql", ["--spec", HERE / "users_orders.toml"]
        one, two = interleaved(
            2 * self.options.pairs,
            lambda: self.seedbed(schema, *spec, "--threads", 1, cpus="0,1"),
            lambda: self.seedbed(schema, *spec, "--threads", 2, cpus="0,1"),
        )
        growth = statistics.median(b.cpu / a.cpu for a, b in zip(one, two))
        best = max(a.wall / b.wall for a, b in zip(one, two))
        self.row(
            "users + orders, null sink, every row checked, two threads against one",
            f"CPU x {growth:.2f}, wall time {best:.2f} x shorter in the best of {len(one)} pairs",
            "at most 1.10, 1.7",
        )

    def memory(self):
        """Peak memory of six million rows and of sixty."""
        schema, spec = self.options.perf / "users_orders.sql", ["--spec", HERE / "users_orders.toml", "--threads", 2]
        peaks = []
        for users, orders in [(1, 5), (10, 50)]:
            sizes = ["--table", f"users={users}M", "--table", f"orders={orders}M"]
            peaks.append(self.seedbed(schema, *spec, *sizes, cpus="0,1").peak)
        self.row(
            "users + orders, null sink, every row checked, peak memory of 6 M and 60 M rows",
            f"{peaks[0]:.1f} and {peaks[1]:.1f} MiB",
            "at most 64, 256",
        )

    def bookshop(self):
        """A small job as a whole."""
        schema = ROOT / "examples" / "bookshop.sql"
        arguments = ["generate", schema, "--dialect", "postgres", "--threads", 1, "-q", "--rows"]
        folder = self.ram / "ours"
        checked, made, planned = interleaved(
            4 * self.options.pairs,
            lambda: Run([self.options.seedbed, *arguments, 1000, "--out", folder], folder=folder),
            lambda: Run([self.options.seedbed, *arguments, 1000, "--out", folder, "--no-validate"], folder=folder),
            lambda: Run([self.options.seedbed, *arguments, 0, "--null"]),
        )
        self.row(
            "bookshop, 1,000 rows a table, CSV, whole process",
            f"{median(checked, 'cpu') * 1000:.0f} ms of CPU, {median(made, 'cpu') * 1000:.0f} ms without the check of"
            f" every row, {median(planned, 'cpu') * 1000:.0f} ms without rows",
            "at most 14",
        )

    def check(self):
        """Files that are there already: users + orders, six million rows of CSV."""
        schema, folder = self.options.perf / "users_orders.sql", self.ram / "given"
        self.seedbed(schema, "--spec", HERE / "users_orders.toml", folder=folder, keep=True, checked=False)
        size = sum(f.stat().st_size for f in folder.glob("*.csv"))
        argv = [self.options.seedbed, "check", schema, "--dialect", "postgres", "--data", folder, "--threads", 1, "-q"]
        (runs,) = interleaved(self.options.pairs, lambda: Run(argv))
        self.row(
            "users + orders, files of 6 M rows checked by `seedbed check`",
            f"{size / 1e6 / median(runs, 'cpu'):.0f} MB of CSV a CPU second, {max(r.peak for r in runs):.0f} MiB",
            "150",
        )
        shutil.rmtree(folder)

    def schemas(self):
        """What the check adds to schemas of real applications: each dump once with it and once without."""
        ratios = []
        for dialect in ["postgres", "mysql", "sqlite"]:
            for schema in sorted((self.options.corpus / dialect).glob("*.sql")):
                arguments = ["--rows", 1000, "--threads", 1]
                # 1: rows were found that break a constraint, and told.
                checked, bare = (
                    self.seedbed(schema, *arguments, dialect=dialect, checked=c, codes=(0, 1)) for c in [True, False]
                )
                ratios.append((checked.cpu / bare.cpu, f"{dialect}/{schema.name}"))
        worst, where = max(ratios)
        self.row(
            f"{len(ratios)} schemas of real applications, 1,000 rows a table, null sink, checked against unchecked",
            f"{statistics.median(r for r, _ in ratios):.2f} x the CPU in the median schema, {worst:.2f} x in the worst (`{where}`)",
            "at most 2 x, 5 x",
        )

    def tables(self):
        """Cells a CPU second, table by table."""
        for dialect, name in [("postgres", "northwind"), ("postgres", "pagila"), ("postgres", "chinook"), ("postgres", "zabbix")]:
            schema = self.options.corpus / dialect / f"{name}.sql"
            argv = ["taskset", "-c", "0", self.options.tables, dialect, schema]
            told = subprocess.run(list(map(str, argv)), check=True, capture_output=True, text=True).stdout
            rates = [(float(rate), table) for table, _, _, rate, _, _ in (line.split("\t") for line in told.splitlines())]
            slow = sorted((rate, table) for rate, table in rates if rate < 20)
            listed = ", ".join(f"`{table}` {rate:.0f}" for rate, table in slow) or "none"
            self.row(
                f"{name}, a million rows a table, cells a CPU second",
                f"median {statistics.median(r for r, _ in rates):.0f} M; below 20 M: {listed}",
                "20 M",
            )

    def load(self):
        """Rows into PostgreSQL with every key on, against psql with files that are ready."""
        files = self.ready("postgres", self.options.perf / "users_orders.sql")
        server = Postgres(self.options.postgres)
        script = self.ram / "copy.sql"
        copied = "".join(f"\\copy {t} FROM '{files / t}.csv' (FORMAT csv, HEADER)\n" for t in ["users", "orders"])

        def ours(pair):
            schema = self.beside_others(pair)
            with server.filled_by(schema) as served:
                run = self.load_into(server.url, "postgres", schema)
            return run, served.cpu

        def psql(pair):
            looked_at = "".join(f"SELECT FROM {t} LIMIT 0;\n" for t in self.others(pair))
            script.write_text(f"{looked_at}BEGIN;\n{copied}COMMIT;\n")
            with server.filled_by(self.beside_others(pair)) as served:
                run = Run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", server.url, "-f", script], "0,1")
            return run, served.cpu

        made, theirs = numbered(self.options.pairs, ours, psql)
        server.drop()
        shutil.rmtree(files)
        share = statistics.median(run.cpu / served for run, served in made)
        self.row(
            f"{LOADED} into PostgreSQL, keys on",
            f"our CPU {share * 100:.1f} % of the server's, {walls([r for r, _ in made], [r for r, _ in theirs])}"
            " psql's \\copy of ready files",
            "below 3 %, at most 1.05 x",
        )

    # PostgreSQL 15 notes what a statement holds in a table hashed by address. A COPY holds the description of its table
    # hundreds of times; a session in which another one's address falls among these spends a sixth more on the checks of
    # references. Addresses follow from what the session has seen before, so each pair has it see other tables.

    def others(self, pair):
        return [f"seen_before_{n}" for n in range(pair)]

    def beside_others(self, pair):
        schema = self.ram / "beside_others.sql"
        others = "".join(f"CREATE TABLE {t} (id int PRIMARY KEY, n int);\n" for t in self.others(pair))
        schema.write_text(others + (self.options.perf / "users_orders.sql").read_text())
        return schema

    def load_mysql(self):
        """Rows into MariaDB with every key on, against LOAD DATA LOCAL of files that are ready."""
        schema = self.options.perf / "users_orders.sql"
        files = self.ready("mysql", schema)
        server = MariaDb(self.options.mysql)
        form = "CHARACTER SET utf8mb4 FIELDS TERMINATED BY ',' OPTIONALLY ENCLOSED BY '\"' ESCAPED BY '' IGNORE 1 LINES"
        copied = "".join(f"LOAD DATA LOCAL INFILE '{files / t}.csv' INTO TABLE {t} {form}; " for t in ["users", "orders"])

        def ours():
            server.make(schema)
            return self.load_into(server.url, "mysql", schema)

        def client():
            server.make(schema)
            return Run(server.client("--local-infile=1", "-e", f"START TRANSACTION; {copied}COMMIT", server.NAME), "0,1")

        made, theirs = interleaved(self.options.pairs, ours, client)
        server.drop()
        shutil.rmtree(files)
        self.row(
            f"{LOADED} into MariaDB, keys on",
            f"{walls(made, theirs)} LOAD DATA LOCAL INFILE of ready files",
            "at most 1.05 x",
        )

    def load_sqlite(self):
        """A new SQLite file with every key on, against the shell's .import of files that are ready."""
        schema = self.ram / "users_orders.sql"
        # SQLite knows no type before a literal.
        schema.write_text((self.options.perf / "users_orders.sql").read_text().replace("DATE '", "'"))
        files = self.ready("sqlite", schema)
        new, script = self.ram / "new.db", self.ram / "import.sql"
        copied = "".join(f".import --csv --skip 1 {files / t}.csv {t}\n" for t in ["users", "orders"])
        script.write_text(f"PRAGMA foreign_keys = ON;\n{schema.read_text()}\n{copied}")

        def ours():
            new.unlink(missing_ok=True)
            return self.load_into(f"sqlite:{new}", "sqlite", schema)

        def shell():
            new.unlink(missing_ok=True)
            return Run(["sqlite3", "-bail", new, f".read {script}"], "0,1")

        made, theirs = interleaved(self.options.pairs, ours, shell)
        shutil.rmtree(files)
        self.row(
            f"{LOADED} into a new SQLite file, keys on, RAM disk",
            f"{walls(made, theirs)} .import of ready files",
            "at most 0.8 x",
        )

    SIZES = ["--rows", 0, "--table", "users=200k", "--table", "orders=1M", "--spec", HERE / "users_orders.toml"]

    def ready(self, dialect, schema):
        """A folder with the rows of a load as CSV."""
        files = self.ram / "ready"
        self.seedbed(schema, *self.SIZES, folder=files, keep=True, dialect=dialect)
        return files

    def load_into(self, url, dialect, schema):
        argv = ["generate", schema, "--dialect", dialect, "--no-validate", "-q", *self.SIZES, "--to", url]
        return Run([self.options.seedbed, *argv], "0,1")

    def results(self):
        """The report's text."""
        model = next((l.split(":", 1)[1].strip() for l in open("/proc/cpuinfo") if l.startswith("model name")), "?")
        commit = subprocess.run(["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"], capture_output=True, text=True)
        head = [
            "# Paired measurements",
            "",
            f"- {datetime.date.today()}, commit {commit.stdout.strip() or 'unknown'}",
            f"- {model}, {os.cpu_count()} cores, Linux {platform.release()}",
            f"- medians of {self.options.pairs} interleaved pairs, pinned, CPU = user + system;"
            f" load average at the end {os.getloadavg()[0]:.1f}",
            "",
            "| work | measured | aim |",
            "|---|---|---|",
        ]
        return "\n".join([*head, *self.lines, ""])


ROWS = [
    "users_orders", "tpch", "tpch_parquet", "threads", "memory", "bookshop", "check", "schemas", "tables", "load", "load_mysql",
    "load_sqlite",
]


def found(name):
    """A bench's executable, built if need be."""
    command = ["cargo", "bench", "--locked", "-p", "seedbed-benches", "--bench", name, "--no-run", "--message-format", "json"]
    told = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    artifacts = (json.loads(line) for line in told.splitlines() if line.startswith("{"))
    return next(a["executable"] for a in artifacts if a.get("executable") and a["target"]["name"] == name)


def main():
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"what to measure, all by default: {', '.join(ROWS)}")
    parser.add_argument("--seedbed", type=Path, default=target / "release" / "seedbed", help="the program, built in release, for tpch_parquet with `--features parquet`")
    parser.add_argument("--perf", type=Path, default=os.environ.get("SEEDBED_PERF"), help="the crate of handcsv and fakecsv")
    parser.add_argument("--perf-target", type=Path, default=target / "perf", help="where that crate is built")
    parser.add_argument("--tpchgen", type=Path, help="tpchgen-cli 4.0.0; installed from PyPI when not given")
    parser.add_argument("--corpus", type=Path, default=os.environ.get("SEEDBED_CORPUS"), help="schemas of real applications")
    parser.add_argument("--tables", type=Path, help="the bench of that name; built when not given")
    parser.add_argument("--ram-disk", type=Path, default=Path("/dev/shm"))
    parser.add_argument("--postgres", default="postgres://postgres@127.0.0.1", help="the server that `load` fills")
    parser.add_argument("--mysql", default="mysql://root@127.0.0.1:3306", help="the server that `load_mysql` fills")
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--out", type=Path, help="where to write the results; benches/results/DATE.md when not given")
    options = parser.parse_args()
    rows = options.rows or ROWS
    if unknown := set(rows) - set(ROWS):
        parser.error(f"no such row: {', '.join(sorted(unknown))}")
    if {"users_orders", "threads", "memory", "check", "load", "load_mysql", "load_sqlite"} & set(rows):
        if options.perf is None:
            parser.error("--perf or SEEDBED_PERF must name the crate of the programs to compare with")
        options.perf = Path(options.perf)
        if "users_orders" in rows and not (options.perf_target / "release" / "handcsv").exists():
            build = ["cargo", "build", "--release", "--bin", "handcsv", "--bin", "fakecsv"]
            environment = {**os.environ, "CARGO_TARGET_DIR": str(options.perf_target)}
            with tempfile.TemporaryDirectory() as copy:
                # Cargo writes a lock file beside the manifest, which may be read-only.
                shutil.copytree(options.perf, copy, dirs_exist_ok=True, copy_function=shutil.copyfile)
                subprocess.run(build, cwd=copy, env=environment, check=True)
    if {"tpch", "tpch_parquet", "schemas", "tables"} & set(rows):
        if options.corpus is None:
            parser.error("--corpus or SEEDBED_CORPUS must name the folder of schemas")
        options.corpus = Path(options.corpus)
    if {"tpch", "tpch_parquet"} & set(rows) and options.tpchgen is None:
        venv = target / "tpchgen"
        options.tpchgen = venv / "bin" / "tpchgen-cli"
        if not options.tpchgen.exists():
            subprocess.run([sys.executable, "-m", "venv", venv], check=True)
            subprocess.run([venv / "bin" / "pip", "install", "-q", "tpchgen-cli==4.0.0"], check=True)
    if "tables" in rows and options.tables is None:
        options.tables = found("tables")
    bench = Bench(options)
    try:
        for row in rows:
            getattr(bench, row)()
    finally:
        shutil.rmtree(bench.ram, ignore_errors=True)
    out = options.out or ROOT / "benches" / "results" / f"{datetime.date.today()}.md"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(bench.results())
    print(out)


if __name__ == "__main__":
    main()
