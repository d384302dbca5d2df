"""A worker of a pool is killed, as by the kernel when memory runs out. The pool starts another one,
but the task is lost, and `map` waits for its result."""
import multiprocessing
import os
import signal


def work(number):
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number * number


if __name__ == "__main__":
    with multiprocessing.get_context("fork").Pool(2) as pool:
        print(pool.map(work, range(10), chunksize=1))
