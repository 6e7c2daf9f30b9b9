"""What stands on the stage in tests of the prompter: questions, a speech, and what a speaker sees of them."""

from playwright.sync_api import Page

from tests.e2e.rooms import SPEAKER, Person, Room

SHORT = "Wie gewinnen wir Menschen für die Stadt, die keine Fragen mehr stellen?"
"""Twelve words."""
LONG = (
    "In der Stadt, aus der ich bin, gibt es seit dem Mai ein Amt für all das, was neu ist, und die Leute dort tun, was "
    "sie nur tun können, mit dem wenigen Geld, das sie im Jahr zur Hand haben. Wie soll so ein Ort mit euch und mit "
    "all den ganz großen Städten Schritt halten, wenn er für alles, was er tun will, erst ein Jahr lang auf ein Ja aus "
    "Bonn oder aus Mainz harrt, und wer ist am Ende da und hilft, wenn es nicht so läuft, wie es soll, wenn etwas "
    "bricht, wenn die App nicht mehr geht, und wenn es nun gar keinen mehr gibt, der auch nur noch weiß, wie man sie baut?"
)
"""A hundred and twenty words, near the longest question that can be asked."""
SPEECH = [
    "# Begrüßung",
    "Guten Tag, meine Damen und Herren,",
    "liebe Gäste des Digitalen Podiums!",
    "",
    "Ich freue mich, dass so viele von Ihnen **heute** dabei sind, aus Ulm und aus der ganzen Republik.",
    "",
    "## Daten",
    "Wer eine Stadt gestaltet, braucht Daten. Aber wer Daten hat, hat noch keine Stadt gestaltet.",
    "",
    "- Wem gehören sie?",
    "- Wer darf sie sehen?",
]


def put_on_air(room: Room, host: Person, *texts: str) -> None:
    """The first is asked now, the others wait, all for the same speaker."""
    numbers = room.ask(*texts, name="Miriam Falk", affiliation="Stadt Aalen")
    for number in numbers:
        host.do("enqueue", question=number, queue=SPEAKER)
    host.do("air", question=numbers[0], instead=None)


def give_speech(host: Person, lines: list[str] = SPEECH) -> None:
    """The speaker's text, sent by the host."""
    host.do("editscript", place=SPEAKER, revision=0, line=0, removed=0, inserted=lines)


def mark_of(person: Person, cue: int, place: str = SPEAKER) -> str | None:
    """How far a cue has come on its way to a place, as its sender is told."""
    told = person.entities.get(f"cue/{cue}", {}).get("marks", {}).get(place)
    return told and str(told["mark"])


def touch(page: Page) -> None:
    """Move the mouse, so that the controls come: from somewhere, for a mouse that rests calls nothing."""
    page.mouse.move(300, 300)
    page.mouse.move(310, 300)
