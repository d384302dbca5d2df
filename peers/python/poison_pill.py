"""The poison-pill pool as articles teach it: two queues, worker processes, one pill for each of
them, and a caller that collects as many results as there are tasks."""
from multiprocessing import Process, Queue

from workbench_subject import action, result, returned, scenario, tasks


def work(input_queue, result_queue):
    for task in iter(input_queue.get, None):  # None is the pill
        result_queue.put((task, action(task)))


def run(tasks, parallelism):
    input_queue, result_queue = Queue(), Queue()
    workers = [Process(target=work, args=(input_queue, result_queue)) for _ in range(parallelism)]
    for worker in workers:
        worker.start()

    for task in tasks:
        input_queue.put(task)
    for _ in workers:
        input_queue.put(None)

    for _ in tasks:
        yield result_queue.get()
    for worker in workers:
        worker.join()


if __name__ == "__main__":
    for task, value in run(tasks(), scenario["workers"]):
        result(task, value)
    returned()
