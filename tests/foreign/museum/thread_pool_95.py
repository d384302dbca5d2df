"""Each of the two threads of a pool carries out a task that hands an inner task to the same pool and
waits for its result. All threads wait, and none is left for the inner tasks."""
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

pool = ThreadPoolExecutor(max_workers=2)
both_run = Barrier(2)


def outer(i):
    both_run.wait()
    return pool.submit(lambda: i * i).result()


print([pool.submit(outer, i) for i in range(2)][0].result())
