"""What Podium leans on: the database, Redis, the proxy with its certificate; and whether their clocks agree with ours."""

import contextlib
import http.client
import socket
import ssl
import time
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from podium.bus.redis import RedisAway, time_of
from podium.doctor.findings import Finding, Level, fail, ok, warn
from podium.doctor.network import is_loopback
from podium.ports import StoreUnavailable
from podium.settings import Settings
from podium.store.checkup import Checkup, Schema, postgres_checkup, sqlite_checkup
from podium.store.sqlite import DATABASE

PATIENCE = 5.0
CLOCKS_APART = 2.0
"""Seconds; links expire and questions come "before the start" by the clock."""
DAYS_LEFT = 14
HTTPS = 443
_START_PROXY = "Start the proxy, open its port, and look at the address and its entry in the DNS."


async def examine(settings: Settings, wall: Callable[[], float] = time.time) -> AsyncIterator[Finding]:
    """All of it. wall: seconds since the Unix epoch."""
    async for finding in of_database(settings, wall):
        yield finding
    async for finding in of_redis(settings, wall):
        yield finding
    for finding in of_public_url(settings, wall):
        yield finding


async def of_database(settings: Settings, wall: Callable[[], float]) -> AsyncIterator[Finding]:
    """Whether it answers, and which schema it has."""
    path = settings.data / DATABASE
    if not settings.database and not path.exists():
        yield ok("database", f"{path} will be made at the first start")
        return
    before = wall()
    try:
        checkup = await postgres_checkup(settings.database) if settings.database else sqlite_checkup(path)
    except StoreUnavailable as error:
        advice = (
            "Start PostgreSQL, and look at the address, the user, its password (passfile) and pg_hba.conf."
            if settings.database
            else "Restore a backup: podium restore FILE --data EMPTY_FOLDER."
        )
        yield fail("database", " ".join(str(error).split()), advice)
        return
    after = wall()
    yield of_checkup(checkup)
    if checkup.now is not None:
        yield of_clock("the database", checkup.now, (before + after) / 2)


def of_checkup(checkup: Checkup) -> Finding:
    """A database that answers."""
    if checkup.fault:
        return fail("database", checkup.fault, checkup.advice)
    if checkup.schema is Schema.NONE:
        return ok("database", f"{checkup.name} answers, its tables will be made at the first start")
    if checkup.schema is Schema.NEWER:
        found = f"{checkup.name} was written by a newer version of Podium"
        return fail("database", found, "Start that version or a later one, or restore a copy from before the update.")
    if checkup.schema is Schema.OLDER:
        found = f"{checkup.name} has an older schema and is upgraded at the next start"
        return warn("database", found, "Make a backup first: podium backup FILE.")
    return ok("database", f"{checkup.name} answers, its schema is this version's")


async def of_redis(settings: Settings, wall: Callable[[], float]) -> AsyncIterator[Finding]:
    """Whether it answers."""
    if not settings.redis:
        if settings.database:
            advice = "With several servers on this database, name their Redis: --redis redis://redis.example:6379/0"
            yield warn("redis", "none is named: other servers are heard two seconds later", advice)
        return
    before = wall()
    try:
        theirs = await time_of(settings.redis)
    except RedisAway as error:
        advice = "Start Redis, and look at the address, the password and the number of the database."
        yield fail("redis", f"it does not answer ({error})", advice)
        return
    yield ok("redis", "it answers")
    yield of_clock("Redis", theirs, (before + wall()) / 2)


def of_clock(whose: str, theirs: float, ours: float) -> Finding:
    """Two clocks, in seconds since the Unix epoch."""
    apart = ours - theirs
    if abs(apart) <= CLOCKS_APART:
        return ok("clock", f"it agrees with that of {whose}")
    way = "ahead of" if apart > 0 else "behind"
    advice = "Let both machines follow a time server: timedatectl set-ntp true, or chrony."
    return fail("clock", f"it is {abs(apart):.0f} s {way} that of {whose}", advice)


def of_public_url(settings: Settings, wall: Callable[[], float]) -> Iterator[Finding]:
    """The address that people use: its certificate, whether Podium answers there, and the time it tells."""
    if not settings.public_url:
        if not is_loopback(settings.host):
            advice = "Put a proxy with HTTPS in front and name its address: --public-url https://podium.example"
            yield warn("public url", "none: browsers give cameras and microphones only to pages over HTTPS", advice)
        return
    parts = urlsplit(settings.public_url)
    host, port = parts.hostname or "", parts.port
    secure = parts.scheme == "https"
    if secure:
        certificate = of_certificate(host, port or HTTPS, wall())
        yield certificate
        if certificate.level is Level.FAIL:
            return
    elif not is_loopback(host):
        advice = "Serve it over HTTPS: browsers give cameras and microphones to no other pages."
        yield warn("public url", f"{settings.public_url} is not encrypted", advice)
    connection = (http.client.HTTPSConnection if secure else http.client.HTTPConnection)(host, port, timeout=PATIENCE)
    try:
        with contextlib.closing(connection):
            connection.request("GET", "/healthz")
            answer = connection.getresponse()
            healthy, date = answer.status == 200 and answer.read(8) == b"ok\n", answer.headers["Date"]
    except (OSError, http.client.HTTPException) as error:
        yield fail("public url", f"{settings.public_url} does not answer ({_words(error)})", _START_PROXY)
        return
    if healthy:
        yield ok("public url", f"Podium answers at {settings.public_url}")
    else:
        found = f"{settings.public_url} answers with status {answer.status}, and it is no Podium"
        yield warn("public url", found, "Start Podium, or let the proxy pass everything on to it.")
    if date:
        with contextlib.suppress(ValueError):
            yield of_clock(settings.public_url, parsedate_to_datetime(date).timestamp(), wall())


def of_certificate(host: str, port: int, now: float) -> Finding:
    """Whether browsers accept the certificate there, and for how long."""
    context = ssl.create_default_context()
    renew = "Renew it (Caddy does so by itself; with certbot: certbot renew) and reload the proxy."
    try:
        with (
            socket.create_connection((host, port), PATIENCE) as connection,
            context.wrap_socket(connection, server_hostname=host) as secured,
        ):
            shown = secured.getpeercert() or {}
    except ssl.SSLCertVerificationError as error:
        return fail("certificate", f"{host} shows one that browsers refuse: {error.verify_message}", renew)
    except OSError as error:
        return fail("certificate", f"{host} port {port} does not answer with TLS ({_words(error)})", _START_PROXY)
    until = ssl.cert_time_to_seconds(str(shown["notAfter"]))
    found = f"valid for {host} until {datetime.fromtimestamp(until, UTC):%Y-%m-%d}"
    return ok("certificate", found) if until - now > DAYS_LEFT * 86_400 else warn("certificate", found, renew)


def _words(error: Exception) -> str:
    return getattr(error, "strerror", None) or type(error).__name__
