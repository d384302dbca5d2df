"""Threads start and end, call and return, and make functions that are gone a moment later."""
import threading


def deep(depth):
    return sum(deep(depth - 1) for _ in range(1)) if depth > 0 else 0


def change(times):
    for i in range(times):
        names = {}
        exec(compile("\n" * (i % 300) + f"def f{i}(g): return g({i % 40})", f"file {i}", "exec"), names)
        names[f"f{i}"](deep)


while True:
    threads = [threading.Thread(target=change, args=(20 * i,)) for i in range(1, 6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
