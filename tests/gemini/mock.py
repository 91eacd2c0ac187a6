"""The server that plays Gemini, as a process, and a virtual environment with Google's own client."""
from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).resolve().parents[2]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
CLIENT = "google-genai==3.6.1"


class Mock:
    """The server on a free port, with lines of answers. Its life is that of a `with`."""

    def __init__(self, answers: str) -> None:
        command = os.environ.get("GEMINI_MOCK", str(TARGET / "debug" / "examples" / "gemini_mock"))
        with tempfile.NamedTemporaryFile("w", suffix=".jsonl", delete=False) as file:
            file.write(answers)
        self.answers = file.name
        arguments = [command, "--answers", self.answers]
        self.process = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout
        self.url = self.process.stdout.readline().strip()
        assert self.url.startswith("http://"), "the server tells where it listens"

    def __enter__(self) -> Mock:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self.process.stdin
        # The end of its input ends it.
        self.process.stdin.close()
        self.process.wait(timeout=10)
        os.unlink(self.answers)


def in_environment_with_client() -> None:
    """Goes on in an environment that has the client, which is made when it is not there in this version."""
    usual = TARGET / "tools"
    folder = Path(os.environ.get("SEEDBED_TOOLS", usual)) / CLIENT.replace("==", "-")
    python = folder / "bin" / "python"
    if Path(sys.prefix) == folder.absolute():
        return
    imports = [python, "-c", "import google.genai"]
    if not python.exists() or subprocess.run(imports, capture_output=True).returncode:
        venv.create(folder, clear=True, with_pip=True)
        install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", CLIENT]
        subprocess.run(install, check=True)
    os.execv(python, [str(python), *sys.argv])
