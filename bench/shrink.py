"""What a viewer sees when its link shrinks while it watches a simulcast.

    PYTHONPATH=. python bench/shrink.py [--runs 3]

A relay in this process; Chromium's fake camera (VP8) sends three layers of 240, 480 and 960 pixels, and Chromium watches through a UDP
proxy that holds back up to 250 ms of what exceeds the link's capacity and drops the rest. Once the highest layer plays, the
link shrinks. Prints one row per kind of change of a table for docs/BENCHMARKS.md, the middle and the worst of all runs: the longest
time without a new picture, the freezes that the browser counts and how long they are in all, pictures decoded, all within the ten
seconds after the change, and when the first picture of a lower layer was shown.
"""

from __future__ import annotations

import argparse
import asyncio
from dataclasses import dataclass
from statistics import median
from typing import Any

from first_frame import CHROMIUM, FLAGS
from playwright.async_api import Browser, Page, async_playwright

from tests.e2e.test_simulcast import PUBLISH, UNTIL, WATCH, WIDTHS
from tests.relay.proxy import Proxy, running_proxy
from tests.relay.rig import TOKEN, Rig, running_relay
from tests.relay.weather import Weather

#: By then the browser estimates its link: it reports five times a second, and once a second before.
SETTLE_SECONDS = 7.0
SECONDS = 10.0

SCENES: dict[str, tuple[tuple[float, int], ...]] = {
    "abrupt, to 800 kbit/s": ((0.0, 800_000),),
    "abrupt, to 400 kbit/s": ((0.0, 400_000),),
    "abrupt, to half: 290 kbit/s": ((0.0, 290_000),),
    "abrupt, to 40 %: 235 kbit/s": ((0.0, 235_000),),
    "steady, from 1,400 to 300 kbit/s in 5.5 s": tuple((0.5 * step, 1_400_000 - 100_000 * step) for step in range(12)),
}

MARK = """async () => {
  const video = document.querySelector('video');
  const statistics = async () => [...(await window.connection.getStats()).values()]
    .find(({type, kind}) => type === 'inbound-rtp' && kind === 'video');
  const seen = window.seen = {before: await statistics(), began: performance.now(), last: performance.now(), gap: 0};
  const wide = video.videoWidth;
  const shown = (now) => {
    seen.gap = Math.max(seen.gap, now - seen.last);
    seen.last = now;
    if (video.videoWidth < wide) seen.lower ??= now - seen.began;
    video.requestVideoFrameCallback(shown);
  };
  video.requestVideoFrameCallback(shown);
  window.result = async () => {
    const after = await statistics();
    return {
      gap: Math.max(seen.gap, performance.now() - seen.last), lower: seen.lower ?? null,
      freezes: after.freezeCount - seen.before.freezeCount,
      frozen: 1000 * (after.totalFreezesDuration - seen.before.totalFreezesDuration),
      frames: after.framesDecoded - seen.before.framesDecoded,
    };
  };
}"""


@dataclass(frozen=True, slots=True)
class Seen:
    """Of one run: milliseconds, `lower` None when the layer did not change."""

    gap: float
    lower: float | None
    freezes: int
    frozen: float
    frames: int


async def blank(browser: Browser, rig: Rig) -> Page:
    page = await browser.new_page()
    address = f"{rig.url}/empty"
    await page.route(address, lambda route: route.fulfill(body="<!doctype html><body>", content_type="text/html"))
    await page.goto(address)
    return page


async def watch(page: Page, rig: Rig, proxy: Proxy, scene: tuple[tuple[float, int], ...], settle: float) -> Seen:
    assert await page.evaluate(WATCH, [rig.whep, proxy.port]) == 201
    await page.evaluate(UNTIL, ["inbound-rtp", ["width", WIDTHS["f"]], 30])
    await asyncio.sleep(settle)
    await page.evaluate(MARK)
    began = asyncio.get_running_loop().time()
    for at, capacity in scene:
        await asyncio.sleep(began + at - asyncio.get_running_loop().time())
        proxy.change(Weather(capacity=capacity))
    await asyncio.sleep(began + SECONDS - asyncio.get_running_loop().time())
    found: dict[str, Any] = await page.evaluate("() => window.result()")
    return Seen(**found)


def row(name: str, runs: list[Seen]) -> str:
    def both(values: list[float]) -> str:
        return f"{median(values):,.0f} ({max(values):,.0f})"

    lower = [run.lower for run in runs if run.lower is not None]
    return (
        f"| {name} | {both([run.gap for run in runs])} | {both([run.freezes for run in runs])} "
        f"| {both([run.frozen for run in runs])} | {median(run.frames for run in runs):,.0f} ({min(run.frames for run in runs):,})"
        f" | {both(lower) if lower else 'never'} |"
    )


async def main(runs: int, settle: float, names: list[str]) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        async with running_relay() as rig:
            publisher = await blank(browser, rig)
            assert await publisher.evaluate(PUBLISH, [rig.whip, TOKEN, WIDTHS["f"]]) == 201
            await publisher.evaluate(UNTIL, ["outbound-rtp", ["layers", 3], 30])
            print("| link | longest gap, ms | freezes | frozen, ms | pictures | lower layer after, ms |")
            print("|---|---|---|---|---|---|")
            for name in names:
                found = []
                for _ in range(runs):
                    page = await blank(browser, rig)
                    async with running_proxy(rig.media_port) as proxy:
                        found.append(await watch(page, rig, proxy, SCENES[name], settle))
                        await page.close()
                print(row(name, found), flush=True)
        await browser.close()


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--runs", type=int, default=3)
    options.add_argument("--only", default="", help="kinds of change that begin with this")
    options.add_argument(
        "--settle", type=float, default=SETTLE_SECONDS, help="seconds between the first pictures and the change"
    )
    given = options.parse_args()
    asyncio.run(main(given.runs, given.settle, [name for name in SCENES if name.startswith(given.only)]))
