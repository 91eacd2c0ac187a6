#!/usr/bin/env python3
"""What an edit costs beside making its table's rows anew: whole processes on one dataset, each figure the median of several.

    benches/edited/run.py --seedbed BIN [--rows N] [--runs N]

BIN is a release build of the command. CPU time is user and system together; the machine had better be idle.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

DDL = """
CREATE TABLE customers (
  id integer PRIMARY KEY,
  name varchar(80) NOT NULL,
  email varchar(120) NOT NULL UNIQUE,
  city varchar(60),
  status varchar(12) NOT NULL CHECK (status IN ('new', 'active', 'gone')),
  balance numeric(10,2) NOT NULL,
  born date NOT NULL,
  created_at timestamp NOT NULL
);
"""

EDITS = [
    "set customers.city = 'Bern'",
    "scale customers.balance by 1.1",
    "set customers.status = 'gone' for 20% of rows",
    "set customers.balance between 5 and 50 where status = 'new'",
    "shift customers.created_at by 30 days",
    "set customers.email by internet.email for 30% of rows",
]


def cost(command: list[str], folder: Path) -> tuple[float, int]:
    """CPU seconds and KiB at the most."""
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{' '.join(command)}: status {status}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--seedbed", required=True)
    arguments.add_argument("--rows", default="1M")
    arguments.add_argument("--runs", type=int, default=5)
    given = arguments.parse_args()
    seedbed = os.path.abspath(given.seedbed)
    anew: list[float] = []
    edits: dict[str, list[tuple[float, int]]] = {edit: [] for edit in EDITS}
    for _ in range(given.runs):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "schema.sql").write_text(DDL)
            made = ["generate", "schema.sql", "--dialect", "postgres", "--rows", given.rows, "--save", "d", "--store", "s"]
            anew.append(cost([seedbed, *made, "--quiet"], folder)[0])
            for edit, costs in edits.items():
                costs.append(cost([seedbed, "edit", "d", edit, "--store", "s"], folder))
    base = statistics.median(anew)
    print(f"made, checked and stored anew: {base:.2f} s of CPU\n")
    print("| edit | CPU s | beside anew | MiB |\n|---|---|---|---|")
    for edit, costs in edits.items():
        cpu = statistics.median(cpu for cpu, _ in costs)
        print(f"| `{edit}` | {cpu:.2f} | {cpu / base:.2f} | {max(most for _, most in costs) / 1024:.0f} |")


if __name__ == "__main__":
    main()
