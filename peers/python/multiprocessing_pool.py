"""`multiprocessing.Pool`: worker processes; `map` gives a list of all results, or an exception."""
import threading
from multiprocessing import Pool

from workbench_subject import action, error, result, returned, scenario, tasks


def run(tasks, parallelism):
    with Pool(parallelism) as pool:
        if scenario["usage"] == "two-callers":
            return two_at_once(pool, tasks)
        if scenario["usage"] == "destroyed-early":
            values = pool.map_async(action, tasks)
            pool.terminate()  # what the end of `with` does
            return values.get()
        return pool.map(action, tasks)


def two_at_once(pool, tasks):
    values = [None] * len(tasks)

    def call(first):
        values[first::2] = pool.map(action, tasks[first::2])

    callers = [threading.Thread(target=call, args=(first,)) for first in (0, 1)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    return values


if __name__ == "__main__":
    try:
        values = run(tasks(), scenario["workers"])
    except Exception as exception:
        error(exception)
    else:
        for task, value in zip(tasks(), values):
            result(task, value)
        returned()
