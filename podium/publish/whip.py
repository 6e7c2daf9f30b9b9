"""The HTTP side of a WHIP client (RFC 9725): offer in, answer out, and what every status means."""

import asyncio
import contextlib
import json
import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

import aiohttp
from aiortc import RTCIceServer
from aiortc.rtcicetransport import connection_kwargs

REDIRECTS = 5
REQUEST_TIMEOUT = aiohttp.ClientTimeout(total=10)
ALIVE_TIMEOUT = aiohttp.ClientTimeout(total=3)
DELETE_TIMEOUT = aiohttp.ClientTimeout(total=1)
LARGEST_BODY = 1 << 20

TRY_AGAIN = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
GONE = 410
HOPELESS = (aiohttp.ClientConnectorDNSError, aiohttp.ClientConnectorCertificateError)
MEANINGS = {
    400: "the server did not understand the offer",
    401: "the token is missing, wrong or expired",
    403: "the token does not allow to publish here",
    404: "there is no such room or feed",
    405: "this is no WHIP address",
    409: "somebody else is publishing here",
    410: "somebody else has taken over",
    413: "the offer is too large for the server",
    415: "the server takes no SDP here, so this is no WHIP address",
    422: "the server cannot take this kind of media",
    429: "too many attempts",
    503: "the server is busy",
}


class WhipError(Exception):
    """A request failed; the message is a sentence for people.

    `status` is the HTTP status, None when there was no answer. `final` says that trying again is useless.
    `retry_after` is how long the server wants to be left alone, in seconds.
    """

    def __init__(
        self, sentence: str, status: int | None = None, *, final: bool = False, retry_after: float | None = None
    ) -> None:
        super().__init__(sentence)
        self.status = status
        self.final = final
        self.retry_after = retry_after


@dataclass(frozen=True)
class Created:
    """A session the server has made: its URL, its SDP answer, the ICE servers it names."""

    url: str
    answer: str
    ice_servers: tuple[RTCIceServer, ...]


class WhipClient:
    """The requests of one publisher to one endpoint, with a bearer token if given."""

    def __init__(self, http: aiohttp.ClientSession, endpoint: str, token: str | None) -> None:
        self._http = http
        self._endpoint = endpoint
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    async def ice_servers(self) -> tuple[RTCIceServer, ...]:
        """The ICE servers in the Link headers of an OPTIONS request (section 4.6); none if it fails."""
        try:
            options = self._http.options(
                self._endpoint, headers=self._headers, allow_redirects=False, timeout=REQUEST_TIMEOUT
            )
            async with options as response:
                return _ice_servers(response) if response.ok else ()
        except (aiohttp.ClientError, TimeoutError):
            return ()

    async def create(self, offer: str) -> Created:
        """POST the offer and follow 307 and 308 (section 4.5). Raises WhipError."""
        headers = {**self._headers, "Content-Type": "application/sdp"}
        url = self._endpoint
        for _ in range(REDIRECTS + 1):
            try:
                request = self._http.post(
                    url, data=offer.encode(), headers=headers, allow_redirects=False, timeout=REQUEST_TIMEOUT
                )
                async with request as response:
                    if response.status not in (307, 308):
                        return await _created(url, response)
                    url = self._redirected(url, response)
            except aiohttp.InvalidURL as error:
                raise WhipError(f"{url} is no address of a server.", final=True) from error
            except (aiohttp.ClientError, TimeoutError) as error:
                hopeless = isinstance(error, HOPELESS)
                raise WhipError(f"{_server(url)} cannot be reached: {_reason(error)}.", final=hopeless) from error
        raise WhipError(f"{_server(self._endpoint)} redirects in circles.", final=True)

    async def alive(self, session: str) -> bool | None:
        """Whether the server still knows the session, by a GET on it: None when there is no answer at all.

        Raises WhipError when somebody else has taken the feed over (410); with Retry-After we may come back.
        """
        try:
            get = self._http.get(session, headers=self._headers, allow_redirects=False, timeout=ALIVE_TIMEOUT)
            async with get as response:
                if response.status == GONE:
                    raise await _refused(session, response)
                return response.ok
        except (aiohttp.ClientError, TimeoutError):
            return None

    async def delete(self, session: str) -> None:
        """End the session (section 4.2). A server that is gone has ended it already."""
        try:
            async with self._http.delete(session, headers=self._headers, timeout=DELETE_TIMEOUT):
                pass
        except (aiohttp.ClientError, TimeoutError):
            pass

    def _redirected(self, url: str, response: aiohttp.ClientResponse) -> str:
        location = response.headers.get("Location")
        if not location:
            raise WhipError(f"{_server(url)} redirects without saying where to.", final=True)
        target = urljoin(url, location)
        if self._headers and urlsplit(url).scheme == "https" and urlsplit(target).scheme != "https":
            raise WhipError(f"{_server(url)} redirects the token to an unencrypted address: {target}", final=True)
        return target


async def _created(url: str, response: aiohttp.ClientResponse) -> Created:
    if response.status == 201:
        body = await _text(response)
        location = response.headers.get("Location")
        if not location or not body.startswith("v=0"):
            raise WhipError(f"{_server(url)} does not answer like a WHIP server.", 201, final=True)
        return Created(urljoin(url, location), body, _ice_servers(response))
    raise await _refused(url, response)


async def _text(response: aiohttp.ClientResponse) -> str:
    return (await response.content.read(LARGEST_BODY)).decode("utf-8", "replace")


async def _refused(url: str, response: aiohttp.ClientResponse) -> WhipError:
    meaning = _detail(await _text(response)) or MEANINGS.get(response.status, response.reason or "no reason given")
    retry_after = _seconds(response.headers.get("Retry-After"))
    return WhipError(
        f"{_server(url)} refuses ({response.status}): {meaning.rstrip('.')}.",
        response.status,
        final=response.status not in TRY_AGAIN and (response.status != GONE or retry_after is None),
        retry_after=retry_after,
    )


def _detail(body: str) -> str | None:
    """The detail of a problem document (RFC 9457), or its title."""
    try:
        problem = json.loads(body)
    except ValueError:
        return None
    if not isinstance(problem, dict):
        return None
    said = [problem[key] for key in ("detail", "title") if isinstance(problem.get(key), str)]
    return next((text.strip() for text in said if text.strip()), None)


def _seconds(retry_after: str | None) -> float | None:
    """Retry-After is in seconds or a date (RFC 9110 section 10.2.3)."""
    if retry_after is None:
        return None
    if retry_after.strip().isdigit():
        return float(retry_after)
    try:
        moment = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    return max(0.0, (moment.astimezone(UTC) - datetime.now(UTC)).total_seconds())


_LINK = re.compile(r'<([^>]*)>((?:\s*;\s*[\w-]+\s*=\s*(?:"(?:\\.|[^"\\])*"|[^\s",;]+))*)')
_PARAMETER = re.compile(r';\s*([\w-]+)\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^\s",;]+))')


def _ice_servers(response: aiohttp.ClientResponse) -> tuple[RTCIceServer, ...]:
    servers = []
    for header in response.headers.getall("Link", []):
        for address, parameters in _LINK.findall(header):
            values = {
                name.lower(): re.sub(r"\\(.)", r"\1", quoted) or plain
                for name, quoted, plain in _PARAMETER.findall(parameters)
            }
            if values.get("rel") == "ice-server" and address.startswith(("stun:", "turn:", "turns:")):
                server = RTCIceServer(address, username=values.get("username"), credential=values.get("credential"))
                with contextlib.suppress(ValueError):  # aiortc knows no address in brackets (RFC 7064, IPv6)
                    connection_kwargs([server])
                    servers.append(server)
    return tuple(servers)


def _server(url: str) -> str:
    return urlsplit(url).netloc or url


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError | asyncio.TimeoutError):
        return "it does not answer in time"
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return "its certificate is not valid"
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "its name is unknown"
    if isinstance(error, aiohttp.ClientConnectorError):
        # asyncio puts the address into the words; what the system says of the number does not
        return os.strerror(error.errno).lower() if error.errno else "no connection"
    return "it broke off the connection"
