"""A client of WHIP or WHEP that can do anything wrong, and one that asks by STUN who is there."""

import asyncio
import itertools
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast
from urllib.parse import urljoin

from aiohttp import ClientResponse, ClientSession
from aioice import stun

from tests.relay.rig import TOKEN

SDP = {"Content-Type": "application/sdp"}
FRAGMENT = {"Content-Type": "application/trickle-ice-sdpfrag"}
END = "a=end-of-candidates\r\n"
RESTART = "a=ice-ufrag:another\r\na=ice-pwd:anotherpasswordof22chars\r\n"

_numbers = itertools.count()


class Opened:
    """A session that a POST created."""

    def __init__(self, http: ClientSession, headers: dict[str, str], response: ClientResponse, answer: str) -> None:
        assert response.status == 201, answer
        self.http = http
        self.headers = headers
        self.url = urljoin(str(response.url), response.headers["Location"])
        self.etag = response.headers["ETag"]
        self.links = response.headers.getall("Link", [])
        self.answer = answer

    async def ask(self, method: str, body: str = "", **headers: str) -> ClientResponse:
        """A request to the session; `If_Match=` and the like are headers."""
        return await ask(self.http, method, self.url, body, {**self.headers, **spelled(headers)})

    async def patch(self, body: str, condition: str | None) -> ClientResponse:
        return await self.ask("PATCH", body, **FRAGMENT, **({} if condition is None else {"If_Match": condition}))

    @property
    def credentials(self) -> tuple[str, str]:
        return credentials(self.answer)


class Client:
    """One client with a token of its own, so that no other test slows it down."""

    def __init__(self, http: ClientSession, endpoint: str, *, publishes: bool) -> None:
        self.http = http
        self.endpoint = endpoint
        self.headers = {"Authorization": f"Bearer {TOKEN}-{next(_numbers)}"} if publishes else {}

    async def post(self, body: str | bytes, **headers: str) -> ClientResponse:
        """POST an offer. A header that is set to "" is left out."""
        sent = {**SDP, **self.headers, **spelled(headers)}
        return await ask(self.http, "POST", self.endpoint, body, {k: v for k, v in sent.items() if v})

    async def ask(self, method: str, **headers: str) -> ClientResponse:
        return await ask(self.http, method, self.endpoint, "", {**self.headers, **spelled(headers)})

    async def open(self, body: str) -> Opened:
        response = await self.post(body)
        return Opened(self.http, self.headers, response, await response.text())


def spelled(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


async def ask(http: ClientSession, method: str, url: str, body: str | bytes, headers: dict[str, str]) -> ClientResponse:
    response = await http.request(method, url, data=body or None, headers=headers, allow_redirects=False)
    await response.read()
    return response


async def problem(response: ClientResponse, status: int, code: str) -> None:
    """WI-22: the status, with a problem body that carries the code and a sentence."""
    assert response.status == status, await response.text()
    assert response.content_type == "application/problem+json"
    body = await response.json(content_type=None)
    assert (body["code"], body["status"]) == (code, status)
    assert body["detail"]


def credentials(text: str) -> tuple[str, str]:
    """The first ice-ufrag and ice-pwd of an answer or a fragment."""
    ufrag, password = re.search(r"a=ice-ufrag:(\S+)", text), re.search(r"a=ice-pwd:(\S+)", text)
    assert ufrag
    assert password
    return ufrag[1], password[1]


def candidates(text: str) -> list[tuple[str, int]]:
    """Host and port of the UDP candidates, in order, each once."""
    found = re.findall(r"a=candidate:\S+ 1 udp \d+ (\S+) (\d+) typ host", text)
    return list(dict.fromkeys((host, int(port)) for host, port in found))


class Probe(asyncio.DatagramProtocol):
    """One UDP socket that sends connectivity checks and keeps what else comes."""

    def __init__(self) -> None:
        self.transport: asyncio.DatagramTransport | None = None
        self.replies: asyncio.Queue[stun.Message] = asyncio.Queue()
        self.others: list[bytes] = []
        self.lost = asyncio.Event()

    @classmethod
    @asynccontextmanager
    async def of(cls, answer: str) -> AsyncIterator["Probe"]:
        """A probe of the first candidate of an answer."""
        loop = asyncio.get_running_loop()
        transport, probe = await loop.create_datagram_endpoint(cls, remote_addr=candidates(answer)[0])
        try:
            yield probe
        finally:
            transport.close()
            await probe.lost.wait()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost.set()

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        if data[0] <= 3:
            self.replies.put_nowait(stun.parse_message(data))
        else:
            self.others.append(data)

    def check(self, who: tuple[str, str]) -> bytes:
        """Send a check with these credentials. Its transaction."""
        assert self.transport is not None
        request = stun.Message(
            stun.Method.BINDING,
            stun.Class.REQUEST,
            attributes={"USERNAME": f"{who[0]}:theirs", "PRIORITY": 1, "ICE-CONTROLLING": 7},
        )
        request.add_message_integrity(who[1].encode())
        self.transport.sendto(bytes(request))
        return request.transaction_id

    async def answers(self, who: tuple[str, str], witness: tuple[str, str]) -> bool:
        """Whether a check is answered with success. The witness is somebody who answers for sure, after it."""
        asked, last = self.check(who), self.check(witness)
        seen = False
        async with asyncio.timeout(10):
            while True:
                reply = await self.replies.get()
                if reply.transaction_id == asked and reply.message_class is stun.Class.RESPONSE:
                    seen = True
                if reply.transaction_id == last:
                    return seen
