#!/usr/bin/env python3
"""Holds the server against its own description: thousands of requests made from `/api/openapi.json`, all checks on.

  tests/wire/contract.py                                      # what CI runs
  tests/wire/contract.py --examples 400 --seed 2              # more, and others
  tests/wire/contract.py --only getTablePage generate         # some operations

The requests are made by schemathesis, which is installed into a folder that is kept ($SEEDBED_TOOLS).
"""
from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from client import Client
from server import Server, plain_environment
from suite import arguments, binary, tell

SCHEMATHESIS = "schemathesis==4.32.5"
PHASES = "examples,coverage,fuzzing,stateful"
# As many as a good run makes at the very least: one that made fewer has looked at nothing.
LEAST_CASES = 2_000
FILMS = """CREATE TABLE film (id integer PRIMARY KEY, title text NOT NULL, length integer CHECK (length BETWEEN 40 AND 240));
CREATE TABLE rental (id bigint PRIMARY KEY, film_id integer NOT NULL REFERENCES film (id), price numeric(8, 2), back date);
"""
# Every check is on. Two of them need to be told what a description can't say; none is switched off for all operations.
CONFIG = """
# What a script, a query, a name of a column or a limit of this server means is not in JSON Schema: a body of the right shape
# may be refused for what it says. Those refusals are documented (400, 422; 415 for the name of a file), and allowed for these
# operations alone. That what is good is taken is the business of the examples, of road.py and of the server's own suites.
[[operations]]
include-operation-id = ["uploadSchema", "plan", "generate"]
checks.positive_data_acceptance.expected-statuses = ["2xx", 400, 404, 409, 415, 422, 429]

[[operations]]
include-operation-id = ["queryDataset", "getTablePage", "regenerate", "exportDataset", "modifyDataset", "undoChange"]
checks.positive_data_acceptance.expected-statuses = ["2xx", "3xx", 400, 404, 409, 422, 429]

# DELETE ends a job's work, and its record stays to say so: that is documented, and no use after free.
[[operations]]
include-operation-id = ["cancelJob", "getJob", "streamJobEvents", "createEventTicket"]
checks.use_after_free.enabled = false
"""


def tools() -> Path:
    """Where tools are kept from run to run."""
    usual = Path(os.environ.get("CARGO_TARGET_DIR", "/var/cache/seedbed-target")) / "tools"
    return Path(os.environ.get("SEEDBED_TOOLS", usual))


def schemathesis() -> Path:
    """The command, installed when it is not there in this version."""
    folder = tools() / SCHEMATHESIS.replace("==", "-")
    command = folder / "bin" / "schemathesis"
    if not command.exists() or subprocess.run([command, "--version"], capture_output=True).returncode:
        venv.create(folder, clear=True, with_pip=True)
        subprocess.run([folder / "bin" / "python", "-m", "pip", "install", "--quiet", SCHEMATHESIS], check=True)
    return command


def prepare(client: Client) -> None:
    """Datasets and jobs to ask for, so that the requests do not all meet an empty store."""
    for number in range(1, 4):
        body = {"ddl": FILMS, "dialect": "postgres", "config": {"numRecords": 5 * number, "seed": number}, "saveName": "films"}
        assert client.ended(client.generate(body))["status"] == "done"


def main() -> int:
    """Runs schemathesis; the exit status."""
    parser = arguments(__doc__)
    parser.add_argument("--examples", type=int, default=80, help="requests of the fuzzing phase for each operation")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="+", help="ids of operations")
    parser.add_argument("--report", help="where the whole report goes")
    args = parser.parse_args()
    command = schemathesis()
    options = {"max-table-rows": "50", "max-job-rows": "200", "max-queued-jobs": "1000", "request-timeout": "20s"}
    with Server(binary(args), options) as server, tempfile.TemporaryDirectory(prefix="seedbed-wire-") as folder:
        prepare(server.client())
        config = Path(folder) / "schemathesis.toml"
        config.write_text(CONFIG)
        only = [word for name in args.only or [] for word in ("--include-operation-id", name)]
        ran = subprocess.run(
            [command, "--config-file", config, "run", f"http://127.0.0.1:{server.port}/api/openapi.json",
             "--phases", PHASES, "--max-examples", str(args.examples), "--seed", str(args.seed),
             "--workers", "1", "--generation-database", "none", "--no-color", "--continue-on-failure",
             "--request-timeout", "30", *only],
            cwd=folder, env=plain_environment(), text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        alive = server.client().get("/api/health").status
        log = server.log.read_text(errors="replace")
    if args.report:
        Path(args.report).write_text(ran.stdout)
    tell(ran.stdout[-12_000:])
    cases = sum(int(number.replace(",", "")) for number in re.findall(r"([\d,]+) generated", ran.stdout))
    problems = verdict(ran.returncode, alive, log, cases, is_whole=not args.only)
    tell("\n".join(f"FAILED: {problem}" for problem in problems) or f"contract: {cases} requests, nothing found")
    return 1 if problems else 0


def verdict(status: int, alive: int, log: str, cases: int, is_whole: bool) -> list[str]:
    """What is wrong with a run."""
    problems = [f"schemathesis ends with {status}"] if status else []
    if alive != 200:
        problems.append(f"the server's health is {alive} afterwards")
    if "panicked at" in log:
        problems.append("the server has panicked: " + log.split("panicked at", 1)[1][:300])
    if is_whole and cases < LEAST_CASES:
        problems.append(f"only {cases} requests were made, and {LEAST_CASES} are the least")
    return problems


if __name__ == "__main__":
    sys.exit(main())
