"""The relay as people in front of a page live it: behind a firewall, and when a worker dies."""

import os
import re
import signal
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, Response, Route

from tests.e2e.picture import shows_ground, watch
from tests.e2e.server import ANY_LOAD, Server

pytestmark = pytest.mark.media

Open = Callable[..., Page]

CAMERA_GROUND = (0, 170, 0)
"""Chromium's fake camera is green."""
KEEP_PEERS = """
window.peers = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...options) {
    super(...options);
    window.peers.push(this);
  }
};
"""
WAY = """async () => {
  const reports = [...(await window.peers.at(-1).getStats()).values()];
  const pair = reports.find((report) => report.type === "candidate-pair" && report.nominated);
  return reports.find((report) => report.id === pair.remoteCandidateId).protocol;
}"""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    # few viewers a worker, so that the second page goes to the other one whatever the load of this machine
    started = Server(tmp_path_factory.mktemp("demo"), "demo", "--viewers-per-worker", "2", workers=2, changes=ANY_LOAD)
    started.start()
    yield started
    started.stop()


@pytest.fixture
def demo(running: Server) -> Server:
    """Whatever the test before has killed, and whoever has watched there."""
    running.rest()
    return running


def attend(demo: Server, open_page: Open) -> tuple[Page, list[int]]:
    """An attendee's page, and the workers that served it, one after the other."""
    page, workers = open_page("about:blank"), list[int]()

    def responded(response: Response) -> None:
        if opened(response) and "/whep/" in response.url:
            workers.append(worker_of(response))

    page.on("response", responded)
    page.goto(str(demo.links()["attend"]))
    return page, workers


def worker_of(response: Response) -> int:
    """The worker that a session was opened at: its name begins with the number."""
    return int(response.headers["location"].rpartition("/")[2].partition("-")[0])


def opened(response: Response) -> bool:
    """Whether a session was opened by this."""
    return response.request.method == "POST" and response.status == 201


def kill(demo: Server, worker: int) -> None:
    process = demo.worker(worker)
    assert process is not None
    os.kill(process, signal.SIGKILL)


def leave(*pages: Page) -> None:
    """As people do: a page that is left takes leave of its worker, one that is killed is missed only after a while."""
    for page in pages:
        page.goto("about:blank")


def test_mp_25_a_page_that_udp_does_not_reach_gets_its_picture_over_tcp(demo: Server, open_page: Open) -> None:
    """The page is told no UDP address of the relay, as if a firewall stood between."""

    def block(route: Route) -> None:
        response = route.fetch()
        body = re.sub(r"a=candidate:\S+ \d+ udp [^\r\n]*\r\n", "", response.text())
        route.fulfill(response=response, body=body)

    page = open_page("about:blank")
    page.add_init_script(KEEP_PEERS)
    page.route("**/whep/**", lambda route: block(route) if route.request.method == "POST" else route.continue_())
    page.goto(str(demo.links()["attend"]))
    assert watch(page).pictures > 20
    assert page.evaluate(WAY) == "tcp"
    leave(page)


def test_mp_28_pages_come_back_when_their_worker_dies_and_the_others_do_not_notice(
    demo: Server, open_page: Open
) -> None:
    studio = open_page(str(demo.links()["studio"]))
    studio.get_by_role("button", name="Kamera einschalten").click()
    with studio.expect_response(opened) as posted:
        studio.get_by_role("button", name="Auf Sendung gehen").click()
    publishing = worker_of(posted.value)
    pages: dict[int, tuple[Page, list[int]]] = {}
    while len(pages) < 2:  # who goes where follows what the workers said last, a second ago at most
        page, workers = attend(demo, open_page)
        assert shows_ground(page, CAMERA_GROUND)
        if workers[-1] in pages:
            leave(page)
        pages.setdefault(workers[-1], (page, workers))
    (near, near_workers), (far, _) = pages[publishing], pages[1 - publishing]
    with far.expect_response(opened):
        kill(demo, 1 - publishing)
    assert watch(far, 10).pictures > 5
    assert watch(near, 10).pictures > 5
    assert near_workers == [publishing], "it kept its session"
    with near.expect_response(opened), studio.expect_response(opened):
        kill(demo, publishing)  # now the one that the picture comes in at: the publisher goes to its sibling
    for page in (near, far):
        assert shows_ground(page, CAMERA_GROUND)
        assert watch(page, 10).pictures > 5
    leave(studio, near, far)
