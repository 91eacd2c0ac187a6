#!/usr/bin/env python3
"""Starts `seedbed generate` twice at once into the same target, and looks at what is there when both have ended.

  tests/faults/two_runs.py                        # what CI runs
  tests/faults/two_runs.py --pairs 25 --seed 7

The second begins with the first, at any moment of it, or about when it ends; into every kind of target, with nothing there
or an earlier run's rows. Then

- both are whole: a database has the rows of both, of files those of one of them are there, byte for byte;
- or one of them is refused, says that another run is at work, and has changed nothing;
- nothing else is left beside the target.
"""
import argparse, collections, random, sys, tempfile, time
from pathlib import Path
from targets import complete, failures_of, targets, told

SEEDS = (2, 3)
REFUSED = "another run is writing"
ENDED_WITHIN = 60


def pair(target, whole, takes, dice, there):
    """One pair. Returns what became of it."""
    target.clear()
    if there:
        target.run(1)
    before = target.state()
    runs = {}
    for seed in SEEDS:
        runs[seed] = target.start(seed)
        if seed == SEEDS[0]:
            time.sleep(takes * dice.choice((0, dice.uniform(0, 1), dice.uniform(0.9, 1.1))))
    said = {seed: run.communicate(timeout=ENDED_WITHIN)[1] for seed, run in runs.items()}
    done = [seed for seed, run in runs.items() if run.returncode == 0]
    for seed in set(SEEDS) - set(done):
        told = f"run {SEEDS.index(seed) + 1} of two: exit {runs[seed].returncode}: {said[seed].strip()}"
        assert runs[seed].returncode == 4 and REFUSED in said[seed], told
    assert done, "both were refused"
    found = target.state()
    if isinstance(found, tuple):
        for seed in done:
            before = complete(before, whole[seed])
        assert found == before, f"{found} are there, not {before}"
    else:
        assert found in [whole[seed] for seed in done], "the files are of none of the runs that have ended well"
    left = target.leftovers()
    assert not left, f"{left} are left"
    return "both whole" if len(done) == 2 else "one refused"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=4, help="pairs of runs into each kind of target")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", default=[])
    args = parser.parse_args()
    dice = random.Random(args.seed)

    def attack(_, target):
        made = {seed: target.made(seed) for seed in SEEDS}
        whole, takes = {seed: state for seed, (state, _) in made.items()}, made[SEEDS[0]][1]
        tally = collections.Counter(pair(target, whole, takes, dice, at % 2 == 1) for at in range(args.pairs))
        return f"{sum(tally.values())} pairs, {told(tally)}; a run takes {takes:.2f} s"

    with tempfile.TemporaryDirectory(prefix="seedbed-two-") as home:
        return 1 if failures_of(targets(Path(home)), args.only, attack) else 0


if __name__ == "__main__":
    sys.exit(main())
