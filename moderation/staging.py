"""What the host, the moderators and the speakers do about the stage: decided here, and folded here.

Clocks, cues, requests, scripts, briefings and the room's notice leave the questions and their order alone.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from moderation import event, policy, stage_command, stage_event
from moderation.policy import Reach, Who
from moderation.queue import PANEL
from moderation.refusal import Code, Refused
from moderation.room import Room
from moderation.stage import (
    MARKS,
    SESSION,
    Clock,
    ClockKind,
    Cue,
    Mark,
    Marked,
    Notice,
    Order,
    Request,
    RequestKind,
    Script,
    Stage,
    Steer,
    countdown,
)

Events = tuple[stage_event.StageEvent, ...]

LONGEST_CLOCK = 24 * 3_600_000
"""Milliseconds that a countdown may run."""
CUE_LIMIT = 160
BRIEFING_LIMIT = 300
SCRIPT_LIMIT = 40_000
"""Characters of a text, a cue, a note to the speaker, a whole script."""
SCRIPT_LINES = 2_000
SLOWEST = 40
FASTEST = 260
"""Words a minute at which a script may run."""
CUES_PER_WINDOW = 30
CUE_WINDOW = 60_000
"""A sender may send this many cues within this many milliseconds."""


def place_of(who: Who) -> str:
    """The place whose screen a speaker's link opens; Refused(not_allowed) for a link that only plays a feed."""
    if who.panellist is None:
        raise Refused(Code.NOT_ALLOWED)
    return who.panellist


def _places(room: Room) -> tuple[str, ...]:
    return (*(panellist.id for panellist in room.panellists), PANEL)


def _known(room: Room, place: str) -> str:
    if place not in _places(room):
        raise Refused(Code.UNKNOWN_PANELLIST)
    return place


def _clock(room: Room, name: str) -> Clock:
    clock = room.stage.clocks.get(name)
    if clock is None:
        raise Refused(Code.NOT_IN_THIS_STATE)
    return clock


def _start_clock(room: Room, wanted: stage_command.StartClock, who: Who, now: int) -> Events:
    if wanted.clock != SESSION:
        _known(room, wanted.clock)
    if wanted.until is not None:
        end = wanted.until
    elif wanted.duration is not None:
        end = now + wanted.duration
    else:
        return (stage_event.ClockSet(wanted.clock, Clock(ClockKind.COUNTUP, now)),)
    if not 0 < end - now <= LONGEST_CLOCK:
        raise Refused(Code.OUT_OF_RANGE)
    return (stage_event.ClockSet(wanted.clock, countdown(end, end - now)),)


def _pause_clock(room: Room, wanted: stage_command.PauseClock, who: Who, now: int) -> Events:
    clock = _clock(room, wanted.clock)
    return () if clock.paused_at is not None else (stage_event.ClockSet(wanted.clock, clock.paused(now)),)


def _resume_clock(room: Room, wanted: stage_command.ResumeClock, who: Who, now: int) -> Events:
    clock = _clock(room, wanted.clock)
    return () if clock.paused_at is None else (stage_event.ClockSet(wanted.clock, clock.resumed(now)),)


def _extend_clock(room: Room, wanted: stage_command.ExtendClock, who: Who, now: int) -> Events:
    clock = _clock(room, wanted.clock).extended(wanted.by)
    if not -LONGEST_CLOCK <= clock.shown(now) <= LONGEST_CLOCK:
        raise Refused(Code.OUT_OF_RANGE)
    return (stage_event.ClockSet(wanted.clock, clock),) if wanted.by else ()


def _clear_clock(room: Room, wanted: stage_command.ClearClock, who: Who, now: int) -> Events:
    return (stage_event.ClockSet(wanted.clock, None),) if wanted.clock in room.stage.clocks else ()


def _send_cue(room: Room, wanted: stage_command.SendCue, who: Who, now: int) -> Events:
    sent = sorted(cue.sent_at for cue in room.stage.cues.values() if cue.sender == who.actor)
    recent = [at for at in sent if at > now - CUE_WINDOW]
    if len(recent) >= CUES_PER_WINDOW:
        raise Refused(Code.TOO_FAST, retry_after=recent[-CUES_PER_WINDOW] + CUE_WINDOW - now)
    places = tuple(dict.fromkeys(_known(room, place) for place in wanted.to)) or _places(room)
    text = policy.clean_line(wanted.text, CUE_LIMIT)
    if text is None:
        raise Refused(Code.TEXT_EMPTY)
    return (stage_event.CueSent(max(room.stage.cues, default=0) + 1, text, places),)


def _cue(room: Room, number: int) -> Cue:
    cue = room.stage.cues.get(number)
    if cue is None:
        raise Refused(Code.UNKNOWN_CUE)
    return cue


def _mark_cue(room: Room, wanted: stage_command.MarkCue, who: Who, now: int) -> Events:
    """A speaker's screen says how far the cue has come; staff may mark one as read for somebody."""
    cue = _cue(room, wanted.cue)
    by_screen = policy.permit(who, wanted) is Reach.OWN
    place = place_of(who) if by_screen else wanted.place
    if place is None or place not in cue.marks or (by_screen and wanted.place not in (None, place)):
        raise Refused(Code.UNKNOWN_CUE)
    if not by_screen and wanted.mark is not Mark.READ:
        raise Refused(Code.NOT_ALLOWED)
    further = MARKS.index(wanted.mark) > MARKS.index(cue.marks[place].mark)
    return (stage_event.CueMarked(cue.number, place, wanted.mark),) if further and not cue.withdrawn else ()


def _withdraw_cue(room: Room, wanted: stage_command.WithdrawCue, who: Who, now: int) -> Events:
    cue = _cue(room, wanted.cue)
    return () if cue.withdrawn else (stage_event.CueWithdrawn(cue.number),)


def _make_request(room: Room, wanted: stage_command.MakeRequest, who: Who, now: int) -> Events:
    place = place_of(who)
    to = None
    if wanted.kind is RequestKind.PASS_ON:
        if wanted.to is None or wanted.to == place:
            raise Refused(Code.UNKNOWN_PANELLIST)
        to = room.panellist(wanted.to).id
    waiting = (request for request in room.stage.requests.values() if request.granted is None)
    if any((request.place, request.kind, request.to) == (place, wanted.kind, to) for request in waiting):
        return ()
    number = max(room.stage.requests, default=0) + 1
    return (stage_event.RequestMade(number, place, wanted.kind, room.on_air, to),)


def _settle_request(room: Room, wanted: stage_command.SettleRequest, who: Who, now: int) -> Events:
    """Moderators grant or refuse; a speaker can only take the own one back."""
    request = room.stage.requests.get(wanted.request)
    own = policy.permit(who, wanted) is Reach.OWN
    if request is None or (own and request.place != place_of(who)):
        raise Refused(Code.UNKNOWN_REQUEST)
    if own and wanted.granted:
        raise Refused(Code.NOT_ALLOWED)
    if request.granted is not None:
        if request.granted is wanted.granted:
            return ()
        raise Refused(Code.CHANGED_SINCE)
    return (stage_event.RequestSettled(request.number, wanted.granted),)


def _edit_script(room: Room, wanted: stage_command.EditScript, who: Who, now: int) -> Events:
    place = _known(room, wanted.place)
    if policy.permit(who, wanted) is Reach.OWN and place != place_of(who):
        raise Refused(Code.NOT_ALLOWED)
    script = room.stage.script(place)
    if wanted.revision != script.revision:
        raise Refused(Code.CHANGED_SINCE)
    if min(wanted.line, wanted.removed) < 0 or wanted.line + wanted.removed > len(script.lines):
        raise Refused(Code.OUT_OF_RANGE)
    inserted = tuple(policy.clean_script_line(line) for line in wanted.inserted)
    edited = script.edited(wanted.line, wanted.removed, inserted)
    if sum(len(line) + 1 for line in edited.lines) > SCRIPT_LIMIT or len(edited.lines) > SCRIPT_LINES:
        raise Refused(Code.TEXT_TOO_LONG)
    return (
        ()
        if edited.lines == script.lines
        else (stage_event.ScriptEdited(place, wanted.line, wanted.removed, inserted),)
    )


def _steer_script(room: Room, wanted: stage_command.SteerScript, who: Who, now: int) -> Events:
    """An order is followed each time it is given: the speaker may have turned the same wheel since."""
    place = _known(room, wanted.place)
    lines = len(room.stage.script(place).lines)
    least, most = {Steer.SPEED: (SLOWEST, FASTEST), Steer.RUN: (0, 1), Steer.LINE: (0, lines - 1)}[wanted.what]
    if not least <= wanted.value <= most:
        raise Refused(Code.OUT_OF_RANGE)
    return (stage_event.ScriptSteered(place, wanted.what, wanted.value),)


def _brief(room: Room, wanted: stage_command.Brief, who: Who, now: int) -> Events:
    number = room.question(wanted.question).number
    note = policy.clean_line(wanted.note, BRIEFING_LIMIT)
    return () if note == room.stage.briefings.get(number) else (stage_event.QuestionBriefed(number, note),)


def _announce(room: Room, wanted: stage_command.Announce, who: Who, now: int) -> Events:
    notice = room.stage.notice
    if wanted.kind is None:
        return () if notice is None else (stage_event.NoticeShown(None, None, None),)
    de, en = (policy.clean_line(text, policy.NOTE_LIMIT) for text in (wanted.de, wanted.en))
    if notice is not None and (notice.kind, notice.de, notice.en) == (wanted.kind, de, en):
        return ()
    return (stage_event.NoticeShown(wanted.kind, de, en),)


DECIDE: Mapping[type[stage_command.StageCommand], Callable[[Room, Any, Who, int], Events]] = MappingProxyType(
    {
        stage_command.StartClock: _start_clock,
        stage_command.PauseClock: _pause_clock,
        stage_command.ResumeClock: _resume_clock,
        stage_command.ExtendClock: _extend_clock,
        stage_command.ClearClock: _clear_clock,
        stage_command.SendCue: _send_cue,
        stage_command.MarkCue: _mark_cue,
        stage_command.WithdrawCue: _withdraw_cue,
        stage_command.MakeRequest: _make_request,
        stage_command.SettleRequest: _settle_request,
        stage_command.EditScript: _edit_script,
        stage_command.SteerScript: _steer_script,
        stage_command.Brief: _brief,
        stage_command.Announce: _announce,
    }
)


def _clock_set(stage: Stage, what: stage_event.ClockSet, happened: event.Happened) -> Stage:
    others = {name: clock for name, clock in stage.clocks.items() if name != what.clock}
    return replace(stage, clocks=others if what.state is None else {**others, what.clock: what.state})


def _cue_sent(stage: Stage, what: stage_event.CueSent, happened: event.Happened) -> Stage:
    marks = dict.fromkeys(what.to, Marked(Mark.SENT, happened.at))
    return replace(stage, cues={**stage.cues, what.cue: Cue(what.cue, what.text, happened.actor, happened.at, marks)})


def _cue_marked(stage: Stage, what: stage_event.CueMarked, happened: event.Happened) -> Stage:
    cue = stage.cues[what.cue]
    marks = {**cue.marks, what.place: Marked(what.mark, happened.at)}
    return replace(stage, cues={**stage.cues, what.cue: replace(cue, marks=marks)})


def _cue_withdrawn(stage: Stage, what: stage_event.CueWithdrawn, happened: event.Happened) -> Stage:
    return replace(stage, cues={**stage.cues, what.cue: replace(stage.cues[what.cue], withdrawn=True)})


def _request_made(stage: Stage, what: stage_event.RequestMade, happened: event.Happened) -> Stage:
    request = Request(what.request, what.place, what.kind, what.question, what.to, happened.at)
    return replace(stage, requests={**stage.requests, what.request: request})


def _request_settled(stage: Stage, what: stage_event.RequestSettled, happened: event.Happened) -> Stage:
    return replace(
        stage, requests={**stage.requests, what.request: replace(stage.requests[what.request], granted=what.granted)}
    )


def _script_edited(stage: Stage, what: stage_event.ScriptEdited, happened: event.Happened) -> Stage:
    script: Script = stage.script(what.place).edited(what.line, what.removed, what.inserted)
    return replace(stage, scripts={**stage.scripts, what.place: script})


def _script_steered(stage: Stage, what: stage_event.ScriptSteered, happened: event.Happened) -> Stage:
    before = stage.orders.get(what.place, {})
    number = max((order.number for order in before.values()), default=0) + 1
    return replace(stage, orders={**stage.orders, what.place: {**before, what.what: Order(number, what.value)}})


def _question_briefed(stage: Stage, what: stage_event.QuestionBriefed, happened: event.Happened) -> Stage:
    if not what.note:  # "" where the note was redacted later
        return stage.unbriefed(what.question)
    return replace(stage, briefings={**stage.briefings, what.question: what.note})


def _notice_shown(stage: Stage, what: stage_event.NoticeShown, happened: event.Happened) -> Stage:
    shown = None if what.kind is None else Notice(what.kind, what.de, what.en, happened.at)
    return replace(stage, notice=shown)


APPLY: Mapping[type[stage_event.StageEvent], Callable[[Stage, Any, event.Happened], Stage]] = MappingProxyType(
    {
        stage_event.ClockSet: _clock_set,
        stage_event.CueSent: _cue_sent,
        stage_event.CueMarked: _cue_marked,
        stage_event.CueWithdrawn: _cue_withdrawn,
        stage_event.RequestMade: _request_made,
        stage_event.RequestSettled: _request_settled,
        stage_event.ScriptEdited: _script_edited,
        stage_event.ScriptSteered: _script_steered,
        stage_event.QuestionBriefed: _question_briefed,
        stage_event.NoticeShown: _notice_shown,
    }
)
