"""What staff may know of a room's feeds: `GET /api/rooms/ROOM/feeds`, for studio and moderators, asked again and again.

A plain resource and no stream: a page asks every second or two while somebody looks, and so may `curl`.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from aiohttp import web

from moderation.room import Room
from podium.edge.access import Denied
from podium.edge.bearer import bearer, denial
from podium.relay.report import remarks
from podium.relay.reports import Reports

Produced = Callable[[str | None, str], Room | Denied]
"""The room with an identifier, for the bearer of this token; a token of None is no token."""


class Feeds:
    """Serves the reports of the relay."""

    def __init__(self, produced: Produced, reports: Reports) -> None:
        self._produced = produced
        self._reports = reports

    def routes(self) -> list[web.RouteDef]:
        """One path per room."""
        return [web.get("/api/rooms/{room}/feeds", self._feeds)]

    async def _feeds(self, request: web.Request) -> web.Response:
        name = request.match_info["room"]
        room = self._produced(bearer(request), name)
        if isinstance(room, Denied):
            return denial(room)
        feeds = [self._described(name, feed) for feed in room.feeds]
        return web.json_response({"feeds": feeds}, headers={"Cache-Control": "no-store"})

    def _described(self, room: str, name: str) -> Mapping[str, Any]:
        feed = f"{room}/{name}"
        known = self._reports.of(feed)
        described = {
            "name": name,
            "live": known.live,
            "viewers": known.viewers,
            "speaking": self._reports.is_speaking(feed),
        }
        if known.report is None:
            return described | {"warnings": []}
        measured = asdict(known.report)
        if measured["audio"] is not None:
            del measured["audio"]["windows"]  # of use to `speaking` alone
        return described | measured | {"warnings": [asdict(remark) for remark in remarks(known.report)]}
