#!/usr/bin/env python3
"""Kills PostgreSQL and MariaDB under `seedbed generate --to` at random moments, and looks at what is there afterwards.

  tests/faults/killed_servers.py                        # what CI runs
  tests/faults/killed_servers.py --moments 100 --seed 7

The servers are this program's own, with the settings that they have when nobody says anything, in folders that go with
them. All processes of one are killed at once, in the middle of a load or when its COMMIT has just been sent, into tables that
are empty or hold an earlier load's rows. The server comes back at once, or when the command has ended. Then

- the database holds what it held before, or the complete load, and nothing else;
- the exit code is 0 only if the load is complete, and "nothing was loaded" is only said where nothing was;
- the command ends by itself, within the time for which it looks up what became of a COMMIT;
- the same command works once the server is there again.
"""
import argparse, collections, contextlib, os, random, shutil, signal, socket, subprocess, sys, tempfile, threading, time
from pathlib import Path
from targets import MariaDb, Postgres, complete, folder, told

# What became of a COMMIT is looked up for 30 s.
ENDED_WITHIN = 35.0
READY_WITHIN = 60.0
# A COMMIT takes less, in most cases.
COMMIT_TAKES = 0.02


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def program(name, *elsewhere):
    """A program's place; servers are often off the path."""
    places = os.pathsep.join([os.environ.get("PATH", ""), *map(str, elsewhere)])
    found = shutil.which(name, path=places)
    assert found, f"there is no {name}"
    return os.path.realpath(found)


def is_alive(process):
    with contextlib.suppress(FileNotFoundError):
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


class OwnServer:
    """A server in a folder of its own. Neither of them runs as root: then it is `user`'s."""

    def __init__(self, home):
        self.home, self.port = home, free_port()
        home.mkdir()
        self.identity = {}
        if os.geteuid() == 0:
            shutil.chown(home, self.user, self.user)
            self.identity = {"user": self.user, "group": self.user, "extra_groups": []}
        self.log = open(home.with_suffix(".log"), "wb")
        subprocess.run(self.first(), cwd=home, stdout=self.log, stderr=self.log, check=True, **self.identity)
        self.start()

    def start(self):
        self.process = subprocess.Popen(self.command(), cwd=self.home, stdout=self.log, stderr=self.log, **self.identity)
        deadline = time.time() + READY_WITHIN
        while subprocess.run(self.ping(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode != 0:
            assert time.time() < deadline and self.process.poll() is None, f"the server does not start: {self.process.poll()}"
            time.sleep(0.05)

    def kill(self):
        """Ends all of its processes, none of which can tell the others."""
        first = self.process.pid
        os.kill(first, signal.SIGSTOP)
        others = [int(p) for p in Path(f"/proc/{first}/task/{first}/children").read_text().split()]
        for process in (first, *others):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self.process.wait()
        while any(map(is_alive, others)):
            time.sleep(0.005)


class OwnPostgres(OwnServer):
    user = "postgres"

    def program(self, name):
        return program(name, *Path("/usr/lib/postgresql").glob("*/bin"))

    def first(self):
        return [self.program("initdb"), "-D", "data", "-U", "postgres", "-A", "trust", "-E", "UTF8"]

    def command(self):
        return [self.program("postgres"), "-D", "data", "-h", "127.0.0.1", "-p", str(self.port), "-k", str(self.home)]

    def ping(self):
        return ["psql", "-Xqc", "SELECT 1", f"{self.address()}/postgres"]

    def address(self):
        return f"postgres://postgres@127.0.0.1:{self.port}"

    def target(self, place):
        return Postgres(place, "loaded", self.address())


class OwnMariaDb(OwnServer):
    user = "mysql"

    def first(self):
        return [program("mariadb-install-db"), "--no-defaults", f"--datadir={self.home / 'data'}",
                "--auth-root-authentication-method=normal", "--skip-test-db"]

    def command(self):
        return [program("mariadbd", "/usr/sbin"), "--no-defaults", f"--datadir={self.home / 'data'}", f"--port={self.port}",
                "--bind-address=127.0.0.1", f"--socket={self.home / 'socket'}", f"--pid-file={self.home / 'pid'}"]

    def ping(self):
        return ["mariadb", "--no-defaults", "-u", "root", "-h", "127.0.0.1", "-P", str(self.port), "-e", "SELECT 1"]

    def address(self):
        return f"root@127.0.0.1:{self.port}"

    def target(self, place):
        return MariaDb(place, "loaded", self.address())


class Wire:
    """What lies between a command and its server: it tells when a COMMIT goes by."""

    def __init__(self, port):
        self.server, self.commit = ("127.0.0.1", port), threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        while True:
            command, _ = self.listener.accept()
            try:
                server = socket.create_connection(self.server)
            except ConnectionRefusedError:
                command.close()
                continue
            for ends in ((command, server), (server, command)):
                threading.Thread(target=self.carry, args=ends, daemon=True).start()

    def carry(self, one, other):
        with contextlib.suppress(OSError):
            while sent := one.recv(1 << 16):
                other.sendall(sent)
                if b"COMMIT" in sent:
                    self.commit.set()
        for end in (one, other):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


def kill(server, target, wire, whole, takes, dice, there):
    """One load whose server is killed. Returns what became of it, and how long the command went on."""
    target.clear()
    if there:
        target.run(1)
    before = target.state()
    at_commit, comes_back_at_once = dice.choice(((True, True), (False, True), (False, False)))
    wire.commit.clear()
    run = target.start(2)
    if at_commit:
        assert wire.commit.wait(ENDED_WITHIN), "it does not come to its COMMIT"
        time.sleep(dice.uniform(0, COMMIT_TAKES))
    else:
        time.sleep(dice.uniform(0, 1.1) * takes)
    server.kill()
    killed = time.time()
    if comes_back_at_once:
        server.start()
    said = run.communicate(timeout=ENDED_WITHIN)[1]
    waited = time.time() - killed
    assert waited <= ENDED_WITHIN, f"the command went on for {waited:.1f} s"
    if not comes_back_at_once:
        server.start()
    code, after, loaded = run.returncode, target.state(), complete(before, whole)
    ended = f"exit {code}: {said.strip()}"
    assert after in (before, loaded), f"neither as before nor complete: {after}, before {before}; {ended}"
    assert code in (0, 4), ended
    assert code != 0 or after == loaded, f"exit 0, and the rows are not there: {after}"
    assert after == before or "nothing was loaded" not in said, f"the rows are there; {ended}"
    assert code == 0 or "nothing was loaded" in said or "it is unknown" in said, f"nobody says what is there; {ended}"
    target.run(2)
    found, again = target.state(), complete(after, whole)
    assert found == again, f"the same command makes {found} of {after}, not {again}"
    what = "complete" if after == loaded else "as before"
    return what if code == 0 or "nothing was loaded" in said else f"{what} but unknown", waited


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--moments", type=int, default=3, help="kills of each server")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", default=[])
    args = parser.parse_args()
    dice, failures = random.Random(args.seed), 0
    with tempfile.TemporaryDirectory(prefix="seedbed-servers-") as home:
        os.chmod(home, 0o755)
        for name, kind in (("postgres", OwnPostgres), ("mariadb", OwnMariaDb)):
            if args.only and name not in args.only:
                continue
            server = kind(Path(home) / f"{name}-server")
            try:
                target, wire = server.target(folder(Path(home), name)), Wire(server.port)
                target.arguments = [word.replace(f":{server.port}/", f":{wire.port}/") for word in target.arguments]
                whole, takes = target.made(2)
                tally, longest = collections.Counter(), 0.0
                for at in range(args.moments):
                    what, waited = kill(server, target, wire, whole, takes, dice, at % 2 == 1)
                    tally[what] += 1
                    longest = max(longest, waited)
                print(f"{name}: {sum(tally.values())} kills, {told(tally)}; a load takes {takes:.2f} s, the command ended within "
                      f"{longest:.1f} s of a kill", flush=True)
            except AssertionError as failure:
                failures += 1
                print(f"{name}: FAILED: {failure}", flush=True)
            finally:
                server.kill()
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
