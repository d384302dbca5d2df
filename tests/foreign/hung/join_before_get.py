"""Joins a process before it takes what the process has put into a queue. The process cannot end
before that is written to the pipe behind the queue, and it is more than a pipe can hold."""
import multiprocessing


def produce(queue):
    queue.put("x" * 1_000_000)


if __name__ == "__main__":
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    producer = context.Process(target=produce, args=(queue,))
    producer.start()
    producer.join()
    print(len(queue.get()))
