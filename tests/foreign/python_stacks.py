"""Two threads wait for ever, each in functions of many kinds. The test knows their lines."""
import os
import sys
import threading

lock = threading.Lock()
lock.acquire()


def wait():
    os.write(1, b"waits\n")
    lock.acquire()


def values():
    yield 1
    yield wait()


class Store:
    def __init__(self, is_open):
        if is_open:
            self.values = self.read()

    @classmethod
    def read(cls):
        return [value for value in values()]


def store(is_open):
    return Store(is_open)


def größe():
    try:
        raise KeyError
    except KeyError:
        return store(True)


def 待つ(times):
    if times > 0:
        return 待つ(times - 1)
    return sum(𐊀() for 𐊀 in [größe])


def from_c():
    sorted([1],

           key=lambda _: wait())


for _ in range(100):  # CPython rewrites a function that runs often
    store(False)
exec(compile("def elsewhere():\n\n  from_c()", "Größe/待/𐊀/\udcff.py", "exec"))
os.write(1, b"%d.%d\n" % sys.version_info[:2])
threading.Thread(target=elsewhere).start()
待つ(2)
