"""Clocks that run by themselves: what they show does not depend on when one looks, only on what was done."""

from hypothesis import given
from hypothesis import strategies as st

from moderation.stage import Clock, ClockKind, Cue, Mark, Marked, Script, Stage, countdown
from tests.moderation.rooms import MINUTE, few

times = st.integers(0, 10**12)
spans = st.integers(1, 86_400_000)
clocks = st.builds(Clock, st.sampled_from(ClockKind), times)


@few
@given(clocks, times, spans, spans)
def test_a_pause_costs_no_time(clock: Clock, now: int, pause: int, later: int) -> None:
    resumed = clock.paused(now).resumed(now + pause)
    assert resumed.shown(now + pause) == clock.shown(now)
    assert resumed.shown(now + pause + later) == clock.shown(now + later)


@few
@given(clocks, times, spans)
def test_a_paused_clock_stands(clock: Clock, now: int, later: int) -> None:
    paused = clock.paused(now)
    assert paused.shown(now + later) == clock.shown(now)
    assert paused.paused(now + later) == paused, "pausing once more does not move it"


@few
@given(clocks, times, st.integers(-MINUTE, MINUTE))
def test_more_time_is_seen_at_once_running_or_paused(clock: Clock, now: int, by: int) -> None:
    assert clock.extended(by).shown(now) == clock.shown(now) + by
    assert clock.paused(now).extended(by).shown(now + MINUTE) == clock.shown(now) + by


def test_a_countdown_goes_below_zero_and_warns_in_time() -> None:
    talk = countdown(end=10 * MINUTE, duration=10 * MINUTE)
    assert (talk.warning, talk.danger) == (2 * MINUTE, MINUTE // 2)
    assert talk.shown(11 * MINUTE) == -MINUTE, "overtime"
    short = countdown(end=MINUTE, duration=MINUTE)
    assert (short.warning, short.danger) == (20_000, 6_000)


def test_a_cue_is_open_where_it_was_sent_until_it_is_read_or_taken_back() -> None:
    cue = Cue(1, "Bitte kürzer", "link:h", 0, {"ulm": Marked(Mark.SHOWN, 1), "bohle": Marked(Mark.READ, 2)})
    assert [cue.open_at(place) for place in ("ulm", "bohle", "ziemer")] == [True, False, False]
    assert not Cue(1, "Bitte kürzer", "link:h", 0, cue.marks, withdrawn=True).open_at("ulm")


def test_a_script_is_edited_line_by_line() -> None:
    script = Script(("Guten Tag", "", "Danke"), 4).edited(1, 1, ("eins", "zwei"))
    assert script == Script(("Guten Tag", "eins", "zwei", "Danke"), 5)
    assert Stage().script("ulm") == Script()
