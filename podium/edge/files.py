"""Built files out of one folder, kept in memory once they were asked for."""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from aiohttp import hdrs, web

_PACKED = (".js", ".css", ".html", ".svg", ".json", ".md", ".txt", ".webmanifest")
_TYPES = {
    ".js": "text/javascript",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
    ".md": "text/markdown",
}


@dataclass(frozen=True, slots=True)
class _Built:
    written: int
    body: bytes
    packed: bytes | None
    etag: str


class Files:
    """The files below a folder. A file that was built anew is read anew."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._kept: dict[Path, _Built] = {}

    def text(self, name: str) -> str | None:
        """The text file under a name, None when there is none. No name has U+0000."""
        path = self._path(name)
        return None if path is None else self._read(path).body.decode()

    def response(self, request: web.Request, name: str, cache_control: str) -> web.Response | None:
        """The file under a name such as `assets/main.js`, or 304; None when there is none. No name has U+0000."""
        path = self._path(name)
        if path is None:
            return None
        built = self._read(path)
        headers = {hdrs.ETAG: built.etag, hdrs.CACHE_CONTROL: cache_control}
        if built.packed is not None:
            headers[hdrs.VARY] = hdrs.ACCEPT_ENCODING
        if built.etag in request.headers.get(hdrs.IF_NONE_MATCH, ""):
            return web.Response(status=304, headers=headers)
        body = built.body
        if built.packed is not None and "gzip" in request.headers.get(hdrs.ACCEPT_ENCODING, ""):
            body = built.packed
            headers[hdrs.CONTENT_ENCODING] = "gzip"
        kind = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        if kind.startswith("text/"):
            kind += "; charset=utf-8"
        return web.Response(body=body, headers={**headers, hdrs.CONTENT_TYPE: kind})

    def _path(self, name: str) -> Path | None:
        path = (self._folder / name).resolve()
        return path if path.is_relative_to(self._folder) and path.is_file() else None

    def _read(self, path: Path) -> _Built:
        written = path.stat().st_mtime_ns
        kept = self._kept.get(path)
        if kept is None or kept.written != written:
            body = path.read_bytes()
            packed = gzip.compress(body, mtime=0) if path.suffix in _PACKED else None
            etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
            kept = self._kept[path] = _Built(written, body, packed, etag)
        return kept
