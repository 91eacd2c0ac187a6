#!/usr/bin/env python3
"""A disk that is full, and a folder that may only be read, under a server that works.

  tests/crash/disk.py

The store lies on a small tmpfs that is filled: root alone may mount one. Folders are made read-only by their modes, under
a server that is not root's. Each time jobs end as `error` with the code that says why, the server answers, older datasets
are served; when there is room again work goes on, and after a collection no file belongs to nobody.
"""
import os, shutil, subprocess, sys, tempfile
from server import SEEDBED, Server, check_store, command
from kill import CHAIN, EXAMPLE, FORMATS

MEGABYTES = 160
NOBODY = 65534
SIZE = {"small": (EXAMPLE, 50), "large": (CHAIN, 9000)}


def generate(server, kind, seed):
    """A job that is over, or the answer that it was refused with."""
    ddl, rows = SIZE[kind]
    body = {"ddl": ddl, "dialect": "postgres", "saveName": f"{kind}-{seed}", "config": {"numRecords": rows, "seed": seed}}
    status, answer = server.ask("POST", "/api/generate", body)
    return (server.ended(answer["jobId"]), None) if status == 202 else (None, (status, answer))


def saved(server, kind, seed):
    job, refused = generate(server, kind, seed)
    assert job and job["status"] == "done", (job, refused)
    return job["datasetId"]


def is_served(server, dataset):
    """Whether the rows and the report of a dataset can be read."""
    told = server.get(f"/api/datasets/{dataset}")
    for table in told["tables"]:
        page = server.get(f"/api/datasets/{dataset}/tables/{table['name']}?limit=3&order=id")
        assert page["total"] == table["rows"] and len(page["rows"]) == 3, page
    assert server.get(f"/api/datasets/{dataset}/validation")["summary"]["checkViolations"] == 0
    assert [d["id"] for d in server.get("/api/datasets")].count(dataset) == 1


def is_refused(server, code, seed):
    """Whether rows that find no place end with the code, and whoever listens is told so. The job, if there was one."""
    job, refused = generate(server, "large", seed)
    if refused:
        assert refused[0] == 503 and refused[1]["error"]["code"] == code, refused
        return None
    assert job["status"] == "error" and job["error"]["code"] == code, job
    events = server.events(job["jobId"])
    assert events[-1][1] == "generation:error" and events[-1][2]["code"] == code, events
    assert server.ask("GET", "/api/health")[0] in (200, 503)
    return job


def exports_are(server, dataset, status, code=None, formats=FORMATS):
    for form in formats:
        got, answer = server.ask("GET", f"/api/datasets/{dataset}/export?format={form}")
        assert got == status and (code is None or answer["error"]["code"] == code), (form, got, str(answer)[:300])


def goes_on(server, kind, seed):
    dataset = saved(server, kind, seed)
    is_served(server, dataset)
    exports_are(server, dataset, 200, formats=FORMATS[:1])
    for status in ("queued", "running"):
        assert server.get(f"/api/jobs?status={status}") == [], f"jobs are still {status}"
    return dataset


def ended_at_last(server, job):
    """An end that a full store could not be told is told later."""
    if job:
        record = server.get(f"/api/jobs/{job['jobId']}")
        assert record["status"] == "error" and record["error"] == job["error"], record


def tree_of(store):
    """The files of the store, but for the catalog's own and those of who is at work."""
    files = [os.path.join(folder, file) for folder, _, files in os.walk(store) for file in files]
    return sorted(f for f in files if "catalog.db" not in f and "/tmp/at-work-" not in f.removeprefix(store))


def fill(path, left):
    """Takes all room but so much."""
    room = os.statvfs(os.path.dirname(path))
    with open(path, "wb") as file:
        os.posix_fallocate(file.fileno(), 0, room.f_bavail * room.f_frsize - left)


def full_disk(folder):
    """A disk that becomes full under a server, in the middle of a job and before it; and under exports."""
    place = os.path.join(folder, "disk")
    os.mkdir(place)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "seedbed-disk", place], check=True)
    store, filler = os.path.join(place, "store"), os.path.join(place, "filler")
    server = None
    try:
        server = Server(store, folder)
        old = saved(server, "small", 1)
        for left in (3 << 20, 1 << 20, 200 << 10, 4 << 10):
            before = tree_of(store)
            fill(filler, left)
            job = is_refused(server, "store-full", left)
            is_served(server, old)
            assert tree_of(store) == before, (left, set(tree_of(store)) ^ set(before))
            os.remove(filler)
            saved(server, "small", 2 + left)
            ended_at_last(server, job)
            print(f"full with {left >> 10} KiB left: the {'job' if job else 'request'} ends with store-full", flush=True)
        large = goes_on(server, "large", 5)
        fill(filler, 4 << 10)
        exports_are(server, large, 503, "store-full", FORMATS[1:])
        is_served(server, large)
        os.remove(filler)
        exports_are(server, large, 200)
        print("full under exports: store-full, and made when there is room", flush=True)
        server.kill()
        check_store(store)
        subprocess.run(["mount", "-o", "remount,ro", place], check=True)
        for arguments in (["datasets", "list"], ["store", "verify"], ["serve", "--port", "0"]):
            told = command(store, *arguments, fails=True)
            assert "may only be read" in told, (arguments, told)
        print(f"a disk to be read only: {told.strip()}", flush=True)
    finally:
        if server and server.process.poll() is None:
            server.kill()
        subprocess.run(["umount", "-l", place], check=True)


def read_only_folder(folder):
    """Folders that become read-only under a server. Root may write everywhere, so that the server is another's."""
    place = os.path.join(folder, "modes")
    store = os.path.join(place, "store")
    os.mkdir(place)
    os.chmod(folder, 0o755)
    user = {}
    if os.geteuid() == 0:
        os.chown(place, NOBODY, NOBODY)
        user = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    server = Server(store, place, process=user)
    try:
        old, before = goes_on(server, "small", 1), tree_of(store)
        folders = [name for name, *_ in os.walk(store) if name != store]
        for name in folders:
            os.chmod(name, 0o500)
        is_refused(server, "store-read-only", 7)
        is_served(server, old)
        exports_are(server, old, 503, "store-read-only", FORMATS[1:])
        for name in folders:
            os.chmod(name, 0o700)
        assert tree_of(store) == before, set(tree_of(store)) ^ set(before)
        exports_are(server, goes_on(server, "large", 8), 200)
        print("a folder to be read only: jobs and exports end with store-read-only, and go on when it is not", flush=True)
    finally:
        server.kill()
    check_store(store)


def main():
    if not os.path.exists(SEEDBED):
        sys.exit(f"there is no {SEEDBED}")
    folder = tempfile.mkdtemp(prefix="seedbed-disk-")
    if os.geteuid() == 0:
        full_disk(folder)
    else:
        print("a full disk: left out, as only root may mount a small one")
    read_only_folder(folder)
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
