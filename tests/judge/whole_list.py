"""The lists of what is whole: one a folder, row count and way of loading, one line a schema. They only grow."""
import csv, os

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "whole")
# `beyond` is written by hand: the judge's words for bad rows that are the server's own doing.
COLUMNS = ["schema", "tables", "full", "told", "whole", "beyond"]


def is_whole(line):
    """As the judge decides it."""
    return (line["tables"] > 0 and line["full"] + line["told"] >= line["tables"] and line["bad"] == 0
            and line["told"] <= max(1, line["tables"] * 0.02) and line["same"] == "yes" and not line["note"])


class WholeList:
    """One list, read from its file; an absent file is an empty list."""

    def __init__(self, folder, rows, files):
        self.name = f"{folder}-{rows}" + ("-files" if files else "")
        self.path = os.path.join(FOLDER, self.name + ".tsv")
        self.lines = {}
        if os.path.exists(self.path):
            with open(self.path, newline="") as file:
                for line in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                    self.lines[line["schema"]] = {**line, **{k: int(line[k]) for k in ("tables", "full", "told")}}

    def worse(self, line):
        """In which ways a judged schema falls behind its line."""
        kept = self.lines.get(line["schema"])
        if kept is None:
            return
        if kept["tables"] != line["tables"]:
            yield f"has {line['tables']} tables, not {kept['tables']}"
        if line["full"] < kept["full"]:
            yield f"has {line['full']} full tables, not {kept['full']}"
        if kept["whole"] == "yes" and not is_whole(line):
            yield f"is no longer whole: {line['note'] or 'tables are short'}"

    def broken(self, line):
        """What no list allows: bad rows, but for those that are not ours, and a changed schema."""
        beyond = self.lines.get(line["schema"], {}).get("beyond")
        if line["bad"] and not (beyond and line["note"] == f"{beyond} {line['bad']}"):
            yield f"has {line['bad']} bad rows: {line['note']}"
        if line["same"] == "NO":
            yield "has another schema than before"

    def falls(self, lines, is_all):
        """What falls short of the list, in words."""
        for line in lines:
            yield from (f"{line['schema']} {what}" for what in [*self.worse(line), *self.broken(line)])
        if is_all:
            there = {line["schema"] for line in lines}
            yield from (f"{name} was not judged" for name in self.lines if name not in there)

    def better(self, lines):
        """The schemas that do more than their lines ask."""
        return [line["schema"] for line in lines if not any(self.worse(line)) and self.entry(line) != self.lines.get(line["schema"])]

    def entry(self, line):
        """The line that a judged schema would have."""
        kept = self.lines.get(line["schema"], {})
        entry = {k: line[k] for k in ("schema", "tables", "full", "told")}
        return {**entry, "whole": "yes" if is_whole(line) else "no", "beyond": kept.get("beyond", "")}

    def accept(self, lines, force):
        """Writes what got better; what got worse only when forced."""
        for line in lines:
            if force or not any([*self.worse(line), *self.broken(line)]):
                self.lines[line["schema"]] = self.entry(line)
        os.makedirs(FOLDER, exist_ok=True)
        with open(self.path, "w", newline="") as file:
            table = csv.DictWriter(file, COLUMNS, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_NONE)
            table.writeheader()
            table.writerows(self.lines[name] for name in sorted(self.lines))
