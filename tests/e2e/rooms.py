"""Rooms of a running server for one test each, and people who are there by wire instead of by page."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

from moderation.policy import ASKS_PER_WINDOW, Role
from podium.clock import SystemClock
from podium.ids import RandomIds
from podium.links import new_link, path_of
from podium.tokens import Tokens, secret_in
from podium.wire import SUBPROTOCOL
from tests.e2e.server import Server

SPEAKER = "prof-dr-ziemer"
PATIENCE = 10
"""Seconds until a fact that does not come is a failure."""
PANELLISTS = """[
  { id = "ulm", name = "Vertretung der Stadt Ulm", role = "Stadt Ulm" },
  { id = "prof-dr-ziemer", name = "Prof. Dr. Ziemer", role = "HafenCity Universität Hamburg" },
]"""
NETIQUETTE = '[{ de = "Höflich im Ton.", en = "Polite in tone.", reasons = ["not_civil"] }]'


def programme(rooms: int) -> str:
    """A programme with so many rooms, all with the same panel: `saal-1` and so on."""
    described = [
        f'[rooms.saal-{number}]\ntitle = "Digitales Podium"\nlanguage = "de"\n'
        f"netiquette = {NETIQUETTE}\npanellists = {PANELLISTS}\n"
        for number in range(1, rooms + 1)
    ]
    return "\n".join(['title = "Smart City Dialog"', *described])


class Person:
    """Somebody who says commands over the wire and waits for each to be durable. texts: of the questions there.

    entities: what this person was told by now. desk: what moderators and hosts are told beside it."""

    def __init__(self, socket: ClientConnection, hello: dict[str, str]) -> None:
        self._socket = socket
        self._numbers = count()
        self.say({"type": "hello", **hello})
        welcome = self._hear("welcome")
        self.entities: dict[str, Any] = welcome["entities"]
        self.desk: dict[str, Any] = welcome.get("desk") or {}
        self.texts = [entity["text"] for key, entity in self.entities.items() if key.startswith("question/")]
        if "token" not in hello:
            self.say({"type": "enrol"})
            self._hear("device")

    def do(self, command: str, **body: object) -> dict[str, Any]:
        """Say a command; the ack. A refusal is a failure."""
        identifier = f"c{next(self._numbers)}"
        self.say({"type": "do", "id": identifier, "command": command, "body": body})
        while True:
            answer = self._hear("ack", "refused")
            assert answer["type"] == "ack", answer
            if answer["id"] == identifier:
                return answer

    def told(self, fits: Callable[[], bool]) -> None:
        """Listen until what was told by now fits, for ten seconds at most."""
        late = time.monotonic() + PATIENCE
        while not fits():
            assert time.monotonic() < late, "never told"
            self._listen()

    def say(self, frame: dict[str, object]) -> None:
        """Say something that wants no answer."""
        self._socket.send(json.dumps(frame))

    def _hear(self, *types: str) -> dict[str, Any]:
        while True:
            frame = self._listen()
            if frame["type"] in types:
                return frame

    def _listen(self) -> dict[str, Any]:
        frame: dict[str, Any] = json.loads(self._socket.recv(PATIENCE))
        if frame["type"] == "event":
            self.entities |= frame.get("put") or {}
            for key in frame.get("drop") or ():
                self.entities.pop(key, None)
        elif frame["type"] == "tick":
            self.desk |= frame.get("desk") or {}
        return frame


@dataclass(frozen=True)
class Room:
    """A room of a server, and how to get in."""

    server: Server
    identifier: str

    @property
    def attend(self) -> str:
        return f"{self.server.base}/r/{self.identifier}"

    @property
    def moderate(self) -> str:
        return self._page(Role.MODERATOR)

    @property
    def studio(self) -> str:
        return self._page(Role.STUDIO)

    @property
    def host(self) -> str:
        return self._page(Role.HOST)

    @property
    def prompt(self) -> str:
        return self.prompter(SPEAKER)

    def prompter(self, place: str, query: str = "") -> str:
        """The screen of a panellist, or of the whole stage ("panel"), set up by a query such as `?mode=script`."""
        path, _, token = self._page(Role.SPEAKER, place).partition("#")
        return f"{path}{query}#{token}"

    @contextmanager
    def moderator(self) -> Iterator[Person]:
        """A moderator by wire."""
        with self._joined({"token": self._token(Role.MODERATOR, None)}) as person:
            yield person

    @contextmanager
    def directed(self) -> Iterator[Person]:
        """A host by wire."""
        with self._joined({"token": self._token(Role.HOST, None)}) as person:
            yield person

    @contextmanager
    def attendee(self) -> Iterator[Person]:
        """Somebody new in the audience, with a device of their own."""
        with self._joined({}) as person:
            yield person

    def ask(self, *texts: str, **details: object) -> list[int]:
        """Questions of people in the audience, in this order; their numbers."""
        numbers: list[int] = []
        for start in range(0, len(texts), ASKS_PER_WINDOW):
            with self.attendee() as person:
                asked = ({"text": text, "language": "de"} | details for text in texts[start : start + ASKS_PER_WINDOW])
                numbers.extend(person.do("ask", **question)["question"] for question in asked)
        return numbers

    def fill(self) -> None:
        """Questions in every state: two in the inbox, one public, two queued, one each on air, answered, declined."""
        name, affiliation = "Prof. Dr. Friederike Mustermann-Beispiel", "Stadt Aalen"
        self.ask("Wann?", "Wo?", "Wie?", "Wer?", "Was?", "Womit?", name=name, affiliation=affiliation)
        self.ask("Grundstücksverkehrsgenehmigungszuständigkeitsübertragungsverordnung?", addressee=SPEAKER)
        self.ask("Wie lange noch?")
        with self.moderator() as moderator:
            moderator.do("approve", question=1)
            for number in (2, 3, 4, 5):
                moderator.do("enqueue", question=number, queue=SPEAKER)
            moderator.do("air", question=2, instead=None)
            moderator.do("air", question=3, instead=2)
            moderator.do("decline", question=6, reason="off_topic")

    @contextmanager
    def _joined(self, hello: dict[str, str]) -> Iterator[Person]:
        address = self.server.base.replace("http", "ws") + "/ws"
        # no bounds, as in a browser: what moderators are told of a full room is more than a megabyte
        bounds = {"max_queue": None, "max_size": None, "ping_interval": None}
        with connect(address, subprotocols=[SUBPROTOCOL], proxy=None, **bounds) as socket:  # type: ignore[arg-type]
            yield Person(socket, {"room": self.identifier, **hello})

    def _page(self, role: Role, panellist: str | None = None) -> str:
        path = path_of(self.identifier, role, panellist)
        return f"{self.server.base}{path}#{self._token(role, panellist)}"

    def _token(self, role: Role, panellist: str | None) -> str:
        """What `podium invite` signs, without a process for each link."""
        clock = SystemClock()
        link = new_link(self.identifier, role, panellist, 1, clock, RandomIds())
        return Tokens(secret_in(self.server.folder), clock).sign_link(link)


class House:
    """A server with many rooms; each test takes one that nobody has been in."""

    def __init__(self, folder: Path, rooms: int = 150) -> None:
        self.server = Server(folder)
        (folder / "programme.toml").write_text(programme(rooms), encoding="utf-8")
        self._numbers = iter(range(1, rooms + 1))

    def room(self) -> Room:
        return Room(self.server, f"saal-{next(self._numbers)}")

    @cached_property
    def empty(self) -> Room:
        """A room that stays as it was on the first day."""
        return self.room()

    @cached_property
    def full(self) -> Room:
        """A room in the middle of an event; to look at, not to act in."""
        room = self.room()
        room.fill()
        return room
