#!/usr/bin/env python3
"""Runs the judge over the corpus and holds its findings to the floors of judge.toml: judge.py JUDGE CORPUS SEEDBED

Python, as the judge itself is: no further tool is needed and nothing is built for it.
"""
import concurrent.futures, csv, os, subprocess, sys, tempfile, tomllib


def judge(folder, floor, rows, names):
    """The judge's table as a list of dictionaries; its own exit status asks for more than the floors do."""
    out = os.path.join(tempfile.mkdtemp(), "judge.tsv")
    files = [os.path.join(CORPUS, folder, name + ".sql") for name in names]
    run = subprocess.run([sys.executable, JUDGE, "--seedbed", SEEDBED, "--dialect", floor["dialect"], "--rows", str(rows),
                          "--out", out, *files], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    print(f"{folder}, {rows} rows\n{run.stdout}", flush=True)
    with open(out, newline="") as table:
        lines = list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))
    for line in lines:
        for column in ("tables", "full", "told", "bad"):
            line[column] = int(line[column])
    assert [line["schema"] for line in lines] == names, "the judge did not end"
    return lines


def is_whole(line):
    """As the judge decides it."""
    return (line["tables"] > 0 and line["full"] + line["told"] >= line["tables"] and line["bad"] == 0
            and line["told"] <= max(1, line["tables"] * 0.02) and line["same"] == "yes" and not line["note"])


def is_beyond(line, floor):
    """Whether all bad rows of the schema are known not to be ours."""
    known = floor.get("beyond", {}).get(line["schema"])
    return known is not None and line["note"] == f"{known} {line['bad']}"


def falls(folder, floor):
    """What falls short of a folder's floors, in words."""
    names = sorted(f[:-4] for f in os.listdir(os.path.join(CORPUS, folder)) if f.endswith(".sql"))
    small = judge(folder, floor, 100, names)
    large = judge(folder, floor, 1000, floor["whole"])
    for rows, lines in ((100, small), (1000, large)):
        whole = {line["schema"] for line in lines if is_whole(line)}
        yield from (f"{name} is not whole at {rows} rows" for name in floor["whole"] if name not in whole)
        yield from (f"{line['schema']} has {line['bad']} bad rows at {rows} rows: {line['note']}"
                    for line in lines if line["bad"] and not is_beyond(line, floor))
        yield from (f"{line['schema']} is changed at {rows} rows" for line in lines if line["same"] != "yes")
    schemas = sum(map(is_whole, small))
    full, tables = (sum(line[column] for line in small) for column in ("full", "tables"))
    print(f"{folder}: {schemas} of {len(small)} schemas whole, {full} of {tables} tables full ({100 * full / tables:.1f} %)")
    if schemas < floor["schemas"]:
        yield f"{schemas} schemas are whole, not {floor['schemas']}"
    if 100 * full < floor["full"] * tables:
        yield f"{100 * full / tables:.1f} % of the tables are full, not {floor['full']} %"


def main():
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "judge.toml"), "rb") as file:
        floors = tomllib.load(file)
    # The servers of the folders differ, so they do not wait for each other.
    with concurrent.futures.ThreadPoolExecutor() as pool:
        found = list(pool.map(lambda item: [f"{item[0]}: {fall}" for fall in falls(*item)], floors.items()))
    short = [fall for folder in found for fall in folder]
    print("\n".join(short) or "every floor is held")
    sys.exit(bool(short))


if __name__ == "__main__":
    JUDGE, CORPUS, SEEDBED = sys.argv[1:]
    main()
