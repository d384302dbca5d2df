#!/usr/bin/env python3
"""Checks docs/teaching: that the misconceptions name chapters, scenarios and exercises that exist, that no
answer stands among its distractors, that every chapter has its topics, and that minutes add up.

    teaching.py SOURCE_DIR WORKBENCH
"""
import pathlib
import re
import sys
import tomllib

SOURCE = pathlib.Path(sys.argv[1])
sys.path.insert(0, str(SOURCE / "docs"))
sys.dont_write_bytecode = True
import course_map  # noqa: E402

TEACHING = SOURCE / "docs" / "teaching"
FEWEST = 12


def table_of(file, key):
    with open(TEACHING / file, "rb") as opened:
        return tomllib.load(opened)[key]


def in_misconceptions(there_is, chapters):
    all_of_them = table_of("misconceptions.toml", "misconception")
    ids = [each["id"] for each in all_of_them]
    if len(all_of_them) < FEWEST or len(set(ids)) < len(ids):
        yield f"misconceptions.toml: {len(ids)} of them, {len(set(ids))} different; at least {FEWEST} are wanted"
    for each in all_of_them:
        name, question = each["id"], each["question"]
        for key in ("belief", "truth", "chapter", "scenario", "exercise"):
            if not each.get(key):
                yield f"{name}: has no {key}"
        if each["chapter"] not in chapters:
            yield f"{name}: there is no chapter {each['chapter']}"
        if not there_is.has(f"scenario {each['scenario']}"):
            yield f"{name}: there is no scenario {each['scenario']}"
        if there_is.exercises and each["exercise"] not in there_is.exercises:
            yield f"{name}: there is no exercise {each['exercise']}"
        answers = [question["answer"], *question["distractors"]]
        if len(set(answers)) < len(answers) or len(answers) < 3:
            yield f"{name}: its answers are not different, or fewer than three"
        if len(question["beliefs"]) != len(question["distractors"]) or set(question["beliefs"]) - set(ids):
            yield f"{name}: needs a belief that exists for each distractor"


def in_topics(chapters):
    topics = table_of("topics.toml", "topic")
    if [each["chapter"] for each in topics] != chapters:
        yield "topics.toml: does not have each chapter once, in their order"
    for each in topics:
        units = each["cs2023"]
        if not units or not each["tcpp"] or not all(re.fullmatch(r"(PDC|OS|SE)-\w+", unit) for unit in units):
            yield f"topics.toml: {each['chapter']} has no topics, or a unit that is none"


def in_plans(there_is):
    numbers = {each[:2] for each in there_is.exercises}
    for file in sorted(TEACHING.glob("plan_*.md")):
        tables, minutes = 0, 0
        for line in file.read_text().splitlines():
            minutes += int(found[1]) if (found := re.match(r"\| (\d+) \|", line)) else 0
            named = line.rsplit("|", 2)[-2] if line.endswith("|") else ""  # the last column
            for used in re.findall(r"\b(\d\d)\b", named.partition("exercise")[2]):
                if numbers and used not in numbers:
                    yield f"{file.name}: there is no exercise {used}"
            if total := re.match(r"\*\*Total: (\d+) minutes\.\*\*", line):
                tables += 1
                if minutes != int(total[1]):
                    yield f"{file.name}: {minutes} minutes, but its total says {total[1]}"
                minutes = 0
        if tables == 0 or minutes:
            yield f"{file.name}: has a table without a total"


def in_drawings(there_is):
    drawn = re.findall(r"^\| ([a-z-]+) \|", (TEACHING / "drawings.md").read_text(), re.M)
    known = {name.split("/")[0] for name in there_is.scenarios}
    yield from (f"drawings.md: there is no scenario {each}" for each in set(drawn) - known - {"drawing"})


def main():
    there_is = course_map.Existing(SOURCE, sys.argv[2])
    chapters = [label for label, *_ in course_map.chapters_of(SOURCE)]
    wrong = [*in_misconceptions(there_is, chapters), *in_topics(chapters), *in_plans(there_is), *in_drawings(there_is)]
    print("\n".join(wrong) if wrong else "the instructor's pack fits the course")
    sys.exit(1 if wrong else 0)


main()
