"""Text that fits."""

from hypothesis import given
from hypothesis import strategies as st

from podium.publish.typography import ELLIPSIS, REGULAR, SEMIBOLD, fit, font


def test_short_text_is_set_large() -> None:
    text = fit("Vertretung der Stadt Ulm", SEMIBOLD, 500, 2, 40, 20)
    assert (text.lines, text.size) == (("Vertretung der Stadt Ulm",), 40)


def test_lines_are_of_like_length() -> None:
    text = fit("Insights on urban civic data labs and citizens digital empowerment", SEMIBOLD, 1152, 2, 56, 36)
    assert text.lines == ("Insights on urban civic data labs", "and citizens digital empowerment")


def test_text_that_never_fits_ends_in_an_ellipsis() -> None:
    text = fit("Donaudampfschifffahrtsgesellschaftskapitän " * 3, REGULAR, 300, 1, 40, 20)
    assert text.lines[0].endswith(ELLIPSIS)
    assert text.size == 20


@given(st.text(max_size=80), st.integers(60, 1200), st.integers(1, 3))
def test_nothing_is_ever_wider_than_its_room(words: str, width: int, lines: int) -> None:
    text = fit(words, REGULAR, width, lines, 40, 16)
    assert 1 <= len(text.lines) <= lines
    assert all(font(text.face, text.size).getlength(line) <= width for line in text.lines)
