#!/usr/bin/env python3
"""Lets `seedbed generate` run out of room, after little and after almost all of what it writes, and out of new files.

  tests/faults/small_disks.py                  # what CI runs

Every kind of file lies on a small tmpfs, with nothing there or an earlier run's rows, which has room for a part of what
comes: root alone may mount one. Then

- the exit code is that of the outside world, and the message says in words that the disk is full;
- the target is as it was before, and nothing is left beside it;
- the same command works when there is room;
- a report that finds no room costs no rows, and an earlier one stays;
- a folder's run that had taken note of what it wrote goes on by `--resume`, and fails by it while there is no room.
"""
import argparse, contextlib, os, shutil, subprocess, sys, tempfile
from pathlib import Path
from targets import Target, complete, digest, file_targets, folder

MEGABYTES, FILES = 64, 100
# A folder takes note of what it has every 64 MiB.
ROWS_TO_RESUME, MEGABYTES_TO_RESUME = 2_000_000, 480
PAGE = os.sysconf("SC_PAGE_SIZE")
SHARES = (0, 0.1, 0.3, 0.5, 0.7, 0.9)
FULL = ("No space left on device", "disk is full")


@contextlib.contextmanager
def disk(home, megabytes):
    """A small disk of its own."""
    place = Path(tempfile.mkdtemp(prefix="disk-", dir=home))
    options = f"size={megabytes}m,nr_inodes={FILES}"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "seedbed-disk", place], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", place], check=True)


def room(place):
    found = os.statvfs(place)
    return found.f_bavail * found.f_frsize


@contextlib.contextmanager
def filled(place, left):
    """While all room but so much is taken."""
    filler = place / "filler"
    with open(filler, "wb") as file:
        os.posix_fallocate(file.fileno(), 0, room(place) - left)
    try:
        yield
    finally:
        filler.unlink()


@contextlib.contextmanager
def crowded(place, left):
    """While there may be only so many new files and folders."""
    crowd = place / "crowd"
    crowd.mkdir()
    for number in range(os.statvfs(place).f_favail - left):
        (crowd / str(number)).touch()
    try:
        yield
    finally:
        shutil.rmtree(crowd)


def is_refused(target, *more):
    """A run that has to end for want of room."""
    run = target.start(2, *more)
    said = run.communicate()[1]
    assert run.returncode == 4, f"exit {run.returncode}: {said.strip()}"
    assert any(words in said for words in FULL), f"it does not say that the disk is full: {said.strip()}"
    return said


def full(target, place):
    """Runs that have room for less than they write. Returns how many."""
    target.clear()
    bytes_before, files_before = room(place), os.statvfs(place).f_favail
    whole, _ = target.made(2)
    needs, files = bytes_before - room(place), files_before - os.statvfs(place).f_favail
    shortages = [(filled, int(share * needs)) for share in SHARES] + [(filled, needs - PAGE)]
    shortages += [(crowded, left) for left in range(files)]
    runs = 0
    for there in (False, True):
        for shortage, left in shortages:
            target.clear()
            if there:
                target.run(1)
            before = target.state()
            if shortage is crowded and isinstance(before, tuple):
                # SQLite does not tell why it can't make its journal.
                continue
            with shortage(place, left):
                is_refused(target)
            told = f"{shortage.__name__} but for {left} of {needs} bytes or {files} files"
            after = target.state()
            assert after == before, f"{told}: it was {before}, and is {after}"
            left_over = target.leftovers()
            assert not left_over, f"{told}: {left_over} are left"
            target.run(2)
            found, again = target.state(), complete(before, whole)
            assert found == again, f"{told}: the same command makes {found} of {before}, not {again}"
            runs += 1
    return f"{runs} runs of which each has less room than the {needs >> 10} KiB and {files} files that it takes"


def reported(home, place):
    """Reports that find no room."""
    report = place / "report.json"
    target = Target(folder(home, "reported"), "sqlite", ["--out", "data", "--report", str(report)], "data")
    whole, _ = target.made(2)
    report.unlink()
    for there in (False, True):
        if there:
            target.run(1)
        target.clear()
        before = digest(report)
        with filled(place, 0):
            said = is_refused(target)
        assert "cannot write the report" in said, said
        assert target.state() == whole, "the rows are not there"
        assert digest(report) == before, "the report is another one"
        assert sorted(os.listdir(place)) == [report.name] * there, f"{os.listdir(place)} are there"
        target.run(2)
        assert report.exists()
    return "2 reports"


def resumed(target, place):
    """A folder's run that has no room left after it has taken notes, twice, and goes on when there is."""
    target.clear()
    before = room(place)
    target.run(2, ROWS_TO_RESUME)
    whole, needs = target.state(), before - room(place)
    target.clear()
    with filled(place, int(needs * 0.8)):
        is_refused(target, ROWS_TO_RESUME)
        kept = place / "csv" / ".data.unfinished"
        assert (kept / "journal.json").exists(), "there is no note"
        is_refused(target, ROWS_TO_RESUME, "--resume")
        assert (kept / "journal.json").exists(), "the note is gone"
        assert target.state() is None
    target.run(2, ROWS_TO_RESUME, "--resume")
    assert target.state() == whole, "the bytes are others than those of a run that had room"
    left = target.leftovers()
    assert not left, f"{left} are left"
    return f"resumed after two runs without room for {needs >> 20} MiB"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.parse_args()
    if os.geteuid() != 0:
        print("small disks: left out, as only root may mount one")
        return 0
    failures = 0

    def holds(name, hold, *on):
        nonlocal failures
        try:
            print(f"{name}: {hold(*on)}", flush=True)
        except AssertionError as failure:
            failures += 1
            print(f"{name}: FAILED: {failure}", flush=True)

    with tempfile.TemporaryDirectory(prefix="seedbed-disks-") as home:
        with disk(home, MEGABYTES) as place:
            for name, target in file_targets(place):
                holds(name, full, target, place)
                target.clear()
        with disk(home, MEGABYTES) as place:
            holds("report", reported, Path(home), place)
        with disk(home, MEGABYTES_TO_RESUME) as place:
            holds("resume", resumed, next(file_targets(place))[1], place)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
