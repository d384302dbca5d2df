#!/usr/bin/env python3
"""Answers the questions of `workbench questions` anew, by `explore` and `run`, and compares. Checks that
the same seed gives the same bytes, that others differ, and that the wrong answers are wrong.

    questions.py WORKBENCH SOURCE_DIR
"""
import json
import pathlib
import subprocess
import sys
import tempfile
import tomllib

WORKBENCH = pathlib.Path(sys.argv[1]).resolve()
SEEDS = (1, 2, 3)
COUNT = 8
VERDICTS = {  # what the words of an answer stand for
    "completed": "It returns, and every task has its result",
    "reported": "It returns, and says of each task that is not ok why",
    "stopped": "It raises the error at its caller, when all workers have gone",
    "silent-loss": "It returns as if all were well, and a result is missing",
    "hang (orphaned-wait)": "It hangs: the caller waits, and nobody is left to end it",
    "hang (circular-wait)": "It hangs: caller and worker wait for each other",
    "hang (full-queue)": "It hangs: a worker waits for room that nobody makes",
}


def said(*words, folder=None):
    return subprocess.run([WORKBENCH, *words], text=True, cwd=folder, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL).stdout


def run_in(schedule, question, folder):
    return json.loads(said("run", "scenario.toml", "--subject", question["subject"], "--runtime", "simulated",
                           "--schedule", schedule, "--json", folder=folder))


def ledger_of(run):
    ledger = run["ledger"]
    parts = [f"{ledger['ok']} ok"]
    for kind in ("failed", "lost", "timed_out", "not_started", "missing"):
        if ledger[kind]:
            parts.append(f"{ledger[kind]} {kind.replace('_', ' ')}")
    return ", ".join(parts)


def end_of(run):
    hang = f" ({run['hang']['kind']})" if run["hang"] else ""
    return f"{run['verdict']}{hang}: {ledger_of(run)}"


def waits_of(run):
    waits = {f"{'the caller' if each['actor'] == 'caller' else 'a worker'} in "
             f"{each['queue'] + '.' if each['queue'] else ''}{each['operation']}()" for each in run["hang"]["waits"]}
    text = ", and ".join(sorted(waits))
    return text[0].upper() + text[1:]


def answers(question, folder):
    """Which of the choices are right."""
    explored = json.loads(said("explore", "scenario.toml", "--subject", question["subject"], "--json", folder=folder))
    ends = [each["outcome"] for each in explored["each_outcome"]]
    kinds = {end.partition(":")[0] for end in ends}
    if question["kind"] == "verdict":
        return {VERDICTS[kind] for kind in kinds}
    if question["kind"] == "schedules":
        hangs = {kind.startswith("hang") for kind in kinds}
        return {"In some, but not in all" if len(hangs) == 2 else "In every one" if True in hangs else "In none"}
    if question["kind"] == "ledger":
        return {end.partition(": ")[2] for end in ends}
    if question["kind"] == "waits":
        schedule = question["command"].rpartition(" ")[2]
        return {waits_of(run_in(schedule, question, folder))}
    wanted = question["text"].split("`")[1]
    return {each for each in question["choices"] if end_of(run_in(each, question, folder)) == wanted}


def wrong_with(question, beliefs):
    choices, answer = question["choices"], question["answer"]
    wrong = [each["text"] for each in question["distractors"]]
    if len(set(choices)) < len(choices) or len(choices) < 3 or sorted([answer, *wrong]) != sorted(choices):
        return "its choices are not the answer and its distractors"
    if not {each["belief"] for each in question["distractors"]} <= beliefs:
        return "a distractor has no misconception"
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "scenario.toml").write_text(question["scenario"])
        right = answers(question, folder)
    return None if right == {answer} else f"its answer is {answer!r}, but it is {right}"


def main():
    with open(pathlib.Path(sys.argv[2]) / "docs/teaching/misconceptions.toml", "rb") as file:
        beliefs = {each["id"] for each in tomllib.load(file)["misconception"]}
    faults, kinds, texts = [], set(), set()
    for seed in SEEDS:
        words = ("questions", "--seed", str(seed), "--count", str(COUNT))
        text = said(*words, "--format", "json")
        if text != said(*words, "--format", "json") or said(*words) != said(*words):
            faults.append(f"seed {seed}: is not the same every time")
        texts.add(text)
        questions = json.loads(text)["questions"]
        if len(questions) != COUNT or len({each["text"] for each in questions}) != COUNT:
            faults.append(f"seed {seed}: not {COUNT} different questions")
        for number, question in enumerate(questions, start=1):
            kinds.add(question["kind"])
            if fault := wrong_with(question, beliefs):
                faults.append(f"seed {seed}, question {number} ({question['kind']}): {fault}\n{question['text']}")
    if len(texts) < len(SEEDS):
        faults.append("two seeds gave the same questions")
    if len(kinds) < 4:
        faults.append(f"only these kinds of questions: {kinds}")
    print("\n".join(faults) if faults else f"{COUNT * len(SEEDS)} questions, answered anew: {', '.join(sorted(kinds))}")
    sys.exit(1 if faults else 0)


main()
