"""Databases, Redis and proxies that are away, wrong, expired or in another time: real ones, on this machine."""

import asyncio
import datetime as dt
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from podium.doctor import services
from podium.doctor.findings import Finding, Level
from podium.settings import Settings
from podium.store.checkup import Checkup, Schema
from podium.store.sqlite import DATABASE
from tests.servers import Postgres, Redis

HOUR = 3600.0


async def database(settings: Settings, ahead: float = 0.0) -> list[Finding]:
    return [finding async for finding in services.of_database(settings, lambda: time.time() + ahead)]


def levels(findings: list[Finding]) -> list[Level]:
    return [finding.level for finding in findings]


async def test_a_postgresql_that_is_away_or_in_another_time(postgres: Postgres, tmp_path: Path) -> None:
    there, away = Settings(database=postgres.url), Settings(database=f"postgresql://podium@/podium?host={tmp_path}")
    assert levels(await database(there)) == [Level.OK, Level.OK]
    clock = (await database(there, -HOUR))[1]
    assert (clock.level, "3600 s behind that of the database" in clock.found) == (Level.FAIL, True)
    assert "timedatectl" in clock.advice
    (finding,) = await database(away)
    assert (finding.level, "pg_hba.conf" in finding.advice) == (Level.FAIL, True)


@pytest.mark.parametrize(
    ("checkup", "level", "words"),
    [
        (Checkup("db", Schema.NONE), Level.OK, "will be made at the first start"),
        (Checkup("db", Schema.CURRENT), Level.OK, "this version's"),
        (Checkup("db", Schema.OLDER), Level.WARN, "upgraded at the next start"),
        (Checkup("db", Schema.NEWER), Level.FAIL, "newer version"),
        (Checkup("db", Schema.NONE, fault="db is a replica"), Level.FAIL, "replica"),
    ],
)
def test_a_database_that_is_new_older_newer_or_cannot_be_used(checkup: Checkup, level: Level, words: str) -> None:
    finding = services.of_checkup(checkup)
    assert (finding.level, words in finding.found) == (level, True)


async def test_a_file_that_is_to_come_and_one_that_is_broken(tmp_path: Path) -> None:
    assert levels(await database(Settings(data=tmp_path))) == [Level.OK]
    (tmp_path / DATABASE).write_bytes(b"This is no database. " * 400)
    (finding,) = await database(Settings(data=tmp_path))
    assert (finding.level, "podium restore" in finding.advice) == (Level.FAIL, True)


async def test_a_redis_that_is_away_or_in_another_time(redis: Redis, tmp_path: Path) -> None:
    async def found(settings: Settings, ahead: float = 0.0) -> list[Finding]:
        return [finding async for finding in services.of_redis(settings, lambda: time.time() + ahead)]

    assert levels(await found(Settings())) == []
    assert levels(await found(Settings(database="postgresql://db/podium"))) == [Level.WARN]
    assert levels(await found(Settings(redis=redis.url))) == [Level.OK, Level.OK]
    assert levels(await found(Settings(redis=redis.url), HOUR)) == [Level.OK, Level.FAIL]
    assert levels(await found(Settings(redis=f"unix://{tmp_path}/nowhere"))) == [Level.FAIL]


def certificate(folder: Path, name: str, days: int) -> ssl.SSLContext:
    """A server with a certificate of its own for a name; its file is what clients may trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=100))
        .not_valid_after(now + dt.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}{days}.pem"
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


@asynccontextmanager
async def proxy(context: ssl.SSLContext | None, body: str = "ok\n") -> AsyncIterator[int]:
    """Something that answers at /healthz; its port."""

    async def healthz(_request: web.Request) -> web.Response:
        return web.Response(text=body)

    app = web.Application()
    app.add_routes([web.get("/healthz", healthz)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    yield runner.addresses[0][1]
    await runner.cleanup()


async def seen(port: int, scheme: str = "https", ahead: float = 0.0) -> dict[str, Finding]:
    def look() -> dict[str, Finding]:
        settings = Settings(public_url=f"{scheme}://localhost:{port}")
        return {finding.part: finding for finding in services.of_public_url(settings, lambda: time.time() + ahead)}

    return await asyncio.to_thread(look)


@pytest.mark.parametrize(
    ("name", "days", "trusted", "level", "words"),
    [
        ("localhost", 90, True, Level.OK, "valid for localhost until"),
        ("localhost", 5, True, Level.WARN, "valid for localhost until"),
        ("localhost", -1, True, Level.FAIL, "expired"),
        ("elsewhere.example", 90, True, Level.FAIL, "Hostname mismatch"),
        ("localhost", 90, False, Level.FAIL, "self-signed"),
    ],
)
async def test_a_certificate_that_browsers_would_refuse_or_that_ends_soon(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, days: int, trusted: bool, level: Level, words: str
) -> None:
    context = certificate(tmp_path, name, days)
    empty = tmp_path / "nobody.pem"
    empty.touch()
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / f"{name}{days}.pem" if trusted else empty))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "none"))
    async with proxy(context) as port:
        found = await seen(port)
    assert (found["certificate"].level, words in found["certificate"].found) == (level, True), found
    assert ("public url" in found) == (level is not Level.FAIL)


async def test_a_proxy_in_another_time_before_another_program_or_away() -> None:
    async with proxy(None) as port:
        found = await seen(port, "http")
        assert {part: finding.level for part, finding in found.items()} == {"public url": Level.OK, "clock": Level.OK}
        assert (await seen(port, "http", HOUR))["clock"].level is Level.FAIL
    async with proxy(None, "Welcome to nginx!") as other:
        assert (await seen(other, "http"))["public url"].level is Level.WARN
    assert (await seen(port, "http"))["public url"].level is Level.FAIL
    assert (await seen(port))["certificate"].level is Level.FAIL


def test_an_open_address_without_https_is_worth_a_word() -> None:
    assert list(services.of_public_url(Settings(), time.time)) == []
    (finding,) = services.of_public_url(Settings(host="0.0.0.0"), time.time)
    assert (finding.level, "--public-url" in finding.advice) == (Level.WARN, True)
