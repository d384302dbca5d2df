"""What a pool in Python needs to be a subject of the workbench: docs/pages/subject_protocol.md
says more. Copy this file beside the pool. It wants Python 3.8 or later, and nothing else.

    for task, value in zip(tasks(), my_pool(action, tasks(), scenario["workers"])):
        result(task, value)     # or failed(task, exception), for a task that the pool calls failed
    returned()                  # or error(exception), when the pool has raised it instead"""
import json
import os
import signal
import time
with open(os.environ["WORKBENCH_SCENARIO"], encoding="utf-8") as file:
    scenario = json.load(file)
_account = os.open(scenario["account"], os.O_WRONLY | os.O_APPEND)
_signals = {"abort": signal.SIGABRT, "segfault": signal.SIGSEGV, "kill": signal.SIGKILL}

def tasks(): return range(scenario["tasks"])

class _Sum(int):  # struck on its way to the caller, when it is pickled for another process
    def __reduce__(self):
        _suffer("while-pushing", (self - 3) // 4)
        return int, (int(self),)

def action(task):
    """What the workers call for each task, in whichever thread or process they are."""
    _write(begun=task)
    _suffer("in-action", task)
    time.sleep(scenario["task_ms"] / 1000)
    value, filler = _Sum(4 * task + 3), "x" * (scenario["result_bytes"] - 8)
    return (value, filler) if filler else value

def result(task, value):
    _write(result=task, outcome="ok", value=value[0] if isinstance(value, tuple) else value)

def failed(task, exception): _write(result=task, outcome="failed", **_told(exception))
def error(exception): _write(**_told(exception))
def returned(): _write(returned=True)

def _told(exception): return {"error": str(exception), "type": type(exception).__name__}
def _write(**line): os.write(_account, (json.dumps(line) + "\n").encode())  # one write a line

def _strikes(number, times):
    for strike in range(times or 0):
        try:
            os.mkdir(os.path.join(scenario["strikes"], f"{number}.{strike}"))
            return True
        except FileExistsError: pass
    return times is None

def _suffer(at, task):
    for number, fault in enumerate(scenario["faults"]):
        kind, is_meant = fault["kind"], fault["at"] == at and fault["task"] in (None, task)
        if not is_meant or not _strikes(number, fault["times"]): continue
        _write(struck=number, task=task)
        if kind == "throw": raise RuntimeError(fault["message"])
        if kind == "throw-nonstandard": raise Exception()  # Python raises no numbers: least of all
        if kind == "exit": os._exit(fault["code"])  # sys.exit raises, and a pool catches it
        if kind in _signals: signal.raise_signal(_signals[kind])
        if kind == "sleep-forever": time.sleep(36000)
        while kind == "spin-forever": pass
        if kind == "slow": time.sleep(fault["ms"] / 1000)
