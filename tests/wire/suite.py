"""What the suites of this folder have in common: the binary, what is missing, and what is told."""
from __future__ import annotations

import argparse
import os
import signal
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
IS_CI = os.environ.get("CI") == "true"


def arguments(words: str | None) -> argparse.ArgumentParser:
    """The arguments that every suite has. Who ends a suite ends its servers with it."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    parser = argparse.ArgumentParser(description=words, formatter_class=argparse.RawDescriptionHelpFormatter)
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    usual = os.environ.get("SEEDBED", str(target / "release" / "seedbed"))
    parser.add_argument("--seedbed", default=usual, help="the command (else $SEEDBED, else the release build)")
    return parser


def binary(args: argparse.Namespace) -> str:
    """The command, which must be there."""
    if not os.access(args.seedbed, os.X_OK):
        sys.exit(f"there is no command at {args.seedbed}")
    return os.path.abspath(args.seedbed)


def missing(what: str) -> None:
    """Something that a suite needs is not there: told, and a failure where all must be there."""
    if IS_CI:
        sys.exit(f"FAILED: {what}")
    tell(f"SKIPPED: {what}")


def tell(line: str) -> None:
    """A line that is seen at once."""
    print(line, flush=True)
