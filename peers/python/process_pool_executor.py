"""`concurrent.futures.ProcessPoolExecutor`: worker processes, and a future for each task."""
from concurrent.futures import ProcessPoolExecutor

from futures import use

if __name__ == "__main__":
    use(ProcessPoolExecutor)
