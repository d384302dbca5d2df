"""`concurrent.futures.ThreadPoolExecutor`: worker threads, and a future for each task."""
from concurrent.futures import ThreadPoolExecutor

from workbench_subject import action, error, failed, result, returned, scenario, tasks


def run(tasks, parallelism):
    with ThreadPoolExecutor(parallelism) as pool:
        futures = [pool.submit(action, task) for task in tasks]
        for task, future in zip(tasks, futures):
            try:
                result(task, future.result())
            except Exception as exception:
                failed(task, exception)


if __name__ == "__main__":
    try:
        run(tasks(), scenario["workers"])
    except Exception as exception:
        error(exception)
    else:
        returned()
