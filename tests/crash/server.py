"""A server of its own that can be killed, and the questions that a suite asks it."""
import contextlib, http.client, json, os, re, signal, sqlite3, subprocess, time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
SEEDBED = os.environ.get("SEEDBED") or os.path.join(
    os.environ.get("CARGO_TARGET_DIR", os.path.join(ROOT, "target")), "release", "seedbed")


class Server:
    """`seedbed serve` on a store. `process` is for `Popen`, other options are variables of the environment."""

    def __init__(self, store, folder, process=None, **options):
        env = {"PATH": os.environ["PATH"], "HOST": "127.0.0.1", "PORT": "0", "SEEDBED_STORE": store, "LOG_LEVEL": "warn",
               "RATE_LIMIT": "0", "GENERATION_RATE_LIMIT": "0", "GRACE_PERIOD": "1s", **options}
        self.log = os.path.join(folder, "server.log")
        # Its own folder: a `seedbed.toml` of the working folder would be read.
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen([SEEDBED, "serve"], cwd=folder, env=env, stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log, **(process or {}))
        while not (at := re.search(r"listening on http://[^:]+:(\d+)", self.told())):
            if self.process.poll() is not None:
                raise AssertionError(f"the server did not start: {self.told()}")
            time.sleep(0.002)
        self.port = int(at[1])

    def told(self):
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return log.read()

    def ask(self, method, path, body=None, timeout=60):
        """Status and body of an answer; JSON is read."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, body=None if body is None else json.dumps(body),
                               headers={"content-type": "application/json"})
            answer = connection.getresponse()
            data = answer.read()
            if (answer.getheader("content-type") or "").startswith("application/json"):
                return answer.status, json.loads(data)
            return answer.status, data
        finally:
            connection.close()

    def get(self, path):
        """What is at a path that must be there."""
        status, answer = self.ask("GET", path)
        if status != 200:
            raise AssertionError(f"GET {path}: {status} {answer!r:.300}")
        return answer

    def ended(self, job, seconds=60):
        """A job, when it is over."""
        until = time.monotonic() + seconds
        while (record := self.get(f"/api/jobs/{job}"))["status"] in ("queued", "running"):
            if time.monotonic() > until:
                raise AssertionError(f"job {job} is not over: {record}")
            time.sleep(0.01)
        return record

    def events(self, job):
        """What is told of a job that is over: numbers, names and payloads."""
        told = []
        for block in self.get(f"/api/jobs/{job}/events").decode().split("\n\n"):
            field = dict(line.split(": ", 1) for line in block.split("\n") if ": " in line)
            if "event" in field:
                told.append((int(field["id"]) if "id" in field else None, field["event"], json.loads(field["data"])))
        return told

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)


def start(store, *arguments):
    """The command at work on the store."""
    env = {"PATH": os.environ["PATH"], "SEEDBED_STORE": store}
    return subprocess.Popen([SEEDBED, *arguments], cwd=os.path.dirname(store), env=env, text=True,
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def command(store, *arguments, fails=False):
    """What the command says of the store. `fails`: it may end in failure."""
    process = start(store, *arguments)
    told, _ = process.communicate(timeout=120)
    if process.returncode != 0 and not fails:
        raise AssertionError(f"seedbed {' '.join(arguments)} ended with {process.returncode}: {told}")
    return told


def check_store(store):
    """Whether a store on which nobody works is whole and, after its garbage is collected, holds nothing of nobody."""
    command(store, "store", "verify")
    command(store, "store", "gc")
    with contextlib.closing(sqlite3.connect(os.path.join(store, "catalog.db"))) as catalog:
        ok = catalog.execute("PRAGMA integrity_check").fetchall()
        assert ok == [("ok",)], ok
        broken = catalog.execute("PRAGMA foreign_key_check").fetchall()
        assert not broken, broken
        known = {f"rows/{digest}.db" for digest, in catalog.execute("SELECT digest FROM version")}
        known |= {f"exports/{file}" for file, in catalog.execute("SELECT file FROM export")}
        unused = catalog.execute("SELECT digest FROM version WHERE digest NOT IN (SELECT digest FROM dataset_version)")
        unused = unused.fetchall()
        assert not unused, f"versions of no dataset: {unused}"
    there = {os.path.relpath(os.path.join(folder, file), store) for folder, _, files in os.walk(store) for file in files}
    there -= {"catalog.db", "catalog.db-wal", "catalog.db-shm"}
    assert there <= known, f"files of nobody: {sorted(there - known)}"
    # An export that is lost is made again, rows are not.
    lost = {file for file in known - there if file.startswith("rows/")}
    assert not lost, f"lost: {sorted(lost)}"
