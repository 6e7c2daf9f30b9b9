"""The moderation boundary at the socket: every byte that leaves a room for anybody but its moderators, as it leaves."""

from hypothesis import given

from moderation.policy import Role, Who
from moderation.room import Room
from podium.batch import Step
from podium.broadcast import Broadcast, Member
from podium.outbox import Outbox
from tests.clock import SettableClock
from tests.moderation.rooms import ASKERS, MODERATOR, SPEAKERS, described, played, steps

EVERYBODY = (Who(Role.ATTENDEE, ""), *ASKERS, *SPEAKERS, Who(Role.SPEAKER, "link:x"), Who(Role.STUDIO, "link:s"))
SECRETS = ("GEHEIM", "NEU", "ANTWORT")


def hidden(room: Room, who: Who) -> list[str]:
    """What somebody must not read now: of questions that are not public and not theirs, and what is for staff alone."""
    numbers = [n for n, q in room.questions.items() if not q.is_public and (q.author != who.actor or not who.actor)]
    return [f"{secret}-{number}-" for secret in SECRETS for number in numbers] + ["OWNER-", '"flags"', '"desk":{']


def listener(room: Broadcast, who: Who) -> Outbox:
    """Reads every frame in the moment in which it is sent, against the room as it is then."""

    def read(frames: tuple[bytes, ...]) -> bool:
        told = b"".join(frames).decode()
        assert [secret for secret in hidden(room.room, who) if secret in told] == [], told
        return True

    outbox = Outbox()
    outbox.direct = read
    return outbox


@given(steps)
async def test_no_frame_to_anybody_but_staff_holds_what_is_not_public_at_that_moment(script) -> None:
    room = Broadcast("digitales-podium", described(), SettableClock())
    room.join(Member(MODERATOR, None, Outbox()), None)
    for who in EVERYBODY:
        room.join(Member(who, None, listener(room, who)), None)
    first = room.room.seq
    for before, happened, after in played(script):
        room.step(Step(before, happened, after))
        room.tick()
        for who in EVERYBODY:  # late joiners and those who come back, from the snapshots that are kept for all
            for since in (None, first, after.seq - 1):
                member = Member(who, None, listener(room, who))
                room.join(member, since)
                room.leave(member)
