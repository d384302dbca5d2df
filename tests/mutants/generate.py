"""generate.py TABLE SOURCE OUTPUT: wrong versions of headers, all in one copy of each.

    not_empty_.notify_one();    becomes    { if (active == 3) { } else { not_empty_.notify_one(); } }

So one program in_flight every mutant, and chooses one when it is run. Changes that overlap share the
region that covers them all. Writes OUTPUT/table.inc, and the copies under OUTPUT/include.
"""
import json
import pathlib
import sys
import tomllib


def spans(mutants, text, file):
    """The smallest regions of `text` that hold every change: [start, end, mutants]."""
    regions = []
    for mutant in mutants:
        if text.count(mutant["find"]) != 1:
            sys.exit(f"{mutant['name']}: its text must stand exactly once in {file}")
        start = text.index(mutant["find"])
        regions.append([start, start + len(mutant["find"]), [mutant]])
    regions.sort(key=lambda region: region[:2])
    merged = []
    for region in regions:
        if merged and region[0] < merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], region[1])
            merged[-1][2] += region[2]
        else:
            merged.append(region)
    return merged


def switch(original, mutants):
    """The code that is one of the mutants, or the original."""
    is_statement = original.endswith(";")
    text = f"{{ {original} }}" if is_statement else f"({original})"
    for mutant in mutants:
        changed = original.replace(mutant["find"], mutant["replace"])
        condition = f"::workbench::mutants::active == {mutant['number']}"
        if is_statement:
            text = f"{{ if ({condition}) {{ {changed} }} else {text} }}"
        else:
            text = f"({condition} ? ({changed}) : {text})"
    return text


def mutate(mutants, text, file):
    for start, end, some in reversed(spans(mutants, text, file)):
        text = text[:start] + switch(text[start:end], some) + text[end:]
    return text.replace("#pragma once", '#pragma once\n#include "tests/mutants/active.h"', 1)


def main():
    table, source, output = (pathlib.Path(word) for word in sys.argv[1:])
    mutants = tomllib.loads(table.read_text())["mutant"]
    for number, mutant in enumerate(mutants):
        mutant["number"] = number
    for file in {mutant["file"]: None for mutant in mutants}:
        copy = output / "include" / file
        copy.parent.mkdir(parents=True, exist_ok=True)
        text = (source / file).read_text()
        copy.write_text(mutate([m for m in mutants if m["file"] == file], text, file))
    columns = ("name", "file", "killed_by")
    rows = ("{" + ", ".join(json.dumps(m[column]) for column in columns) + "}," for m in mutants)
    (output / "table.inc").write_text("\n".join(rows) + "\n")


main()
