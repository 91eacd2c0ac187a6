#!/usr/bin/env python3
"""Goes the road of a dataset over the wire, for schemas of the corpus, to rows in real databases.

  tests/wire/road.py                                      # the schemas that the rule of corpus.py names
  tests/wire/road.py --only mysql/sakila chinook          # parts of schemas' names
  tests/wire/road.py --seedbed target/debug/seedbed --rows 500

Upload, plan, generate with its events, pages, the report, every export into a real database with every constraint on,
regeneration, changes and their way back, names and lists, queries, and the end of it all, behind which the store must be empty.
"""
from __future__ import annotations

import argparse
import csv
import io
import json
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from client import Answer, Client, Event, segment
from corpus import Schema, chosen
from databases import SERVERS, Database, count_sqlite, identifier, is_there, left_out
from server import Server, plain_environment
from suite import arguments, binary, missing, tell

CHUNK_ROWS = 7
PAGE_ROWS = 1_000
# Beyond it a number of JSON is no longer the number that was written.
SAFE = 2**53
# Tables of a schema whose pages are looked at closely.
CLOSE_LOOKS = 5

Row = dict[str, Any]


@dataclass
class Road:
    """One schema on its way, and what has been seen of it."""

    server: Server
    schema: Schema
    rows: int
    seed: int
    servers: dict[str, bool]
    client: Client = field(init=False)
    notes: list[str] = field(default_factory=list)
    dataset: int = 0
    facts: dict[str, Any] = field(default_factory=dict)
    content: dict[str, list[Row]] = field(default_factory=dict)
    exports: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.client = self.server.client(300)

    @property
    def path(self) -> str:
        return f"/api/datasets/{self.dataset}"

    @property
    def counts(self) -> dict[str, int]:
        return self.facts["metadata"]["rowCounts"]

    def go(self) -> None:
        """The whole road, with what each part is called when it fails."""
        wishes = {"numRecords": self.rows, "seed": self.seed, "chunkSize": CHUNK_ROWS}
        steps: list[tuple[str, Callable[[], object]]] = [
            ("upload", self.upload),
            ("plan", lambda: self.plan(wishes)),
            ("generate", lambda: self.generate(wishes)),
            ("dataset", self.look),
            ("pages", self.pages),
            ("validation", self.validation),
            ("exports", self.export),
            ("files of the command", self.files_of_the_command),
            ("rows in real databases", self.load),
            ("regenerate", self.regenerate),
            ("change", self.change),
            ("names and lists", self.names),
            ("query", self.query),
            ("delete", self.delete),
        ]
        for name, step in steps:
            try:
                step()
            except Exception as error:
                raise RuntimeError(f"{self.schema.name}, {name}: {type(error).__name__}: {error}") from error

    def upload(self) -> None:
        """The schema is handed in; what is told of it agrees with itself, and the same text has the same name."""
        text = self.schema.path.read_bytes()
        told = self.client.upload(text, self.schema.dialect, self.schema.path.name).ok()
        summary = told["schemaSummary"]
        assert told["dialect"] == self.schema.dialect and told["tableCount"] == len(summary["tables"]) > 0, told
        assert set(summary["columnsPerTable"]) == set(summary["tables"]) and min(summary["columnsPerTable"].values()) > 0
        assert not [p for p in told["problems"] if not (p["code"] and p["message"] and p.get("line", 1) >= 1)], told["problems"]
        self.schema_id, self.problems, self.summary = told["schemaId"], told["problems"], summary
        again = self.client.send("POST", f"/api/upload?dialect={self.schema.dialect}", text, {"Content-Type": "text/plain"})
        assert again.ok()["tableCount"] == told["tableCount"]

    def body(self, wishes: dict[str, Any]) -> dict[str, Any]:
        """What is asked for."""
        return {"schemaId": self.schema_id, "config": wishes, "saveName": self.schema.name}

    def plan(self, wishes: dict[str, Any]) -> None:
        """What would be made: every table once, parents first, each column with where its values come from."""
        plan = self.client.post("/api/plan", self.body(wishes)).ok()
        self.planned = {entry["table"]: entry["rows"] for entry in plan["tables"]}
        assert plan["seed"] == self.seed and len(self.planned) == len(plan["tables"]) > 0
        for entry in plan["tables"]:
            assert entry["columns"], f"{entry['table']} is planned without a column"
            for column in entry["columns"]:
                assert column["provider"] and column["why"], f"{entry['table']}: {column} is not explained"
        assert not self.client.get("/api/datasets", name=self.schema.name).ok(), "a plan has saved something"

    def generate(self, wishes: dict[str, Any]) -> None:
        """The rows are made, and told of in order; who comes back is told the rest, and nothing twice."""
        job = self.client.generate(self.body(wishes))
        events = list(self.client.events(job))
        self.dataset = check_events(job, events, self.planned)
        self.progress = [event for event in events if event.name == "table:progress"]
        durable = [event for event in events if event.id is not None]
        middle = durable[len(durable) // 2].id
        rest = [(event.id, event.name, event.data) for event in self.client.events(job, middle)]
        assert rest == [(event.id, event.name, event.data) for event in durable if event.id > middle]
        gone = self.client.send("GET", f"/api/jobs/{job}/events", headers={"Last-Event-ID": str(durable[-1].id)})
        assert gone.status == 204, f"who has seen it all is told {gone.status}"
        record = self.client.job(job)
        assert (record["status"], record["progress"], record["datasetId"]) == ("done", 100, self.dataset), record
        assert {t["table"]: t["delivered"] for t in record["tables"]} == self.planned
        assert all(t["status"] == "done" and t["delivered"] == t["total"] for t in record["tables"]), record
        assert record["createdAt"] <= record["startedAt"] <= record["finishedAt"], record

    def look(self) -> None:
        """What is known of the dataset is what was planned."""
        self.facts = self.client.get(self.path).ok()
        meta = self.facts["generationMeta"]
        assert meta["seed"] == self.seed and meta["order"] == list(self.planned), meta["order"]
        assert self.counts == self.planned and {t["name"]: t["rows"] for t in self.facts["tables"]} == self.planned
        assert self.facts["metadata"]["name"] == self.schema.name and self.facts["metadata"]["version"] == 1

    def rows_of(self, table: str, numbers: str = "string", **query: Any) -> tuple[list[Row], int]:
        """All rows of a table that a query lets through, page by page, and how many there should be."""
        rows: list[Row] = []
        while True:
            answer = self.client.get(f"{self.path}/tables/{segment(table)}", limit=PAGE_ROWS, offset=len(rows),
                                     numbers=numbers, **query)
            page = answer.ok()
            total = page["total"]
            assert int(answer.headers["x-total-count"]) == total and ('rel="next"' in answer.headers["link"]) == (
                len(rows) + len(page["rows"]) < total), answer.headers
            rows += page["rows"]
            if not page["rows"] or len(rows) >= total:
                assert len(rows) == total, f"{table}: {len(rows)} rows came of {total}"
                return rows, total

    def pages(self) -> None:
        """Pages hold all rows; their parts, orders and filters agree with the whole."""
        for table in self.facts["tables"]:
            rows, total = self.rows_of(table["name"])
            names = [column["name"] for column in table["columns"]]
            assert total == table["rows"] and all(list(row) == names for row in rows), f"{table['name']}: {rows[:1]}"
            assert not unsafe(rows), f"{table['name']}: a number that is none in JSON: {unsafe(rows)[:3]}"
            nullable = {column["name"] for column in table["columns"] if column["nullable"]}
            nulls = {name for row in rows for name, value in row.items() if value is None}
            assert nulls <= nullable, f"{table['name']}: NULL in {nulls - nullable}"
            self.content[table["name"]] = rows
        for event in self.progress:
            self.same_chunk(event)
        full = sorted((t for t in self.facts["tables"] if t["rows"]), key=lambda t: -len(t["columns"]))
        for table in full[:CLOSE_LOOKS]:
            self.look_closely(table["name"])

    def same_chunk(self, event: Event) -> None:
        """What a chunk has shown is in the table, at the place that it told."""
        chunk, at = event.data["chunk"], event.data["firstRow"]
        answer = self.client.get(f"{self.path}/tables/{segment(event.data['table'])}", limit=CHUNK_ROWS, offset=at)
        assert answer.ok()["rows"][:len(chunk)] == chunk, f"a chunk of {event.data['table']} shows other rows than its page"

    def look_closely(self, table: str) -> None:
        """A deep page, every order and the filters of whole numbers, nulls and texts."""
        rows, path = self.content[table], f"{self.path}/tables/{segment(table)}"
        deep = max(0, len(rows) - 3)
        assert self.client.get(path, limit=50, offset=deep, numbers="string").ok()["rows"] == rows[deep:]
        assert self.client.get(path, limit=50, offset=len(rows)).ok()["rows"] == []
        for name in list(rows[0])[:8]:
            column = name.replace("%", "%25").replace(":", "%3A")
            values = [row[name] for row in rows if row[name] is not None]
            empty = self.rows_of(table, filter=f"{column}:null")[1]
            assert empty + self.rows_of(table, filter=f"{column}:notnull")[1] == len(rows) and empty == len(rows) - len(values)
            if values and all(type(value) is int for value in values):
                self.whole_numbers(table, name, column, values)
            elif values and all(type(value) is str and value for value in values) and not is_binary(self.facts, table, name):
                like = [row[name] for row in self.rows_of(table, filter=f"{column}:eq:{values[0]}")[0]]
                assert values[0] in like and len(like) <= len(values), f"{table}.{name} = {values[0]!r} finds {like[:3]}"

    def whole_numbers(self, table: str, name: str, column: str, values: list[int]) -> None:
        """Orders and comparisons of whole numbers are those of arithmetic."""
        for direction, is_down in (("asc", False), ("desc", True)):
            ordered = [row[name] for row in self.rows_of(table, order=f"{column}:{direction}")[0] if row[name] is not None]
            assert ordered == sorted(values, reverse=is_down), f"{table} by {name} {direction}: {ordered[:5]}"
        middle = sorted(values)[len(values) // 2]
        for word, holds in (("ge", middle.__le__), ("lt", middle.__gt__), ("eq", middle.__eq__), ("ne", middle.__ne__)):
            found = [row[name] for row in self.rows_of(table, filter=f"{column}:{word}:{middle}")[0]]
            assert sorted(found) == sorted(filter(holds, values)), f"{table}: {name} {word} {middle} finds {len(found)}"

    def validation(self) -> None:
        """Nothing is broken, every row was looked at, and the statistics are those of the rows."""
        report = self.client.get(f"{self.path}/validation").ok()
        summary = report["summary"]
        broken = {name: count for name, count in summary.items() if name.endswith(("Violations", "Duplicates")) and count}
        assert not broken and summary["fkCoverage"] == 1.0 and summary["rows"] == sum(self.counts.values()), summary
        assert summary == self.facts["generationMeta"]["validation"], self.facts["generationMeta"]["validation"]
        assert set(report["tables"]) == set(self.counts), set(report["tables"]) ^ set(self.counts)
        for table, told in report["tables"].items():
            assert told["rows"] == self.counts[table], f"{table}: {told['rows']} rows were checked"
            assert not [c for c in told["constraints"] if c["violations"]], f"{table}: {told['constraints']}"
            assert told["columns"] == self.facts["generationMeta"]["columnStats"][table], f"{table}: {told['columns']}"
            for statistics in told["columns"]:
                same_statistics(table, statistics, self.content[table])
        if summary.get("notChecked"):
            self.notes.append(f"{summary['notChecked']} constraints are not checked")

    def fetch(self, name: str, **query: Any) -> Answer:
        """An export, or why there is none."""
        return self.client.get(f"{self.path}/export", format=name, **query)

    def export(self) -> None:
        """Every format that the server has for the dialect. Files are kept, told apart by a tag, and sent in parts."""
        unknown = self.fetch("none")
        assert unknown.error(400, 404, 422) == "unknown-format"
        formats = unknown.json()["error"]["hint"].removeprefix("there are ").split(", ")
        assert {"csv", "jsonl", "sql", "sqlite"} <= set(formats), formats
        for name in formats:
            answer = self.fetch(name)
            if name == "copy" and self.schema.dialect != "postgres":
                assert answer.error(422) == "not-possible"
                continue
            assert answer.status == 200, f"{name}: {answer.status}: {answer.body[:300]!r}"
            self.exports[name] = answer.body
            self.same_file(name, answer)
        self.json_lines()
        self.one_table()
        self.database_file()
        if "parquet" in self.exports:
            files = unzipped(self.exports["parquet"])
            ends = {body[:4] + body[-4:] for path, body in files.items() if path.endswith(".parquet")}
            assert ends == {b"PAR1PAR1"}, ends

    def same_file(self, name: str, answer: Answer) -> None:
        """The tag, a part, and the length."""
        tag, size = answer.headers["etag"], len(answer.body)
        assert int(answer.headers["content-length"]) == size
        path = f"{self.path}/export?format={name}"
        assert self.client.send("GET", path, headers={"If-None-Match": tag}).status == 304
        part = self.client.send("GET", path, headers={"Range": f"bytes={size // 2}-", "If-Range": tag})
        assert part.status == 206 and part.body == answer.body[size // 2:], f"{name}: {part.status}"
        assert part.headers["content-range"] == f"bytes {size // 2}-{size - 1}/{size}"

    def json_lines(self) -> None:
        """The lines of JSON are the rows of the pages."""
        files = unzipped(self.exports["jsonl"])
        for entry in json.loads(files["manifest.json"])["tables"]:
            lines = files[entry["file"]].decode().splitlines()
            table = self.table_called(entry["name"])
            assert len(lines) == entry["rows"] == self.counts[table], f"{table}: {len(lines)} lines"
            rows = self.rows_of(table, numbers="number")[0] if lines else []
            assert [json.loads(line) for line in lines] == rows, f"{table}: the lines are other rows than the pages"

    def table_called(self, name: str) -> str:
        """A table by the name that manifests have for it."""
        return name if name in self.counts else name.split(".", 1)[1]

    def one_table(self) -> None:
        """A table by itself is the file of it in the bundle."""
        table = max(self.counts, key=lambda name: self.counts[name])
        files = unzipped(self.exports["csv"])
        entry = next(e for e in json.loads(files["manifest.json"])["tables"] if self.table_called(e["name"]) == table)
        assert self.fetch("csv", tables=table).body == files[entry["file"]], f"{table} by itself is another file"
        self.csv_is_content(table, files[entry["file"]])

    def csv_is_content(self, table: str, body: bytes) -> None:
        """Whole numbers and texts stand in CSV as they do on pages."""
        head, *lines = csv.reader(io.StringIO(body.decode(), newline=""))
        assert len(lines) == self.counts[table] and set(head) <= set(self.content[table][0]), f"{table}: {head}"
        for line, row in zip(lines, self.content[table]):
            for name, cell in zip(head, line, strict=True):
                if type(row[name]) is int:
                    assert int(cell) == row[name], f"{table}.{name}: {cell} and {row[name]}"

    def database_file(self) -> None:
        """The rows as a SQLite database: whole, with each table, and with the references of the schema."""
        with tempfile.TemporaryDirectory(prefix="seedbed-wire-") as folder:
            path = Path(folder) / "export.db"
            path.write_bytes(self.exports["sqlite"])
            expected = {self.plain(table): rows for table, rows in self.counts.items()}
            found = count_sqlite(path, list(expected))
            assert found == expected, difference(expected, found)

    def plain(self, table: str) -> str:
        """What SQL calls a table, where no schema is known: its bare name, unless two schemas have such a table."""
        bare = [name.split(".", 1)[-1].lower() for name in self.counts]
        name = table.split(".", 1)[-1]
        return name if self.schema.dialect == "postgres" and bare.count(name.lower()) == 1 else table

    def files_of_the_command(self) -> None:
        """`seedbed generate` writes the very bytes: same schema, same rows, same seed."""
        with tempfile.TemporaryDirectory(prefix="seedbed-wire-") as folder:
            # The name is the schema's in manifests as well.
            command = [self.server.binary, "generate", str(self.schema.path), "--dialect", self.schema.dialect, "--rows",
                       str(self.rows), "--seed", str(self.seed), "--quiet", "--zip", "made.zip"]
            ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=plain_environment())
            assert ended.returncode == 0, f"generate ends with {ended.returncode}: {ended.stderr[-300:]}"
            theirs, ours = unzipped((Path(folder) / "made.zip").read_bytes()), unzipped(self.exports["csv"])
        assert set(theirs) == set(ours), set(theirs) ^ set(ours)
        other = [name for name in theirs if theirs[name] != ours[name]]
        assert not other, f"other bytes than the command's: {other}"

    def load(self) -> None:
        """The exports go into real databases, and every row arrives."""
        if not self.servers[self.schema.dialect]:
            return self.notes.append("NOT LOADED: its server is not there")
        make, tables = SERVERS[self.schema.dialect], list(self.counts)
        with make() as database:
            database.load_schema(self.schema.path)
            before = database.count(tables)
        self.arrive("csv", make, before, lambda database, folder: database.load_bundle(folder))
        for name in ("sql", "copy"):
            if name in self.exports:
                self.arrive(name, make, before, lambda database, folder, name=name: (
                    database.load_schema(self.schema.path), database.load_script(folder / f"rows.{name}"))[1])

    def arrive(self, name: str, make: type[Database], before: dict[str, int],
               load: Callable[[Database, Path], str]) -> None:
        """One export in a database of its own. A table that the server's triggers refuse is told of by the script."""
        with tempfile.TemporaryDirectory(prefix="seedbed-wire-") as folder, make() as database:
            if name == "csv":
                zipfile.ZipFile(io.BytesIO(self.exports[name])).extractall(folder)
            else:
                (Path(folder) / f"rows.{name}").write_bytes(self.exports[name])
            told = load(database, Path(folder))
            expected = {table: before[table] + rows for table, rows in self.counts.items()}
            found = database.count(list(expected))
            refused = {
                table: self.counts[table] if rows is None else rows
                for name, rows in left_out(told).items()
                for table in [self.table_called(name)]
            }
            expected = {table: rows - refused.get(table, 0) for table, rows in expected.items()}
            assert found == expected, f"{name}: {difference(expected, found)}, and the script tells of {refused}"
            if refused:
                self.notes.append(f"{name}: the server refuses {refused}")

    def regenerate(self) -> None:
        """The same seed makes the same version, another seed another one."""
        digest, bytes_before = self.facts["metadata"]["digest"], self.exports["csv"]
        same = self.made_again({"seed": self.seed})
        assert same["metadata"]["digest"] == digest and same["metadata"]["version"] == 1, same["metadata"]
        assert self.fetch("csv").body == bytes_before
        other = self.made_again({"seed": self.seed + 1})
        assert other["metadata"]["digest"] != digest and other["metadata"]["version"] == 2, other["metadata"]
        assert other["metadata"]["rowCounts"].keys() == self.counts.keys() and self.fetch("csv").body != bytes_before
        back = self.made_again({"seed": self.seed})
        assert back["metadata"]["digest"] == digest and back["metadata"]["version"] == 3, back["metadata"]
        assert self.fetch("csv").body == bytes_before
        self.beside = self.client.ended(self.again({"seed": self.seed + 2, "saveName": f"{self.schema.name} beside"}))["datasetId"]
        beside = self.client.get(f"/api/datasets/{self.beside}").ok()["metadata"]
        assert beside["parentId"] == self.dataset and beside["version"] == 1 and beside["digest"] != digest, beside

    def again(self, wishes: dict[str, Any]) -> str:
        """The job that makes the rows again."""
        return self.client.post(f"{self.path}/regenerate", wishes).ok(202)["jobId"]

    def made_again(self, wishes: dict[str, Any]) -> dict[str, Any]:
        """The dataset when its rows were made again."""
        record = self.client.ended(self.again(wishes), 300)
        assert record["status"] == "done" and record["datasetId"] == self.dataset, record
        return self.client.get(self.path).ok()

    def change(self) -> None:
        """What is told to have changed has, nothing else has, every constraint holds, and the way back leads to the same rows."""
        before, csv_before = self.client.get(self.path).ok()["metadata"], self.exports["csv"]
        table, edit = self.an_edit()
        if not edit:
            self.notes.append("no column of it can be changed")
            return
        rows_before = {name: self.rows_of(name)[0] for name in self.counts}
        job = self.client.post(f"{self.path}/modify", {"edits": [edit], "expectedVersion": before["version"]}).ok(202)["jobId"]
        names = [event.name for event in self.client.events(job) if event.id is not None]
        assert names == ["modify:start", "modify:diff", "modify:validation", "dataset:saved", "modify:complete"], names
        told = self.client.job(job)["result"]
        after = self.client.get(self.path).ok()["metadata"]
        assert told["version"] == after["version"] == before["version"] + 1 and after["digest"] != before["digest"], told
        totals = told["validation"]
        broken = [name for name, count in totals.items() if name.endswith(("Violations", "Duplicates")) and count]
        assert not broken and totals == self.client.get(f"{self.path}/validation").ok()["summary"], totals
        assert table in told["diff"] and set(told["modifiedTables"]) == set(told["diff"]), told["modifiedTables"]
        for name, rows in rows_before.items():
            now = self.rows_of(name)[0]
            pairs = [(was, row) for was, row in zip(rows, now, strict=True) if was != row]
            cells = sum(was[column] != row[column] for was, row in pairs for column in was)
            diff = told["diff"].get(name, {"updatedRows": 0, "updatedCells": 0})
            assert (diff["updatedRows"], diff["updatedCells"]) == (len(pairs), cells), f"{name}: {len(pairs)}, {cells}: {diff}"
        stale = {"edits": [edit], "expectedVersion": before["version"]}
        assert self.client.post(f"{self.path}/modify", stale).error(409) == "version-conflict"
        undone = self.client.post(f"{self.path}/undo?wait=true", {}).ok()
        back = self.client.get(self.path).ok()["metadata"]
        assert undone["version"] == back["version"] == after["version"] + 1 and back["digest"] == before["digest"], back
        assert self.fetch("csv").body == csv_before, "the rows of the version before are others now"
        line = [entry["change"]["kind"] for entry in self.client.get(f"{self.path}/versions").ok()]
        assert line[-2:] == ["modify", "undo"] and len(line) == back["version"], line

    def an_edit(self) -> tuple[str, dict[str, Any] | None]:
        """An edit of the schema's first column that a dry run says can be made; what is refused has a reason, and its place."""
        version = self.client.get(self.path).ok()["metadata"]["version"]
        for entry in self.facts["tables"]:
            for column in (column["name"] for column in entry["columns"] if column["nullable"]):
                edit = {"edit": "nulls", "table": entry["name"], "column": column, "share": 0.5}
                answer = self.client.post(f"{self.path}/modify?wait=true", {"edits": [edit], "dryRun": True})
                if answer.status == 422:
                    fault = answer.json()["error"]["details"][0]
                    assert fault["edit"] == 0 and fault["code"] and fault["message"], fault
                    continue
                told = answer.ok()
                assert told["dryRun"] and told["version"] == version, told
                if entry["name"] in told["diff"]:
                    return entry["name"], edit
        return "", None

    def names(self) -> None:
        """A new name and a description, and lists that come in parts."""
        name, words = f"{self.schema.name}, renamed é", "über alles\nhinaus"
        renamed = self.client.patch(self.path, {"name": name, "description": words}).ok()
        assert (renamed["name"], renamed["description"], renamed["id"]) == (name, words, self.dataset)
        listed = self.client.get("/api/datasets", name=self.schema.name, limit=1, sort="oldest")
        assert [entry["id"] for entry in listed.ok()] == [self.dataset] and listed.headers["x-total-count"] == "2"
        following = next(link for link in listed.headers["link"].split(", ") if 'rel="next"' in link)
        following = self.client.send("GET", following.split(">", 1)[0].removeprefix("<"))
        assert [entry["id"] for entry in following.ok()] == [self.beside] and 'rel="next"' not in following.headers["link"]
        assert self.client.get("/api/datasets", name=f"no {self.schema.name}").headers["x-total-count"] == "0"

    def query(self) -> None:
        """SQL counts what is there; it changes nothing."""
        table = max(self.counts, key=lambda name: self.counts[name])
        name = identifier(self.plain(table), '"')
        sql = f"SELECT count(*) AS found FROM {name}"
        answer = self.client.post(f"{self.path}/query", {"sql": sql})
        told = answer.ok()
        assert told["rows"] == [[self.counts[table]]] and told["columns"][0]["name"] == "found" and not told["truncated"], told
        most = self.client.post(f"{self.path}/query", {"sql": f"SELECT * FROM {name}", "limit": 3}).ok()
        assert len(most["rows"]) == 3 and most["truncated"] is True
        refused = self.client.post(f"{self.path}/query", {"sql": f"DELETE FROM {name}"})
        refused.error(400, 403, 422)
        assert self.rows_of(table)[1] == self.counts[table]

    def delete(self) -> None:
        """It is gone, under every address that it had."""
        for dataset in (self.dataset, self.beside):
            assert self.client.delete(f"/api/datasets/{dataset}").status == 204
        table = segment(next(iter(self.counts)))
        for path in ("", "/validation", "/export?format=csv", f"/tables/{table}"):
            assert self.client.get(self.path + path).error(404) == "unknown-dataset"
        assert self.client.delete(self.path).error(404) == "unknown-dataset"


def check_events(job: str, events: list[Event], planned: dict[str, int]) -> int:
    """Holds the events of a job against the contract; the dataset that they speak of."""
    durable = [event for event in events if event.id is not None]
    assert [event.id for event in durable] == list(range(1, len(durable) + 1)), [event.id for event in durable]
    assert all(event.data["jobId"] == job for event in events)
    tables = list(planned)
    in_order = ["generation:start", *["table:start", "table:complete"] * len(tables), "generation:validation",
                "dataset:saved", "generation:complete"]
    assert [event.name for event in durable] == in_order, [event.name for event in durable]
    assert {event.name for event in events if event.id is None} <= {"table:progress"}
    assert durable[0].data["tables"] == tables, durable[0].data
    assert [event.data["table"] for event in durable if event.name == "table:start"] == tables
    for event in durable:
        if event.name in ("table:start", "table:complete"):
            told = event.data["total"] if event.name == "table:start" else event.data["rows"]
            assert told == planned[event.data["table"]], event.data
    check_progress(events)
    saved, complete = durable[-2].data, durable[-1].data
    assert saved["datasetId"] == complete["datasetId"] and complete["rowCounts"] == planned, complete
    assert complete["meta"]["order"] == tables and complete["meta"]["validation"] == durable[-3].data["report"]["summary"]
    return complete["datasetId"]


def check_progress(events: list[Event]) -> None:
    """Progress belongs to the table that is being made, only grows, and shows few rows at a time."""
    table, delivered, progress = "", 0, 0
    for event in events:
        if event.name == "table:start":
            table, delivered = event.data["table"], 0
        elif event.name == "table:progress":
            told = event.data
            assert told["table"] == table and delivered <= told["delivered"] <= told["total"], told
            assert progress <= told["progress"] <= 99, f"progress goes from {progress} to {told['progress']}"
            assert len(told["chunk"]) <= CHUNK_ROWS and told["firstRow"] + len(told["chunk"]) <= told["delivered"], told
            delivered, progress = told["delivered"], told["progress"]


def same_statistics(table: str, told: dict[str, Any], rows: list[Row]) -> None:
    """What is told of a column is so: NULLs of all, and how many and from where to where of whole numbers."""
    if not rows or told["name"] not in rows[0]:
        return
    values = [row[told["name"]] for row in rows if row[told["name"]] is not None]
    assert round(told["nullShare"] * len(rows)) == len(rows) - len(values), f"{table}: {told}"
    if values and told["distinctBy"] == "counting" and all(type(value) is int for value in values):
        assert told["distinct"] == len(set(values)), f"{table}: {told}"
        assert (told["min"], told["max"]) == (str(min(values)), str(max(values))), f"{table}: {told}"


def is_binary(facts: dict[str, Any], table: str, name: str) -> bool:
    """Whether a column holds bytes, which pages write in base64, and filters read as the dialect's literals."""
    columns = next(entry["columns"] for entry in facts["tables"] if entry["name"] == table)
    kind = next(column["type"] for column in columns if column["name"] == name).upper()
    return any(word in kind for word in ("BLOB", "BINARY", "BYTEA"))


def unsafe(value: Any) -> list[Any]:
    """Numbers in JSON that a reader of doubles would read as others, or not exactly."""
    if isinstance(value, dict):
        return [found for part in value.values() for found in unsafe(part)]
    if isinstance(value, list):
        return [found for part in value for found in unsafe(part)]
    return [value] if type(value) is int and abs(value) > SAFE else []


def unzipped(body: bytes) -> dict[str, bytes]:
    """The files of a ZIP, whose checksums must hold."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def difference(expected: dict[str, int], found: dict[str, int]) -> str:
    """The tables whose rows are not as many as they should be."""
    return ", ".join(f"{t}: {found.get(t)} of {n}" for t, n in expected.items() if found.get(t) != n)


def nothing_left(server: Server) -> None:
    """Behind all of it the store is whole, and its folder holds nothing any more."""
    verified = server.command("store", "verify")
    assert verified.returncode == 0, f"verify: {verified.stdout}{verified.stderr}"
    collected = server.command("store", "gc")
    assert collected.returncode == 0, f"gc: {collected.stdout}{collected.stderr}"
    assert not server.files(), f"left in the store: {sorted(server.files())[:5]}"


def servers_there(schemas: list[Schema]) -> dict[str, bool]:
    """Which servers answer. Those that do not are told, and are a failure where all must be there."""
    there = {dialect: is_there(dialect) for dialect in sorted({schema.dialect for schema in schemas})}
    for dialect in (dialect for dialect, is_up in there.items() if not is_up):
        missing(f"no {dialect} server: nothing is loaded there")
    return there


def main() -> int:
    """Goes all roads; the exit status."""
    parser = arguments(__doc__)
    parser.add_argument("--only", nargs="+", help="parts of schemas' names, in place of the rule")
    parser.add_argument("--rows", type=int, default=120, help="rows a table")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--at-once", type=int, default=2, help="roads at the same time")
    args = parser.parse_args()
    schemas = chosen(args.only)
    if not schemas:
        missing("no corpus of schemas")
        return 0
    there = servers_there(schemas)
    failures = []
    with Server(binary(args), {"max-job-rows": "10000000"}) as server, ThreadPoolExecutor(args.at_once) as pool:
        def go(schema: Schema) -> str:
            began, road = time.monotonic(), Road(server, schema, args.rows, args.seed, there)
            try:
                road.go()
            except RuntimeError as error:
                failures.append(str(error))
                return f"FAILED {error}"
            what = f"{len(road.counts)} tables, {sum(road.counts.values())} rows, {len(road.progress)} chunks"
            return " ".join([f"{schema.name}: {what}, {time.monotonic() - began:.1f} s", *road.notes])
        for line in pool.map(go, schemas):
            tell(line)
        if not failures:
            nothing_left(server)
    tell(f"road: {len(schemas) - len(failures)} of {len(schemas)} schemas")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
