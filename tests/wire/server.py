"""A `seedbed serve` of its own: a port that is free, a temporary store, and an end of either kind."""
from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from client import Client

# Longer than a debug build on a busy machine needs to open a store.
START_SECONDS = 30


class Server:
    """A server and its store. The store outlives the server, so that it can be started again over it."""

    def __init__(self, binary: str, options: dict[str, str] | None = None) -> None:
        self.binary = binary
        self.folder = Path(tempfile.mkdtemp(prefix="seedbed-wire-"))
        self.store = self.folder / "store"
        self.log = self.folder / "server.log"
        self.options = {"rate-limit": "0", "generation-rate-limit": "0", **(options or {})}
        self.process: subprocess.Popen[bytes] | None = None
        self.port = 0
        self.start()

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        """Starts the server and waits until it says where it listens."""
        flags = [f"--{name}={value}" for name, value in self.options.items()]
        with open(self.log, "ab") as log:
            at = log.tell()
            # In a folder of its own: a `seedbed.toml` of the current one would be read.
            self.process = subprocess.Popen(
                [os.path.abspath(self.binary), "serve", "--port=0", f"--store={self.store}", *flags],
                cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=plain_environment())
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            told = self.log.read_bytes()[at:].decode(errors="replace")
            if "listening on http://" in told:
                self.port = int(told.split("listening on http://", 1)[1].split(",", 1)[0].rsplit(":", 1)[1])
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        raise RuntimeError(f"the server does not start: {self.tail()}")

    def tail(self) -> str:
        """The end of the log, for who has to find out."""
        return self.log.read_text(errors="replace")[-2_000:]

    def client(self, timeout: float = 60) -> Client:
        """A client with a connection of its own."""
        return Client(self.port, timeout)

    def terminate(self) -> None:
        """Asks the server to end."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)

    def wait(self, seconds: float) -> int:
        """Waits for the end, and returns the exit status."""
        assert self.process is not None
        return self.process.wait(seconds)

    def kill(self) -> None:
        """Ends the server as a power cut would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def files(self) -> set[str]:
        """Every file of the store but the catalog and the locks."""
        every = (path.relative_to(self.store) for path in self.store.rglob("*") if path.is_file())
        return {str(path) for path in every if path.parts[0] != "catalog.db" and path.name != "lock"
                and not path.name.startswith("catalog.db")}

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs `seedbed` on the store."""
        return subprocess.run([os.path.abspath(self.binary), *arguments, "--store", str(self.store)], cwd=self.folder,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, env=plain_environment())


def plain_environment() -> dict[str, str]:
    """The environment without what a server would take as its options."""
    kept = ("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "RUST_BACKTRACE")
    return {name: os.environ[name] for name in kept if name in os.environ}
