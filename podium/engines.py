"""External engines of the programme: where a feed is pushed to, and where its viewers are sent.

[rooms.digitales-podium.engines.programme]
push = "https://live.example/whip/podium"        # WHIP
token_file = "/etc/podium/live.token"            # what stands in it is the bearer token
watch = "https://live.example/whep/podium"       # WHEP, for viewers
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from moderation.command import Describe
from podium.programme import ProgrammeRefused

# What may stand in a Content-Security-Policy as it is: no query, nothing that ends a source or a rule.
_URL = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(?:/[A-Za-z0-9._~%@+-]+)+")
_FIELDS = {"push", "token_file", "watch"}


@dataclass(frozen=True, slots=True)
class Engine:
    """A feed's engine. push: WHIP, "" pushes nowhere. watch: WHEP, "" keeps viewers here."""

    push: str = ""
    token: str = field(default="", repr=False)
    watch: str = ""


def read_engines(path: Path, programme: Mapping[str, Describe]) -> Mapping[str, Engine]:
    """The engines of a programme file that has been read, by feed (`ROOM/FEED`). Raises ProgrammeRefused."""
    tables = tomllib.loads(path.read_text(encoding="utf-8"))["rooms"]
    found = {}
    for room, described in programme.items():
        engines = tables[room].get("engines", {})
        if not isinstance(engines, Mapping):
            raise ProgrammeRefused(f"room “{room}”: engines are tables like [rooms.{room}.engines.programme].")
        for feed, table in engines.items():
            where = f"the engine of the feed “{feed}” of room “{room}”"
            if feed not in described.feeds:
                raise ProgrammeRefused(f"{where}: there is no such feed.")
            found[f"{room}/{feed}"] = _engine(table, where)
    return found


def _engine(table: object, where: str) -> Engine:
    if not isinstance(table, Mapping) or not table or table.keys() - _FIELDS:
        raise ProgrammeRefused(f"{where} has the fields push, token_file and watch, and no others.")
    return Engine(_url(table, "push", where), _token(table, where), _url(table, "watch", where))


def _url(table: Mapping[str, Any], name: str, where: str) -> str:
    url = table.get(name, "")
    if not isinstance(url, str) or (url and not _URL.fullmatch(url)):
        raise ProgrammeRefused(
            f"{where}: {name} is an address like https://live.example/{name}/podium, without a query."
        )
    return url


def _token(table: Mapping[str, Any], where: str) -> str:
    path = table.get("token_file", "")
    if not isinstance(path, str):
        raise ProgrammeRefused(f"{where}: token_file is the name of a file.")
    try:
        token = Path(path).read_text(encoding="ascii").strip() if path else ""
    except (OSError, UnicodeDecodeError) as error:
        raise ProgrammeRefused(f"{where}: the file {path} cannot be read as a token.") from error
    if path and not re.fullmatch(r"[\x21-\x7e]+", token):
        raise ProgrammeRefused(f"{where}: the file {path} holds no token.")
    return token
