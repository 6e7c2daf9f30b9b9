"""Golden transcripts: what each audience is told about one afternoon, frame by frame.

They are written here and replayed in Python (test_transcripts.py) and in TypeScript (web/lib/transcripts.test.ts): both
must reach the expected entities. `python -m tests.transcripts.record` writes them anew after a wanted change.
"""

from pathlib import Path

import msgspec

from moderation import command
from moderation.apply import apply
from moderation.event import Happened
from moderation.policy import Role, Who
from moderation.room import Room
from podium import views, wire
from podium.broadcast import LIMITS
from podium.views import Audience
from tests.moderation.rooms import ASKERS, DESCRIBE, MODERATOR, SYSTEM, play

FOLDER = Path(__file__).parent
ROOM = "digitales-podium"
START = 1_793_192_400_000  # 28 October 2026, 15:00 in Berlin

AFTERNOON: tuple[tuple[Who, command.Command], ...] = (
    (ASKERS[0], command.Ask("Wann bekommt Ulm 5G am Münster?", "de", "Jörg Weiß", "Stadt Ulm", "ulm")),
    (ASKERS[1], command.Ask('Was kostet das "smarte" Licht?\nUnd wer zahlt?', "de")),
    (ASKERS[2], command.Ask("Will the data be open?", "en", "Siân", None, "bohle")),
    (MODERATOR, command.Approve(2)),
    (ASKERS[0], command.Vote(2, support=True)),
    (ASKERS[2], command.Vote(2, support=True)),
    (MODERATOR, command.Enqueue(1, "ulm")),
    (MODERATOR, command.Decline(3, "already_asked", "Siehe Frage 2.")),
    (MODERATOR, command.Enqueue(2, "ulm")),
    (MODERATOR, command.Move(2, None)),
    (MODERATOR, command.Air(2, None)),
    (ASKERS[0], command.Vote(2, support=False)),
    (MODERATOR, command.Air(1, 2)),
    (MODERATOR, command.Approve(3)),
    (ASKERS[2], command.Withdraw(3)),
    (MODERATOR, command.Enqueue(1, "panel")),
    (MODERATOR, command.Air(1, None)),
    (MODERATOR, command.Answer(1)),
    (ASKERS[1], command.Ask("Wann komt die Bürgerkarte?", "de", "Nuri")),
    (ASKERS[2], command.Ask("Gibt es bald eine Bürgerkarte?", "de")),
    (MODERATOR, command.Hold(4)),
    (MODERATOR, command.Edit(4, "Wann kommt die Bürgerkarte?")),
    (MODERATOR, command.Approve(5)),
    (ASKERS[0], command.Vote(5, support=True)),
    (MODERATOR, command.Approve(4)),
    (ASKERS[0], command.Vote(4, support=True)),
    (MODERATOR, command.Merge(5, into=4)),
    (MODERATOR, command.Defer(4, "Frau Weber, Stadt Ulm", "bis Ende November")),
    (MODERATOR, command.Reply(4, "Ab Mai 2027, zuerst für Ulm-Mitte.")),
    (ASKERS[2], command.Ask("Und das Hallenbad?", "de")),
    (MODERATOR, command.Enqueue(6, "ulm")),
    (MODERATOR, command.Decline(6, "off_topic")),
    (MODERATOR, command.Undo(6, 34)),
    (MODERATOR, command.Watch(("Quatsch*",))),
    (MODERATOR, command.Premoderate(False)),
    (ASKERS[0], command.Ask("Was für ein Quatsch ist das, siehe www.ulm.example?", "de")),
    (ASKERS[2], command.Ask("Wie viele Sensoren zählt Ulm heute?", "de")),
    (MODERATOR, command.Block(1)),
    (MODERATOR, command.Admit(command.Intake.PAUSED, "Wir sichten. Gleich geht es weiter.", "We are reading.")),
    (MODERATOR, command.Transcribe("Und die Barrierefreiheit?", "de", "Herr Öz")),
    (MODERATOR, command.Unblock(1)),
    (MODERATOR, command.Redact(1, passages=("Jörg Weiß",))),
    (MODERATOR, command.Redact(4, passages=("Bürgerkarte", "Ulm-Mitte"), name=True)),
    (MODERATOR, command.Admit(command.Intake.CLOSED)),
)

LISTENERS: dict[str, Who] = {
    "public": Who(Role.ATTENDEE, ""),
    "asker": ASKERS[2],
    "staff": MODERATOR,
    "speaker": Who(Role.SPEAKER, "link:ulm", "ulm"),
}


def transcript(who: Who) -> dict[str, object]:
    """The frames somebody gets who was there from the start, and the entities and votes known at the end."""
    audience = views.audience_of(who)
    room, _ = play(Room(), DESCRIBE, SYSTEM, START)
    frames: list[wire.ServerFrame] = [_welcome(room, who, audience)]
    for minute, (actor, wanted) in enumerate(AFTERNOON, start=1):
        _, journal = play(room, wanted, actor, START + 60_000 * minute, f"c{minute}")
        for happened in journal:
            frames += _told(room, happened, who, audience)
            room = apply(room, happened)
    return {
        "frames": frames,
        "expected": {
            "seq": room.seq,
            "entities": _known(room, who, audience),
            "votes": views.votes(room),
        },
    }


def _known(room: Room, who: Who, audience: Audience) -> dict[str, wire.Entity]:
    return views.snapshot(ROOM, room, audience) | views.receipts(room, who.actor)


def _welcome(room: Room, who: Who, audience: Audience) -> wire.Welcome:
    return wire.Welcome(
        room=ROOM,
        role=who.role,
        panellist=who.panellist,
        now=START,
        seq=room.seq,
        complete=True,
        entities=_known(room, who, audience),
        drop=(),
        votes={},
        voted=(),
        attending=4,
        viewers={},
        limits=LIMITS,
        desk=None,
    )


def _told(before: Room, happened: Happened, who: Who, audience: Audience) -> list[wire.ServerFrame]:
    after = apply(before, happened)
    frames: list[wire.ServerFrame] = []
    put, drop = views.change(ROOM, before, after, happened.event, audience)
    if put or drop:
        frames.append(wire.Event(happened.seq, put, drop))
    if own := views.changed_receipts(before, after, happened.event).get(who.actor):
        frames.append(wire.Event(happened.seq, own))
    counts = views.votes(after)
    old = views.votes(before)
    changed = {
        number: counts.get(number, 0) for number in sorted({*counts, *old}) if counts.get(number) != old.get(number)
    }
    if changed or not frames:
        frames.append(wire.Tick(happened.seq, happened.at, 4, changed))
    return frames


def text(name: str) -> str:
    """The transcript as its file holds it."""
    return msgspec.json.format(msgspec.json.encode(transcript(LISTENERS[name])), indent=1).decode() + "\n"


if __name__ == "__main__":
    for listener in LISTENERS:
        (FOLDER / f"{listener}.json").write_text(text(listener), encoding="utf-8")
