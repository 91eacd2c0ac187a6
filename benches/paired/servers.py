"""The servers that loads are measured on. See README.md here."""

import contextlib
import os
import subprocess
import time
import types
import urllib.parse
from pathlib import Path


class Postgres:
    """A database of its own on a PostgreSQL server of this machine, and the CPU seconds of all of the server."""

    NAME = "seedbed_bench"

    def __init__(self, url):
        self.maintenance, self.url = f"{url}/postgres", f"{url}/{self.NAME}"
        folder = Path(self.sql(self.maintenance, "SHOW data_directory"))
        self.postmaster = int((folder / "postmaster.pid").read_text().split()[0])

    @staticmethod
    def sql(url, *commands):
        argv = ["psql", "-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1", "-d", url]
        for command in commands:
            argv += ["-c", command]
        return subprocess.run(argv, check=True, capture_output=True, text=True).stdout.strip()

    def cpu(self):
        """User and system seconds of the postmaster, of what it has waited for, and of what runs under it."""
        ticks = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rsplit(")", 1)[1].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            # Numbered from the third one on in proc_pid_stat(5): parent, user, system, children's user and system.
            parent, user, system, waited_user, waited_system = (int(fields[n - 3]) for n in [4, 14, 15, 16, 17])
            if int(stat.parent.name) == self.postmaster:
                ticks += user + system + waited_user + waited_system
            elif parent == self.postmaster:
                ticks += user + system
        return ticks / os.sysconf("SC_CLK_TCK")

    @contextlib.contextmanager
    def filled_by(self, schema):
        """Empty tables, and what the server spends on them while the caller fills them."""
        self.drop()
        self.sql(self.maintenance, f"CREATE DATABASE {self.NAME}")
        self.sql(self.url, schema.read_text(), "CHECKPOINT")
        served = types.SimpleNamespace()
        before = self.cpu()
        yield served
        # A session's own share is the postmaster's once it has ended.
        time.sleep(0.3)
        served.cpu = self.cpu() - before

    def drop(self):
        self.sql(self.maintenance, f"DROP DATABASE IF EXISTS {self.NAME} WITH (FORCE)")


class MariaDb:
    """A database of its own on a MariaDB server."""

    NAME = "seedbed_bench"

    def __init__(self, url):
        self.url = f"{url}/{self.NAME}"
        self.place = urllib.parse.urlsplit(url)

    def client(self, *arguments):
        """The command of a client; a password comes from `MYSQL_PWD`."""
        place = self.place
        return ["mariadb", f"-h{place.hostname}", f"-P{place.port or 3306}", f"-u{place.username}", *arguments]

    def make(self, schema):
        """Empty tables."""
        self.drop()
        subprocess.run(self.client("-e", f"CREATE DATABASE {self.NAME} CHARACTER SET utf8mb4"), check=True)
        with schema.open() as script:
            subprocess.run(self.client(self.NAME), stdin=script, check=True)

    def drop(self):
        subprocess.run(self.client("-e", f"DROP DATABASE IF EXISTS {self.NAME}"), check=True)
