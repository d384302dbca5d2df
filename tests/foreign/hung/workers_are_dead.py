"""All workers have died of an exception, and the main thread waits for a result from them."""
import queue
import threading

tasks = queue.Queue()
results = queue.Queue()


def worker():
    while True:
        results.put(100 // tasks.get())


for _ in range(2):
    threading.Thread(target=worker).start()
for number in (0, 0, 5, 4):
    tasks.put(number)
print([results.get() for _ in range(4)])
