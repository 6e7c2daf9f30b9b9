"""A room in which something of everything has happened, for the exports."""

from datetime import UTC, datetime

from moderation import command
from moderation.event import Happened
from moderation.policy import Role, Who
from moderation.room import Room
from podium.export.record import Record, record
from tests.moderation.rooms import DESCRIBE, MODERATOR, SYSTEM, play

IDENTIFIER = "digitales-podium"
START = int(datetime(2021, 10, 28, 13, 0, tzinfo=UTC).timestamp() * 1000)
MINUTE = 60_000
ASKER = Who(Role.ATTENDEE, "device:a")
OTHER = Who(Role.ATTENDEE, "device:b")
SCRIPT: tuple[tuple[Who, command.Command], ...] = (
    (SYSTEM, DESCRIBE),
    (ASKER, command.Ask("Wem gehören die Daten?", "de", "Jörg <b>Ü.</b>", 'Stadt "Ulm", Amt', "ulm")),
    (OTHER, command.Ask('=HYPERLINK("http://x")', "de", "+49 731", None, None)),
    (ASKER, command.Ask("STRENG GEHEIM", "de", "Geheimer Name", "Geheimes Amt", None)),
    (OTHER, command.Ask("NOCH UNGEPRÜFT", "de", "Ungeprüfter Name", None, "bohle")),
    (MODERATOR, command.Approve(1)),
    (MODERATOR, command.Approve(2)),
    (OTHER, command.Vote(1, True)),
    (MODERATOR, command.Decline(3, "personal_data", "Enthält VERTRAULICHES")),
    (MODERATOR, command.Enqueue(1, "ulm")),
    (MODERATOR, command.Air(1, None)),
    (MODERATOR, command.Answer(1)),
)
SECRETS = ("GEHEIM", "Geheim", "UNGEPRÜFT", "Ungeprüft", "VERTRAULICH", "device:")


def history() -> tuple[Room, list[Happened]]:
    """The room after the script, a minute a line, and its journal."""
    room, journal = Room(), []
    for minute, (who, wanted) in enumerate(SCRIPT):
        room, happened = play(room, wanted, who, START + minute * MINUTE, f"c{minute}")
        journal += happened
    return room, journal


def taken(*, public: bool) -> Record:
    """The record of that room, an hour after its start, in UTC."""
    return record(IDENTIFIER, history()[0], public=public, now=START + 60 * MINUTE, zone=UTC)
