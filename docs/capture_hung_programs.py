#!/usr/bin/env python3
"""Runs the programs of tests/foreign/hung under `workbench watch`, and writes the table of what is
said of them to docs/captured/hung_programs.md. It wants all of their languages, so it is run by
hand, when a program or what is said has changed:

    docs/capture_hung_programs.py build/release/scenarios/workbench
"""
import pathlib
import re
import subprocess
import sys
import tempfile
import tomllib

SOURCE = pathlib.Path(__file__).parent.parent
HUNG = SOURCE / "tests" / "foreign" / "hung"
OUTPUT = SOURCE / "docs" / "captured" / "hung_programs.md"
LANGUAGES = {  # and a command that prints the version
    ".cc": ("C++", ["g++", "--version"]),
    ".py": ("Python", ["python3", "--version"]),
    ".java": ("Java", ["java", "--version"]),
    ".js": ("JavaScript", ["node", "-p", "'Node ' + process.version"]),
    ".rs": ("Rust", ["rustc", "--version"]),
    ".pl": ("Perl", ["perl", "-e", "print qq(Perl $^V)"]),
    ".sh": ("sh", ["dpkg-query", "--showformat", "dash ${Version}", "--show", "dash"]),
    ".bash": ("bash", ["bash", "--version"]),
}
INTERPRETERS = {".py": "python3", ".java": "java", ".js": "node", ".pl": "perl", ".sh": "sh",
                ".bash": "bash"}
COMPILERS = {".cc": ["g++", "-std=c++20", "-g", "-pthread"], ".rs": ["rustc", "-g"]}


def command_for(file, directory):
    if file.suffix in INTERPRETERS:
        return [INTERPRETERS[file.suffix], str(file), directory]
    program = str(pathlib.Path(directory) / file.stem)
    subprocess.run([*COMPILERS[file.suffix], "-o", program, str(file)], check=True)
    return [program]


def what_is_said(workbench, program):
    """From the verdict on, a line each."""
    options = []
    deadline = program.get("deadline_ms", 0)
    if deadline:
        options = ["--deadline-ms", str(deadline)]
    elif program["verdict"] == "idle":
        options = ["--fail-idle"]
    text = ""
    while text == "" or "workbench: STUCK" in text:  # a timer may strike at the deadline
        with tempfile.TemporaryDirectory() as directory:
            command = command_for(HUNG / program["file"], directory)
            text = subprocess.run([workbench, "watch", *options, "--", *command], text=True,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.PIPE).stderr
    begin = {"hang": "workbench: HANG", "idle": "workbench: IDLE"}[program["verdict"]]
    if begin not in text:
        sys.exit(f"{program['file']} is said to be {program['verdict']}, but:\n{text}")
    text = text[text.index(begin):]
    return text.replace("workbench: ", "").splitlines()


def without_chance(lines):
    """Processes are counted from 1 in the order of their numbers, paths are relative."""
    text = "\n".join(lines)
    text = re.sub(r"(?<= )/\S*/(?=[^/\s]+:\d)", "", text)
    text = re.sub(r"(pipe|socket):\[\d+\]", r"\1", text)
    numbers = re.findall(r"(?:process|thread) (\d+)", text)
    numbers += re.findall(r"\S+ (\d+) was killed", text)
    numbers += re.findall(r"could be woken: .* \((\d+)\)", text)
    for small, number in enumerate(sorted(set(numbers), key=int), start=1):
        text = re.sub(rf"\b{number}\b", str(small), text)
    return text.splitlines()


def row_of(workbench, program):
    lines = without_chance(what_is_said(workbench, program))
    verdict = "hang, proved"
    if program["verdict"] == "idle":
        verdict = "idle: " + re.sub(r".*? ms, (but it could be woken: |and )", "", lines[0])
    cause = lines[1].removeprefix("first cause: ")
    language = LANGUAGES[pathlib.Path(program["file"]).suffix][0]
    return f"| `{program['file']}` | {language}: {program['what']} | {verdict} | `{cause}` |"


def version_of(command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\n")[0]


def main():
    workbench = str(pathlib.Path(sys.argv[1]).resolve())
    programs = tomllib.loads((HUNG / "programs.toml").read_text())["program"]
    rows = []
    for program in programs:
        rows.append(row_of(workbench, program))
        print(rows[-1], flush=True)
    versions = "; ".join(version_of(command) for _, command in LANGUAGES.values())
    OUTPUT.parent.mkdir(exist_ok=True)
    head = ["| program | what hangs | verdict | the first cause, in its words |", "|---|---|---|---|"]
    OUTPUT.write_text("\n".join([*head, *rows, "", f"Taken with: {versions}.", ""]))


main()
