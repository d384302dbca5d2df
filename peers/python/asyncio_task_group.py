"""`asyncio.TaskGroup` with `asyncio.to_thread`: worker threads, limited by a semaphore. The first
exception cancels the rest of the group. Needs Python 3.11."""
import asyncio
import sys

from workbench_subject import action, error, result, returned, scenario, tasks


async def run(tasks, parallelism):
    limit = asyncio.Semaphore(parallelism)

    async def run_one(task):
        async with limit:
            return await asyncio.to_thread(action, task)

    async with asyncio.TaskGroup() as group:
        running = [group.create_task(run_one(task)) for task in tasks]
    return [task.result() for task in running]


if __name__ == "__main__":
    if sys.version_info < (3, 11):
        sys.exit("asyncio_task_group.py needs Python 3.11 or later, for asyncio.TaskGroup")
    try:
        values = asyncio.run(run(tasks(), scenario["workers"]))
    except Exception as exception:
        error(exception)
    else:
        for task, value in zip(tasks(), values):
            result(task, value)
        returned()
