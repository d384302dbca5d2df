import queue


def test_pool():
    results = queue.Queue()
    assert results.get() == 1
