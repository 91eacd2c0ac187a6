"""Schemas of the corpus by a rule, so that nobody picks those that work."""
from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("postgres", "postgres_dump", "mysql", "mysql_dump", "sqlite")
# Of each folder by size: one of the smaller files and one of the larger ones.
SHARES = (1 / 4, 3 / 4)


@dataclass(frozen=True)
class Schema:
    """A script of the corpus."""

    folder: str
    path: Path

    @property
    def name(self) -> str:
        return f"{self.folder}/{self.path.stem}"

    @property
    def dialect(self) -> str:
        return self.folder.removesuffix("_dump")


def corpus() -> Path:
    """The folder of the corpus."""
    return Path(os.environ.get("SEEDBED_CORPUS", ROOT.parent / "shared" / "corpus"))


def chosen(only: list[str] | None = None) -> list[Schema]:
    """Two schemas of each folder, or all whose names have one of the parts that are asked for."""
    found = []
    for folder in FOLDERS:
        files = sorted((corpus() / folder).glob("*.sql"), key=lambda path: (path.stat().st_size, path.name))
        every = [Schema(folder, path) for path in files]
        if only:
            found += [schema for schema in every if any(part in schema.name for part in only)]
        elif every:
            found += [every[int(len(every) * share)] for share in SHARES]
    return found
