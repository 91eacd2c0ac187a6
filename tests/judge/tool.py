#!/usr/bin/env python3
"""Stands between the judge and `seedbed`: called as the judge calls it, it keeps what the judge throws away.

$SEEDBED is the real command. $SEEDBED_HOW says how the rows get into the database: `load` passes everything on, `files`
makes a bundle without knowing a database and has the server's own client load it with the bundle's script.
$SEEDBED_KEPT becomes a JSON file of the report and of each table's rows before and after.
"""
import importlib.util, json, os, re, subprocess, sys, tempfile, time, zipfile


def judge_module():
    spec = importlib.util.spec_from_file_location("judge", os.environ["SEEDBED_JUDGE"])
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def counter(url):
    """A function that counts the rows of every table behind the URL, with the judge's own eyes."""
    judge = judge_module()
    if url.startswith("sqlite:"):
        folder, name = os.path.split(url.removeprefix("sqlite:"))
        server = judge.Sqlite(None)
        os.rmdir(server.dir)
        server.dir = folder
        return lambda: server.tables(name.removesuffix(".db"))
    server = (judge.Postgres if url.startswith("postgres:") else judge.MariaDb)(None)
    db = url.rsplit("/", 1)[1]
    return lambda: (alone(server, db), server.tables(db))[1]


def alone(server, db):
    """Waits for PostgreSQL to end the client's session: until then its temporary tables are still going."""
    others = "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
    for _ in range(100):
        if not hasattr(server, "psql") or server.rows(db, others) == [["0"]]:
            return
        time.sleep(0.1)


def client(url):
    """The server's own client for the URL, as the head of the bundle's script says to call it: command, script on stdin."""
    if url.startswith("sqlite:"):
        # The script makes the database from the bundle's own schema.
        path = url.removeprefix("sqlite:")
        os.remove(path)
        return ["sqlite3", path], "load.sqlite.sql"
    if url.startswith("postgres:"):
        return ["psql", "-X", "-q", "-f", "load.psql", url], None
    user, password, host, port, db = re.match(r"mysql://([^:@/]+)(?::([^@/]*))?@([^:/]+):(\d+)/(.*)", url).groups()
    login = ["-u", user, "-h", host, "-P", port] + ([f"-p{password}"] if password else [])
    return ["mariadb", "--local-infile=1", *login, db], "load.mysql.sql"


def by_files(arguments, url):
    """Makes a bundle and loads it; the exit status of whichever fails."""
    at = arguments.index("--to")
    with tempfile.TemporaryDirectory(prefix="seedbed-files-") as folder:
        bundle = os.path.join(folder, "bundle.zip")
        made = subprocess.run([os.environ["SEEDBED"], *arguments[:at], "--quiet", "--zip", bundle, *arguments[at + 2:]])
        # Rows that break a constraint of ours are the judge's matter, not a reason to load nothing.
        if made.returncode not in (0, 1):
            return made.returncode
        with zipfile.ZipFile(bundle) as file:
            file.extractall(folder)
        command, script = client(url)
        stdin = open(os.path.join(folder, script), "rb") if script else subprocess.DEVNULL
        return subprocess.run(command, cwd=folder, stdin=stdin, stdout=subprocess.DEVNULL).returncode


def main():
    arguments = sys.argv[1:]
    url, report = (arguments[arguments.index(flag) + 1] for flag in ("--to", "--report"))
    count = counter(url)
    had = count()
    if os.environ["SEEDBED_HOW"] == "files":
        status = by_files(arguments, url)
        # `sqlite3` ends with 1 after any statement that failed, also where its script goes on without a table.
        if status == 1 and url.startswith("sqlite:") and count() != had:
            status = 0
        if status:
            # The report speaks of the files; none of their rows is there.
            open(report, "w").close()
    else:
        status = subprocess.run([os.environ["SEEDBED"], *arguments]).returncode
        # Done, but the server refused some rows: the judge holds each table that is short to the report.
        status = 0 if status == 5 else status
    try:
        with open(report) as file:
            told = json.load(file)
    except ValueError:
        told = {}
    kept = {"had": had, "now": count(), "report": told}
    with open(os.environ["SEEDBED_KEPT"], "w") as file:
        json.dump(kept, file)
    sys.exit(status)


if __name__ == "__main__":
    main()
