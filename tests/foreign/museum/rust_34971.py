"""Two threads are given each other's handle, and each waits for the end of the other. Nobody has a lock."""
import queue
import threading

for_first, for_second = queue.Queue(), queue.Queue()
first = threading.Thread(target=lambda: for_first.get().join())
second = threading.Thread(target=lambda: for_second.get().join())
first.start()
second.start()
for_first.put(second)
for_second.put(first)
first.join()
