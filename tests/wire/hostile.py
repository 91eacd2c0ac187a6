#!/usr/bin/env python3
"""Clients that mean no good, and ends that nobody wished for, over real sockets.

  tests/wire/hostile.py
  tests/wire/hostile.py --only bombs cancel --seed 5

Each case has a server of its own. A case is a function below whose name begins with `case_`.
"""
from __future__ import annotations

import http.client
import io
import random
import socket
import sys
import threading
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from client import Answer, Client
from server import Server
from suite import arguments, binary, tell

# What a request may take that has nothing to do, on a machine that has much to do.
PROMPT = 1.5
# A canceled job is over within a second. The rest is the way there and back.
CANCEL = 1.5
# What big jobs are meant to take: long enough to be met in the middle.
BIG_SECONDS = 3.0
LIMITS = {"max-table-rows": "50000000", "max-job-rows": "500000000"}
SHOP = """
CREATE TABLE customer (id integer PRIMARY KEY, email varchar(200) NOT NULL UNIQUE, name text NOT NULL, born date,
    credit numeric(10, 2) CHECK (credit >= 0));
CREATE TABLE purchase (id bigint PRIMARY KEY, customer_id integer NOT NULL REFERENCES customer (id), at timestamp NOT NULL,
    state text NOT NULL CHECK (state IN ('new', 'paid', 'sent')), note text, total numeric(12, 2) CHECK (total > 0));
CREATE TABLE line (purchase_id bigint NOT NULL REFERENCES purchase (id), number integer NOT NULL CHECK (number > 0),
    article varchar(80) NOT NULL, quantity integer CHECK (quantity BETWEEN 1 AND 99), PRIMARY KEY (purchase_id, number));
"""
TABLES = 3


class Hostile:
    """The binary, and chance."""

    def __init__(self, binary: str, seed: int) -> None:
        self.binary = binary
        self.random = random.Random(seed)

    def server(self, **options: object) -> Server:
        """A server that takes big jobs; underscores of options stand for dashes."""
        given = {name.replace("_", "-"): str(value) for name, value in options.items()}
        return Server(self.binary, {**LIMITS, **given})


def shop(rows: int, seed: int = 1, **more: Any) -> dict[str, Any]:
    """A job of so many rows a table."""
    return {"ddl": SHOP, "dialect": "postgres", "config": {"numRecords": rows, "seed": seed}, "saveName": "shop", **more}


def made(client: Client, rows: int, seed: int = 1) -> int:
    """A dataset."""
    record = client.ended(client.generate(shop(rows, seed)), 300)
    assert record["status"] == "done", record
    return record["datasetId"]


def big_rows(client: Client) -> int:
    """As many rows a table as take some seconds here, by a smaller job of this machine and this build."""
    rows = 10_000
    while True:
        began = time.monotonic()
        client.delete(f"/api/datasets/{made(client, rows, seed=99)}")
        took = time.monotonic() - began
        if took > 0.8:
            return int(rows * BIG_SECONDS / took)
        rows *= 3


def until(holds: Callable[[], object], seconds: float, what: str) -> None:
    """Waits for something that must come."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"not within {seconds} s: {what}"
        time.sleep(0.02)


def is_empty(server: Server, what: str) -> None:
    """Nothing is left in the store's folder, without anybody having to collect it."""
    until(lambda: not server.files(), 3, f"an empty store {what}, which has {sorted(server.files())[:4]}")


def is_whole(server: Server) -> None:
    """The store says that it is whole."""
    verified = server.command("store", "verify")
    assert verified.returncode == 0, f"verify: {verified.stdout}{verified.stderr}"


@contextmanager
def responsive(server: Server) -> Iterator[None]:
    """The server answers others all the while."""
    done, slow, failed = threading.Event(), [0.0], []

    def ask() -> None:
        client = server.client(20)
        while not done.is_set():
            began = time.monotonic()
            try:
                for path in ("/api/health", "/api/datasets"):
                    client.get(path).ok()
            except Exception as error:  # noqa: BLE001 - whatever it is, the case fails with it
                failed.append(error)
            slow[0] = max(slow[0], (time.monotonic() - began) / 2)
            time.sleep(0.05)

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        yield
    finally:
        done.set()
        asking.join()
    assert not failed, f"meanwhile others were answered: {failed[0]!r}"
    assert slow[0] < PROMPT, f"meanwhile others waited for {slow[0]:.2f} s"


def memory(server: Server) -> int:
    """The most memory that the server has had, in MiB."""
    assert server.process is not None
    with open(f"/proc/{server.process.pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) // 1024


def raw(server: Server, head: str, timeout: float = 20) -> socket.socket:
    """A connection on which this was sent."""
    connection = socket.create_connection(("127.0.0.1", server.port), timeout)
    connection.sendall(head.encode())
    return connection


def rest(connection: socket.socket) -> bytes:
    """All that comes until the other side closes, or breaks off."""
    told = b""
    try:
        while piece := connection.recv(1 << 16):
            told += piece
    except ConnectionResetError:
        pass
    connection.close()
    return told


def metric(client: Client, name: str) -> float:
    """A number of the server's."""
    text = client.get("/metrics").body.decode()
    return next(float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line.startswith(name + " "))


def case_huge_body(hostile: Hostile) -> str:
    """100 MiB, announced and unannounced: refused with 413, and never held."""
    with hostile.server() as server:
        client = server.client()
        client.get("/api/health").ok()
        before = memory(server)
        with responsive(server):
            for path, kind in (("/api/upload", "text/plain"), ("/api/generate", "application/json")):
                for framing in ("Content-Length: 104857600", "Transfer-Encoding: chunked"):
                    status, told = flood(server, path, kind, framing)
                    assert status == 413 and b'"body-too-large"' in told, f"{path}, {framing}: {status}, {told[:200]!r}"
        grown = memory(server) - before
        assert grown < 60, f"the server has grown by {grown} MiB"
        return f"4 floods, {grown} MiB more"


def flood(server: Server, path: str, kind: str, framing: str) -> tuple[int, bytes]:
    """Sends 100 MiB as long as they are taken; what is answered."""
    connection = raw(server, f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\n{framing}\r\n\r\n")
    piece = b"x" * (1 << 16)
    if "chunked" in framing:
        piece = b"10000\r\n" + piece + b"\r\n"
    try:
        for _ in range(1_600):
            connection.sendall(piece)
    except (BrokenPipeError, ConnectionResetError):
        pass
    with connection, http.client.HTTPResponse(connection) as response:
        response.begin()
        return response.status, response.read()


def case_slow_bodies(hostile: Hostile) -> str:
    """A body that stops, and one that drips: both have an end, and keep nobody waiting."""
    with hostile.server(body_timeout="1s", request_timeout="4s") as server, responsive(server), ThreadPoolExecutor(60) as pool:
        head = "POST /api/upload HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 9999\r\n\r\nC"
        stopped = list(pool.map(lambda _: timed(lambda: rest(raw(server, head))), range(50)))
        for took, told in stopped:
            assert told.startswith(b"HTTP/1.1 408 ") and 0.9 < took < 4, f"{took:.1f} s: {told[:100]!r}"
        took, told = timed(lambda: drip(server, head))
        assert took < 9 and (not told or told.split(b" ")[1] in (b"408", b"503", b"504")), f"{took:.1f} s: {told[:100]!r}"
        return f"50 that stop, the slowest {max(took for took, _ in stopped):.1f} s; one that drips, {took:.1f} s"


def drip(server: Server, head: str) -> bytes:
    """A byte now and then, for as long as they are taken."""
    connection = raw(server, head)
    connection.settimeout(0.3)
    told = b""
    for _ in range(60):
        try:
            connection.sendall(b"x")
            told = connection.recv(4096)
            break
        except TimeoutError:
            continue
        except ConnectionError:
            break
    connection.close()
    return told


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """How long something takes, and what comes of it."""
    began = time.monotonic()
    made_of_it = work()
    return time.monotonic() - began, made_of_it


def case_slow_heads(hostile: Hostile) -> str:
    """Hundreds of connections that never end their heads: closed in time, others are answered meanwhile."""
    with hostile.server(header_timeout="1s") as server, responsive(server):
        connections = [raw(server, "GET /api/health HTTP/1.1\r\nHost: loc") for _ in range(300)]
        connections += [raw(server, "") for _ in range(100)]
        took, told = timed(lambda: [rest(connection) for connection in connections])
        answers = Counter(answer[:12] for answer in told)
        assert took < 6 and set(answers) <= {b"", b"HTTP/1.1 408", b"HTTP/1.1 400"}, f"{took:.1f} s: {answers}"
        return f"400 connections, closed after {took:.1f} s"


BOMBS = {
    "endless recursion": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
    "recursion that grows": "WITH RECURSIVE n(t) AS (SELECT 'x' UNION ALL SELECT t || t FROM n) SELECT max(length(t)) FROM n",
    "huge printf": "SELECT length(printf('%.*c', 900000000, 'x'))",
    "huge blob": "SELECT length(hex(zeroblob(900000000)))",
    "random blob": "SELECT length(randomblob(900000000))",
    "slow search": "SELECT instr(zeroblob(900000), zeroblob(450000) || x'01')",
    "replace that grows": "SELECT length(replace(replace(printf('%.*c', 99999, 'a'), 'a', 'aaaaaaaaaa'), 'a', 'aaaaaaaaaa'))",
    "cross join": "SELECT count(*) FROM line a, line b, line c, line d, purchase e, customer f",
    "cross join of texts": "SELECT group_concat(a.article || b.article || c.article) FROM line a, line b, line c",
    "sorted cross join": "SELECT a.article, b.article, c.article FROM line a, line b, line c ORDER BY 3, 2, 1",
    "deep expression": "SELECT " + "(" * 900 + "1" + ")" * 900,
    "many unions": " UNION ALL ".join(["SELECT 1"] * 450),
    "like with many wildcards": "SELECT printf('%.*c', 40000, 'a') LIKE '" + "%a" * 900 + "b'",
    "json of much": "SELECT count(*) FROM json_each('[' || printf('%.*c', 40000, '1') || ',' || 1 || ']'), line, line b, line c",
    "other files": "ATTACH '/etc/passwd' AS p",
    "a copy": "VACUUM INTO 'copy.db'",
    "an extension": "SELECT load_extension('x')",
    "a file": "SELECT readfile('/etc/passwd')",
}


def case_bombs(hostile: Hostile) -> str:
    """Queries that would take for ever or all memory, one by one and all at once."""
    with hostile.server() as server:
        client = server.client(30)
        path = f"/api/datasets/{made(client, 2_000)}/query"
        with responsive(server):
            for name, sql in BOMBS.items():
                took, answer = timed(lambda sql=sql: client.post(path, {"sql": sql, "timeoutMs": 500}))
                defused(name, took, answer, 4)
            with ThreadPoolExecutor(32) as pool:
                def throw(bomb: tuple[str, str]) -> None:
                    took, answer = timed(lambda: server.client(60).post(path, {"sql": bomb[1], "timeoutMs": 500}))
                    defused(bomb[0], took, answer, 20)
                list(pool.map(throw, list(BOMBS.items()) * 3))
        took, answer = timed(lambda: client.post(path, {"sql": "SELECT count(*) FROM line"}))
        assert answer.ok()["rows"] == [[2_000]] and took < PROMPT, f"afterwards a query takes {took:.1f} s"
        assert len(server.files()) == 1, f"a query has left {server.files()}"
        return f"{len(BOMBS)} bombs by themselves, {3 * len(BOMBS)} at once, {memory(server)} MiB at most"


def defused(name: str, took: float, answer: Answer, seconds: float) -> None:
    """Answered in time: refused, or with an answer that is small."""
    assert took < seconds, f"{name}: answered after {took:.1f} s"
    if answer.status == 200:
        assert len(answer.body) < 5_000_000, f"{name}: {len(answer.body)} bytes"
    else:
        answer.error(400, 403, 408, 413, 422, 429, 503, 504)


def case_deleted_while_read(hostile: Hostile) -> str:
    """Two clients delete what a third exports, and others read: whole files or none, one who has deleted it."""
    seen: Counter[str] = Counter()
    with hostile.server(max_concurrent_jobs=2) as server, ThreadPoolExecutor(8) as pool:
        for turn in range(12):
            dataset = made(server.client(), 6_000, seed=turn)
            path = f"/api/datasets/{dataset}"
            export = pool.submit(server.client().get, f"{path}/export", format=("csv", "jsonl", "sqlite")[turn % 3])
            pages = pool.submit(read_pages, server.client(), path)
            time.sleep(hostile.random.uniform(0, 0.3))
            deletes = [pool.submit(server.client().delete, path) for _ in range(2)]
            statuses = sorted(delete.result().status for delete in deletes)
            assert statuses == [204, 404], f"two who delete are told {statuses}"
            seen[whole_or_none(export.result())] += 1
            seen[f"pages end with {pages.result()}"] += 1
        until(lambda: not server.command("store", "gc").returncode and not server.files(), 5, "an empty store")
        is_whole(server)
    return ", ".join(f"{what}: {count}" for what, count in sorted(seen.items()))


def case_made_again_while_read(hostile: Hostile) -> str:
    """A dataset whose rows are made again and again is there for everybody all the while, whole."""
    done = threading.Event()
    with hostile.server(max_concurrent_jobs=3) as server, ThreadPoolExecutor(6) as pool:
        client = server.client()
        path = f"/api/datasets/{made(client, 300)}"
        asks: list[Callable[[Client], Answer]] = [
            lambda asking: asking.get(path),
            lambda asking: asking.get(f"{path}/tables/line", limit=20, offset=7),
            lambda asking: asking.get(f"{path}/validation"),
            lambda asking: asking.get(f"{path}/export", format="csv", tables="line"),
            lambda asking: asking.post(f"{path}/query", {"sql": "SELECT count(*) FROM line"}),
        ]

        def ask(question: Callable[[Client], Answer]) -> int:
            count = 0
            while not done.is_set():
                answer = question(server.client())
                assert answer.status == 200, f"{answer.status}: {answer.body[:300]!r}"
                count += 1
            return count

        asking = [pool.submit(ask, question) for question in asks]
        for seed in range(2, 22):
            job = client.post(f"{path}/regenerate", {"seed": seed}).ok(202)["jobId"]
            assert client.ended(job)["status"] == "done"
        done.set()
        counts = [each.result() for each in asking]
        assert client.get(path).ok()["metadata"]["version"] == 21 and min(counts) > 0, counts
        is_whole(server)
        assert client.delete(path).status == 204
        is_empty(server, "after the end of all versions")
    return f"20 versions, {sum(counts)} answers of 5 kinds"


def read_pages(client: Client, path: str) -> int:
    """Pages for as long as there are some; the last status."""
    for page in range(200):
        answer = client.get(f"{path}/tables/line", limit=500, offset=page * 500 % 6_000)
        if answer.status != 200:
            answer.error(404)
            return answer.status
        assert len(answer.json()["rows"]) == 500
    return 200


def whole_or_none(answer: Answer) -> str:
    """A file is whole; else it is said why there is none."""
    if answer.status != 200:
        return answer.error(404, 409)
    assert int(answer.headers["content-length"]) == len(answer.body)
    if answer.body.startswith(b"PK"):
        assert zipfile.ZipFile(io.BytesIO(answer.body)).testzip() is None
    return "whole file"


def case_one_export_for_all(hostile: Hostile) -> str:
    """Ten who ask for the same file at the same time get one file, which one job has made."""
    with hostile.server() as server, ThreadPoolExecutor(10) as pool:
        client = server.client()
        path = f"/api/datasets/{made(client, 20_000)}/export"
        for name in ("csv", "sql"):
            before = metric(client, "seedbed_jobs_asked_total")
            answers = list(pool.map(lambda _, name=name: server.client().get(path, format=name), range(10)))
            jobs = metric(client, "seedbed_jobs_asked_total") - before
            assert {answer.status for answer in answers} == {200} and jobs == 1, f"{name}: {jobs} jobs"
            assert len({answer.body for answer in answers}) == len({answer.headers["etag"] for answer in answers}) == 1
        assert len([file for file in server.files() if file.startswith("exports")]) == 2, server.files()
        return "2 formats, 10 clients each, a job each"


def wide(tables: int) -> str:
    """A schema whose plan takes its time."""
    head = "CREATE TABLE t0 (id integer PRIMARY KEY, a integer NOT NULL, b integer NOT NULL CHECK (b > a), UNIQUE (a, b));\n"
    more = (f"CREATE TABLE t{n} (id integer PRIMARY KEY, p integer NOT NULL REFERENCES t{n // 2} (id), a integer NOT NULL, "
            f"b integer NOT NULL, c text CHECK (length(c) BETWEEN 3 AND 9), CHECK (b > a), UNIQUE (p, a, b));\n"
            for n in range(1, tables))
    return head + "".join(more)


def case_cancel_generation(hostile: Hostile) -> str:
    """Jobs are stopped at every turn: canceled within a second, and nothing is left."""
    outcomes: Counter[str] = Counter()
    slowest = 0.0
    with hostile.server(max_concurrent_jobs=2) as server:
        client = server.client()
        rows = big_rows(client)
        is_empty(server, "before")
        bodies = {"big": shop(rows), "wide": {"ddl": wide(1_500), "dialect": "postgres", "config": {"numRecords": 50}}}
        moments = [(kind, place) for kind, body in MOMENTS.items() for place in body]
        moments += [("big", f"after {hostile.random.uniform(0, 0.7 * BIG_SECONDS):.3f}") for _ in range(14)]
        moments += [("wide", f"after {hostile.random.uniform(0, 1):.3f}") for _ in range(6)]
        for number, (kind, moment) in enumerate(moments):
            body = bodies[kind]
            body["config"]["seed"] = number
            job = client.generate(body)
            phase = wait_for(client, job, moment)
            began = time.monotonic()
            answer = client.delete(f"/api/jobs/{job}")
            assert answer.status in (200, 202), f"{answer.status}: {answer.body!r}"
            record = client.ended(job, 20)
            took = time.monotonic() - began
            slowest = max(slowest, took)
            assert took < CANCEL, f"{kind}, {moment} ({phase}): over after {took:.1f} s"
            outcomes[f"{phase} {record['status']}"] += 1
            # Who is told that it is about to be canceled can rely on it.
            assert (record["status"] == "canceled") == (answer.status == 202), f"{answer.status}, and then {record['status']}"
            if record["status"] == "done":
                assert client.delete(f"/api/datasets/{record['datasetId']}").status == 204
            else:
                check_canceled(client, job, record)
            is_empty(server, f"after {kind}, {moment}")
        assert not client.get("/api/datasets").ok()
        canceled = sum(count for what, count in outcomes.items() if what.endswith("canceled"))
        # How long a big job takes is a guess, and those that are met in their last stroke may be done.
        assert canceled >= len(moments) * 0.6, f"only {canceled} of {len(moments)} were met in time: {outcomes}"
        for phase in ("planning", "making", "storing"):
            assert outcomes[f"{phase} canceled"], f"no job was met {phase}: {outcomes}"
        is_whole(server)
    told = ", ".join(f"{what}: {count}" for what, count in sorted(outcomes.items()))
    return f"{told}; the slowest {slowest:.2f} s"


# Where jobs are met besides at random.
MOMENTS = {
    "big": ["at once", "at table:start", "at table:complete", "at the last table:complete", "at the last table:complete",
            "at the last table:complete", "at generation:validation"],
    "wide": ["at once", "after 0.05", "after 0.1", "after 0.2", "at generation:start"],
}


def wait_for(client: Client, job: str, moment: str) -> str:
    """Waits for the moment, and says what the job does then."""
    if moment.startswith("after"):
        time.sleep(float(moment.split()[1]))
    elif moment != "at once":
        left = TABLES if "last" in moment else 1
        for event in client.events(job):
            left -= event.name == moment.split()[-1]
            if not left:
                break
    return phase_of(client.job(job))


def phase_of(record: dict[str, Any]) -> str:
    """What a job is doing, by what is told of it."""
    if record["status"] != "running":
        return record["status"]
    if not record["tables"]:
        return "planning"
    return "making" if any(table["status"] != "done" for table in record["tables"]) else "storing"


def check_canceled(client: Client, job: str, record: dict[str, Any]) -> None:
    """A canceled job says so in its record and in its last event, and stays so."""
    assert record["status"] == "canceled" and record["error"]["code"] == "canceled", record
    events = list(client.events(job))
    assert events[-1].name == "generation:canceled" and events[-1].data["code"] == "canceled", events[-1]
    numbers = [event.id for event in events if event.id is not None]
    assert numbers == list(range(1, len(numbers) + 1)), numbers
    assert client.delete(f"/api/jobs/{job}").ok()["status"] == "canceled"
    assert client.job(job)["status"] == "canceled"


def case_cancel_export(hostile: Hostile) -> str:
    """Exports are stopped: who waits for the file is told, and nothing is left but the rows."""
    outcomes: Counter[str] = Counter()
    with hostile.server() as server, ThreadPoolExecutor(1) as pool:
        client = server.client()
        dataset = made(client, big_rows(client))
        kept = server.files()
        for turn in range(9):
            name = ("csv", "sql", "sqlite")[turn % 3]
            waiting = pool.submit(server.client(120).get, f"/api/datasets/{dataset}/export", format=name)
            until(lambda: running_exports(client) or waiting.done(), 10, "a job of the export")
            time.sleep(hostile.random.uniform(0, 0.3))
            jobs = running_exports(client)
            for job in jobs:
                assert client.delete(f"/api/jobs/{job}").status in (200, 202)
            took, answer = timed(lambda waiting=waiting, jobs=jobs: waiting.result(CANCEL if jobs else 60))
            if answer.status == 200:
                outcomes["too late"] += 1
            else:
                assert answer.error(409) == "canceled" and client.job(jobs[0])["status"] == "canceled"
                outcomes[f"{name} canceled"] += 1
            rows = {file for file in kept if file.startswith("rows")}
            until(lambda: not [f for f in server.files() - rows if not f.startswith("exports")], 3, f"an end of {server.files()}")
            if answer.status != 200:
                assert not [file for file in server.files() - kept if file.startswith("exports")], server.files()
            kept = server.files()
        assert sum(count for what, count in outcomes.items() if what != "too late") >= 3, outcomes
        is_whole(server)
    return ", ".join(f"{what}: {count}" for what, count in sorted(outcomes.items()))


def running_exports(client: Client) -> list[str]:
    """Jobs that write files now."""
    return [job["jobId"] for job in client.get("/api/jobs", status="running").ok() if job["kind"] == "export"]


def case_full_queue(hostile: Hostile) -> str:
    """One job at work, two that wait, and no more: 429, and a place again when one has gone."""
    with hostile.server(max_concurrent_jobs=1, max_queued_jobs=2) as server:
        client = server.client()
        small = made(client, 10)
        body = shop(20 * big_rows(client))
        running = client.generate(body)
        until(lambda: client.job(running)["status"] == "running", 10, "a job at work")
        waiting = [client.generate(shop(5, seed)) for seed in (2, 3)]
        for refused in (client.post("/api/generate", shop(5, 4), Idempotency_Key="late"),
                        client.get(f"/api/datasets/{small}/export", format="csv"),
                        client.post(f"/api/datasets/{small}/regenerate", {"seed": 9})):
            assert refused.error(429) == "queue-full" and int(refused.headers["retry-after"]) >= 1, refused
        assert metric(client, "seedbed_jobs_queued") == 2 and len(client.get("/api/jobs", status="queued").ok()) == 2
        assert client.delete(f"/api/jobs/{waiting[0]}").status == 202
        assert client.job(waiting[0])["status"] == "canceled"
        again = client.post("/api/generate", shop(5, 4), Idempotency_Key="late").ok(202)["jobId"]
        client.delete(f"/api/jobs/{running}")
        for job, status in ((running, "canceled"), (waiting[1], "done"), (again, "done")):
            assert client.ended(job)["status"] == status, client.job(job)
        return "3 kinds of requests refused, taken again afterwards"


def case_idempotency(hostile: Hostile) -> str:
    """A key makes of many requests one, and of a refused one none."""
    with hostile.server() as server, ThreadPoolExecutor(8) as pool:
        client = server.client()
        first = client.generate(shop(20), Idempotency_Key="k-1")
        assert first == client.generate(shop(20), Idempotency_Key='"k-1"'), "a key in quotes is another"
        client.ended(first)
        assert first == client.generate(shop(20), Idempotency_Key="k-1")
        assert first != client.generate(shop(20)), "without a key it is a request of its own"
        client.post("/api/generate", shop(21), Idempotency_Key="k-1").error(422)
        client.post("/api/generate", shop(20), Idempotency_Key="").error(400)
        client.post("/api/generate", shop(20), Idempotency_Key="x" * 300).error(400)
        client.post("/api/generate", {"ddl": "nothing"}, Idempotency_Key="k-2").error(400, 422)
        second = client.generate(shop(20), Idempotency_Key="k-2")
        assert second != first, "a refused request has kept its key"
        before = metric(client, "seedbed_jobs_asked_total")
        answers = list(pool.map(lambda _: server.client().post("/api/generate", shop(30), Idempotency_Key="k-3"), range(8)))
        assert {answer.status for answer in answers} <= {202, 409}, Counter(answer.status for answer in answers)
        jobs = {answer.json()["jobId"] for answer in answers if answer.status == 202}
        assert len(jobs) == 1 and metric(client, "seedbed_jobs_asked_total") - before == 1, jobs
        dataset = client.ended(first)["datasetId"]
        other = client.post(f"/api/datasets/{dataset}/regenerate", {"seed": 2}, Idempotency_Key="k-1").ok(202)["jobId"]
        assert other not in (first, second), "another route has the same keys"
        client.ended(other)
        server.kill()
        server.start()
        assert first == server.client().generate(shop(20), Idempotency_Key="k-1"), "a key is forgotten by a restart"
        return "bare, quoted, other body, refused, 8 at once, other route, after a restart"


# A table and a column whose names want to be SQL, and a path.
SLY = """
CREATE TABLE "x""; ATTACH DATABASE 'stolen.db' AS s; --" (id integer PRIMARY KEY, "a""; DROP TABLE kept; --" text, note text);
CREATE TABLE "../../stolen" (id integer PRIMARY KEY, note text);
CREATE TABLE kept (id integer PRIMARY KEY, note text NOT NULL);
"""
# Expressions and conditions that no edit may run.
SLY_SQL = [
    "1); ATTACH DATABASE 'stolen.db' AS s; --",
    "(SELECT note FROM kept LIMIT 1)",
    "(SELECT name FROM sqlite_master LIMIT 1)",
    "load_extension('/tmp/stolen.so')",
    "readfile('/etc/passwd')",
    "pg_read_file('/etc/passwd')",
    "writefile('stolen.db', note)",
    "note; DROP TABLE kept",
    "note || (VACUUM INTO 'stolen.db')",
    "randomblob(900000000)",
    "1 IN (" * 3_000 + "1" + ")" * 3_000,
]


def case_sly_words(hostile: Hostile) -> str:
    """Words, edits and names that want to be SQL or a path: none runs, and nothing is written beside the store."""
    with hostile.server() as server, responsive(server):
        client = server.client()
        beside = {path for path in server.folder.iterdir()}
        body = {"ddl": SLY, "dialect": "postgres", "config": {"numRecords": 20, "seed": 1}, "saveName": "'; DROP TABLE datasets; --"}
        record = client.ended(client.generate(body))
        assert record["status"] == "done", record
        path = f"/api/datasets/{record['datasetId']}"
        kept = client.get(f"{path}/tables/kept", limit=100).ok()["rows"]
        outcomes: Counter[int] = Counter()
        sly = next(table["name"] for table in client.get(path).ok()["tables"] if "ATTACH" in table["name"])
        for table in (sly, "../../stolen"):
            told = client.post(f"{path}/modify?wait=true",
                               {"edits": [{"edit": "set", "table": table, "column": "note", "to": {"value": "'; DROP TABLE kept; --"}}]})
            if told.status == 200:
                assert list(told.ok()["diff"].values())[0]["updatedRows"] == 20, told.body
            outcomes[told.status] += 1
        for sql in SLY_SQL:
            for body in (
                {"edits": [{"edit": "set", "table": sly, "column": "note", "to": {"expression": sql}}]},
                {"edits": [{"edit": "remove", "table": sly, "rows": {"where": sql}}]},
                {"prompt": f"set kept.note = $sql${sql}$sql$ where {sql}"[:4_000]},
                {"prompt": sql[:4_000]},
                {"edits": [{"edit": "set", "table": sly, "column": "note", "to": {"provider": sql}}]},
                {"edits": [{"edit": "locale", "locale": f"../../{sql[:100]}"}]},
            ):
                answer = client.post(f"{path}/modify?wait=true", {**body, "dryRun": True})
                outcomes[answer.status] += 1
                if answer.status != 200:
                    answer.error(400, 422)
            assert client.post(f"{path}/query", {"question": sql[:4_000]}).error(422) == "no-question"
            assert client.post(f"{path}/undo", {}, Idempotency_Key=f"k-{hash(sql)}").status in (202, 422)
        assert client.get(f"{path}/tables/kept", limit=100).ok()["rows"] == kept, "a table has changed that nobody named"
        found = {path for path in server.folder.iterdir()} - beside
        assert not found, f"written beside the store: {found}"
        assert not [name for name in server.files() if "stolen" in name], server.files()
        is_whole(server)
        return ", ".join(f"{status}: {count}" for status, count in sorted(outcomes.items()))


def case_told_to_end(hostile: Hostile) -> str:
    """SIGTERM in the middle: listeners hear the end, the process ends well, and what it says afterwards is true."""
    with hostile.server(grace_period="1s", max_concurrent_jobs=1) as server, ThreadPoolExecutor(2) as pool:
        client = server.client()
        body = shop(20 * big_rows(client))
        running, waiting = client.generate(body), client.generate(shop(5, 2))
        until(lambda: phase_of(client.job(running)) == "making", 20, "rows in the making")
        listeners = [pool.submit(lambda job=job: list(server.client().events(job))) for job in (running, waiting)]
        time.sleep(0.3)
        server.terminate()
        took, status = timed(lambda: server.wait(15))
        assert status == 0 and took < 6, f"ends with {status} after {took:.1f} s: {server.tail()}"
        for listener in listeners:
            last = listener.result(5)[-1]
            assert last.name == "generation:canceled", f"the last that a listener hears is {last}"
        assert not server.files(), f"left in the store: {server.files()}"
        is_whole(server)
        server.start()
        again = server.client()
        for job in (running, waiting):
            assert again.job(job)["status"] == "canceled", again.job(job)
            assert list(again.events(job))[-1].name == "generation:canceled"
        assert not again.get("/api/datasets").ok()
    with hostile.server(grace_period="60s") as server:
        client = server.client()
        job = client.generate(shop(big_rows(client)))
        until(lambda: client.job(job)["status"] == "running", 10, "a job at work")
        server.terminate()
        waited, status = timed(lambda: server.wait(60))
        assert status == 0, f"ends with {status}: {server.tail()}"
        server.start()
        assert server.client().job(job)["status"] == "done", server.client().job(job)
        is_whole(server)
    return f"canceled after the grace period ({took:.1f} s), and finished within it ({waited:.1f} s)"


def case_killed(hostile: Hostile) -> str:
    """kill -9 at random moments: what was cut off is told as interrupted, what was saved is whole, nothing is half."""
    outcomes: Counter[str] = Counter()
    with hostile.server(max_concurrent_jobs=2) as server:
        client = server.client()
        kept = made(client, 50)
        before = client.get(f"/api/datasets/{kept}/export", format="csv").body
        rows = big_rows(client)
        for turn in range(6):
            client = server.client()
            jobs = [client.generate(shop(rows, 100 + 2 * turn + n)) for n in range(2)]
            jobs.append(client.generate(shop(5, 200 + turn)))
            time.sleep(hostile.random.uniform(0, BIG_SECONDS))
            server.kill()
            server.start()
            client = server.client()
            for job in jobs:
                record = client.job(job)
                outcomes[record["status"]] += 1
                last = list(client.events(job))[-1]
                if record["status"] == "done":
                    assert last.name == "generation:complete"
                    assert client.delete(f"/api/datasets/{record['datasetId']}").status == 204
                else:
                    assert (record["status"], record["error"]["code"]) == ("error", "interrupted"), record
                    assert last.name == "generation:error" and last.data["code"] == "interrupted", last
            assert [entry["id"] for entry in client.get("/api/datasets").ok()] == [kept]
            assert client.get(f"/api/datasets/{kept}/export", format="csv").body == before
            assert len(server.files()) == 2, f"the rows and the export of one dataset, and not {sorted(server.files())}"
            is_whole(server)
        assert outcomes["error"], f"no job was met: {outcomes}"
    return ", ".join(f"{what}: {count}" for what, count in sorted(outcomes.items()))


CASES = {name.removeprefix("case_"): case for name, case in list(globals().items()) if name.startswith("case_")}


def main() -> int:
    """Runs the cases; the exit status."""
    parser = arguments(__doc__)
    parser.add_argument("--only", nargs="+", help="parts of cases' names")
    parser.add_argument("--seed", type=int, default=1, help="of the random moments")
    args = parser.parse_args()
    failures = 0
    for name, case in CASES.items():
        if args.only and not any(part in name for part in args.only):
            continue
        try:
            took, told = timed(lambda case=case: case(Hostile(binary(args), args.seed)))
            tell(f"{name}: {told} ({took:.1f} s)")
        except Exception:  # noqa: BLE001 - the other cases are run all the same
            failures += 1
            tell(f"FAILED {name}: {traceback.format_exc(limit=-3)}")
    tell(f"hostile: {failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
