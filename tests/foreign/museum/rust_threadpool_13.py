"""Eight jobs put one result each into a queue, and one of them fails before it does. The caller takes
eight. The pool is alive and well, but a result that was not sent yet looks like one that never will be."""
import queue
import threading

jobs = queue.Queue()
results = queue.Queue()


def work():
    while True:
        job = jobs.get()
        try:
            if job == 4:
                raise RuntimeError("unexpected")
            results.put(job)
        except RuntimeError:
            pass  # the pool survives a job that fails


for _ in range(4):
    threading.Thread(target=work, daemon=True).start()
for job in range(8):
    jobs.put(job)
print(sum(results.get() for _ in range(8)))
