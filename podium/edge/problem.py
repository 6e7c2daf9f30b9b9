"""Errors over HTTP: RFC 9457 bodies with a stable code, and the one table from code to status."""

import json
from collections.abc import Mapping
from http import HTTPStatus

from aiohttp import web

BARE: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
"""The headers of an answer that is given before there is a request, and so has no page's."""

STATUS: Mapping[str, int] = {
    "request_malformed": 400,
    "sdp_malformed": 400,
    "sdp_transport_missing": 400,
    "sdp_no_media": 400,
    "fragment_malformed": 400,
    "events_malformed": 400,
    "event_unknown": 400,
    "layer_malformed": 400,
    "token_missing": 401,
    "token_invalid": 401,
    "token_insufficient": 403,
    "room_unknown": 404,
    "session_unknown": 404,
    "stream_unknown": 404,
    "method_not_allowed": 405,
    "body_too_slow": 408,
    "head_too_slow": 408,
    "feed_not_live": 409,
    "feed_taken": 409,
    "session_connecting": 409,
    "taken_over": 410,
    "precondition_failed": 412,
    "body_too_large": 413,
    "media_type_unsupported": 415,
    "sdp_too_many_tracks": 422,
    "sdp_too_many_streams": 422,
    "sdp_media_unsupported": 422,
    "sdp_direction": 422,
    "sdp_not_bundled": 422,
    "sdp_setup": 422,
    "codec_unsupported": 422,
    "codec_mismatch": 422,
    "layer_unknown": 422,
    "precondition_required": 428,
    "too_many_requests": 429,
    "relay_failed": 500,
    "relay_unavailable": 503,
    "relay_busy": 503,
    "storage_unavailable": 503,
    "too_many_connections": 503,
}


def problem(code: str, detail: str, headers: Mapping[str, str] | None = None) -> web.Response:
    """The response for a code of STATUS. `detail` is one English sentence for a developer."""
    status = STATUS[code]
    body = {
        "type": f"urn:podium:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
    }
    return web.Response(
        status=status,
        body=json.dumps(body, ensure_ascii=False).encode(),
        headers={**(headers or {}), "Content-Type": "application/problem+json"},
    )
