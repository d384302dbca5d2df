#!/usr/bin/env python3
"""Runs tests/course/silent_pool.cc under ThreadSanitizer, Helgrind and gdb, and writes what they say to
docs/captured/tools_*.txt, each with its version and the date. It is run by hand, when one of the tools
has changed; a tool that is not there is named and its old capture stays:

    docs/capture_tools.py
"""
import datetime
import pathlib
import re
import shutil
import subprocess
import tempfile
import time

SOURCE = pathlib.Path(__file__).resolve().parent.parent
POOL = SOURCE / "tests" / "course" / "silent_pool.cc"
OUTPUT = SOURCE / "docs" / "captured"
PATIENCE = 20  # seconds; the program never ends by itself


def built(directory, *options):
    program = directory / "silent_pool"
    subprocess.run(["g++", "-std=c++20", "-g", "-O0", "-pthread", *options, "-o", program, POOL], check=True)
    return program


def said_until_killed(command, name):
    """What it says in PATIENCE seconds. It is an error if it ends before."""
    result = subprocess.run(["timeout", "--signal=KILL", str(PATIENCE), *command], text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if result.returncode not in (124, 137, -9):
        raise SystemExit(f"{name} has ended with {result.returncode}:\n{result.stdout}")
    return result.stdout + f"^C   (ended after {PATIENCE} seconds)\n"


def version_of(command):
    return subprocess.run(command, text=True, capture_output=True).stdout.splitlines()[0]


def write(name, version, command, text):
    for pattern, plain in ((rf"{re.escape(str(SOURCE))}/", ""), (r"/tmp/[^\s/]+/", ""), (r"==\d+==", "==1=="),
                           (r"0x[0-9a-f]{8,}", "0x..."), (r"\(LWP (\d+)\)", "(LWP ...)"),
                           (r"(?m)[ \t]+$", "")):
        text = re.sub(pattern, plain, text)
    today = datetime.date.today().isoformat()
    (OUTPUT / f"tools_{name}.txt").write_text(f"# {version}, {today}\n$ {command}\n{text}")


def tsan(directory):
    program = built(directory, "-fsanitize=thread")
    write("tsan", version_of(["g++", "--version"]), "g++ -fsanitize=thread -g silent_pool.cc && ./a.out",
          said_until_killed([program], "ThreadSanitizer"))


def helgrind(directory):
    program = built(directory)
    write("helgrind", version_of(["valgrind", "--version"]), "valgrind --tool=helgrind ./silent_pool",
          said_until_killed(["valgrind", "--tool=helgrind", program], "Helgrind"))


def gdb(directory):
    program = built(directory)
    with subprocess.Popen([program], stderr=subprocess.PIPE, text=True) as process:
        process.stderr.readline()  # worker: boom
        tasks = pathlib.Path(f"/proc/{process.pid}/task")
        while len(list(tasks.iterdir())) > 1:  # the workers have left: one thread remains
            time.sleep(0.1)
        text = subprocess.run(["gdb", "-batch", "-nx", "-p", str(process.pid), "-ex", "bt"],
                              text=True, capture_output=True).stdout
        process.kill()
    frames = [line for line in text.splitlines() if re.match(r"#\d+ ", line)]
    write("gdb", version_of(["gdb", "--version"]), "gdb -batch -p PID -ex bt", "\n".join(frames) + "\n")


with tempfile.TemporaryDirectory() as scratch:
    for tool, capture in (("g++", tsan), ("valgrind", helgrind), ("gdb", gdb)):
        if shutil.which(tool):
            capture(pathlib.Path(scratch))
        else:
            print(f"there is no {tool}: its old capture stays")
