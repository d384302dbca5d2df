"""The poison pill on multiprocessing. Every worker dies, and the caller waits for ever."""
import multiprocessing


def work(input_queue, result_queue):
    raise RuntimeError("boom")


if __name__ == "__main__":
    multiprocessing.set_start_method("fork")
    input_queue, result_queue = multiprocessing.Queue(), multiprocessing.Queue()
    for task in [*range(5), None, None]:
        input_queue.put(task)
    workers = [multiprocessing.Process(target=work, args=(input_queue, result_queue)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print([result_queue.get() for _ in range(5)])
