"""Where feeds live: three nodes that hear each other, or do not."""

from podium.relay.control import FeedGone, FeedLive
from podium.tokens import Tokens
from podium.whereabouts import HEARSAY_SECONDS, Place, Whereabouts
from tests.clock import SettableClock

FEED = "hall/programme"
SEAL = Tokens(bytes(32), SettableClock()).seal
LIVE, PULLED, GONE = FeedLive(FEED, ()), FeedLive(FEED, (), pulled=True), FeedGone(FEED, "closed")


def node(name: str) -> Whereabouts:
    return Whereabouts(name, f"http://{name}.example", SettableClock(), SEAL)


def tell(speaker: Whereabouts, *listeners: Whereabouts, now: float = 0.0) -> None:
    for listener in listeners:
        listener.hear(speaker.message(), now)


def test_a_feed_is_elsewhere_as_soon_as_its_node_says_so_and_until_it_says_otherwise() -> None:
    a, b = node("a"), node("b")
    assert a.take(LIVE)
    tell(a, b)
    assert b.elsewhere(1.0) == {FEED: Place("a", "http://a.example")}
    assert b.said("a", FEED)
    assert a.take(GONE)
    tell(a, b)
    assert b.elsewhere(1.0) == {}
    assert not b.said("a", FEED)


def test_a_node_that_falls_silent_is_asked_no_more_and_what_was_pulled_from_it_stays() -> None:
    a, b = node("a"), node("b")
    a.take(LIVE)
    tell(a, b)
    assert b.elsewhere(HEARSAY_SECONDS + 1) == {}
    assert b.said("a", FEED)


def test_what_is_pulled_is_not_told_on() -> None:
    b = node("b")
    assert not b.take(PULLED)
    assert not b.owns(FEED)


def test_who_publishes_later_has_the_feed_though_the_clock_of_that_node_is_an_hour_behind() -> None:
    early, late = SettableClock(), SettableClock(1_000)
    a, b = Whereabouts("a", "http://a.example", early, SEAL), Whereabouts("b", "http://b.example", late, SEAL)
    a.take(LIVE)
    tell(a, b)
    b.take(LIVE)
    tell(b, a)
    assert set(a.elsewhere(0.0)) == {FEED}
    assert b.elsewhere(0.0) == {}
    a.take(PULLED)
    assert not a.owns(FEED)


def test_two_that_began_without_hearing_each_other_agree_when_they_do() -> None:
    a, b = node("a"), node("b")
    a.take(LIVE)
    b.take(LIVE)
    tell(a, b)
    tell(b, a)
    assert bool(a.elsewhere(0.0)) != bool(b.elsewhere(0.0))


def test_a_session_tells_by_its_name_at_which_node_it_is() -> None:
    a, b = node("aaaa"), node("bbbb")
    tell(a, b)
    assert b.url_of("aaaa0-xyz") == "http://aaaa.example"
    assert b.url_of("bbbb0-xyz") is None
    assert b.url_of("0-xyz") is None


def test_noise_on_the_bus_is_passed_over() -> None:
    a = node("a")
    for noise in (b"", b"{}", b"[1]", b'{"node":1}'):
        a.hear(noise, 0.0)
        a.hear(SEAL(noise) + noise, 0.0)
    a.hear(a.message(), 0.0)
    assert a.elsewhere(0.0) == {}


def test_who_writes_to_the_bus_without_the_secret_leads_nobody_anywhere() -> None:
    a = node("a")
    liar = Whereabouts("b", "http://evil.example", SettableClock(), Tokens(bytes([1]) * 32, SettableClock()).seal)
    liar.take(LIVE)
    tell(liar, a)
    assert a.elsewhere(0.0) == {}
    assert a.url_of("b0-xyz") is None
