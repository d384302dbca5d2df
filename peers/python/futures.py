"""What a caller does with an Executor of concurrent.futures, in each of the ways in which the
scenarios use a pool (docs/pages/subject_protocol.md)."""
import threading

from workbench_subject import action, error, failed, result, returned, scenario, tasks

_handed_over = threading.Event()


def use(make_pool):
    try:
        with make_pool(scenario["workers"]) as pool:
            if scenario["usage"] == "two-callers":
                _two_at_once(pool)
            else:
                _hand_over_and_collect(pool, tasks())
    except Exception as exception:
        error(exception)
    else:
        returned()


def _hand_over_and_collect(pool, tasks):
    act = action
    if scenario["usage"] == "nested":
        act = lambda task: _act_and_wait(pool, task)
    futures = [(task, pool.submit(act, task)) for task in tasks]
    _handed_over.set()
    if scenario["usage"] == "destroyed-early":
        pool.shutdown(wait=False)
    for task, future in futures:
        try:
            result(task, future.result())
        except Exception as exception:
            failed(task, exception)


def _act_and_wait(pool, task):
    if task < scenario["workers"]:
        _handed_over.wait()
        pool.submit(int).result()  # a task of its own pool
    return action(task)


def _two_at_once(pool):
    callers = [threading.Thread(target=_hand_over_and_collect, args=(pool, tasks()[first::2]))
               for first in (0, 1)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
