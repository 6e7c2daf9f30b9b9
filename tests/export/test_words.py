"""The words of the minutes."""

from moderation.policy import REASONS
from moderation.question import PUBLIC, State
from podium.export.words import WORDS


def test_every_state_and_reason_has_its_word_in_both_languages() -> None:
    assert set(WORDS["de"]) == set(WORDS["en"])
    assert {state.value for state in State} | set(REASONS) <= set(WORDS["de"])


def test_every_state_that_is_not_shown_has_a_heading() -> None:
    assert {f"section_{state}" for state in State if state not in PUBLIC} <= set(WORDS["de"])


def test_a_year_has_twelve_months() -> None:
    assert {len(set(words["months"].split())) for words in WORDS.values()} == {12}
