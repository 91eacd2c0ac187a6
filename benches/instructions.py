#!/usr/bin/env python3
"""Counts the instructions of the hot paths and holds them against `instructions.txt`.

A path that needs over 5 % more than is written there fails, by name. `--update` writes the counts anew: do so when a
path got cheaper, or when it costs more for a reason that the change says. Counting is Valgrind's, so neither the clock
nor the load of a machine matters, and the C library is told to copy as on any processor; another compiler or another C
library may matter.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
COUNTS = HERE / "instructions.txt"
LIMIT = 0.05
# Steps in the shorter and in the longer run; what is counted is the difference, so that nothing of the start is in it but
# its luck with the hash maps' random keys, some 10,000 instructions shared by all steps.
FEW, MANY = 2, 42
# glibc has a memcpy for each kind of processor and chooses when it starts: 5 % of a path lay between two of them. These
# leave it the one that all have (the GNU C Library manual, "Hardware Capability Tunables").
TUNABLES = ":".join([
    "glibc.cpu.hwcaps=" + ",".join(f"-{name}" for name in (
        "AVX512F", "AVX512VL", "AVX512BW", "AVX2", "AVX", "AVX_Fast_Unaligned_Load", "ERMS", "FSRM", "SSSE3", "SSE4_1",
        "SSE4_2", "BMI2", "MOVBE", "Fast_Unaligned_Copy",
    )),
    "glibc.cpu.x86_data_cache_size=0x8000",
    "glibc.cpu.x86_shared_cache_size=0x100000",
    "glibc.cpu.x86_non_temporal_threshold=0xc0000",
])


def build():
    command = ["cargo", "build", "--locked", "--release", "-p", "seedbed-benches", "--bench", "hot_paths"]
    told = subprocess.run(
        [*command, "--message-format", "json"], cwd=HERE.parent, check=True, capture_output=True, text=True
    ).stdout
    artifacts = (json.loads(line) for line in told.splitlines() if line.startswith("{"))
    return next(a["executable"] for a in artifacts if a.get("executable") and a["target"]["name"] == "hot_paths")


def instructions(binary, path, times):
    command = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null", binary, path, str(times)]
    env = {"PATH": os.environ["PATH"], "GLIBC_TUNABLES": TUNABLES}
    told = subprocess.run(command, check=True, capture_output=True, text=True, env=env).stderr
    return int(re.search(r"I\s+refs:\s+([\d,]+)", told).group(1).replace(",", ""))


def counted(binary, path):
    few, many = (instructions(binary, path, times) for times in (FEW, MANY))
    return round((many - few) / (MANY - FEW))


def read():
    lines = (line.split() for line in COUNTS.read_text().splitlines() if line and not line.startswith("#"))
    return {path: int(count) for path, count in lines}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--update", action="store_true", help="write the counts anew")
    parser.add_argument("--binary", help="the bench `hot_paths`; built when not given")
    options = parser.parse_args()
    binary = options.binary or build()
    with tempfile.TemporaryDirectory() as folder:
        # Without its debug information, which Valgrind would read at every start.
        stripped = os.path.join(folder, "hot_paths")
        subprocess.run(["objcopy", "--strip-debug", binary, stripped], check=True)
        paths = subprocess.run([stripped, "list"], check=True, capture_output=True, text=True).stdout.split()
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            now = dict(zip(paths, pool.map(lambda path: counted(stripped, path), paths)))
    if options.update:
        compiler = subprocess.run(["rustc", "--version"], check=True, capture_output=True, text=True).stdout.strip()
        head = f"# Instructions of one step of each hot path, by instructions.py: {compiler}.\n"
        COUNTS.write_text(head + "".join(f"{path} {count}\n" for path, count in now.items()))
        return
    before = read()
    slower = []
    for path, count in now.items():
        if path not in before:
            slower.append(f"{path}: {count}, and no count is written down for it")
            continue
        change = count / before[path] - 1
        told = f"{path}: {count}, {change:+.1%} of {before[path]}"
        print(told)
        if change > LIMIT:
            slower.append(told)
    slower += [f"{path}: written down, and there is no such path" for path in before.keys() - now.keys()]
    failed = "\n".join(sorted(slower))
    print(f"{len(now) - len(slower)} passed, {len(slower)} failed")
    if failed:
        sys.exit(f"paths that cost more than {LIMIT:.0%} over benches/instructions.txt:\n{failed}")


if __name__ == "__main__":
    main()
