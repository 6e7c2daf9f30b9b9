import pytest

from moderation.question import Flag
from moderation.screening import screened


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        ("Wann kommt 5G nach Ulm?", ()),
        ("Was ist seit dem 01.01.2027 neu, und was kostet es bis 2030?", ()),
        ("Bleiben 0,5 % von 1.000.000 Euro übrig?", ()),
        ("Siehe https://ulm.example/plan", (Flag.LINK,)),
        ("Mehr auf WWW.beispiel.org", (Flag.LINK,)),
        ("Steht das auf stadt-ulm.de?", (Flag.LINK,)),
        ("Rufen Sie mich an: 0731 161-0123", (Flag.PHONE_NUMBER,)),
        ("+49 (0) 170/1234567 ist meine Nummer", (Flag.PHONE_NUMBER,)),
        ("Antwort an jo@uni-ulm.example bitte", (Flag.EMAIL_ADDRESS,)),
        ("Antwort an jo@ulm.de bitte", (Flag.LINK, Flag.EMAIL_ADDRESS)),
    ],
)
def test_what_is_worth_a_second_look_is_named(text: str, flags: tuple[Flag, ...]) -> None:
    assert screened((text, None, None), (), ()) == flags


def test_a_number_in_the_name_is_found_too() -> None:
    assert screened(("Wann?", "Jo 0170 1234567", None), (), ()) == (Flag.PHONE_NUMBER,)


@pytest.mark.parametrize(
    ("word", "text", "found"),
    [
        ("Idiot", "Wer ist hier der IDIOT?", True),
        ("Idiot", "Wo sind die Idioten?", False),
        ("Idiot*", "Wo sind die Idioten?", True),
        ("alter Sack", "Sie alter, Sack!", True),
        ("Ass", "Wer hat das Assessment?", False),
        ("Straße", "Welche STRASSE?", True),
        ("*", "Alles?", False),
    ],
)
def test_words_are_found_whole_unless_a_star_says_otherwise(word: str, text: str, found: bool) -> None:
    assert (screened((text,), (word,), ()) == (Flag.WATCHED_WORD,)) is found
