"""A thread waits for an event, and the main thread waits for the thread."""
import threading

event = threading.Event()
waiter = threading.Thread(target=event.wait)
waiter.start()
waiter.join()
