"""How long a real trace takes to read, as a multiple of parsing its JSON alone.

``python -m tests.benchmarks.reading [TRACE]``; without a name, the trace of 2,500 rows among the
samples (`HOWCLOSE_SAMPLES`). Processor time, so that what else the machine does counts less; the
two take turns, so that a slow moment slows both. No timed test: a busy machine would fail it.
"""

import os
import sys
import time
from pathlib import Path
from statistics import median

import orjson

from geo import read_tracks

TIMES = 400
TRACE = "readsb/trace_full_ac671b.json"


def seconds(work):
    """Return the processor time of one run, in seconds."""
    begin = time.process_time_ns()
    work()
    return (time.process_time_ns() - begin) / 1e9


def main():
    """Print the two times and their ratio."""
    if len(sys.argv) > 1:
        path = Path(sys.argv[1])
    elif folder := os.environ.get("HOWCLOSE_SAMPLES"):
        path = Path(folder) / TRACE
    else:
        sys.exit("Name a trace, or the folder of samples in HOWCLOSE_SAMPLES.")
    data = path.read_bytes()
    read_tracks(path)
    parsing, reading = [], []
    for _ in range(TIMES):
        parsing.append(seconds(lambda: orjson.loads(data)))
        reading.append(seconds(lambda: read_tracks(path)))
    ratio = median(r / p for r, p in zip(reading, parsing, strict=True))
    print(f"{path.name}: {len(orjson.loads(data)['trace']):,} rows, median of {TIMES} runs")
    print(f"parse the JSON   {median(parsing) * 1e3:.2f} ms")
    print(f"read the tracks  {median(reading) * 1e3:.2f} ms")
    print(f"ratio            {ratio:.2f}; of the fastest runs {min(reading) / min(parsing):.2f}")


if __name__ == "__main__":
    main()
