"""Who has the floor."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from podium.relay.speaker import WINDOWS_TO_LEAVE, WINDOWS_TO_TAKE, Floor, Loudness, mean_level


def windows(levels: list[float], spacing: float = 0.02) -> tuple[float | None, ...]:
    loudness = Loudness(0.0)
    for number, level in enumerate(levels):
        loudness.hear(level, number * spacing)
    loudness.pass_to(len(levels) * spacing)
    return loudness.taken()


def test_half_a_second_of_speech_is_as_loud_as_its_loud_packets() -> None:
    assert windows([-20.0] * 25) == (-20.0,)
    assert windows([-20.0] * 13 + [-127.0] * 12) == (-20.0,)


def test_a_cough_is_no_speech() -> None:
    assert windows([-10.0] * 9 + [-127.0] * 16) == (None,)
    assert windows([-10.0] * 10 + [-127.0] * 15) == (-10.0,)


def test_a_pause_without_packets_is_one_silent_window() -> None:
    loudness = Loudness(0.0)
    loudness.hear(-20.0, 0.1)
    loudness.hear(-30.0, 3_600.0)
    loudness.pass_to(3_600.6)
    assert loudness.taken() == (-20.0, -30.0)
    assert loudness.taken() == ()


def test_levels_are_added_as_power() -> None:
    assert round(mean_level([-20.0, -120.0]), 1) == -23.0


def spoken(floor: Floor, *turns: tuple[str, float | None]) -> list[str | None]:
    found = []
    for feed, window in turns:
        floor.hear(feed, window)
        found.append(floor.speaking)
    return found


def test_mp_17_who_goes_on_speaking_gets_the_floor() -> None:
    assert spoken(Floor(), ("ulm", -20.0), ("ulm", -20.0)) == [None, "ulm"]


def test_mp_17_a_word_in_between_does_not_take_the_floor() -> None:
    floor = Floor()
    spoken(floor, ("ulm", -20.0), ("ulm", -20.0))
    assert set(spoken(floor, ("hamburg", -10.0), ("ulm", -20.0), ("hamburg", None), ("hamburg", -10.0))) == {"ulm"}
    assert spoken(floor, ("hamburg", -10.0)) == ["hamburg"]


def test_mp_17_a_little_louder_is_not_loud_enough() -> None:
    floor = Floor()
    spoken(floor, ("ulm", -20.0), ("ulm", -20.0))
    assert set(spoken(floor, *[("hamburg", -18.0), ("ulm", -20.0)] * 5)) == {"ulm"}


def test_mp_17_a_breath_keeps_the_floor_and_silence_gives_it_up() -> None:
    floor = Floor()
    spoken(floor, ("ulm", -20.0), ("ulm", -20.0))
    assert spoken(floor, *[("ulm", None)] * WINDOWS_TO_LEAVE) == ["ulm"] * (WINDOWS_TO_LEAVE - 1) + [None]


def test_mp_17_who_leaves_has_no_floor() -> None:
    floor = Floor()
    spoken(floor, ("ulm", -20.0), ("ulm", -20.0))
    floor.leave("ulm")
    assert floor.speaking is None


def test_mp_17_of_two_who_begin_together_the_louder_one_is_heard() -> None:
    turns = [("ulm", -25.0), ("hamburg", -20.0), ("ulm", -25.0), ("hamburg", -20.0)]
    assert spoken(Floor(), *turns)[-1] == "hamburg"


@given(st.lists(st.tuples(st.sampled_from("abc"), st.none() | st.floats(-45, 0)), max_size=60))
def test_the_floor_changes_only_after_windows_to_take(turns: list[tuple[str, float | None]]) -> None:
    floor, since = Floor(), 10**6
    for feed, window in turns:
        before = floor.speaking
        floor.hear(feed, window)
        since += 1
        if floor.speaking not in (before, None):
            assert since >= WINDOWS_TO_TAKE or before is None
            assert floor.speaking == feed
            since = 0
