#!/usr/bin/env python3
"""The map of the course: every claim, what shows it, and where it is practised. And the table of the
museum. Both are made of TOML files when the documentation is built.

    course_map.py map SOURCE_DIR FILE.md
    course_map.py museum SOURCE_DIR FILE.md
    course_map.py check SOURCE_DIR WORKBENCH     ends with 1, and names what is missing

The check fails if a chapter has no claim, a claim has an empty field, or something that is named does
not exist: a scenario's expectation, a mutant, a test, an exhibit, an exercise, a part of the chapter.
"""
import json
import pathlib
import re
import subprocess
import sys
import tomllib


def chapters_of(source):
    """The pages of the course in the order of its first page: (label, number, title, text)."""
    folder = source / "docs/pages/course"
    by_label = {}
    for file in sorted(folder.glob("[0-9]*.md")):
        text = file.read_text()
        number, title, label = re.match(r"# (\d+) – (.*) \{#(\w+)\}", text).groups()
        by_label[label] = (label, int(number), title, text)
    order = re.findall(r"\\subpage (\w+)", (folder / "course.md").read_text())
    return [by_label[label] for label in order]


def claims_of(source):
    with open(source / "docs/pages/course/claims.toml", "rb") as file:
        return {each["page"]: each.get("claim", []) for each in tomllib.load(file)["chapter"]}


def shown(reference):
    kind, _, name = reference.partition(" ")
    return f"{kind} `{name}`" if kind != "test" else f"`{name}`"


def practised(practice):
    return f"exercise `{practice}`" if practice[0].isdigit() else f"*{practice}*, in the chapter"


def course_map(source):
    lines = ["# The map of the course {#course_map}", "",
             "What each chapter claims, the scenario or the test behind it, and where it is practised. The table is made "
             "of docs/pages/course/claims.toml, and a test fails if something that it names does not exist.", "",
             "| chapter | claim | shown by | practised in |", "|---|---|---|---|"]
    claims = claims_of(source)
    for label, number, title, _ in chapters_of(source):
        for claim in claims[label]:
            by = "<br>".join(map(shown, claim["shown_by"]))
            lines.append(f"| \\ref {label} \"{number}\" | {claim['text']} | {by} | {practised(claim['practice'])} |")
    return "\n".join(lines) + "\n"


def museum(source):
    with open(source / "tests/foreign/museum/museum.toml", "rb") as file:
        exhibits = tomllib.load(file)["program"]
    lines = ["| reported as | program | what hangs | it is | what to learn |", "|---|---|---|---|---|"]
    for each in exhibits:
        project, number = each["issue"].split("#")
        link = f"[{each['issue']}](https://github.com/{project}/issues/{number})"
        name = pathlib.Path(each["file"]).name
        lines.append(f"| {link} | `{name}` | {each['what']} | {each['kind']} | {each['lesson']} |")
    return "\n".join(lines) + "\n"


class Existing:
    """What there is to be named."""

    def __init__(self, source, workbench):
        listed = json.loads(subprocess.run([workbench, "list", "--json"], check=True, text=True,
                                           stdout=subprocess.PIPE).stdout)
        self.scenarios = {f"{scenario['name']}/{each['subject']}/{each['runtime']}"
                          for scenario in listed["scenarios"] for each in scenario["expect"]}
        self.mutants = names_in(source / "tests/mutants/mutants.toml", "mutant", "name")
        self.exhibits = names_in(source / "tests/foreign/museum/museum.toml", "program", "file")
        self.exercises = {each.name for each in (source / "docs/exercises").glob("[0-9]*")}
        self.tests = set()
        for file in (source / "tests").rglob("*_test.cc"):
            found = re.findall(r"^(?:TYPED_TEST|TEST|TEST_F|TEST_P)\(\s*(\w+),\s*(\w+)\s*\)", file.read_text(), re.M)
            self.tests |= {".".join(names) for names in found}
        for file in (source / "tests").rglob("CMakeLists.txt"):
            self.tests |= set(re.findall(r"add_test\(NAME ([\w.-]+)", file.read_text()))

    def has(self, reference):
        kind, _, name = reference.partition(" ")
        names = {"scenario": self.scenarios, "mutant": self.mutants, "test": self.tests, "exhibit": self.exhibits}
        return kind in names and name in names[kind]


def names_in(file, table, key):
    with open(file, "rb") as opened:
        return {each[key] for each in tomllib.load(opened)[table]}


def missing(source, workbench):
    there_is = Existing(source, workbench)
    claims = claims_of(source)
    chapters = chapters_of(source)
    for page in claims.keys() - {label for label, *_ in chapters}:
        yield f"{page}: no such chapter"
    for place, (label, number, _, text) in enumerate(chapters, start=1):
        if number != place:
            yield f"{label}: is number {number}, but stands at {place}"
        for part in ("Predict", "Run", "Investigate", "Modify", "Make"):
            if not re.search(rf"^## .*{part}", text, re.M | re.I):
                yield f"{label}: has no part '{part}'"
        if not claims.get(label):
            yield f"{label}: claims nothing"
        for claim in claims.get(label, []):
            said = f"{label}: '{claim.get('text', '')}'"
            if not claim.get("text") or not claim.get("shown_by") or not claim.get("practice"):
                yield f"{said}: an empty cell"
                continue
            for reference in claim["shown_by"]:
                if not there_is.has(reference):
                    yield f"{said}: there is no {reference}"
            practice = claim["practice"]
            if practice[0].isdigit() and there_is.exercises and practice not in there_is.exercises:
                yield f"{said}: there is no exercise {practice}"
            elif not practice[0].isdigit() and not re.search(rf"^## {practice}", text, re.M):
                yield f"{said}: its chapter has no part '{practice}'"


def main():
    what, source, last = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3]
    if what == "check":
        wrong = list(missing(source, last))
        print("\n".join(wrong) if wrong else f"{sum(map(len, claims_of(source).values()))} claims, all of them shown")
        sys.exit(1 if wrong else 0)
    pathlib.Path(last).parent.mkdir(parents=True, exist_ok=True)
    pathlib.Path(last).write_text({"map": course_map, "museum": museum}[what](source))


if __name__ == "__main__":
    main()
