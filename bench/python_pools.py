#!/usr/bin/env python3
"""Python's multiprocessing, for comparison: the poison pill, what that pattern costs there, and Pool.map, which deals
out tasks in chunks, with no error for each of them and no end when a worker is killed.

Takes the options of Google Benchmark that a report needs, and writes the same JSON.
"""
import argparse
import json
import multiprocessing
import re
import statistics
import time


def add_five(task):
    return task + 5


def work(input_queue, result_queue):
    while (task := input_queue.get()) is not None:
        result_queue.put(add_five(task))


def poison_pill(tasks, workers):
    input_queue = multiprocessing.Queue()
    result_queue = multiprocessing.Queue()
    crew = [multiprocessing.Process(target=work, args=(input_queue, result_queue))
            for _ in range(workers)]
    for worker in crew:
        worker.start()
    for task in range(tasks):
        input_queue.put(task)
    for _ in crew:
        input_queue.put(None)
    results = [result_queue.get() for _ in range(tasks)]
    for worker in crew:
        worker.join()
    return results


def pool_map(tasks, workers):
    with multiprocessing.Pool(workers) as pool:
        return pool.map(add_five, range(tasks))


CONTESTANTS = {"PythonPoisonPill": poison_pill, "PythonPoolMap": pool_map}
SIZES = [(1_000, 2), (100_000, 2)]  # tasks and workers


def measure(name, run, tasks, workers, repetitions):
    seconds = []
    for _ in range(repetitions):
        start = time.monotonic()
        run(tasks, workers)
        seconds.append(time.monotonic() - start)
    median = statistics.median(seconds)
    entries = [{"run_name": name, "aggregate_name": "median", "real_time": median * 1e3,
                "cpu_time": 0, "time_unit": "ms", "items_per_second": tasks / median}]
    if repetitions > 1:
        spread = statistics.stdev(seconds) / statistics.mean(seconds)
        entries.append({"run_name": name, "aggregate_name": "cv", "real_time": spread,
                        "cpu_time": 0, "time_unit": "ms"})
    return entries


def main():
    parser = argparse.ArgumentParser(description=__doc__, prefix_chars="-", allow_abbrev=False)
    parser.add_argument("--benchmark_out", default="/dev/stdout", metavar="FILE")
    parser.add_argument("--benchmark_out_format", choices=["json"], default="json")
    parser.add_argument("--benchmark_report_aggregates_only", default="true")
    parser.add_argument("--benchmark_min_time", type=float, default=0)  # one run takes longer
    parser.add_argument("--benchmark_repetitions", type=int, default=10, metavar="N")
    parser.add_argument("--benchmark_filter", default=".", metavar="REGEX")
    options = parser.parse_args()
    benchmarks = []
    for contestant, run in CONTESTANTS.items():
        for tasks, workers in SIZES:
            name = f"throughput<{contestant}>/tasks:{tasks}/workers:{workers}/real_time"
            if re.search(options.benchmark_filter, name):
                benchmarks += measure(name, run, tasks, workers, options.benchmark_repetitions)
    with open(options.benchmark_out, "w") as out:
        json.dump({"context": {}, "benchmarks": benchmarks}, out, indent=2)
        out.write("\n")


if __name__ == "__main__":
    main()
