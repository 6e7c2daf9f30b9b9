"""What moderators take home: the record of their room as a file, the one for everybody and the one for staff."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import tzinfo
from types import MappingProxyType

from aiohttp import web

from moderation.room import Room
from podium import journal
from podium.edge.access import Denied
from podium.edge.bearer import bearer, denial
from podium.edge.problem import problem
from podium.export.log import Log, log, log_to_csv, log_to_json
from podium.export.page import to_html
from podium.export.record import Record, record, to_json
from podium.export.table import to_csv
from podium.ports import Entry, Store, StoreUnavailable

Moderated = Callable[[str | None, str], Room | Denied]
"""The room with an identifier, for the bearer of this token; a token of None is no token."""

CSV, JSON, HTML = "text/csv", "application/json", "text/html"
RECORDS: Mapping[str, tuple[str, Callable[[Record], str]]] = MappingProxyType(
    {"questions.csv": (CSV, to_csv), "questions.json": (JSON, to_json), "minutes.html": (HTML, to_html)}
)
LOGS: Mapping[str, tuple[str, Callable[[Log], str]]] = MappingProxyType(
    {"log.csv": (CSV, log_to_csv), "log.json": (JSON, log_to_json)}
)


class Exports:
    """Serves files to moderators. One is made at a time, beside the loop, so that no question waits for it."""

    def __init__(self, moderated: Moderated, store: Store, zone: tzinfo | None = None) -> None:
        self._moderated = moderated
        self._store = store
        self._zone = zone
        self._turn = asyncio.Lock()

    def routes(self) -> list[web.RouteDef]:
        """`/export/ROOM/public/FILE` and `/export/ROOM/full/FILE`; the log is in the full one alone."""
        records = "|".join(name.replace(".", r"\.") for name in RECORDS)
        logs = "|".join(name.replace(".", r"\.") for name in LOGS)
        return [
            web.get(f"/export/{{room}}/{{version:public|full}}/{{file:{records}}}", self._record),
            web.get(f"/export/{{room}}/{{version:full}}/{{file:{logs}}}", self._log),
        ]

    async def _record(self, request: web.Request) -> web.Response:
        kind, written = RECORDS[request.match_info["file"]]
        public = request.match_info["version"] == "public"

        def content(name: str, room: Room, lines: Sequence[Entry]) -> str:
            return written(record(name, room, lines, public=public, zone=self._zone))

        return await self._made(request, kind, content)

    async def _log(self, request: web.Request) -> web.Response:
        kind, written = LOGS[request.match_info["file"]]

        def content(name: str, room: Room, lines: Sequence[Entry]) -> str:
            return written(log(name, lines[: room.seq], zone=self._zone))

        return await self._made(request, kind, content)

    async def _made(
        self, request: web.Request, kind: str, content: Callable[[str, Room, Sequence[Entry]], str]
    ) -> web.Response:
        name = request.match_info["room"]
        room = self._moderated(bearer(request), name)
        if isinstance(room, Denied):
            return denial(room)
        async with self._turn:
            try:
                lines = await journal.read_all(self._store, name)
            except StoreUnavailable as error:
                return problem("storage_unavailable", str(error), {"Retry-After": "1"})
            return _file(request, kind, room.seq, await asyncio.to_thread(content, name, room, lines))


def _file(request: web.Request, kind: str, seq: int, content: str) -> web.Response:
    room, version, file = (request.match_info[part] for part in ("room", "version", "file"))
    name = f"{room}-{version}-{seq}-{file}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return web.Response(text=content, content_type=kind, charset="utf-8", headers=headers)
