"""Who may see what. The only place that turns a room into what leaves the server for an audience.

An audience is all sockets that see the same: everybody, the staff, one speaker. What is encoded for an audience
is encoded once. The asker's receipts are the one thing that is told to a single device.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from moderation import event, policy, stage_event
from moderation.command import Intake
from moderation.count import count
from moderation.policy import Role, Who
from moderation.question import Origin, Passage, Question
from moderation.queue import PANEL
from moderation.room import Room
from podium import views_stage, wire


@dataclass(frozen=True, slots=True)
class Audience:
    """Everybody ("public"), moderators and hosts ("staff"), or the prompter ("speaker") of one place."""

    kind: str
    place: str = ""


PUBLIC = Audience("public")
STAFF = Audience("staff")


def audience_of(who: Who) -> Audience:
    """What somebody in this role sees. A speaker without a panellist sees what everybody sees."""
    if who.role in policy.STAFF:
        return STAFF
    if who.role is Role.SPEAKER and who.panellist is not None:
        return Audience("speaker", who.panellist)
    return PUBLIC


def audiences(room: Room) -> tuple[Audience, ...]:
    """Every audience the room can have."""
    places = (*(panellist.id for panellist in room.panellists), PANEL)
    return (PUBLIC, STAFF, *(Audience("speaker", place) for place in places))


def snapshot(identifier: str, room: Room, audience: Audience) -> dict[str, wire.Entity]:
    """All entities this audience may see of the room with this identifier."""
    keys = ["room", "intake", "rules", "stage", "prompt", "count"]
    keys += [f"question/{number}" for number in room.questions]
    keys += [f"queue/{name}" for name in room.queues]
    keys += views_stage.keys(room)
    return _present(identifier, room, audience, keys)


def change(
    identifier: str, before: Room, after: Room, happened: event.Event, audience: Audience
) -> tuple[dict[str, wire.Entity], tuple[str, ...]]:
    """What an event changes for an audience: entities to put, keys to drop. Both empty: a skip."""
    keys = _touched(before, after, happened)
    old = _present(identifier, before, audience, keys)
    new = _present(identifier, after, audience, keys)
    put = {key: entity for key, entity in new.items() if old.get(key) != entity}
    return put, tuple(key for key in old if key not in new)


def receipts(room: Room, author: str) -> dict[str, wire.Entity]:
    """The asker's own questions."""
    own = (q for q in room.questions.values() if author and q.author == author and q.origin is not Origin.HALL)
    return {f"receipt/{question.number}": _receipt(room, question) for question in own}


def changed_receipts(before: Room, after: Room, happened: event.Event) -> dict[str, dict[str, wire.Entity]]:
    """By author: the receipts that an event changes."""
    changed: dict[str, dict[str, wire.Entity]] = {}
    for number in _numbers(happened):
        for told in {number, *before.merged(number), *after.merged(number)}:
            if after.questions[told].origin is Origin.HALL:
                continue
            receipt = _receipt(after, after.questions[told])
            if told not in before.questions or _receipt(before, before.questions[told]) != receipt:
                changed.setdefault(after.questions[told].author, {})[f"receipt/{told}"] = receipt
    return changed


def votes(room: Room) -> dict[str, int]:
    """The number of supporters of every public question, by its number in decimal; those without any are left out."""
    united: dict[int, frozenset[str]] = {}
    for number, devices in room.votes.items():
        root = room.root(number)
        if devices and room.questions[root].is_public:
            united[root] = united[root] | devices if root in united else devices
    found = {number: len(devices) for number, devices in united.items()}
    for number, forgotten in room.counted.items():
        root = room.root(number)
        if room.questions[root].is_public:
            found[root] = found.get(root, 0) + forgotten
    return {str(number): supporters for number, supporters in found.items()}


def voted(room: Room, actor: str) -> tuple[int, ...]:
    """The public questions this device supports."""
    if not actor:
        return ()
    roots = dict.fromkeys(room.root(number) for number, devices in room.votes.items() if actor in devices)
    return tuple(root for root in roots if room.questions[root].is_public)


def _numbers(happened: event.Event) -> Iterable[int]:
    """The question an event is about."""
    question = getattr(happened, "question", None)
    return () if question is None else (question,)


def _touched(before: Room, after: Room, happened: event.Event) -> list[str]:
    match happened:
        case event.RoomDescribed():
            return ["room", "rules", "prompt"]
        case event.IntakeChanged() | event.PremoderationSet():
            return ["intake", "count"]
        case event.IdentitiesPurged():
            return ["rules", *(f"question/{number}" for number in after.questions)]
        case event.WordsWatched() | event.DeviceBlocked() | event.DeviceUnblocked():
            return ["rules"]
        case event.VotesCast():
            bursts = before.turnout.bursts, after.turnout.bursts
            return [f"question/{number}" for number in bursts[1] if bursts[0].get(number) != bursts[1][number]]
        case _ if isinstance(happened, stage_event.StageEvent):
            return list(views_stage.touched(after, happened))
        case _:
            pass
    numbers = {
        touched
        for number in _numbers(happened)
        for room in (before, after)
        if number in room.questions
        for touched in (number, *room.targets(number))
    }
    keys = [f"question/{number}" for number in sorted(numbers)]
    if keys:
        keys += ["stage", "prompt", "count"]
    if before.queues is not after.queues:
        keys += [f"queue/{name}" for name in after.queues]
    return keys


def _present(identifier: str, room: Room, audience: Audience, keys: Iterable[str]) -> dict[str, wire.Entity]:
    entities = ((key, _entity(identifier, room, audience, key)) for key in keys)
    return {key: entity for key, entity in entities if entity is not None}


def _entity(identifier: str, room: Room, audience: Audience, key: str) -> wire.Entity | None:
    kind, _, name = key.partition("/")
    match kind:
        case "room":
            return _room(identifier, room)
        case "intake":
            return _intake(room)
        case "rules":
            return _rules(room) if audience == STAFF else None
        case "stage":
            return _stage(room)
        case "prompt":
            return _prompt(room, audience.place) if audience.kind == "speaker" else None
        case "count":
            return _count(room) if audience == STAFF or room.opening.intake is Intake.CLOSED else None
        case "notice":
            return views_stage.notice(room.stage)
        case _ if kind in views_stage.PREFIXES:
            place = None if audience == STAFF else audience.place
            return views_stage.entity(room.stage, key, place) if audience != PUBLIC else None
        case "question":
            return _question(room, room.questions.get(int(name)), audience)
        case _:
            return wire.QueueView(room.queues[name]) if audience == STAFF and name in room.queues else None


def _room(identifier: str, room: Room) -> wire.RoomView:
    panellists = tuple(wire.PanellistView(p.id, p.name, p.role) for p in room.panellists)
    netiquette = tuple(wire.RuleView(rule.de, rule.en, rule.reasons) for rule in room.netiquette)
    return wire.RoomView(
        identifier, room.title, room.programme, room.language, panellists, room.feeds, netiquette, room.starts
    )


def _intake(room: Room) -> wire.IntakeView:
    opening = room.opening
    return wire.IntakeView(opening.intake, room.premoderated, opening.notice_de, opening.notice_en, opening.since)


def _rules(room: Room) -> wire.RulesView:
    blocked = sorted(room.devices[device] for device in room.blocked if device in room.devices)
    return wire.RulesView(room.words, room.watched, tuple(blocked))


def _stage(room: Room) -> wire.StageView:
    since = None if room.on_air is None else room.questions[room.on_air].since
    return wire.StageView(room.on_air, since)


def _count(room: Room) -> wire.CountView:
    told = count(room)
    return wire.CountView(told.asked, told.shown, told.answered, dict(told.others), dict(told.reasons))


def _question(room: Room, question: Question | None, audience: Audience) -> wire.Entity | None:
    if question is None:
        return None
    if audience == STAFF:
        former = room.former.get(question.number)
        burst = room.turnout.bursts.get(question.number)
        return wire.StaffQuestionView(
            **_public_fields(room, question),
            reason=question.reason,
            note=question.note,
            original=question.original,
            into=question.into,
            owner=question.owner,
            due=question.due,
            flags=question.flags,
            device=room.devices.get(question.author),
            burst=None if burst is None else wire.BurstView(burst.votes, burst.at),
            step=None if former is None else former.step,
            briefing=room.stage.briefings.get(question.number),
            passages=_passages(question.passages),
        )
    # a speaker's screen needs the questions in its prompt and no others
    return _public(room, question) if audience == PUBLIC and question.is_public else None


def _public(room: Room, question: Question) -> wire.QuestionView:
    return wire.QuestionView(**_public_fields(room, question))


def _public_fields(room: Room, question: Question) -> Mapping[str, Any]:
    return {
        "number": question.number,
        "text": question.text,
        "language": question.language,
        "name": question.name,
        "affiliation": question.affiliation,
        "addressee": question.addressee,
        "queue": question.queue,
        "state": question.state,
        "asked_at": question.asked_at,
        "since": question.since,
        "aired_at": question.aired_at,
        "answer": question.answer,
        "merged": tuple(sorted(room.merged(question.number))),
        "origin": question.origin,
        "redacted": question.redacted,
    }


def _prompt(room: Room, place: str) -> wire.PromptView:
    """For a panellist's screen what is asked of that one or of all; for the stage's whatever is asked, and next what the
    host's desk offers next."""
    on_air = None if room.on_air is None else room.questions[room.on_air]
    asked = None if on_air is None else on_air.queue
    if on_air is not None and place not in (on_air.queue, PANEL) and on_air.queue != PANEL:
        on_air = None
    panel = [panellist.id for panellist in room.panellists]
    order = dict.fromkeys((_last_asked(room), PANEL, *panel)) if place == PANEL else (place, PANEL)
    waiting = [number for name in order for number in room.queues.get(name, ())]
    following = room.questions[waiting[0]] if waiting else None
    briefings = room.stage.briefings
    return wire.PromptView(
        on_air=None if on_air is None else _public(room, on_air),
        briefing=None if on_air is None else briefings.get(on_air.number),
        next=None if following is None else _public(room, following),
        next_briefing=None if following is None else briefings.get(following.number),
        waiting=max(len(waiting) - 1, 0),
        others=tuple(
            wire.AskedView(other, other == asked, len(room.queues.get(other, ())))
            for other in panel
            if other != place and (other == asked or room.queues.get(other))
        ),
    )


def _last_asked(room: Room) -> str:
    """Whose turn it is: the running order of the question on air, else of the one that was on air last."""
    on_air = None if room.on_air is None else room.questions[room.on_air]
    latest = on_air or max(room.questions.values(), key=lambda question: question.aired_at or 0, default=None)
    return PANEL if latest is None or latest.aired_at is None else latest.queue or PANEL


def _passages(passages: Iterable[Passage]) -> tuple[wire.PassageView, ...]:
    return tuple(wire.PassageView(passage.state, passage.at) for passage in passages)


def _receipt(room: Room, question: Question) -> wire.ReceiptView:
    passages = list(question.passages)
    target = question
    for number in room.targets(question.number):
        merged_at, target = target.since, room.questions[number]
        passages += [passage for passage in target.passages if passage.at > merged_at]
    return wire.ReceiptView(
        number=question.number,
        text=question.text,
        addressee=question.addressee,
        queue=target.queue,
        state=target.state,
        reason=target.reason,
        note=target.note,
        original=question.original,
        into=None if target is question else target.number,
        answer=target.answer,
        due=target.due,
        redacted=question.redacted,
        passages=_passages(passages),
    )
