"""Waits for lines as Python's own prompt does: Ctrl-C ends the line, not the program."""
import sys

caught = 0
while True:
    try:
        if not caught:
            print("begun", flush=True)
        input()
        sys.exit(7)
    except KeyboardInterrupt:
        caught += 1
        print("caught", caught, flush=True)
