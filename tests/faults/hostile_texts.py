#!/usr/bin/env python3
"""Schemas that are deep, wide, long, doubling or exponential, each planned and made by the command as it comes.

  tests/faults/hostile_texts.py                  # what CI runs
  tests/faults/hostile_texts.py --only xor        # those whose name has the word

None may take more than 10 s of CPU and 512 MiB, or end otherwise than by an exit code of its own. Rows of tens of thousands
of tables are checked side by side: there it is 20 KiB a table more.
"""
import argparse, os, resource, shutil, subprocess, sys, tempfile
from pathlib import Path

SEEDBED = os.environ.get("SEEDBED") or str(
    Path(os.environ.get("CARGO_TARGET_DIR") or Path(__file__).resolve().parents[2] / "target") / "release/seedbed")
CPU_SECONDS, MEBIBYTES, KIBIBYTES_OF_TABLE = 10.0, 512, 20
# What the process needs beside the plan: reading the text, making rows, ending.
CPU_GRACE = 2.0
EXITS = (0, 1, 2, 3, 5)
# A line for each of 40,000 tables is no flood.
MOST_SAID = 2_000_000


def lines(count, form):
    return "".join(form.format(i=i, j=i - 1) for i in range(count))


def checks(table, columns, conditions):
    return f"CREATE TABLE {table} ({', '.join([*columns, *(f'CHECK ({c})' for c in conditions)])});\n"


def xor(count, last=True):
    columns = [f"b{i} boolean NOT NULL" for i in range(count)]
    return checks("t", columns, [" <> ".join(f"b{i}" for i in range(2)) if count == 2 else
                                 "(" * (count - 1) + "b0" + "".join(f" <> b{i})" for i in range(1, count)) + f" = {str(last).lower()}"])


def doubling(count):
    return "CREATE TABLE t (c0 text NOT NULL, " + ", ".join(
        f"c{i} text GENERATED ALWAYS AS (c{i - 1} || c{i - 1}) STORED" for i in range(1, count + 1)) + ");"


def doubling_sqlite(count):
    return "CREATE TABLE t (id integer PRIMARY KEY, c0 text NOT NULL, " + ", ".join(
        f"c{i} text GENERATED ALWAYS AS (c{i - 1} || c{i - 1}) STORED" for i in range(1, count + 1)) + ");"


def clique(tables, references):
    """Tables of which each refers to many of the others."""
    made = lines(tables, "CREATE TABLE t{i} (id int PRIMARY KEY);\n")
    for i in range(tables):
        for r in range(1, references + 1):
            made += f"ALTER TABLE t{i} ADD COLUMN r{r} int REFERENCES t{(i + r) % tables};\n"
    return made


def pigeons(holes):
    """More pigeons than holes: no row holds it, and no short proof is known to most solvers."""
    columns = [f"p{p}h{h} boolean NOT NULL" for p in range(holes + 1) for h in range(holes)]
    conditions = [" OR ".join(f"p{p}h{h}" for h in range(holes)) for p in range(holes + 1)]
    conditions += [f"NOT (p{p}h{h} AND p{q}h{h})" for h in range(holes) for p in range(holes + 1) for q in range(p)]
    return checks("t", columns, conditions)


def random_cnf(variables, clauses):
    state, conditions = 12345, []
    for _ in range(clauses):
        terms = []
        for _ in range(3):
            state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
            terms.append(("NOT " if state >> 63 else "") + f"b{(state >> 33) % variables}")
        conditions.append(" OR ".join(terms))
    return checks("t", [f"b{i} boolean NOT NULL" for i in range(variables)], conditions)


def inherited(levels):
    return "CREATE TABLE t0 (c0 int NOT NULL);\n" + "".join(
        f"CREATE TABLE t{i} (c{i} int NOT NULL) INHERITS (t{i - 1});\n" for i in range(1, levels))


# Each is made when its turn comes.
IN_LIST = ", ".join(str(i) for i in range(20))
TEXTS = {
    # Long values and wide types.
    "length_beyond": ("postgres", lambda: "CREATE TABLE t (c text NOT NULL CHECK (length(c) > 2147483648));"),
    "length_great": ("postgres", lambda: "CREATE TABLE t (c text NOT NULL CHECK (length(c) > 100000000));"),
    "length_mysql": ("mysql", lambda: "CREATE TABLE t (c longtext NOT NULL, CHECK (char_length(c) > 2147483647));"),
    "bit": ("postgres", lambda: "CREATE TABLE t (c bit(83886080) NOT NULL, d bit(83886080) NOT NULL);"),
    "bytes": ("postgres", lambda: "CREATE TABLE t (c bytea NOT NULL CHECK (octet_length(c) = 1000000000));"),
    "repeat": ("postgres", lambda: "CREATE TABLE t (c text NOT NULL CHECK (c <> repeat('x', 2000000000)));"),
    "repeat_twice": ("postgres", lambda: "CREATE TABLE t (n int NOT NULL, c text NOT NULL CHECK (length(repeat(c, 1000000000)) > n));"),
    "lpad": ("postgres", lambda: "CREATE TABLE t (c text NOT NULL CHECK (lpad(c, 1000000000) <> c));"),
    "zeroblob": ("sqlite", lambda: "CREATE TABLE t (c text NOT NULL CHECK (length(hex(zeroblob(500000000))) > length(c)));"),
    "digits": ("postgres", lambda: f"CREATE TABLE t (a numeric NOT NULL, CHECK (a * {'9' * 100000} * {'7' * 100000} > a));"),
    "digits_in_type": ("postgres", lambda: "CREATE TABLE t (a numeric(1000, 500) NOT NULL, b numeric(1000, 0) NOT NULL, CHECK (a * b > 1));"),
    "power": ("postgres", lambda: "CREATE TABLE t (n int NOT NULL CHECK (2::numeric ^ 100000 ^ 3 > n));"),
    "factorial": ("postgres", lambda: "CREATE TABLE t (n int NOT NULL CHECK (factorial(100000) > n));"),
    "series": ("postgres", lambda: "CREATE TABLE t (n int); INSERT INTO t SELECT g FROM generate_series(1, 2000000000) g;"),
    "pattern": ("postgres", lambda: "CREATE TABLE t (c text NOT NULL CHECK (c ~ '^((a{1,1000}){1,1000}){1,1000}$'));"),
    "pattern_nested": ("postgres", lambda: "CREATE TABLE t (c text NOT NULL CHECK (c ~ '" + "(" * 2000 + "a" + ")*" * 2000 + "'));"),
    "pattern_alternatives": ("postgres", lambda: "CREATE TABLE t (c text NOT NULL CHECK (c ~ '^(" + "|".join(f"a{i}*b" for i in range(5000)) + ")+$'));"),
    "pattern_meets": ("postgres", lambda: "CREATE TABLE t (c text NOT NULL" + "".join(f" CHECK (c ~ '[{chr(97 + i)}].{{{i}}}$')" for i in range(20)) + ");"),
    "like_many": ("postgres", lambda: "CREATE TABLE t (c text NOT NULL" + "".join(f" CHECK (c LIKE '%{i}%')" for i in range(60)) + ");"),
    # Doubling and exponential ones.
    "doubling": ("postgres", lambda: doubling(40)),
    "doubling_sqlite": ("sqlite", lambda: doubling_sqlite(60)),
    "doubling_views": ("postgres", lambda: "CREATE TABLE t (a int NOT NULL);\nCREATE VIEW v0 AS SELECT a FROM t;\n" + "".join(
        f"CREATE VIEW v{i} AS SELECT x.a FROM v{i - 1} x, v{i - 1} y;\n" for i in range(1, 60))),
    "doubling_functions": ("postgres", lambda: "CREATE FUNCTION f0(a int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT a + 1';\n" + "".join(
        f"CREATE FUNCTION f{i}(a int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT f{i - 1}(a) + f{i - 1}(a + 1)';\n" for i in range(1, 40))
        + "CREATE TABLE t (a int NOT NULL CHECK (f39(a) > 0));"),
    "doubling_domains": ("postgres", lambda: "CREATE DOMAIN d0 AS int CHECK (VALUE > 0);\n" + lines(400, "CREATE DOMAIN e{i} AS d0 CHECK (VALUE > {i});\n") + "CREATE TABLE t (" + ", ".join(f"c{i} e{i} NOT NULL" for i in range(400)) + ");"),
    "xor_24": ("postgres", lambda: xor(24)),
    "xor_60": ("postgres", lambda: xor(60)),
    "xor_300": ("postgres", lambda: xor(300)),
    "pigeons": ("postgres", lambda: pigeons(9)),
    "satisfiability": ("postgres", lambda: random_cnf(80, 341)),
    "satisfiability_wide": ("postgres", lambda: random_cnf(300, 1270)),
    "products": ("postgres", lambda: checks("t", [f"c{i} int NOT NULL" for i in range(12)], [" * ".join(f"c{i}" for i in range(12)) + " = 6469693230", " + ".join(f"c{i}" for i in range(12)) + " = 131"])),
    "squares": ("postgres", lambda: checks("t", [f"c{i} bigint NOT NULL" for i in range(4)], ["c0*c0*c0 + c1*c1*c1 = c2*c2*c2", "c0 > 0 AND c1 > 0 AND c2 > 0", "c3 = c0 % 97"])),
    "primes": ("postgres", lambda: checks("t", ["a bigint NOT NULL", "b bigint NOT NULL"], ["a * b = 1000000016000000063", "a > 1", "b > 1"])),
    "cases": ("postgres", lambda: checks("t", [f"c{i} int NOT NULL" for i in range(40)], [f"CASE WHEN c{i} > 5 THEN c{i + 1} < c{i} WHEN c{i} > 2 THEN c{i + 1} = 4 ELSE c{i + 1} > 7 END" for i in range(39)])),
    "partial_unique": ("postgres", lambda: "CREATE TABLE t (" + ", ".join(f"c{i} int NOT NULL CHECK (c{i} IN (1, 2))" for i in range(24)) + ");\n" + "".join(f"CREATE UNIQUE INDEX ON t (c{i}, c{i + 1}) WHERE c{i + 2} = 1;\n" for i in range(22))),
    # Many of a thing.
    "unnamed_checks": ("postgres", lambda: "CREATE TABLE t (a int NOT NULL" + lines(4000, ", CHECK (a <> {i})") + ");"),
    "pairs_of_checks": ("postgres", lambda: "CREATE TABLE t (" + ", ".join(f"c{i} int NOT NULL" for i in range(40)) + "".join(f", CHECK (c{i} < c{j} + {i * 40 + j})" for i in range(40) for j in range(40) if i != j) + ");"),
    "in_lists": ("postgres", lambda: "CREATE TABLE t (a int NOT NULL" + f", CHECK (a IN ({IN_LIST}))" * 20000 + ");"),
    "in_lists_of_tables": ("postgres", lambda: "".join(f"CREATE TABLE t{t} (" + ", ".join(f"c{i} int NOT NULL CHECK (c{i} IN ({IN_LIST}))" for i in range(20)) + ");\n" for t in range(1000))),
    "one_in_list": ("postgres", lambda: "CREATE TABLE t (a int NOT NULL CHECK (a IN (" + ", ".join(str(i * 7) for i in range(300000)) + ")));"),
    "tables": ("postgres", lambda: lines(40000, "CREATE TABLE t{i} (id int PRIMARY KEY, name text);\n")),
    "tables_referring": ("postgres", lambda: "CREATE TABLE t0 (id int PRIMARY KEY);\n" + "".join(f"CREATE TABLE t{i} (id int PRIMARY KEY, r int REFERENCES t{i - 1});\n" for i in range(1, 20000))),
    "columns": ("postgres", lambda: "CREATE TABLE t (" + lines(2499, "c{i} text NOT NULL, ") + "last int);"),
    "columns_keyed": ("postgres", lambda: "CREATE TABLE t (" + ", ".join(f"c{i} int UNIQUE" for i in range(1500)) + ");"),
    "clique": ("postgres", lambda: clique(150, 149)),
    "alters": ("postgres", lambda: "CREATE TABLE t (a int);\n" + lines(20000, "ALTER TABLE t ADD COLUMN c{i} int; ALTER TABLE t DROP COLUMN c{i};\n")),
    "inheritance": ("postgres", lambda: inherited(400)),
    "partitions": ("postgres", lambda: "CREATE TABLE t (a int NOT NULL) PARTITION BY RANGE (a);\n" + "".join(f"CREATE TABLE t{i} PARTITION OF t FOR VALUES FROM ({i}) TO ({i + 1});\n" for i in range(5000))),
    "partitions_deep": ("postgres", lambda: "CREATE TABLE t0 (a int NOT NULL) PARTITION BY RANGE (a);\n" + "".join(f"CREATE TABLE t{i} PARTITION OF t{i - 1} FOR VALUES FROM (0) TO ({1000 - i}) PARTITION BY RANGE (a);\n" for i in range(1, 300)) + "CREATE TABLE u PARTITION OF t299 DEFAULT;\n"),
    "functions": ("postgres", lambda: lines(10000, "CREATE FUNCTION f{i}(a int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT a > {i}';\n") + "CREATE TABLE t (a int NOT NULL" + lines(1000, " CHECK (f{i}(a))") + ");"),
    "enums": ("postgres", lambda: lines(10000, "CREATE TYPE e{i} AS ENUM ('a', 'b');\n") + "CREATE TABLE t (" + ", ".join(f"c{i} e{i}" for i in range(1000)) + ");"),
    "enum_of_many": ("postgres", lambda: "CREATE TYPE e AS ENUM (" + ", ".join(f"'v{i}'" for i in range(50000)) + ");\nCREATE TABLE t (c e UNIQUE);"),
    "sequences": ("postgres", lambda: lines(20000, "CREATE SEQUENCE s{i};\n") + "CREATE TABLE t (a int DEFAULT nextval('s19999'));"),
    "triggers": ("postgres", lambda: "CREATE TABLE t (a int NOT NULL);\n" + lines(3000, "CREATE FUNCTION f{i}() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN IF NEW.a = {i} THEN RAISE EXCEPTION 'no'; END IF; RETURN NEW; END$$;\nCREATE TRIGGER g{i} BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f{i}();\n")),
    "indexes": ("postgres", lambda: "CREATE TABLE t (" + ", ".join(f"c{i} int" for i in range(50)) + ");\n" + "".join(f"CREATE UNIQUE INDEX ON t (c{i % 50}, c{(i // 50) % 50}, c{(i * 7) % 50});\n" for i in range(5000))),
    "rows": ("postgres", lambda: "CREATE TABLE t (id int PRIMARY KEY, name text);\n" + lines(200000, "INSERT INTO t VALUES ({i}, 'a name');\n")),
    "rows_in_one": ("sqlite", lambda: "CREATE TABLE t (id integer PRIMARY KEY, name text UNIQUE);\nINSERT INTO t VALUES " + ", ".join(f"({i}, 'n{i}')" for i in range(200000)) + ";"),
    "comments": ("postgres", lambda: "".join(f"-- {i} {'x' * 50}\n" for i in range(800000)) + "CREATE TABLE t (a int);"),
    "literal": ("postgres", lambda: f"CREATE TABLE t (a text DEFAULT '{'x' * 50_000_000}');"),
    "statements": ("postgres", lambda: "SELECT 1;\n" * 300000 + "CREATE TABLE t (a int);"),
    "semicolons": ("postgres", lambda: ";" * 5000000 + "CREATE TABLE t (a int);"),
    "names": ("postgres", lambda: f"CREATE TABLE {'t' * 1000000} ({'c' * 1000000} int);"),
    # Deep ones.
    "parentheses": ("postgres", lambda: f"CREATE TABLE t (a int NOT NULL CHECK ({'(' * 100000}a > 0{')' * 100000}));"),
    "conjunction": ("postgres", lambda: "CREATE TABLE t (a int NOT NULL CHECK (" + " AND ".join(f"a <> {i}" for i in range(20000)) + "));"),
    "disjunction": ("postgres", lambda: "CREATE TABLE t (a int NOT NULL, b int NOT NULL CHECK (" + " OR ".join(f"a = {i} AND b = {i}" for i in range(5000)) + "));"),
    "negations": ("postgres", lambda: f"CREATE TABLE t (a boolean NOT NULL CHECK ({'NOT ' * 50000}a));"),
    "concatenation": ("postgres", lambda: "CREATE TABLE t (a text NOT NULL CHECK (" + " || ".join(["a"] * 5000) + " <> ''));"),
    "sum": ("postgres", lambda: "CREATE TABLE t (" + ", ".join(f"c{i} int NOT NULL" for i in range(800)) + ", CHECK (" + " + ".join(f"c{i}" for i in range(800)) + " = 100000));"),
    "case_deep": ("postgres", lambda: "CREATE TABLE t (a int NOT NULL CHECK (" + "CASE WHEN a > 0 THEN " * 2000 + "true" + " ELSE false END" * 2000 + "));"),
    "subqueries": ("postgres", lambda: "CREATE TABLE t (a int);\nCREATE VIEW v AS " + "SELECT * FROM (" * 2000 + "SELECT a FROM t" + ") x" * 2000 + ";"),
    "arrays": ("postgres", lambda: "CREATE TABLE t (a int" + "[]" * 100000 + ");"),
    "composites": ("postgres", lambda: "CREATE TYPE c0 AS (a int, b int);\n" + "".join(f"CREATE TYPE c{i} AS (a c{i - 1}, b c{i - 1});\n" for i in range(1, 40)) + "CREATE TABLE t (c c39);"),
    "dollars": ("postgres", lambda: "".join(f"DO $a{i}$BEGIN EXECUTE 'CREATE TABLE t{i} (a int)'; END$a{i}$;\n" for i in range(10000))),
    "do_loop": ("postgres", lambda: "DO $$BEGIN FOR i IN 1..2000000000 LOOP EXECUTE 'CREATE TABLE t' || i || ' (a int)'; END LOOP; END$$;"),
    "unclosed": ("postgres", lambda: "CREATE TABLE t (a int, b text DEFAULT '" + "x" * 1000000),
    "backslashes": ("mysql", lambda: "CREATE TABLE t (a text, CHECK (a <> '" + "\\\\" * 500000 + "'));"),
    "enum_mysql": ("mysql", lambda: "CREATE TABLE t (a enum(" + ", ".join(f"'v{i}'" for i in range(60000)) + "), b set(" + ", ".join(f"'s{i}'" for i in range(64)) + "), UNIQUE (a, b));"),
    "checks_sqlite": ("sqlite", lambda: "CREATE TABLE t (id integer PRIMARY KEY" + lines(2000, ", c{i} text CHECK (length(c{i}) < {i} + 2)") + ");"),
    "triggers_sqlite": ("sqlite", lambda: "CREATE TABLE t (id integer PRIMARY KEY, a int);\n" + lines(3000, "CREATE TRIGGER g{i} BEFORE INSERT ON t WHEN NEW.a = {i} BEGIN SELECT raise(ABORT, 'no'); END;\n")),
    "recursive_sqlite": ("sqlite", lambda: "CREATE TABLE t (a int);\nINSERT INTO t WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n;"),
}


def measured(command, folder):
    """Runs a command; its exit code, its seconds of CPU and its peak of memory in MiB. By a small process in between: a child
    starts out with the peak of whoever starts it."""
    between = ("import os, subprocess, sys; "
               "run = subprocess.Popen(sys.argv[1:], stdout=open('stdout', 'wb'), stderr=open('stderr', 'wb')); "
               "_, status, used = os.wait4(run.pid, 0); "
               "print(os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, used.ru_maxrss)")
    ended = subprocess.run([sys.executable, "-c", between, *command], cwd=folder, capture_output=True, text=True, check=True)
    code, cpu, memory = ended.stdout.split()
    return int(code), float(cpu), int(memory) / 1024


def run(name, dialect, text, verb, home):
    folder = Path(home) / name
    folder.mkdir(exist_ok=True)
    sql = text()
    (folder / "schema.sql").write_text(sql)
    command = [SEEDBED, verb, "schema.sql", "--dialect", dialect, "--rows", "20"]
    if verb == "generate":
        command += ["--out", "data", "--force"]
    tables = sql.count("CREATE TABLE")
    allowed = MEBIBYTES + (tables * KIBIBYTES_OF_TABLE // 1024 if tables > 10_000 else 0)
    return *measured(command, folder), allowed, (folder / "stderr").read_text(errors="replace")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--verbs", nargs="*", default=["generate"])
    parser.add_argument("--show", action="store_true", help="what each run said first")
    args = parser.parse_args()
    # A defect must not take the machine with it.
    resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
    resource.setrlimit(resource.RLIMIT_CPU, (90, 90))
    failures = 0
    with tempfile.TemporaryDirectory(prefix="seedbed-hostile-") as home:
        for name, (dialect, text) in TEXTS.items():
            if args.only and not any(word in name for word in args.only):
                continue
            for verb in args.verbs:
                code, cpu, memory, allowed, said = run(name, dialect, text, verb, home)
                faults = []
                if code not in EXITS:
                    faults.append(f"exit {code}")
                if cpu > CPU_SECONDS + CPU_GRACE:
                    faults.append("too long")
                if memory > allowed:
                    faults.append("too much")
                if len(said) > MOST_SAID:
                    faults.append(f"{len(said)} bytes of messages")
                failures += bool(faults)
                told = f"FAILED ({', '.join(faults)})" if faults else "held"
                print(f"{verb} {name}: exit {code}, {cpu:.2f} s of CPU, {memory:.0f} MiB, {told}", flush=True)
                if args.show:
                    shown = [l[:160] for l in said.splitlines() if l.strip()][:6]
                    print("".join(f"    {line}\n" for line in shown), end="", flush=True)
            shutil.rmtree(Path(home) / name)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
