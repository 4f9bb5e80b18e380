"""FHIR bundle → facts, against validating the same bundle with the full models of fhir.resources (R4B).

    python benchmarks/facts.py [BUNDLE.json…] [--rounds N]

Without arguments, the project's own sample bundles. Prints bundles a second on both sides and the ratio (target: 20).
Both sides start from bytes and have their modules and tables loaded.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from time import process_time

from fhir.resources.R4B.bundle import Bundle

from app.content import samples_dir
from app.facts.extract import extract
from app.facts.vocabulary import load_vocabulary
from app.records.fhir import read_fhir

AS_OF = date(2026, 11, 15)


def seconds_each(work: Callable[[bytes], object], bundles: list[bytes], rounds: int) -> float:
    """Best of the rounds, in processor seconds a bundle, after one warm-up round."""
    times = []
    for _ in range(rounds + 1):
        start = process_time()
        for data in bundles:
            work(data)
        times.append((process_time() - start) / len(bundles))
    return min(times[1:])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bundles", nargs="*", type=Path)
    parser.add_argument("--rounds", type=int, default=25)
    options = parser.parse_args()
    paths = options.bundles or sorted(samples_dir().glob("*/*.json"))
    bundles = [path.read_bytes() for path in paths]
    vocabulary = load_vocabulary()
    ours = seconds_each(lambda data: extract(read_fhir(data, "b.json"), AS_OF, vocabulary), bundles, options.rounds)
    read = seconds_each(lambda data: read_fhir(data, "b.json"), bundles, options.rounds)
    floor = seconds_each(json.loads, bundles, options.rounds)
    models = seconds_each(Bundle.model_validate_json, bundles, options.rounds)
    print(f"{len(bundles)} bundles, {sum(map(len, bundles)) / len(bundles) / 1024:.0f} KiB each")
    print(f"bundle → facts        {1 / ours:8.0f} bundles/s  ({ours * 1e3:.2f} ms; reading {read * 1e3:.2f} ms)")
    print(f"json.loads alone      {1 / floor:8.0f} bundles/s  ({floor * 1e3:.2f} ms)")
    print(f"fhir.resources R4B    {1 / models:8.0f} bundles/s  ({models * 1e3:.2f} ms)")
    print(f"ratio                 {models / ours:8.1f}  (target 20)")


if __name__ == "__main__":
    main()
