"""A connection without I/O: what came in goes in, what has to be done comes out."""

from collections.abc import Iterable
from dataclasses import dataclass

from msgspec.structs import replace

from moderation import command as commands
from moderation.policy import NAME_LIMIT, STAFF, TEXT_LIMIT, Role, Who, clean_line
from moderation.refusal import Code, Refused
from podium import wire
from podium.admission import Admission, Entry
from podium.pace import Pace
from podium.ports import Clock

MALFORMED_LIMIT = 5
"""The last unreadable frame that is answered with patience."""
TOO_FAST_LIMIT = 200
"""How many frames beyond its pace a connection may send before it is closed."""

POLICY_VIOLATION = 1008
MESSAGE_TOO_BIG = 1009
"""Close codes, RFC 6455 section 7.4.1."""


@dataclass(frozen=True, slots=True)
class Send:
    """Send this frame."""

    frame: wire.ServerFrame


@dataclass(frozen=True, slots=True)
class Join:
    """Join the room; the room sends the welcome."""

    entry: Entry
    since: int | None


@dataclass(frozen=True, slots=True)
class Identify:
    """The connection has got an identity."""

    who: Who


@dataclass(frozen=True, slots=True)
class Look:
    """A moderator looks at a question, or at none."""

    question: int | None
    name: str | None


@dataclass(frozen=True, slots=True)
class Seek:
    """Look for public questions like this text."""

    mark: float
    text: str


@dataclass(frozen=True, slots=True)
class Submit:
    """Have this command decided by the room joined."""

    id: str
    command: commands.Command


@dataclass(frozen=True, slots=True)
class Close:
    """Close with this code after everything sent so far."""

    code: int


@dataclass(frozen=True, slots=True)
class Report:
    """The prompter says how it is."""

    told: wire.Screen


@dataclass(frozen=True, slots=True)
class Find:
    """Let the prompter with this id show which one it is."""

    screen: str


Effect = Send | Join | Identify | Look | Seek | Report | Find | Submit | Close


class Session:
    """One connection from its first frame to its last."""

    def __init__(self, admission: Admission, clock: Clock) -> None:
        self._admission = admission
        self._clock = clock
        self._pace = Pace(clock.now())
        self._who: Who | None = None
        self._device: str | None = None
        self._expires: int | None = None
        self._malformed = 0
        self._too_fast = 0
        self._closed = False

    def received(self, data: str | bytes) -> Iterable[Effect]:
        """One message came in. Nothing follows once Close was among the effects."""
        if self._closed:
            return ()
        try:
            frame = wire.decode(data)
        except Refused as refused:
            return self._unreadable("", refused)
        if self._who is None:
            return self._hello(frame) if isinstance(frame, wire.Hello) else self._bye(Code.HELLO_FIRST)
        if self._expires is not None and self._expires * 1000 <= self._clock.now():
            return self._bye(Code.TOKEN_EXPIRED)
        if wait := self._pace.wait(self._clock.now()):
            return self._hurried(frame.id if isinstance(frame, wire.Do) else "", wait)
        match frame:
            case wire.Ping():
                return (Send(wire.Pong(frame.mark, self._clock.now())),)
            case wire.Enrol():
                return self._enrol(self._who)
            case wire.Do():
                return self._do(frame)
            case wire.Look() | wire.Screen() | wire.Locate():
                return self._desk(frame, self._who)
            case wire.Seek():
                return (Seek(frame.mark, frame.text[:TEXT_LIMIT]),)
            case wire.Hello():
                return self._unreadable("", Refused(Code.MALFORMED))

    def beat(self) -> Iterable[Effect]:
        """A ping or pong of the WebSocket itself came in: they have the pace of frames, and patience as long."""
        if self._closed or not self._pace.wait(self._clock.now()):
            return ()
        self._too_fast += 1
        return self._bye(Code.TOO_FAST) if self._too_fast > TOO_FAST_LIMIT else ()

    def late(self) -> Iterable[Effect]:
        """The time for a hello is over."""
        return self._bye(Code.HELLO_FIRST) if self._who is None else ()

    def _hello(self, hello: wire.Hello) -> Iterable[Effect]:
        try:
            entry = self._admission.enter(hello)
        except Refused as refused:
            return self._bye(refused.code)
        self._who = entry.who
        self._device = hello.device
        self._expires = entry.expires
        return (Join(entry, hello.since),)

    def _enrol(self, who: Who) -> Iterable[Effect]:
        if who.role is not Role.ATTENDEE:
            return (Send(wire.Refusal("", Code.NOT_ALLOWED)),)
        if who.actor and self._device is not None:
            return (Send(wire.Device(self._device)),)
        self._device, self._who = self._admission.enrol()
        return Identify(self._who), Send(wire.Device(self._device))

    def _desk(self, frame: wire.Look | wire.Screen | wire.Locate, who: Who) -> Iterable[Effect]:
        """What is written down nowhere: who of the staff looks where, and how the prompters are."""
        allowed = {Role.SPEAKER} if isinstance(frame, wire.Screen) else STAFF
        if who.role not in allowed:
            return (Send(wire.Refusal("", Code.NOT_ALLOWED)),)
        try:
            match frame:
                case wire.Look():
                    return (Look(frame.question, clean_line(frame.name, NAME_LIMIT)),)
                case wire.Screen():
                    return (Report(replace(frame, name=clean_line(frame.name, NAME_LIMIT))),)
                case wire.Locate():
                    return (Find(frame.screen),)
        except Refused as refused:
            return (Send(wire.Refusal("", refused.code)),)

    def _do(self, frame: wire.Do) -> Iterable[Effect]:
        try:
            return (Submit(frame.id, wire.command(frame)),)
        except Refused as refused:
            return self._unreadable(frame.id[: wire.ID_LIMIT], refused)

    def _unreadable(self, identifier: str, refused: Refused) -> Iterable[Effect]:
        refusal = Send(wire.Refusal(identifier, refused.code, refused.retry_after))
        if refused.code is Code.TOO_LARGE:
            return refusal, *self._bye(refused.code, MESSAGE_TOO_BIG)
        self._malformed += 1
        if self._malformed >= MALFORMED_LIMIT:
            return refusal, *self._bye(Code.MALFORMED)
        return (refusal,)

    def _hurried(self, identifier: str, wait: int) -> Iterable[Effect]:
        self._too_fast += 1
        if self._too_fast > TOO_FAST_LIMIT:
            return self._bye(Code.TOO_FAST)
        return (Send(wire.Refusal(identifier, Code.TOO_FAST, wait)),)

    def _bye(self, code: Code, close_code: int = POLICY_VIOLATION) -> Iterable[Effect]:
        self._closed = True
        return Send(wire.Bye(code)), Close(close_code)
