"""Tokens in the header, and the answer to those who may not."""

import json

import pytest
from aiohttp.test_utils import make_mocked_request

from podium.edge.access import Denied
from podium.edge.bearer import bearer, denial


@pytest.mark.parametrize(
    ("header", "token"),
    [
        (None, None),
        ("", None),
        ("Bearer", None),
        ("Bearer  ", None),
        ("Basic abc", None),
        ("Bearer abc.def", "abc.def"),
        ("bEARER  abc ", "abc"),
    ],
)
def test_the_token_is_in_the_header(header, token):
    headers = {} if header is None else {"Authorization": header}
    assert bearer(make_mocked_request("GET", "/", headers)) == token


@pytest.mark.parametrize(
    ("code", "status", "challenge"),
    [
        ("token_missing", 401, 'Bearer realm="podium"'),
        ("token_invalid", 401, 'Bearer realm="podium", error="invalid_token"'),
        ("token_insufficient", 403, 'Bearer realm="podium", error="insufficient_scope"'),
        ("room_unknown", 404, None),
    ],
)
def test_who_may_not_is_told_what_is_missing(code, status, challenge):
    answer = denial(Denied(code, "why"))
    assert answer.status == status
    assert answer.headers.get("WWW-Authenticate") == challenge
    assert json.loads(answer.body)["code"] == code
