"""Which addresses a peer is told."""

import pytest

from podium.relay.answer import Candidate
from podium.relay.candidates import Candidates
from podium.relay.udp import open_socket

EVERYWHERE = "::"
EVERYWHERE_IPV4 = ""


@pytest.mark.parametrize(
    ("bound", "announced", "came_to", "first"),
    [
        (EVERYWHERE, (), "192.0.2.77", "192.0.2.77"),
        (EVERYWHERE, (), "127.0.0.1", "127.0.0.1"),
        (EVERYWHERE, (), "::1", "::1"),
        (EVERYWHERE, (), "2001:db8::77", "2001:db8::77"),
        (EVERYWHERE_IPV4, (), "192.0.2.77", "192.0.2.77"),
        (EVERYWHERE_IPV4, (), "::1", "127.0.0.1"),
        (EVERYWHERE, (), "::ffff:192.0.2.77", "192.0.2.77"),
        (EVERYWHERE, ("203.0.113.5",), "192.0.2.77", "203.0.113.5"),
        ("127.0.0.1", (), "192.0.2.77", "127.0.0.1"),
        ("::1", (), "::1", "::1"),
    ],
)
def test_the_first_candidate_is_the_one_the_peer_can_reach(
    bound: str, announced: tuple[str, ...], came_to: str, first: str
) -> None:
    with open_socket(bound, 0) as udp:
        candidates = Candidates(udp, announced).reachable_from(came_to)
        assert candidates[0] == Candidate(first, udp.getsockname()[1])
        assert len(set(candidates)) == len(candidates)


def test_announced_addresses_are_the_only_ones() -> None:
    with open_socket(EVERYWHERE, 0) as udp:
        candidates = Candidates(udp, ("203.0.113.5", "2001:db8::5")).reachable_from("127.0.0.1")
        assert [candidate.host for candidate in candidates if candidate.protocol == "udp"] == [
            "203.0.113.5",
            "2001:db8::5",
        ]


def test_a_link_local_address_is_no_candidate() -> None:
    with open_socket(EVERYWHERE, 0) as udp:
        hosts = [candidate.host for candidate in Candidates(udp, ()).reachable_from("fe80::1%eth0")]
        assert not [host for host in hosts if host.startswith("fe80")]


def test_tcp_comes_behind_udp_at_the_same_addresses() -> None:
    with open_socket("127.0.0.1", 0) as udp:
        port = udp.getsockname()[1]
        assert Candidates(udp, ("203.0.113.5", "2001:db8::5")).reachable_from("") == (
            Candidate("203.0.113.5", port),
            Candidate("2001:db8::5", port),
            Candidate("203.0.113.5", port, "tcp"),
            Candidate("2001:db8::5", port, "tcp"),
        )
