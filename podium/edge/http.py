"""The pages and their assets: built files from one folder, for rooms that exist."""

import re
from collections.abc import Awaitable, Callable
from html import escape
from pathlib import Path

from aiohttp import hdrs, web

from moderation.refusal import Refused
from podium.admission import FindRoom
from podium.edge.files import Files

PAGES = Path(__file__).resolve().parent.parent / "pages"

# The names of built assets carry a hash or a version; what is under a name never changes.
IMMUTABLE = "public, max-age=31536000, immutable"
FRESH = "no-cache"

NO_ROOM = (
    "Diesen Raum gibt es nicht. Bitte prüfen Sie den Link.",
    "There is no such room. Please check the link.",
)
NO_PAGE = (
    "Diese Seite gibt es nicht. Bitte prüfen Sie den Link.",
    "There is no such page. Please check the link.",
)
NOT_BUILT = (
    "Die Seiten sind noch nicht gebaut: „make run“ baut sie.",
    "The pages have not been built yet: “make run” builds them.",
)

_PAGES_OF_ROOMS = {"r", "moderate", "host", "prompt", "studio"}

# Of the front page: what a sentence on its own looks like.
_LOOKS = re.compile("<link [^>]*>")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Pages:
    """Serves the entry pages. Which room and who is asking, the page learns over its WebSocket."""

    def __init__(self, find_room: FindRoom, folder: Path = PAGES) -> None:
        self._find_room = find_room
        self._files = Files(folder)

    def routes(self) -> list[web.RouteDef]:
        """All paths of the pages; anything else is a sentence with status 404."""
        return [
            web.get("/", self._index),
            web.get("/r/{room}", self._of_room("attend")),
            web.get("/moderate/{room}", self._of_room("moderate")),
            web.get("/host/{room}", self._of_room("host")),
            web.get("/prompt/{room}", self._of_room("prompt")),
            web.get("/prompt/{room}/{panellist}", self._of_room("prompt")),
            web.get("/prompt-worker.js", self._worker),
            web.get("/studio/{room}", self._of_room("studio")),
            web.get("/{asset:assets/[A-Za-z0-9._/-]{1,200}}", self._asset),
            web.get("/{path:.*}", self._no_page),
        ]

    async def _index(self, request: web.Request) -> web.StreamResponse:
        return self._entry(request, "index")

    def _of_room(self, page: str) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            room = self._find_room(request.match_info["room"])
            if room is None:
                return self._lost(request, NO_ROOM)
            if (panellist := request.match_info.get("panellist")) is not None:
                try:
                    room.panellist(panellist)
                except Refused:
                    return self._lost(request, NO_PAGE)
            return self._entry(request, page)

        return handle

    def _entry(self, request: web.Request, page: str) -> web.StreamResponse:
        return self._files.response(request, f"{page}.html", FRESH) or self._sentence(503, NOT_BUILT)

    async def _worker(self, request: web.Request) -> web.StreamResponse:
        """The service worker of the prompters; what it may serve begins with /prompt/ (Service Workers, section 6.5)."""
        return self._files.response(request, "prompt-worker.js", FRESH) or self._sentence(404, NO_PAGE)

    async def _asset(self, request: web.Request) -> web.StreamResponse:
        return self._files.response(request, request.match_info["asset"], IMMUTABLE) or self._sentence(404, NO_PAGE)

    async def _no_page(self, request: web.Request) -> web.Response:
        return self._lost(request, NO_PAGE)

    def _lost(self, request: web.Request, words: tuple[str, str]) -> web.Response:
        """The room that was meant, where people write its address as a phone does: with capitals, with a slash behind it."""
        meant = request.path.lower().rstrip("/")
        page, _, place = meant.removeprefix("/").partition("/")
        room = place.partition("/")[0]
        if meant == request.path or page not in _PAGES_OF_ROOMS or self._find_room(room) is None:
            return self._sentence(404, words)
        return web.Response(status=302, headers={hdrs.LOCATION: str(request.rel_url.with_path(meant, keep_query=True))})

    def _sentence(self, status: int, words: tuple[str, str]) -> web.Response:
        """A page that is nothing but a sentence, German and English; it looks like the front page."""
        german, english = map(escape, words)
        looks = "".join(_LOOKS.findall(self._files.text("index.html") or ""))
        body = (
            '<!doctype html><html lang="de"><head><meta charset="utf-8"><title>Podium</title>'
            f'<meta name="viewport" content="width=device-width, initial-scale=1">{looks}</head><body><main class="front">'
            f'<h1>Podium</h1><p class="front-lead">{german}</p><p lang="en">{english}</p></main></body></html>\n'
        )
        return web.Response(status=status, text=body, content_type="text/html")
