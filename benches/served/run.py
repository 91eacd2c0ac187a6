#!/usr/bin/env python3
"""What the server and the store cost: paired runs of whole processes, each figure the median of several.

    benches/served/run.py --seedbed BIN --static BIN [--perf DIR] [--out FILE]

Needs `wrk` and `sqlite3` (Debian's packages). BIN are release builds of the command and of the example `static_page` of
`seedbed-server`. DIR holds `users_orders.sql`. The machine had better be idle; what is compared is compared in one run.
"""

import argparse
import contextlib
import json
import os
import re
import resource
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TICK = os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


class Server:
    """A server in a folder of its own."""

    def __init__(self, seedbed: str, folder: Path, **options: str):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        environment = dict(
            os.environ, PORT=str(self.port), SEEDBED_STORE=str(folder / "store"), RATE_LIMIT="0",
            GENERATION_RATE_LIMIT="0", LOG_LEVEL="warn", MAX_TABLE_ROWS="100000000", MAX_JOB_ROWS="100000000", **options,
        )
        self.began = time.monotonic()
        self.process = subprocess.Popen([seedbed, "serve"], cwd=folder, env=environment, stderr=subprocess.DEVNULL)
        while True:
            with contextlib.suppress(OSError):
                self.get("/api/health")
                break
            if time.monotonic() - self.began > 20:
                sys.exit("the server does not answer")
            time.sleep(0.001)
        self.start_ms = (time.monotonic() - self.began) * 1000

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, bytes]:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, method=method)
        if data is not None:
            request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=600) as answer:
            return answer.status, answer.read()

    def get(self, path: str) -> bytes:
        return self.ask("GET", path)[1]

    def generate(self, ddl: str, rows: int, seed: int, counts: dict[str, int] | None = None) -> str:
        config = {"numRecords": rows, "seed": seed, "perTableRowCounts": counts or {}}
        return json.loads(self.ask("POST", "/api/generate", {"ddl": ddl, "config": config})[1])["jobId"]

    def last_event(self, job: str) -> str:
        with urllib.request.urlopen(f"{self.url}/api/jobs/{job}/events", timeout=600) as stream:
            events = re.findall(rb"^event: ?(\S+)", stream.read(), re.M)
        return events[-1].decode()

    def dataset(self, job: str) -> int:
        return json.loads(self.get(f"/api/jobs/{job}"))["datasetId"]

    def cpu(self) -> float:
        """CPU seconds of all its threads by now."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def memory(self) -> float:
        """MiB that it has in memory."""
        return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{self.process.pid}/status").read_text())[1]) / 1024

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=60)


@contextlib.contextmanager
def serving(seedbed: str, **options: str) -> Iterator[Server]:
    folder = Path(tempfile.mkdtemp())
    server = Server(seedbed, folder, **options)
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def child_cpu(command: list[str], **options) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def starts(seedbed: str) -> float:
    """Milliseconds from the start of the process to the first answer."""
    times = []
    for _ in range(7):
        with serving(seedbed) as server:
            times.append(server.start_ms)
    return statistics.median(times)


def bookshop(seedbed: str) -> float:
    """CPU milliseconds from the request for 1,000 rows a table to `generation:complete`."""
    ddl = (ROOT / "examples/bookshop.sql").read_text()
    with serving(seedbed) as server:
        server.last_event(server.generate(ddl, 10, 1))
        times = []
        for seed in range(2, 32):
            before = server.cpu()
            if server.last_event(server.generate(ddl, 1000, seed)) != "generation:complete":
                sys.exit("the bookshop was not made")
            times.append(server.cpu() - before)
    # The clock has steps of 10 ms: the mean of many is what there is.
    return statistics.mean(times) * 1000


def requests_a_second(url: str) -> float:
    told = subprocess.run(
        ["wrk", "-t1", "-c16", "-d4s", url], check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in told:
        sys.exit(f"{url}: {told}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", told)[1])


def pages(seedbed: str, static: str) -> tuple[float, float]:
    """Requests a second of a page of rows, and of the same bytes from memory."""
    ddl = (ROOT / "examples/bookshop.sql").read_text()
    with serving(seedbed) as server:
        job = server.generate(ddl, 1000, 1)
        server.last_event(job)
        path = f"/api/datasets/{server.dataset(job)}/tables/customers?limit=50&offset=100"
        with tempfile.NamedTemporaryFile() as page:
            page.write(server.get(path))
            page.flush()
            port = free_port()
            other = subprocess.Popen([static, str(port), page.name])
            time.sleep(0.3)
            pairs = [
                (requests_a_second(server.url + path), requests_a_second(f"http://127.0.0.1:{port}/"))
                for _ in range(3)
            ]
            other.kill()
            other.wait()
    return tuple(statistics.median(side) for side in zip(*pairs, strict=True))


def storing(seedbed: str, perf: Path) -> tuple[float, float]:
    """CPU seconds of 1 M rows made, checked and stored, and of `sqlite3 .import` of the ready CSV into the same tables."""
    schema = perf / "users_orders.sql"
    rows = ["--table", "users=400000", "--table", "orders=600000", "--dialect", "postgres"]
    ours, theirs = [], []
    with tempfile.TemporaryDirectory(dir="/dev/shm") as name:
        folder = Path(name)
        subprocess.run([seedbed, "generate", schema, *rows, "--out", folder / "csv", "-q"], check=True)
        for turn in range(3):
            store = folder / f"store{turn}"
            ours.append(child_cpu([seedbed, "generate", schema, *rows, "--save", "x", "--store", store, "-q"]))
            shutil.rmtree(store)
            database = folder / "import.db"
            # The same tables in SQLite's notation, which has no literals of dates.
            script = re.sub(r"\b(DATE|TIMESTAMP) '", "'", schema.read_text()) + ".mode csv\n" + "".join(
                f".import --skip 1 {folder}/csv/{table}.csv {table}\n" for table in ("users", "orders"))
            theirs.append(child_cpu(["sqlite3", database], input=script.encode()))
            database.unlink()
    return statistics.median(ours), statistics.median(theirs)


def load(seedbed: str, perf: Path) -> tuple[float, int]:
    """The most MiB in memory while a job of 1 M rows runs, an export streams and 200 streams are open, with 50 jobs in the
    queue; and how many of those that were asked failed."""
    ddl = (ROOT / "examples/bookshop.sql").read_text()
    errors = 0
    with serving(seedbed, MAX_CONCURRENT_JOBS="2") as server:
        job = server.generate(ddl, 20000, 1)
        server.last_event(job)
        dataset = server.dataset(job)
        users = {"users": 400_000, "orders": 600_000}
        big = server.generate((perf / "users_orders.sql").read_text(), 100, 1, users)
        jobs = [server.generate(ddl, 1000, seed) for seed in range(100, 150)]
        last: list[str] = []

        def follow(name: str) -> None:
            with contextlib.suppress(OSError):
                last.append(server.last_event(name))

        streams = [threading.Thread(target=follow, args=(name,)) for name in (jobs * 4)]
        [stream.start() for stream in streams]
        export = threading.Thread(target=lambda: server.get(f"/api/datasets/{dataset}/export?format=csv"))
        export.start()
        most = 0.0
        while any(stream.is_alive() for stream in streams) or export.is_alive():
            most = max(most, server.memory())
            time.sleep(0.02)
        errors += sum(event != "generation:complete" for event in last) + len(streams) - len(last)
        errors += server.last_event(big) != "generation:complete"
    return most, errors


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seedbed", required=True)
    options.add_argument("--static", required=True)
    options.add_argument("--perf", type=Path, default=Path(os.environ.get("SEEDBED_PERF", "../shared/perf")))
    options.add_argument("--out", type=Path)
    given = options.parse_args()
    lines = []

    def told(what: str, wanted: str, measured: str) -> None:
        lines.append(f"| {what} | {wanted} | {measured} |")
        print(lines[-1], flush=True)

    told("start to the first answer of `/api/health`", "< 100 ms", f"{starts(given.seedbed):.0f} ms")
    told("bookshop, 1,000 rows a table, request to `generation:complete`, CPU", "< 150 ms",
         f"{bookshop(given.seedbed):.0f} ms")
    ours, static = pages(given.seedbed, given.static)
    told("pages of 50 rows, against the same bytes from memory", "0.5", f"{ours / static:.2f} ({ours:.0f} a second)")
    made, imported = storing(given.seedbed, given.perf)
    told("1 M rows made, checked and stored, against `.import` of the ready CSV, CPU", "1.3",
         f"{made / imported:.2f} ({made:.2f} s)")
    memory, errors = load(given.seedbed, given.perf)
    told("memory with a job of 1 M rows, an export, 200 streams, 50 jobs", "150 MiB, 0 errors",
         f"{memory:.0f} MiB, {errors} errors")
    if given.out:
        given.out.write_text("| work | wanted | measured |\n|---|---|---|\n" + "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
