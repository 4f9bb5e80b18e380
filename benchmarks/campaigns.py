"""One campaign on a population: seconds from the file to every table, and what they go to.

    python -m benchmarks.campaigns [--people 1000000] [--population FILE.parquet] [--draws 1000]

Without `--population`, invented people are made first in a temporary folder (not counted).
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from datetime import date
from pathlib import Path

from app.campaigns.model import campaign_files, load_campaign
from app.campaigns.people import people_of
from app.campaigns.report import report_html
from app.campaigns.simulate import simulate
from app.facts.vocabulary import load_vocabulary
from app.guidelines.pack import load_pack
from app.i18n import translator
from app.population.files import open_files
from app.population.synthetic.write import Order, write_population

DAY = date(2026, 11, 26)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--population", type=Path)
    parser.add_argument("--draws", type=int, default=1000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = asked.population or Path(folder) / "people.parquet"
        if asked.population is None:
            write_population(Order(asked.people, 1, DAY), file)
        pack, source, t = load_pack("fr"), open_files([file], DAY, load_vocabulary()), translator("fr")
        for path in campaign_files():
            campaign = load_campaign(path)
            clock, processor = time.perf_counter(), time.process_time()
            groups = people_of(campaign.target, pack, source, DAY)
            target = time.perf_counter() - clock
            clock, processor = time.perf_counter(), time.process_time()
            found = simulate(campaign, pack, source, DAY, draws=asked.draws)
            whole, used = time.perf_counter() - clock, time.process_time() - processor
            clock = time.perf_counter()
            report_html(found, t)
            print(f"{campaign.id}: {groups.everyone} people, {found['people']['target']} in the target, "
                  f"{len(found['scenarios'])} scenarios: {whole:.1f} s ({used:.1f} s of processor), "
                  f"of which the target {target:.1f} s; report {time.perf_counter() - clock:.1f} s")
    print(f"memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
