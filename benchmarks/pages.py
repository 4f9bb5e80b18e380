"""The citizen's pages: server time, weight, and how soon a phone shows the plan.

    python benchmarks/pages.py [--times 200]

Server time is that of one worker, signed in, one request after another on the loopback (session, consent, log entry and
rendering each time). `cpu` is what the process spent meanwhile, the client's part included: on a busy machine it tells
more than the wall does. Weight and the largest paint are measured in Chromium, throttled like slow 4G (1.6 Mbit/s
down, 150 ms of round trip) with a processor four times slower; without Chromium they are left out.
"""

from __future__ import annotations

import argparse
import gzip
import os
import runpy
import shutil
import statistics
import sys
import time
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
PATHS = ("/mon-plan", "/mon-plan/tobacco", "/mes-risques", "/mes-donnees", "/a-mon-age")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu"]
SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8}
PAINT = """() => new Promise(done => {
  new PerformanceObserver(list => done(list.getEntries().at(-1).startTime))
    .observe({type: "largest-contentful-paint", buffered: true});
})"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=200)
    times = parser.parse_args().times
    served = runpy.run_path(str(ROOT / "scripts" / "screens.py"))["served"]
    with served() as site:
        with httpx.Client(base_url=site, headers={"accept-encoding": "gzip"}) as client:
            token = client.post("/v1/demo/sign-in", json={"person": "rachid"}).json()["token"]
            client.cookies.set("jalon_session", token)
            for path in PATHS:
                client.get(path)
                spent, work = [], []
                for _ in range(times):
                    start, busy = time.perf_counter(), time.process_time()
                    answer = client.get(path)
                    spent.append((time.perf_counter() - start) * 1000)
                    work.append((time.process_time() - busy) * 1000)
                    assert answer.status_code == 200, (path, answer.status_code)
                p50, p95 = statistics.median(spent), sorted(spent)[int(0.95 * len(spent))]
                size = int(answer.headers.get("content-length", len(gzip.compress(answer.content, 6))))
                cpu = statistics.median(work)
                print(
                    f"{path:22} p50 {p50:6.1f} ms   p95 {p95:6.1f} ms   cpu {cpu:5.1f} ms   "
                    f"{size / 1024:5.1f} kB compressed"
                )
        browse(site)
    return 0


def browse(site: str) -> None:
    """Requests, weight and largest contentful paint of My plan at a first visit."""
    chromium = os.environ.get("JALON_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        print("no Chromium here: weight and paint are left out")
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        paints, sizes = [], []
        for _ in range(5):
            context = browser.new_context(viewport={"width": 390, "height": 844}, locale="fr-FR")
            page = context.new_page()
            page.goto(site)
            page.get_by_role("button", name="Rachid").click()
            wire = context.new_cdp_session(page)
            wire.send("Network.enable")
            wire.send("Network.clearBrowserCache")
            wire.send("Network.emulateNetworkConditions", SLOW_4G)
            wire.send("Emulation.setCPUThrottlingRate", {"rate": 4})
            sizes = []
            wire.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))  # noqa: B023
            page.goto(site + "/mon-plan", wait_until="load")
            paints.append(float(page.evaluate(PAINT)))
            context.close()
        browser.close()
    print(
        f"My plan on a phone, slow 4G, first visit: {len(sizes)} requests, {sum(sizes) / 1024:.1f} kB, largest paint "
        f"{statistics.median(paints):.0f} ms (median of {len(paints)})"
    )


if __name__ == "__main__":
    sys.exit(main())
