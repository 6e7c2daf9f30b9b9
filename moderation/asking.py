"""How a question comes in: from somebody's device or, typed in for them, from the hall."""

from moderation import command, event, policy
from moderation.command import Intake
from moderation.question import Origin
from moderation.refusal import Code, Refused
from moderation.room import Room
from moderation.screening import screened

_SHUT = {Intake.PAUSED: Code.QUESTIONS_PAUSED, Intake.CLOSED: Code.QUESTIONS_CLOSED}


def ask(room: Room, wanted: command.Ask, who: policy.Who, now: int) -> tuple[event.Event, ...]:
    """The question, and its approval where no moderator reads it first. A burst of questions is refused with the
    milliseconds to wait."""
    refuse_blocked(room, who)
    if room.opening.intake in _SHUT:
        raise Refused(_SHUT[room.opening.intake])
    _refuse_hurry(room, who, now)
    early = room.starts is not None and now < room.starts
    return _asked(room, wanted, who, Origin.EARLY if early else Origin.ONLINE)


def transcribe(room: Room, wanted: command.Transcribe, who: policy.Who, now: int) -> tuple[event.Event, ...]:
    """A question from the hall: who types it in may, whatever is open, and as fast as people speak."""
    return _asked(room, wanted, who, Origin.HALL)


def refuse_blocked(room: Room, who: policy.Who) -> None:
    """Refused(device_blocked) for a device whose questions and votes are not taken here."""
    if who.actor in room.blocked:
        raise Refused(Code.DEVICE_BLOCKED)


def _asked(
    room: Room, wanted: command.Ask | command.Transcribe, who: policy.Who, origin: Origin
) -> tuple[event.Event, ...]:
    if wanted.addressee is not None:
        room.panellist(wanted.addressee)
    text = policy.clean_text(wanted.text, policy.TEXT_LIMIT)
    name = policy.clean_line(wanted.name, policy.NAME_LIMIT)
    affiliation = policy.clean_line(wanted.affiliation, policy.AFFILIATION_LIMIT)
    earlier = (question.text for question in room.questions.values() if question.author == who.actor)
    number = max(room.questions, default=0) + 1
    asked = event.QuestionAsked(
        question=number,
        text=text,
        language=policy.clean_language(wanted.language),
        name=name,
        affiliation=affiliation,
        addressee=wanted.addressee,
        origin=origin,
        flags=screened((text, name, affiliation), (*room.words, *room.watched), earlier),
    )
    return (asked,) if room.premoderated or asked.flags else (asked, event.QuestionApproved(number))


def _refuse_hurry(room: Room, who: policy.Who, now: int) -> None:
    """Questions of the hall count for nobody: a helper writes for many."""
    own: list[int] = []
    everybodys: list[int] = []
    for number in range(len(room.questions), 0, -1):
        question = room.questions[number]
        if question.asked_at <= now - policy.ASK_WINDOW:
            break
        if question.origin is Origin.HALL:
            continue
        everybodys.append(question.asked_at)
        if question.author == who.actor:
            own.append(question.asked_at)
    for times, limit, code in (
        (own, policy.ASKS_PER_WINDOW, Code.TOO_MANY_QUESTIONS),
        (everybodys, policy.ROOM_ASKS_PER_WINDOW, Code.TOO_MANY_IN_ROOM),
    ):
        if len(times) >= limit:
            raise Refused(code, retry_after=times[limit - 1] + policy.ASK_WINDOW - now)
