"""Networks change under a running page: pictures go on within five seconds, by themselves, in one session at a time."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.e2e.server import ROOM, Server
from tests.relay.proxy import ProxyThread, led_through, proxy_thread

pytestmark = pytest.mark.media

RECOVERED = 5_000.0
"""Milliseconds without a picture that a change of networks may cost."""

TAKE_TIMES = """() => {
  const video = document.querySelector("video");
  globalThis.pictures = [performance.now()];
  const seen = (now) => {
    globalThis.pictures.push(now);
    video.requestVideoFrameCallback(seen);
  };
  video.requestVideoFrameCallback(seen);
}"""

LONGEST_BREAK = """async (atLeast) => {
  const deadline = performance.now() + 20_000;
  const breaks = () => globalThis.pictures.slice(1).map((time, index) => time - globalThis.pictures[index]);
  const isOver = () => {
    const all = breaks();
    const longest = all.indexOf(Math.max(...all));
    return all[longest] >= atLeast && all.length - longest > 30;
  };
  while (!isOver() && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50));
  const longest = isOver() ? Math.max(...breaks()) : Infinity;
  globalThis.pictures = [performance.now()];
  return longest;
}"""
"""Milliseconds of the longest time without a picture, at least so long, with 30 pictures after it."""

MORE_PICTURES = """async () => {
  const began = performance.now();
  const before = globalThis.pictures.length;
  while (globalThis.pictures.length < before + 5) {
    if (performance.now() - began > 20_000) return Infinity;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return performance.now() - began;
}"""


def is_offer(request: Request) -> bool:
    """Whether a request begins a session; pages also POST the size of the picture they show."""
    return request.method == "POST" and re.search(r"/wh[ei]p/[^/]+/[^/]+$", request.url) is not None


@dataclass
class Way:
    """A page whose media goes through a proxy, and what it asked of WHIP or WHEP."""

    page: Page
    proxy: ProxyThread
    requests: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.route(re.compile("/wh[ei]p/"), self._lead)
        self.page.on("request", self._note)

    def _lead(self, route: Route) -> None:
        if not is_offer(route.request):
            route.continue_()
            return
        response = route.fetch()
        route.fulfill(response=response, body=led_through(response.text(), self.proxy.port))

    def _note(self, request: Request) -> None:
        if "/whep/" in request.url or "/whip/" in request.url:
            self.requests.append("offer" if is_offer(request) else request.method)

    def sessions(self) -> int:
        """How many it has begun."""
        return self.requests.count("offer")


@pytest.mark.timeout(120)  # half a minute of breaks as long as they are
def test_pictures_go_on_when_networks_change(server: Server, open_page: Callable[..., Page]) -> None:
    with proxy_thread(server.media_port) as home, proxy_thread(server.media_port) as stage:
        studio = Way(open_page("about:blank", permissions=["camera", "microphone"]), stage)
        studio.page.goto(server.invite("studio"))
        studio.page.get_by_role("button", name="Kamera einschalten").click()
        studio.page.get_by_role("button", name="Auf Sendung gehen").click()
        expect(studio.page.get_by_text("Live seit")).to_be_visible(timeout=15_000)
        attendee = Way(open_page("about:blank"), home)
        attendee.page.goto(f"{server.base}/r/{ROOM}")
        attendee.page.evaluate(TAKE_TIMES)
        assert attendee.page.evaluate(MORE_PICTURES) < RECOVERED

        # a NAT forgets: a check from the new address moves the session
        home.rebind()
        assert attendee.page.evaluate(LONGEST_BREAK, 0.0) < RECOVERED
        assert attendee.sessions() == 1
        stage.rebind()
        assert attendee.page.evaluate(LONGEST_BREAK, 0.0) < RECOVERED
        assert studio.sessions() == 1

        # from one network to another: the old way is dead, sockets of the new one get through
        home.cut()
        assert attendee.page.evaluate(LONGEST_BREAK, 1_000.0) < RECOVERED
        assert attendee.sessions() >= 2
        assert attendee.requests.count("DELETE") == attendee.sessions() - 1, "one session at a time"
        stage.cut()
        assert attendee.page.evaluate(LONGEST_BREAK, 1_000.0) < RECOVERED
        assert studio.sessions() >= 2
        expect(studio.page.get_by_text("Live seit")).to_be_visible()

        # a tunnel: no network at all for a while
        attendee.page.context.set_offline(True)
        home.cut()
        expect(attendee.page.locator("#stage")).to_contain_text("wieder verbunden", timeout=10_000)
        attendee.page.context.set_offline(False)
        assert attendee.page.evaluate(MORE_PICTURES) < RECOVERED
