"""`concurrent.futures.ThreadPoolExecutor`: worker threads, and a future for each task."""
from concurrent.futures import ThreadPoolExecutor

from futures import use

if __name__ == "__main__":
    use(ThreadPoolExecutor)
