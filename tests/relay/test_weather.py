import pytest

from tests.relay.weather import CLEAR, OVERTAKEN_SECONDS, Sky, Weather

MANY = 20_000


def fates(seed: int = 1, **shares: float) -> list[tuple[float, ...]]:
    sky = Sky(Weather(**shares), seed)
    return [sky.fate() for _ in range(MANY)]


def test_clear_sky_changes_nothing() -> None:
    assert set(fates()) == {(0.0,)}


def test_the_same_seed_decides_the_same() -> None:
    shares = {"loss": 0.1, "duplicate": 0.1, "reorder": 0.1}
    assert fates(7, **shares) == fates(7, **shares)
    assert fates(7, **shares) != fates(8, **shares)


@pytest.mark.parametrize("loss", [0.01, 0.05, 0.10])
def test_as_many_are_lost_as_said(loss: float) -> None:
    assert fates(loss=loss).count(()) / MANY == pytest.approx(loss, rel=0.2)


def test_duplicates_come_twice() -> None:
    assert fates(duplicate=0.05).count((0.0, 0.0)) / MANY == pytest.approx(0.05, rel=0.2)


def test_overtaken_ones_come_later_than_the_delay_of_all() -> None:
    found = fates(delay=0.1, reorder=0.05)
    assert set(found) == {(0.1,), (0.1 + OVERTAKEN_SECONDS,)}
    assert found.count((0.1 + OVERTAKEN_SECONDS,)) / MANY == pytest.approx(0.05, rel=0.2)


def test_a_narrow_link_holds_back_and_then_drops() -> None:
    sky = Sky(Weather(capacity=80_000), 1)
    waits = [sky.queued(1000, 5.0) for _ in range(6)]
    assert waits[:3] == [0.0, pytest.approx(0.1), pytest.approx(0.2)]
    assert waits[4:] == [None, None]
    assert sky.queued(1000, 6.0) == 0.0
    assert Sky(CLEAR, 1).queued(10_000, 0.0) == 0.0
