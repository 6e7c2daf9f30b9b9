from podium.relay.placement import FULL_LOAD, MOST_HANDSHAKES, MOST_OFFERS, Burden, Placement


def test_a_viewer_goes_where_the_least_is_borne() -> None:
    burdens = {0: Burden(viewers=5), 1: Burden(viewers=3), 2: Burden(viewers=4)}
    assert Placement(10).for_viewer(burdens) == [1, 2, 0]


def test_measured_load_counts_like_viewers() -> None:
    burdens = {0: Burden(viewers=1, load=0.8), 1: Burden(viewers=5, load=0.1)}
    assert Placement(10).for_viewer(burdens) == [1, 0]


def test_each_limit_alone_makes_a_worker_full() -> None:
    full = (Burden(viewers=10), Burden(load=FULL_LOAD), Burden(handshakes=MOST_HANDSHAKES), Burden(offers=MOST_OFFERS))
    for burden in full:
        assert Placement(10).for_viewer({0: burden}) == []
        assert Placement(10).for_publisher("hall/programme", {0: burden}) == [0], "a publisher always finds a place"


def test_what_was_given_since_the_last_word_counts_at_once() -> None:
    burdens = {0: Burden(), 1: Burden(viewers=1)}
    placement = Placement(10)
    for _ in range(2):
        burdens[placement.for_viewer(burdens)[0]].given(viewer=True)
    assert [burden.viewers for burden in burdens.values()] == [1, 2] or [b.viewers for b in burdens.values()] == [2, 1]


def test_a_feed_stays_at_home_until_its_worker_ends() -> None:
    placement, burdens = Placement(10), {0: Burden(), 1: Burden(viewers=1)}
    assert placement.for_publisher("hall/programme", burdens) == [0]
    burdens[0].viewers = 9
    assert placement.for_publisher("hall/programme", burdens) == [0]
    assert placement.for_publisher("hall/camera", burdens) == [1], "another feed begins where there is room"
    placement.forget(0)
    assert placement.for_publisher("hall/programme", {1: burdens[1]}) == [1]
    assert placement.for_publisher("hall/programme", burdens) == [1], "and is at home there then"


def test_without_a_worker_there_is_no_place() -> None:
    assert Placement(10).for_publisher("hall/programme", {}) == []


def test_homes_are_bounded() -> None:
    placement, burdens = Placement(10), {0: Burden()}
    for number in range(5000):
        placement.for_publisher(f"hall/{number}", burdens)
    assert len(placement._homes) == 4096
