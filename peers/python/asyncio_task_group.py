"""`asyncio.TaskGroup` with `asyncio.to_thread`: worker threads, limited by a semaphore. The first
exception cancels the rest of the group. Needs Python 3.11."""
import asyncio
from asyncio import TaskGroup  # here, so that an older Python does not get as far as the pool

from workbench_subject import action, error, result, returned, scenario, tasks


async def run(tasks, parallelism):
    limit = asyncio.Semaphore(parallelism)

    async def run_one(task):
        async with limit:
            return await asyncio.to_thread(action, task)

    async with TaskGroup() as group:
        running = [group.create_task(run_one(task)) for task in tasks]
    return [task.result() for task in running]


if __name__ == "__main__":
    try:
        values = asyncio.run(run(tasks(), scenario["workers"]))
    except Exception as exception:
        error(exception)
    else:
        for task, value in zip(tasks(), values):
            result(task, value)
        returned()
