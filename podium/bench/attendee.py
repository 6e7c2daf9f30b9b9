"""One attendee as the server sees it: joins, asks, votes, loses the network, comes back with the number it had."""

import time
from array import array
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from moderation.policy import ASK_WINDOW, ASKS_PER_WINDOW
from podium.bench.ledger import Pictures
from podium.bench.sockets import Socket, Sockets, Told

PATIENCE = 1.1
"""A device asks a little slower than it may: its window begins when the server has the question."""
_OWN = "receipt/"
_NOTHING: Mapping[str, Any] = {}
_NONE: Sequence[str] = ()
_encode = msgspec.json.Encoder().encode


@dataclass(slots=True)
class Account:
    """What all attendees of one process did and saw. Times are seconds of the monotonic clock.

    asked: when each text was sent first; interrupted: those whose answer the network kept back. voted: question and
    time. acknowledged: texts, and questions voted for. refused: by code. ended: why connections ended unasked. doubled: events
    told again. arrivals: when everybody was told what had happened between two numbers. public: keys of questions.
    seen: the tallies that each observer was told.
    """

    asked: dict[str, float] = field(default_factory=dict)
    interrupted: set[str] = field(default_factory=set)
    voted: list[tuple[int, float]] = field(default_factory=list)
    texts_acknowledged: list[str] = field(default_factory=list)
    votes_acknowledged: list[int] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)
    joins: list[float] = field(default_factory=list)
    returns: list[float] = field(default_factory=list)
    pictures: Pictures = field(default_factory=Pictures)
    doubled: int = 0
    arrivals: dict[tuple[int, int], "array[float]"] = field(default_factory=dict)
    public: set[str] = field(default_factory=set)
    seen: list[list[tuple[int, int, float]]] = field(default_factory=list)


@dataclass(slots=True)
class _Command:
    """On its way. ask: the text of a question, vote: the question voted for."""

    frame: bytes
    ask: str | None = None
    vote: int | None = None
    sent: bool = False


class Attendee:
    """A device and its connection. observes: each tally it is told is written down."""

    __slots__ = (
        "_account", "_asks", "_began", "_commands", "_device", "_numbers", "_questions", "_reached", "_room", "_seen",
        "_socket", "_sockets", "_supported", "present",
    )  # fmt: skip

    def __init__(self, sockets: Sockets, room: str, account: Account, *, observes: bool) -> None:
        self._sockets = sockets
        self._room = room
        self._account = account
        self._seen: list[tuple[int, int, float]] | None = [] if observes else None
        if self._seen is not None:
            account.seen.append(self._seen)
        self._socket: Socket | None = None
        self._began = 0.0
        self._reached: int | None = None
        self.present = False
        """Whether it has been welcomed and is connected."""
        self._device: str | None = None
        self._commands: dict[str, _Command] = {}
        self._numbers = 0
        self._asks: deque[float] = deque(maxlen=ASKS_PER_WINDOW)
        self._supported: set[int] = set()
        self._questions: list[int] = []

    @property
    def observes(self) -> bool:
        """Whether it writes down what it is told, so that it had better stay."""
        return self._seen is not None

    @property
    def waits(self) -> bool:
        """Whether it is on its way in, or a command has no answer yet."""
        return bool(self._commands) or not self.present

    @property
    def may_ask(self) -> bool:
        """Whether the server takes one more question of this device now."""
        full = len(self._asks) == ASKS_PER_WINDOW
        return self.present and not (full and time.perf_counter() - self._asks[0] < PATIENCE * ASK_WINDOW / 1000)

    def reached(self, seq: int) -> bool:
        """Whether it has been told of everything up to this number."""
        return self.present and self._reached is not None and self._reached >= seq

    def join(self) -> None:
        """Connect; also after `cut`."""
        self._began = time.perf_counter()
        self._socket = self._sockets.open(self)

    def cut(self) -> None:
        """Lose the network: what is on its way is on its way."""
        for command in self._commands.values():
            if command.ask is not None:
                self._account.interrupted.add(command.ask)
        if self._socket is not None:
            self._socket.close()
        self._gone()

    def ask(self, text: str) -> None:
        """Hand in a question. Its text tells it from all others."""
        self._asks.append(time.perf_counter())
        self._do("ask", {"text": text, "language": "en"}, ask=text)

    def vote(self, question: int) -> bool:
        """Support a question; False when this device does already."""
        if question in self._supported:
            return False
        self._supported.add(question)
        self._do("vote", {"question": question, "support": True}, vote=question)
        return True

    def withdraw(self) -> int:
        """Take the own questions back; how many."""
        for number in self._questions:
            self._do("withdraw", {"question": number})
        return len(self._questions)

    def opened(self) -> None:
        """See sockets.Client."""
        hello: dict[str, Any] = {"type": "hello", "room": self._room}
        if self._device is not None:
            hello["device"] = self._device
        if self._reached is not None:
            hello["since"] = self._reached
        self._say(_encode(hello))

    def received(self, told: Told, at: float) -> None:
        """See sockets.Client."""
        kind, reached = told["type"], self._reached
        if kind == "tick" and reached is not None:
            if told["seq"] > reached:
                self._account.pictures.tick(reached, told["seq"])
                self._reached = told["seq"]
            if self._seen is not None and "votes" in told:
                self._seen += [(int(number), count, at) for number, count in told["votes"].items()]
        elif kind == "event" and reached is not None:
            self._event(reached, told, at)
        elif kind == "welcome":
            self._welcomed(told, at)
        elif kind == "device":
            self._device = told["token"]
            self._hand_in()
        elif kind == "ack":
            self._acknowledged(told)
        elif kind == "refused":
            self._account.refused[told["code"]] += 1
            self._commands.pop(told["id"], None)

    def closed(self, reason: str) -> None:
        """See sockets.Client."""
        self._account.ended[reason] += 1
        self._gone()

    def _event(self, reached: int, told: Told, at: float) -> None:
        seq, put, drop = told["seq"], told.get("put", _NOTHING), told.get("drop", _NONE)
        if put and next(iter(put)).startswith(_OWN):
            return
        if seq <= reached:
            self._account.doubled += 1
            return
        arrivals = self._account.arrivals.get((reached, seq))
        if arrivals is None:
            arrivals = self._account.arrivals[reached, seq] = array("d")
            self._account.public |= _questions(put)
            self._account.public -= set(drop)
        self._account.pictures.step(reached, seq, put, drop)
        self._reached = seq
        arrivals.append(at)

    def _welcomed(self, told: Told, at: float) -> None:
        account, entities = self._account, told["entities"]
        if any(key.startswith(_OWN) for key in entities):
            entities = {key: entity for key, entity in entities.items() if not key.startswith(_OWN)}
        if not self.present:
            (account.joins if self._reached is None else account.returns).append(at - self._began)
        if told["complete"]:
            account.pictures.whole(told["seq"], entities)
        elif self._reached is not None:
            account.pictures.step(self._reached, told["seq"], entities, told["drop"])
        account.public |= _questions(entities)
        account.public -= set(told["drop"])
        self._reached, self.present = told["seq"], True
        if self._device is not None:
            self._hand_in()
        elif self._commands:
            self._say(_encode({"type": "enrol"}))

    def _acknowledged(self, told: Told) -> None:
        command = self._commands.pop(told["id"], None)
        if command is None:
            return
        if command.ask is not None:
            self._account.texts_acknowledged.append(command.ask)
            self._questions.append(told["question"])
        if command.vote is not None:
            self._account.votes_acknowledged.append(command.vote)

    def _do(self, name: str, body: dict[str, Any], *, ask: str | None = None, vote: int | None = None) -> None:
        self._numbers += 1
        identifier = str(self._numbers)
        frame = _encode({"type": "do", "id": identifier, "command": name, "body": body})
        command = self._commands[identifier] = _Command(frame, ask, vote)
        if self._device is None:
            if self.present and len(self._commands) == 1:
                self._say(_encode({"type": "enrol"}))
        elif self.present:
            self._send(command)

    def _hand_in(self) -> None:
        """What waited for an identity, and again what had no answer when the network went."""
        for command in list(self._commands.values()):
            self._send(command)

    def _send(self, command: _Command) -> None:
        now = time.perf_counter()
        if not command.sent and command.ask is not None:
            self._account.asked[command.ask] = now
        if not command.sent and command.vote is not None:
            self._account.voted.append((command.vote, now))
        command.sent = True
        self._say(command.frame)

    def _say(self, payload: bytes) -> None:
        if self._socket is not None:
            self._socket.send(payload)

    def _gone(self) -> None:
        self._socket, self.present = None, False


def _questions(entities: Mapping[str, Any]) -> set[str]:
    return {key for key in entities if key.startswith("question/")}
