"""`multiprocessing.Pool.map`: worker processes, and a list of all results or an exception."""
from multiprocessing import Pool

from workbench_subject import action, error, result, returned, scenario, tasks


def run(tasks, parallelism):
    with Pool(parallelism) as pool:
        return pool.map(action, tasks)


if __name__ == "__main__":
    try:
        values = run(tasks(), scenario["workers"])
    except Exception as exception:
        error(exception)
    else:
        for task, value in zip(tasks(), values):
            result(task, value)
        returned()
