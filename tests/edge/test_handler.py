"""What somebody hears who speaks no HTTP."""

import pytest

from tests.edge.test_door import REQUEST, ask, house, read


async def test_what_is_no_http_is_answered_with_a_code_and_without_a_version(caplog: pytest.LogCaptureFixture) -> None:
    lines = {
        "garbage": b"GARBAGE\r\n\r\n",
        "tls": b"\x16\x03\x01\x02\r\n\r\n",
        "long": b"GET /" + b"a" * 9_000 + b" HTTP/1.1\r\n\r\n",
        "length": REQUEST.replace(b"\r\n\r\n", b"\r\nContent-Length: -1\r\n\r\n"),
    }
    async with house() as (port, _):
        for name, line in lines.items():
            answer = await ask(port, line)
            status, headers, problem = read(answer)
            assert (name, status, problem["code"]) == (name, 400, "request_malformed")
            assert headers["Content-Security-Policy"] == "default-src 'none'"
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Cache-Control"] == "no-store"
            assert headers["Content-Type"] == "application/problem+json"
            assert b"aiohttp" not in answer
            assert b"aaaa" not in answer
    assert not caplog.records
