#!/usr/bin/env python3
"""Kills the server and the command at random moments, and looks whether all that was promised is kept.

  tests/crash/kill.py                  # what CI runs
  tests/crash/kill.py --kills 1000 --seed 7

One store lives through all kills. Clients generate, export, read, cancel and delete; commands save, delete and collect
garbage beside them. Some milliseconds later one of them is killed with SIGKILL. Then the store must be whole: what was
told to be there is there, what was told to be gone is gone, and a dataset is there with all its rows or not at all. Jobs
that were cut off end as `interrupted`, their events too, and after a collection no file belongs to nobody.
"""
import argparse, collections, http.client, os, random, sys, tempfile, threading, time
from server import SEEDBED, Server, check_store, command, start

EXAMPLE = "CREATE TABLE author (id integer PRIMARY KEY, name varchar(60) NOT NULL, born date);\n" \
    "CREATE TABLE book (id integer PRIMARY KEY, author_id integer NOT NULL REFERENCES author (id),\n" \
    "  title varchar(80) NOT NULL UNIQUE, price numeric(8, 2) CHECK (price > 0));\n"
CHAIN = "".join(
    f"CREATE TABLE link_{n} (id integer PRIMARY KEY, email varchar(80) NOT NULL UNIQUE, note text NOT NULL,\n"
    f"  made_at timestamp NOT NULL{f', before_id integer NOT NULL REFERENCES link_{n - 1} (id)' if n else ''});\n"
    for n in range(12))
SCHEMAS = {"small": (EXAMPLE, [5, 40, 300]), "middle": (CHAIN, [50, 400, 1500])}
FORMATS = ["csv", "jsonl", "sql", "copy", "sqlite"]
MOST_DATASETS = 25
LAST = {"done": ["generation:complete", "export:complete"], "error": ["generation:error", "export:error"],
        "canceled": ["generation:canceled", "export:canceled"]}


class Promises:
    """What clients were told, by one server or another."""

    def __init__(self):
        self.lock = threading.Lock()
        self.jobs = {}              # Accepted since the last look: the number of rows of each table, or None.
        self.saved = {}             # Datasets that were told to be there, with their rows.
        self.doubtful = set()       # Those of which somebody has asked that they be deleted.
        self.gone = set()           # Those that were told to be deleted.


class Client(threading.Thread):
    """Somebody who works with a server until it is gone."""

    def __init__(self, server, promises, dice):
        super().__init__(daemon=True)
        self.server, self.promises, self.dice, self.failure = server, promises, dice, None

    def run(self):
        try:
            while True:
                self.dice.choices([self.generate, self.export, self.delete, self.read, self.cancel], [8, 3, 3, 2, 1])[0]()
        # Cut off by the kill.
        except (OSError, http.client.HTTPException):
            pass
        except Exception as failure:
            self.failure = failure

    def generate(self):
        kind = self.dice.choice(list(SCHEMAS))
        ddl, counts = SCHEMAS[kind]
        rows = self.dice.choice(counts)
        # Few seeds: now and then the rows are there already, or another client makes them at this moment.
        body = {"ddl": ddl, "dialect": "postgres", "saveName": f"{kind}-{rows}",
                "config": {"numRecords": rows, "seed": self.dice.randrange(6)}}
        status, answer = self.server.ask("POST", "/api/generate", body)
        assert status == 202, answer
        with self.promises.lock:
            self.promises.jobs[answer["jobId"]] = rows
        if self.dice.random() < 0.7:
            self.follow(answer["jobId"], rows)

    def follow(self, job, rows):
        record = self.server.ended(job)
        if record["status"] == "done":
            with self.promises.lock:
                self.promises.saved[record["datasetId"]] = rows

    def any_dataset(self):
        with self.promises.lock:
            there = sorted(set(self.promises.saved) - self.promises.doubtful)
        return self.dice.choice(there) if there else None

    def export(self):
        if dataset := self.any_dataset():
            status, answer = self.server.ask("GET", f"/api/datasets/{dataset}/export?format={self.dice.choice(FORMATS)}")
            assert status in (200, 404, 409), answer

    def read(self):
        if dataset := self.any_dataset():
            status, answer = self.server.ask("GET", f"/api/datasets/{dataset}")
            if status == 200:
                table = self.dice.choice(answer["tables"])["name"]
                self.server.ask("GET", f"/api/datasets/{dataset}/tables/{table}?limit=20&offset=7")

    def delete(self):
        if dataset := self.any_dataset():
            with self.promises.lock:
                self.promises.doubtful.add(dataset)
            status, answer = self.server.ask("DELETE", f"/api/datasets/{dataset}")
            assert status in (200, 204, 404), answer
            with self.promises.lock:
                self.promises.gone.add(dataset)

    def cancel(self):
        with self.promises.lock:
            jobs = list(self.promises.jobs)
        if jobs:
            status, answer = self.server.ask("DELETE", f"/api/jobs/{self.dice.choice(jobs)}")
            assert status in (200, 202), answer


def victim(store, schema, promises, dice):
    """A command at work beside the server, and what it promises when it comes to its end."""
    there = sorted(set(promises.saved) - promises.doubtful)
    kind = dice.choice(["save", "gc", "rm"] if there else ["save", "gc"])
    if kind == "save":
        rows = dice.choice(SCHEMAS["middle"][1])
        arguments = ["generate", schema, "--dialect", "postgres", "--quiet", "--rows", str(rows),
                     "--seed", str(dice.randrange(6)), "--save", f"middle-{rows}"]
        return kind, start(store, *arguments), None
    if kind == "gc":
        return kind, start(store, "store", "gc"), None
    dataset = dice.choice(there)
    promises.doubtful.add(dataset)
    return kind, start(store, "datasets", "rm", str(dataset)), dataset


def kill_victim(kind, process, dataset, promises, dice, tally):
    time.sleep(dice.uniform(0.002, 0.12))
    if process.poll() is None:
        process.kill()
        tally[f"killed: {kind}"] += 1
    told, _ = process.communicate()
    if process.returncode == 0 and kind == "rm":
        promises.gone.add(dataset)
    # A client may have deleted it a moment before.
    unknown = kind == "rm" and "unknown-dataset" in told
    assert process.returncode in (0, -9) or unknown, f"{kind} ended with {process.returncode}: {told}"


def check_jobs(server, promises, tally):
    for status in ("queued", "running"):
        assert server.get(f"/api/jobs?status={status}") == [], f"a job is still {status}"
    for job, rows in promises.jobs.items():
        record = server.get(f"/api/jobs/{job}")
        tally[record["status"]] += 1
        events = server.events(job)
        assert [number for number, *_ in events] == list(range(1, len(events) + 1)), events
        ends = [name for _, name, _ in events if name in sum(LAST.values(), [])]
        assert len(ends) == 1 and events[-1][1] == ends[0] and ends[0] in LAST[record["status"]], (record, events)
        if record["status"] == "error":
            code = record["error"]["code"]
            assert code == "interrupted" == events[-1][2]["code"], (record, events[-1])
            assert record.get("finishedAt") and record.get("datasetId") is None, record
            tally["interrupted in its middle" if len(events) > 1 else "interrupted before it began"] += 1
        if record["status"] == "done":
            assert events[-2][1] == "dataset:saved" and events[-2][2]["datasetId"] == record["datasetId"], events
            # Saved and ended by one stroke, whether the client had heard of it or not.
            promises.saved.setdefault(record["datasetId"], rows)
    promises.jobs.clear()


def check_datasets(server, promises, dice):
    listed = {dataset["id"]: dataset for dataset in server.get("/api/datasets?limit=500")}
    lost = set(promises.saved) - promises.doubtful - set(listed)
    assert not lost, f"datasets that were there are lost: {sorted(lost)}"
    back = promises.gone & set(listed)
    assert not back, f"datasets that were deleted are there: {sorted(back)}"
    for number, dataset in listed.items():
        rows = int(dataset["name"].rpartition("-")[2])
        assert set(dataset["rowCounts"].values()) == {rows}, dataset
        assert promises.saved.get(number, rows) == rows, dataset
    for number in dice.sample(sorted(listed), min(4, len(listed))) + sorted(set(listed) - set(promises.saved)):
        dataset = server.get(f"/api/datasets/{number}")
        summary = server.get(f"/api/datasets/{number}/validation")["summary"]
        assert summary["rows"] == sum(listed[number]["rowCounts"].values()), summary
        table = dice.choice(dataset["tables"])
        page = server.get(f"/api/datasets/{number}/tables/{table['name']}?limit=5&offset={max(0, table['rows'] - 5)}")
        assert len(page["rows"]) == 5 and page["total"] == table["rows"], page
    promises.saved = {number: int(d["name"].rpartition("-")[2]) for number, d in listed.items()}
    promises.doubtful.clear()
    for number in dice.sample(sorted(listed), max(0, len(listed) - MOST_DATASETS)):
        status, answer = server.ask("DELETE", f"/api/datasets/{number}")
        assert status in (200, 204), answer
        del promises.saved[number]
        promises.gone.add(number)


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--kills", type=int, default=150, help="how often the server is killed")
    a.add_argument("--seed", type=int, default=1)
    a.add_argument("--clients", type=int, default=4)
    a.add_argument("--keep", action="store_true", help="leave the store, as it was when something was wrong")
    args = a.parse_args()
    if not os.path.exists(SEEDBED):
        a.error(f"there is no {SEEDBED}")
    folder = tempfile.mkdtemp(prefix="seedbed-kill-")
    store, schema = os.path.join(folder, "store"), os.path.join(folder, "chain.sql")
    with open(schema, "w") as file:
        file.write(CHAIN)
    promises, tally, began = Promises(), collections.Counter(), time.monotonic()
    server = Server(store, folder)
    for kill in range(args.kills):
        dice = random.Random(f"{args.seed} {kill}")
        try:
            clients = [Client(server, promises, random.Random(f"{args.seed} {kill} {n}")) for n in range(args.clients)]
            for client in clients:
                client.start()
            if dice.random() < 0.4:
                kill_victim(*victim(store, schema, promises, dice), promises, dice, tally)
            time.sleep(dice.uniform(0.005, 0.15))
            assert server.process.poll() is None, f"the server has ended by itself: {server.told()}"
            server.kill()
            for client in clients:
                client.join()
                if client.failure:
                    raise client.failure
            check_store(store)
            server = Server(store, folder)
            check_jobs(server, promises, tally)
            check_datasets(server, promises, dice)
        except Exception:
            print(f"after kill {kill + 1} of {args.kills}, seed {args.seed}, in {folder}:", flush=True)
            raise
    server.stop()
    check_store(store)
    told = ", ".join(f"{what} {count}" for what, count in sorted(tally.items()))
    print(f"{args.kills} kills of the server in {time.monotonic() - began:.0f} s, nothing lost; {told}")
    # A run in which nothing was cut off has shown nothing.
    assert tally["interrupted in its middle"] >= args.kills / 10, "too few jobs were cut off in their middle"
    if not args.keep:
        import shutil
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
