"""Each worker writes into a table that it is gone, as the last thing that it does. Who joins the pool
waits for these words. A worker that dies has no time for them."""
import threading

changed = threading.Condition()
gone = [False, False]


def work(worker):
    if worker == 1:
        raise SystemExit  # a thread that ends without a word
    with changed:
        gone[worker] = True
        changed.notify_all()


for worker in range(2):
    threading.Thread(target=work, args=(worker,)).start()
with changed:
    changed.wait_for(lambda: all(gone))
