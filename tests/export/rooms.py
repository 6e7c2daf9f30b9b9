"""A room in which something of everything has happened, for the exports."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from moderation import command
from moderation.apply import fold
from moderation.event import Happened
from moderation.policy import Role, Who
from moderation.room import Room
from podium import chain, journal
from podium.export.record import Record, record
from podium.ports import Entry
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
    room, happenings = Room(), []
    for minute, (who, wanted) in enumerate(SCRIPT):
        room, happened = play(room, wanted, who, START + minute * MINUTE, f"c{minute}")
        happenings += happened
    return room, happenings


def written(happenings: Iterable[Happened]) -> tuple[Entry, ...]:
    """The lines of a journal, in their chain; the salts are always the same."""
    lines = [journal.entry(happened) for happened in happenings]
    return chain.chained(chain.start(IDENTIFIER), lines, (line.seq.to_bytes(chain.SALT_BYTES) for line in lines))


def at(lines: Sequence[Entry], *, public: bool) -> Record:
    """The record of the room whose journal this is, in UTC."""
    return record(IDENTIFIER, fold(Room(), journal.events(lines)), lines, public=public, zone=UTC)


def shown(room: Room, *, public: bool) -> Record:
    """The record of a room whose journal does not matter."""
    lines = [Entry(seq, START, "system", "", "Something", "{}") for seq in range(1, room.seq + 1)]
    return record(IDENTIFIER, room, lines, public=public, zone=UTC)


def taken(*, public: bool) -> Record:
    """The record of the room of the script."""
    return at(written(history()[1]), public=public)
