#!/usr/bin/env python3
"""Kills `seedbed generate` at random moments, and looks at what is there afterwards.

  tests/faults/killed_runs.py                        # what CI runs
  tests/faults/killed_runs.py --moments 1000 --seed 7

Into every kind of target, new ones and such as hold an earlier run's rows: a folder of CSV, JSON Lines or Parquet, a ZIP, a
new SQLite file, and databases of SQLite, PostgreSQL and MariaDB that have the tables; a share of the rows, which leaves
beside its folder what its check has found; and `seedbed datasets export`. The signal is KILL, TERM or INT. Then

- the target is as it was before, or complete;
- the same command works at once, and makes the bytes that it always makes;
- nothing else is left beside the target;
- who was asked to end has ended within a second, and says so by the exit code;
- a folder's run that was killed several times goes on by `--resume` to the bytes of a run that never was.
"""
import argparse, collections, itertools, random, signal, subprocess, sys, tempfile, time
from pathlib import Path
from targets import ROWS, SEEDBED, Target, complete, failures_of, folder, targets, told

# A folder takes note of what it has every 64 MiB: so many rows are several times that.
ROWS_TO_RESUME = 4_000_000
SIGNALS = {"KILL": signal.SIGKILL, "TERM": signal.SIGTERM, "INT": signal.SIGINT}
ENDED_WITHIN = 1.0


class Share(Target):
    """Half of the rows, and beside them what their check has found. The other half is there."""
    checking = []

    def __init__(self, place):
        super().__init__(place, "sqlite", ["--out", "rest", "--part", "2/2"], "rest")
        self.run(2)
        self.arguments, self.name = ["--out", "data", "--part", "1/2"], "data"

    def clear(self):
        super().clear()
        (self.folder / "data.check").unlink(missing_ok=True)

    def leftovers(self):
        plan = ["--dialect", "sqlite", "--rows", str(ROWS), "--seed", "2"]
        joined = subprocess.run([SEEDBED, "check", "schema.sql", *plan, "--parts", "data", "rest"], cwd=self.folder,
                                capture_output=True, text=True)
        assert joined.returncode == 0, f"the halves can't be joined: {joined.stderr}"
        return [name for name in super().leftovers() if name not in ("data.check", "rest", "rest.check")]


class Export(Target):
    """A dataset of a store, written into a file. There is one for each seed, which the store has made into such a file once."""

    def __init__(self, place):
        super().__init__(place / "exports", "sqlite", [], "data.db")
        self.folder.mkdir()
        for seed in (1, 2):
            save = ["--rows", str(ROWS), "--seed", str(seed), "--save", f"rows-{seed}", "--store", "store"]
            subprocess.run([SEEDBED, "generate", "schema.sql", "--dialect", "sqlite", *save], cwd=place, check=True,
                           capture_output=True)
            self.run(seed)

    def command(self, seed, *_):
        return [SEEDBED, "datasets", "export", f"rows-{seed}", "--format", "sqlite", "--out", self.name, "--force", "--store", "../store"]


def shares_and_exports(home):
    yield "share", Share(folder(home, "share"))
    yield "export", Export(folder(home, "export"))


class Kind:
    """What runs into one kind of target come to, and how long they take."""

    def __init__(self, target):
        self.target = target
        self.whole, self.takes = target.made(2)

    def kill(self, dice, there):
        """One run that is killed, from nothing or beside an earlier run's rows. Returns what became of it."""
        target = self.target
        target.clear()
        if there:
            target.run(1)
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
        after, whole = target.state(), complete(before, self.whole)
        assert after in (before, whole), f"SIG{name}: neither as before nor complete: {after}, before {before}"
        assert code != 0 or after == whole, f"SIG{name}: exit 0, and the rows are not there"
        target.run(2)
        again = complete(after, self.whole)
        found = target.state()
        assert found == again, f"SIG{name}: the same command makes {found} of {after}, not {again}"
        left = target.leftovers()
        assert not left, f"SIG{name}: {left} are left"
        return "complete" if after == whole else "as before"


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
    dice = random.Random(args.seed)

    def attack(name, target):
        kind = Kind(target)
        tally = collections.Counter(kind.kill(dice, there) for _ in range(args.moments) for there in (False, True))
        said = [f"{sum(tally.values())} kills, {told(tally)}; a run takes {kind.takes:.2f} s"]
        for _ in range(args.resumes if name in ("csv", "jsonl", "parquet") else 0):
            went_on, takes = resumed(target, dice, 4)
            said.append(f"resumed, {went_on} times from a note of an earlier run; a run takes {takes:.1f} s")
        return "; ".join(said)

    with tempfile.TemporaryDirectory(prefix="seedbed-faults-") as home:
        kinds = itertools.chain(targets(Path(home)), shares_and_exports(Path(home)))
        return 1 if failures_of(kinds, args.only, attack) else 0


if __name__ == "__main__":
    sys.exit(main())
