#!/usr/bin/env python3
"""Fills every file of the corpus on its real server and holds the outcome to the lists of what is whole.

  tests/judge/run.py                                        # what CI runs: postgres_dump, mysql_dump and sqlite, 100 rows
  tests/judge/run.py --folder postgres --rows 100 1000
  tests/judge/run.py --folder sqlite --only chinook mopidy  # parts of schemas' names
  tests/judge/run.py --files                                # files, loaded by the server's own client with their script
  tests/judge/run.py --accept                               # what got better is kept; nothing gets worse without --force

The judge itself is a program of its own ($SEEDBED_JUDGE): it looks at the database and never takes our word. This one
calls it once a schema, prints its table, tells why what is not whole isn't, and fails when a list's line is not
reached. Python, as the judge is: nothing is built for it.
"""
import argparse, concurrent.futures, json, os, subprocess, sys, tempfile
from whole_list import WholeList, is_whole

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
CI_FOLDERS = ["postgres_dump", "mysql_dump", "sqlite"]
# A server of one machine: PostgreSQL works on two schemas at once, the others would only wait for themselves.
WORKERS = {"postgres": 2, "mysql": 1, "sqlite": 1}
COLUMNS = ["schema", "tables", "full", "part", "empty", "told", "rows", "bad", "same", "secs", "note"]


def dialect_of(folder):
    return folder.removesuffix("_dump")


def judge(args, folder, rows, schema):
    """The judge's line about one schema, and what the tool kept aside: rows before and after, and the report."""
    with tempfile.TemporaryDirectory(prefix="seedbed-judge-") as aside:
        out, kept = os.path.join(aside, "line.tsv"), os.path.join(aside, "kept.json")
        env = dict(os.environ, SEEDBED=args.seedbed, SEEDBED_KEPT=kept, SEEDBED_JUDGE=args.judge,
                   SEEDBED_HOW="files" if args.files else "load")
        command = [sys.executable, args.judge, "--seedbed", os.path.join(HERE, "tool.py"), "--dialect", dialect_of(folder),
                   "--rows", str(rows), "--seed", str(args.seed), "--timeout", str(args.timeout), "--out", out]
        if args.keep:
            command.append("--keep")
        ended = subprocess.run([*command, os.path.join(args.corpus, folder, schema + ".sql")], env=env, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        with open(out) as table:
            # One schema, one line, but for a note that goes on over several.
            head, _, line = table.read().rstrip("\n").partition("\n")
        if not line:
            raise RuntimeError(f"the judge did not end on {folder}/{schema}: {ended.stdout}")
        line = dict(zip(head.split("\t"), " ".join(line.split("\n")).split("\t")))
        line.update({k: int(line[k]) for k in ("tables", "full", "part", "empty", "told", "rows", "bad")})
        try:
            with open(kept) as file:
                return line, json.load(file)
        # Ended before it could tell: the judge's note has the reason.
        except (FileNotFoundError, ValueError):
            return line, {"had": {}, "now": {}, "report": {}}


def reasons(line, kept, rows):
    """Why tables are short of rows, in the report's words, and which ones others fill."""
    told, unexplained, fed = [], [], []
    # After a failure nothing was added; the note says it all.
    for table, now in kept["now"].items() if kept["report"] else []:
        had, entry = kept["had"].get(table, 0), kept["report"].get("tables", {}).get(table, {})
        if now - had < rows:
            reason = f"{entry['code']}: {entry['reason']}" if entry.get("code") else "no reason is given"
            (told if entry.get("code") else unexplained).append(f"    {table} {now - had} of {rows}: {reason}")
        if had:
            fed.append(f"    {table}: {had} of its {now} rows are the DDL's own")
        if entry.get("code") == "trigger" and now > had:
            fed.append(f"    {table}: {now - had} rows by way of a trigger")
    note = f": {line['note']}" if line["note"] else ""
    head = f"  {line['schema']}, {line['full']}+{line['told']} of {line['tables']} tables{note}"
    return head, unexplained, told, fed


def tell(folder, rows, judged):
    """The folder's short tables with their reasons; the tables that DDL rows or triggers fill stand apart."""
    apart = []
    print(f"\n{folder}, {rows} rows: what is short, and why")
    for line, kept in judged:
        head, unexplained, told, fed = reasons(line, kept, rows)
        if unexplained or told or not is_whole(line):
            print("\n".join([head, *unexplained, *told]))
        if fed:
            apart += [f"  {line['schema']}", *fed]
    if apart:
        print(f"\n{folder}, {rows} rows: filled by the DDL's own rows or by triggers")
        print("\n".join(apart))
    total = {k: sum(line[k] for line, _ in judged) for k in ("tables", "full", "told", "rows", "bad")}
    whole = sum(is_whole(line) for line, _ in judged)
    share = 100 * total["told"] / max(1, total["tables"])
    print(f"\n{folder}, {rows} rows: {whole} of {len(judged)} schemas whole; {total['full']} of {total['tables']} tables full, "
          f"{total['told']} told ({share:.1f} %); {total['rows']} rows, {total['bad']} bad\n", flush=True)


def names(args, folder):
    every = sorted(f[:-4] for f in os.listdir(os.path.join(args.corpus, folder)) if f.endswith(".sql"))
    return [n for n in every if not args.only or any(part in n for part in args.only)]


def main():
    env, target = os.environ.get, os.environ.get("CARGO_TARGET_DIR", os.path.join(ROOT, "target"))
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--folder", nargs="+", default=CI_FOLDERS, help="folders of the corpus")
    a.add_argument("--rows", nargs="+", type=int, default=[100], help="rows a table")
    a.add_argument("--only", nargs="+", help="parts of schemas' names")
    a.add_argument("--files", action="store_true", help="by files and their load script instead of a database URL")
    a.add_argument("--accept", action="store_true", help="write what got better to the lists")
    a.add_argument("--force", action="store_true", help="with --accept: what got worse as well")
    a.add_argument("--seedbed", default=os.path.join(target, "release", "seedbed"), help="the command to judge")
    a.add_argument("--corpus", default=env("SEEDBED_CORPUS", os.path.join(ROOT, "../shared/corpus")))
    a.add_argument("--judge", default=env("SEEDBED_JUDGE", os.path.join(ROOT, "../shared/judge/judge.py")))
    a.add_argument("--seed", type=int, default=1)
    a.add_argument("--timeout", type=int, default=300, help="seconds for one schema")
    a.add_argument("--keep", action="store_true", help="leave the databases")
    args = a.parse_args()
    for need in (args.seedbed, args.corpus, args.judge):
        if not os.path.exists(need):
            a.error(f"there is no {need}")
    args.seedbed = os.path.abspath(args.seedbed)
    pools = {d: concurrent.futures.ThreadPoolExecutor(n) for d, n in WORKERS.items()}
    asked = {(folder, rows): [pools[dialect_of(folder)].submit(judge, args, folder, rows, name) for name in names(args, folder)]
             for rows in args.rows for folder in args.folder}
    falls = []
    for (folder, rows), runs in asked.items():
        print(f"{folder}, {rows} rows\n" + "\t".join(COLUMNS), flush=True)
        judged = []
        for run in runs:
            judged.append(run.result())
            print("\t".join(str(judged[-1][0][c]) for c in COLUMNS), flush=True)
        tell(folder, rows, judged)
        kept = WholeList(folder, rows, args.files)
        lines = [line for line, _ in judged]
        found = [f"{kept.name}: {fall}" for fall in kept.falls(lines, is_all=not args.only)]
        better = kept.better(lines)
        if args.accept:
            kept.accept(lines, args.force)
        elif better:
            print(f"{kept.name}: better than the list, --accept keeps it: {', '.join(better)}")
        falls += found
    print("\n".join(falls) or "every line of the lists is reached")
    sys.exit(bool(falls) and not (args.accept and args.force))


if __name__ == "__main__":
    main()
