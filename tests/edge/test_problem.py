import json

import pytest

from podium.edge.problem import STATUS, problem
from podium.relay.control import Code
from podium.relay.sdp import SdpCode


@pytest.mark.parametrize("code", [*SdpCode, *Code])
def test_every_code_of_the_relay_has_a_status(code: str) -> None:
    assert 400 <= STATUS[code] <= 503


def test_body_is_a_problem_of_rfc_9457() -> None:
    response = problem("feed_not_live", "nobody publishes", {"Retry-After": "2"})
    assert (response.status, response.content_type) == (409, "application/problem+json")
    assert response.headers["Retry-After"] == "2"
    assert isinstance(response.body, bytes)
    assert json.loads(response.body) == {
        "type": "urn:podium:problem:feed_not_live",
        "title": "Conflict",
        "status": 409,
        "code": "feed_not_live",
        "detail": "nobody publishes",
    }
