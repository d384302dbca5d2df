"""Checks what `workbench` prints as JSON against its schemas.

usage: schemas.py WORKBENCH SCHEMA_DIR [ANSWER]

ANSWER is one to exercise 7; without it, `grade` is left out.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

import jsonschema

WORKBENCH, SCHEMAS = sys.argv[1], pathlib.Path(sys.argv[2])
checked = 0


def check(schema, text):
    global checked
    validator = jsonschema.Draft7Validator(json.loads((SCHEMAS / f"{schema}.json").read_text()))
    validator.validate(json.loads(text))
    checked += 1


def workbench(*words):
    return subprocess.run([WORKBENCH, *words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout


def refuses(schema, text):
    try:
        check(schema, text)
    except jsonschema.ValidationError:
        return
    sys.exit(f"{schema}.json accepts {text}")


for schema in ("run", "list", "watch", "trace", "explore", "graph", "grade"):
    jsonschema.Draft7Validator.check_schema(json.loads((SCHEMAS / f"{schema}.json").read_text()))
    refuses(schema, '{"schema_version": 1}')  # it can fail

catalogue = workbench("list", "--json")
check("list", catalogue)

with tempfile.TemporaryDirectory() as scratch:
    trace = pathlib.Path(scratch) / "trace.jsonl"
    # One run for each verdict that the catalogue expects, on each runtime.
    seen = set()
    scenarios = json.loads(catalogue)["scenarios"]
    assert scenarios
    for scenario in scenarios:
        for each in scenario["expect"]:
            case = (each["verdict"], each["runtime"], each.get("hang"))
            if case in seen:
                continue
            seen.add(case)
            check("run", workbench("run", scenario["name"], "--subject", each["subject"], "--runtime", each["runtime"],
                                   "--json", "--trace", str(trace)))
            lines = trace.read_text().splitlines()
            assert lines, f"no trace of {scenario['name']}"
            for line in lines:
                check("trace", line)

for subject in ("naive", "reactor-stop-on-error", "published-reactor"):
    check("explore", workbench("explore", "only-task-throws", "--subject", subject, "--json"))
    with tempfile.TemporaryDirectory() as scratch:
        graph = pathlib.Path(scratch) / "graph.json"
        workbench("explore", "only-task-throws", "--subject", subject, "--graph", str(graph))
        check("graph", graph.read_text())
check("run", workbench("run", "only-task-throws", "--subject", "naive", "--runtime", "simulated", "--json"))
check("watch", workbench("watch", "--json", "--", "true"))
check("watch", workbench("watch", "--json", "--deadline-ms", "100", "--", "sleep", "1000"))
check("watch", workbench("watch", "--json", "--", "sh", "-c", "kill -9 $$"))
check("watch", workbench("watch", "--json", "--", "bash", "-c", "coproc cat; wc -l <&${COPROC[0]}"))
if len(sys.argv) > 3:
    check("grade", workbench("grade", "7", sys.argv[3], "--format", "json"))
print(f"{checked} objects are as their schemas say")
