#!/usr/bin/env python3
"""Runs the commands that README.md and the pages show, as a reader would, and compares what is shown
below them with what they print. Times are masked, and which of several equal workers it was.

    drift.py SOURCE_DIR BUILD_DIR

A command is a line of an indented block that begins with `$ `, `workbench`, `./workbench`, `build/` or
`cmake`; or a `workbench ...` in backticks. In a block whose first command has a `$ `, the lines below it
up to the next command are what it prints. One with a word in capitals or `...`, or without its arguments, is
a pattern: its options must exist. docs/drift.toml names those that are not run, and why.
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib

COMMAND = re.compile(r"(\$ )?((?:\./)?workbench\b(?! +[a-z_]+ {2})|build/release/|cmake )")
PATTERN = re.compile(r"(?<![\w/.-])[A-Z]{1,}\b(?![\w=])|\.\.\.|\[|VERDICT")
BAD_CODES = {2, 4, 126, 127}  # wrong usage, an internal error, no such program


def blocks_of(text):
    """The indented blocks, and what is in fences, each as a list of its lines."""
    text = re.sub(r"(?ms)^```\w*\n(.*?)^```$", lambda fence: re.sub(r"(?m)^", "    ", fence[1]), text)
    for block in re.findall(r"(?:^(?: {4}.*)?\n)+", text, re.M):
        lines = [line[4:].rstrip() for line in block.splitlines()]
        while lines and not lines[0]:
            lines.pop(0)
        if lines:
            yield lines


class Shown:
    """A command of a page, and what is shown below it."""

    def __init__(self, page, command, output=()):
        self.page, self.command = page, command
        while output and not output[-1]:
            output = output[:-1]
        self.output = list(output)

    def __str__(self):
        return f"{self.page}: {self.command}"


def shown_in(page, text, tables):
    for lines in blocks_of(text):
        starts = [i for i, line in enumerate(lines) if COMMAND.match(line)]
        for start, end in zip(starts, starts[1:] + [len(lines)]):
            command = re.sub(r"^\$ ", "", lines[start])
            command = re.sub(r"\s+# .*", "", command)
            yield Shown(page, command, lines[start + 1:end] if lines[start].startswith("$ ") else ())
        for table in tables:
            if lines[0].startswith(table["begins"]):
                yield Shown(page, table["command"], lines)
    for command in re.findall(r"`((?:\./)?workbench [^`]+)`", text):
        yield Shown(page, command.replace("\n", " ").replace("\\|", "|"))


def masked(line):
    line = re.sub(r"\b\d+(\.\d+)?(?= (ms|s)\b)", "N", line)
    line = re.sub(r"\bworker-\d+", "worker-N", line)
    line = re.sub(r" +", " ", line)  # columns are as wide as what stands in them
    return re.sub(r"^\d+ runs, \d+ of \d+ .*", "RUNS", line)


class Reader:
    """Somebody who types the commands, in a folder that looks like the checkout after a build."""

    def __init__(self, source, build, folder):
        self.source, self.folder = source, pathlib.Path(folder)
        self.program = build / "scenarios/workbench"
        (self.folder / "build").mkdir()
        for link, target in (("build/release", build), ("workbench", self.program), ("peers", source / "peers"),
                             ("tests", source / "tests"), ("docs", source / "docs")):
            (self.folder / link).symlink_to(target)
        shutil.copy(source / "tests/foreign/poison_pill.py", self.folder / "my_pool.py")
        shutil.copy(source / "scenarios/catalogue/one-task-throws.toml", self.folder / "mine.toml")
        (self.folder / "hosts.txt").write_text("127.0.0.1 1\n127.0.0.1 2\n")
        shutil.copy("/bin/true", self.folder / "my_program")

    def type(self, command):
        if command.startswith("build/release/") and "/tests/" not in command:
            command = f"./workbench watch --no-stacks -- {command}"  # some hang
        return subprocess.run(["sh", "-c", command], cwd=self.folder, text=True, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env={"PATH": f"{self.folder}:/usr/local/bin:/usr/bin:/bin", "HOME": str(self.folder)})

    def options_of(self, subcommand):
        said = subprocess.run([self.program, subcommand, "--help"], text=True, capture_output=True)
        return set(re.findall(r"--[\w-]+", said.stdout)) if said.returncode == 0 else None


def what_is_wrong(reader, shown):
    words = re.sub(r"'[^']*'", "", re.split(r" --(?: |$)", shown.command)[0]).split()
    names_a_command = len(words) == 2 or shown.command.endswith("--")
    if PATTERN.search(shown.command) or (names_a_command and words[0] == "workbench"):
        options = reader.options_of(words[1])
        if options is None:
            return f"there is no command {words[1]}"
        unknown = {word for word in re.findall(r"--[\w-]+", " ".join(words))} - options
        return f"there is no {unknown.pop()}" if unknown else None
    done = reader.type(shown.command)
    if done.returncode in BAD_CODES:
        return f"ended with {done.returncode}: {done.stderr.strip() or done.stdout.strip()}"
    printed = {masked(line.rstrip()) for line in done.stdout.splitlines()}
    for line in shown.output:
        if line and line != "..." and masked(line) not in printed:
            return f"does not print\n    {line}\nbut\n{done.stdout}"
    return None


def main():
    source, build = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    with open(source / "docs/drift.toml", "rb") as file:
        settings = tomllib.load(file)
    skipped = {each["command"] for each in settings["skip"]}
    found = []
    for page in [source / "README.md", *sorted((source / "docs/pages").rglob("*.md"))]:
        found += shown_in(page.relative_to(source), page.read_text(), settings["shown"])
    wrong = [f"docs/drift.toml: no page has the command {command}"
             for command in sorted(skipped - {shown.command for shown in found})]
    seen, compared = set(), 0
    with tempfile.TemporaryDirectory() as folder:
        reader = Reader(source, build, folder)
        for shown in found:
            key = (shown.command.removeprefix("./"), tuple(shown.output))
            if shown.command in skipped or key in seen:
                continue
            seen.add(key)
            compared += bool(shown.output)
            if fault := what_is_wrong(reader, shown):
                wrong.append(f"{shown}\n  {fault}")
    for each in wrong:
        print(each)
    print(f"{len(found)} commands in the pages: {len(seen)} different ones were tried, {compared} of them with their "
          f"output; {len(skipped)} are not run, for the reasons in docs/drift.toml")
    sys.exit(1 if wrong or compared == 0 else 0)


if __name__ == "__main__":
    main()
