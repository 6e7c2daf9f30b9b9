"""Links as readers of RFC 8288 understand them."""

from podium.edge.link import link


def test_values_are_quoted_and_escaped():
    assert link("stun:stun.example", rel="ice-server") == '<stun:stun.example>; rel="ice-server"'
    assert link("turn:t", credential='a"b\\c', credential_type="password") == (
        '<turn:t>; credential="a\\"b\\\\c"; credential-type="password"'
    )
