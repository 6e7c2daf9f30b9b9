"""Who may see what of the stage: the part of `podium.views` about clocks, cues, requests, scripts, orders to them and the notice.

place: None for the staff, who see all of it; a place's screen sees what is its own; everybody sees the notice.
"""

from collections.abc import Iterable

from moderation import stage_event
from moderation.room import Room
from moderation.stage import SESSION, Cue, Request, Stage, Steer
from podium import stage_entities as wire

PREFIXES = ("clock", "cue", "request", "script", "orders")


def keys(room: Room) -> list[str]:
    """The keys of all that there is."""
    stage = room.stage
    return [
        "notice",
        *(f"clock/{name}" for name in stage.clocks),
        *(f"cue/{number}" for number in stage.cues),
        *(f"request/{number}" for number in stage.requests),
        *(f"script/{place}" for place in stage.scripts),
        *(f"orders/{place}" for place in stage.orders),
    ]


def touched(after: Room, happened: stage_event.StageEvent) -> Iterable[str]:
    """The keys of what an event may change."""
    match happened:
        case stage_event.ClockSet():
            return (f"clock/{happened.clock}",)
        case stage_event.CueSent() | stage_event.CueMarked() | stage_event.CueWithdrawn():
            return (f"cue/{happened.cue}",)
        case stage_event.RequestMade() | stage_event.RequestSettled():
            place = after.stage.requests[happened.request].place
            return [f"request/{request.number}" for request in after.stage.requests.values() if request.place == place]
        case stage_event.ScriptEdited():
            return (f"script/{happened.place}",)
        case stage_event.ScriptSteered():
            return (f"orders/{happened.place}",)
        case stage_event.QuestionBriefed():
            return (f"question/{happened.question}", "prompt")
        case stage_event.NoticeShown():
            return ("notice",)


def notice(stage: Stage) -> wire.NoticeView | None:
    """What everybody is told."""
    shown = stage.notice
    return None if shown is None else wire.NoticeView(shown.kind, shown.de, shown.en, shown.since)


def entity(stage: Stage, key: str, place: str | None) -> wire.StageEntity | None:
    """What staff (place None) or a place's screen may see under a key of PREFIXES."""
    kind, _, name = key.partition("/")
    match kind:
        case "clock":
            return _clock(stage, name) if place in (None, name) or name == SESSION else None
        case "script":
            return _script(stage, name) if place in (None, name) else None
        case "orders":
            return _orders(stage, name) if place in (None, name) else None
        case "cue":
            cue = stage.cues.get(int(name))
            return None if cue is None else _cue(cue, place)
        case _:
            request = stage.requests.get(int(name))
            return None if request is None or not _sees(stage, request, place) else _request(request)


def _clock(stage: Stage, name: str) -> wire.ClockView | None:
    clock = stage.clocks.get(name)
    if clock is None:
        return None
    return wire.ClockView(clock.kind, clock.mark, clock.paused_at, clock.warning, clock.danger)


def _script(stage: Stage, place: str) -> wire.ScriptView | None:
    script = stage.scripts.get(place)
    return None if script is None else wire.ScriptView(script.lines, script.revision)


def _orders(stage: Stage, place: str) -> wire.OrdersView | None:
    given = stage.orders.get(place)
    if given is None:
        return None
    told = {what: wire.OrderView(order.number, order.value) for what, order in given.items()}
    return wire.OrdersView(told.get(Steer.SPEED), told.get(Steer.RUN), told.get(Steer.LINE))


def _cue(cue: Cue, place: str | None) -> wire.CueView | wire.PlaceCueView | None:
    if place is None:
        marks = {name: wire.MarkView(marked.mark, marked.at) for name, marked in cue.marks.items()}
        return wire.CueView(cue.number, cue.text, cue.sent_at, marks, cue.withdrawn)
    return wire.PlaceCueView(cue.number, cue.text, cue.sent_at, cue.marks[place].mark) if cue.open_at(place) else None


def _sees(stage: Stage, request: Request, place: str | None) -> bool:
    if place is None:
        return True
    newest = max((one.number for one in stage.requests.values() if one.place == place), default=0)
    return request.place == place and (request.granted is None or request.number == newest)


def _request(request: Request) -> wire.RequestView:
    return wire.RequestView(
        request.number, request.place, request.kind, request.question, request.to, request.at, request.granted
    )
