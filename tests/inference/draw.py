#!/usr/bin/env python3
"""Draws columns of real schemas at random, to be labelled one by one.

    tests/inference/draw.py BINARY CORPUS SEED COUNT > drawn.tsv

BINARY is the command, whose `inspect --json` lists tables, columns, keys and references; CORPUS is a folder that holds
`postgres_dump/`, `mysql/` and `sqlite/`, each with one file a schema. Prints a line a column: dialect/schema, table,
column, declared type.

Only columns that need a guess are drawn. Left out are those of a primary key or a declared foreign key, generated ones,
serial and identity ones, booleans (`tinyint(1)` and `bit(1)` among them), those of a type that declares its values
(`enum`, `set`), and domains and arrays of such. What `inspect` does not tell is read from the text of the schema.
Partitions are left out as well: their columns are those of the partitioned table.

A schema is drawn first, with the square root of the number of its eligible columns as its weight, then one of its
columns, each of which comes once. An application that is there in several dialects, or in several variants (`SAME`),
gives a column of a table once; names are compared by their letters and digits alone.

The same binary, corpus and seed draw the same columns, and a larger count draws the same ones first.
"""

import json
import math
import random
import re
import subprocess
import sys
from pathlib import Path

DIALECTS = {"postgres_dump": "postgres", "mysql": "mysql", "sqlite": "sqlite"}

# Names of schemas that are one application.
SAME = {
    "bench_wikipedia": "mediawiki",
    "employees_partitioned": "employees",
    "icinga2_ido": "icinga_ido",
    "pagila": "sakila",
    "prelude_ids": "prelude",
    "zabbix_proxy": "zabbix",
}

NAME = r'(?:"(?:[^"]|"")+"|`[^`]+`|\[[^\]]+\]|[\w$]+)'
PATH = rf"{NAME}(?:\s*\.\s*{NAME})*"
CREATE_TABLE = re.compile(
    rf"\bCREATE\s+(?:\w+\s+)*?TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?({PATH})\s*\(", re.I
)
ALTER_COLUMN = re.compile(
    rf"\bALTER\s+TABLE\s+(?:ONLY\s+)?({PATH})\s+(?:ALTER|MODIFY|CHANGE)\s+(?:COLUMN\s+)?({NAME})\s+([^;]*)", re.I
)
CREATE_ENUM = re.compile(rf"\bCREATE\s+TYPE\s+({PATH})\s+AS\s+ENUM\b", re.I)
CREATE_DOMAIN = re.compile(rf"\bCREATE\s+DOMAIN\s+({PATH})\s+(?:AS\s+)?({PATH})", re.I)
FILLED = re.compile(
    r"\bAUTO_?INCREMENT\b|\bNEXTVAL\s*\(|\bGENERATED\s+(?:ALWAYS|BY\s+DEFAULT)\b|\bAS\s+IDENTITY\b"
    r"|\bAS\s*\(|^\s*(?:small|big)?serial\d?\b",
    re.I,
)
BOOLEAN = re.compile(r"^(?:bool(?:ean)?|tinyint\s*\(\s*1\s*\)|bit(?:\s*\(\s*1\s*\))?)(?:\s+(?:un)?signed)?$", re.I)
DECLARED_VALUES = re.compile(r"^(?:enum|set)\s*\(", re.I)


def plain(name):
    """A name without quotes."""
    name = name.strip()
    return name[1:-1] if name[:1] in '"`[' else name


def last(path):
    """The last part of a dotted name."""
    return plain(re.findall(NAME, path)[-1])


def key(name):
    """What two spellings of a name have in common."""
    return re.sub(r"[\W_]", "", name.lower())


def without_comments(text):
    """The text with comments and literals' insides blanked."""
    token = re.compile(r"'(?:[^'\\]|''|\\.)*'|\"[^\"]*\"|`[^`]*`|--[^\n]*|/\*(?!!).*?\*/|(?m:^\s*#[^\n]*)", re.S)

    def blank(found):
        literal = found.group()
        return "''" if literal[0] == "'" else literal if literal[0] in '"`' else " "

    return token.sub(blank, text)


def body(text, start):
    """The items between the parenthesis before `start` and its partner."""
    depth, items, item, quote = 1, [], [], None
    for character in text[start:]:
        if quote:
            quote = None if character == quote else quote
        elif character in "\"`'":
            quote = character
        elif character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
            if depth == 0:
                break
        elif character == "," and depth == 1:
            items.append("".join(item))
            item = []
            continue
        item.append(character)
    return [i.strip() for i in [*items, "".join(item)] if i.strip()]


def filled_by_the_server(text):
    """(table, column) of generated, serial and identity columns."""
    found = set()
    for table in CREATE_TABLE.finditer(text):
        for item in body(text, table.end()):
            column = re.match(rf"({NAME})\s+(.*)", item, re.S)
            if column and FILLED.search(column.group(2)):
                found.add((key(last(table.group(1))), key(plain(column.group(1)))))
    for change in ALTER_COLUMN.finditer(text):
        if FILLED.search(change.group(3)):
            found.add((key(last(change.group(1))), key(plain(change.group(2)))))
    return found


def named_types(text):
    """Names of types that declare their values or are booleans."""
    names = {last(name).lower() for name in CREATE_ENUM.findall(text)}
    for _ in range(2):  # a domain over a domain
        for name, base in CREATE_DOMAIN.findall(text):
            if last(base).lower() in names or BOOLEAN.match(last(base)):
                names.add(last(name).lower())
    return names


def needs_no_guess(declared, types):
    """Whether a declared type says all about its values."""
    element = re.sub(r"(?:\s*\[\d*\])+$", "", declared.strip())
    named = re.findall(NAME, element)
    return bool(
        BOOLEAN.match(element)
        or DECLARED_VALUES.match(element)
        or (named and plain(named[-1]).lower() in types)
    )


def eligible(binary, dialect, path):
    """(table, column, type) of the columns of a schema that may be drawn, in the order of the schema."""
    command = [binary, "inspect", "--json", "--dialect", dialect, str(path)]
    answer = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if not answer.stdout:
        sys.exit(f"{path}: {answer.stderr.decode().strip()}")
    text = without_comments(path.read_text(encoding="utf-8", errors="replace"))
    filled, types = filled_by_the_server(text), named_types(text)
    columns = []
    for table in json.loads(answer.stdout)["tables"]:
        if table.get("partitionOf"):
            continue
        keys = set(table["primaryKey"]).union(*(r["columns"] for r in table["references"]))
        for column in table["columns"]:
            name, declared = column["name"], " ".join(column["type"].split())
            is_filled = (key(last(table["name"])), key(name)) in filled
            if name not in keys and not is_filled and not needs_no_guess(declared, types):
                columns.append((table["name"], name, declared))
    return columns


def main():
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    binary, corpus, seed, count = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    left = {}
    for folder, dialect in DIALECTS.items():
        for path in sorted((corpus / folder).glob("*.sql")):
            columns = eligible(binary, dialect, path)
            if columns:
                left[f"{dialect}/{path.stem}"] = columns
    weights = {schema: math.sqrt(len(columns)) for schema, columns in left.items()}
    rng, seen = random.Random(seed), set()
    while left and len(seen) < count:
        schemas = list(left)
        schema = rng.choices(schemas, [weights[s] for s in schemas])[0]
        table, column, declared = left[schema].pop(rng.randrange(len(left[schema])))
        if not left[schema]:
            del left[schema]
        name = schema.split("/")[1]
        same = (SAME.get(name, name), key(last(table)), key(column))
        if same not in seen:
            seen.add(same)
            print(schema, table, column, declared, sep="\t")


if __name__ == "__main__":
    main()
