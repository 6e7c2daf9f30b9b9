"""Clocks that run by themselves: what they show does not depend on when one looks, only on what was done."""

from itertools import product

from moderation.stage import Clock, ClockKind, Cue, Mark, Marked, Script, Stage, countdown
from tests.moderation.rooms import MINUTE

DAY = 86_400_000
CLOCKS = tuple(Clock(kind, at) for kind, at in product(ClockKind, (0, 1, 59_999, 10 * MINUTE, 10**12)))
TIMES = (0, 1, 59_999, 60_000, 9 * MINUTE, 10 * MINUTE, 10**12 - 1, 10**12)
SPANS = (1, 999, MINUTE, DAY)
"""What differs in how a clock is computed: before, at and after its time, within and beyond a second, a minute, a day."""


def test_a_pause_costs_no_time() -> None:
    for clock, now, pause, later in product(CLOCKS, TIMES, SPANS, (1, DAY)):
        resumed = clock.paused(now).resumed(now + pause)
        assert resumed.shown(now + pause) == clock.shown(now)
        assert resumed.shown(now + pause + later) == clock.shown(now + later)


def test_a_paused_clock_stands() -> None:
    for clock, now, later in product(CLOCKS, TIMES, SPANS):
        paused = clock.paused(now)
        assert paused.shown(now + later) == clock.shown(now)
        assert paused.paused(now + later) == paused, "pausing once more does not move it"


def test_more_time_is_seen_at_once_running_or_paused() -> None:
    for clock, now, by in product(CLOCKS, TIMES, (-MINUTE, -1, 0, 1, MINUTE)):
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
