"""Role links and device tokens: signed, bound, expiring."""

import stat

import jwt
import pytest

from moderation.policy import Role
from moderation.refusal import Code, Refused
from podium.tokens import DEVICE, LINK, Link, SecretUnusable, Tokens, metrics_token_in, secret_in
from tests.clock import SettableClock

SECRET = bytes(range(32))
MODERATOR = Link("digitales-podium", Role.MODERATOR, None, 2_000_000_000, "digitales-podium.m1")
SPEAKER = Link("digitales-podium", Role.SPEAKER, "ziemer", 2_000_000_000, "digitales-podium.s1")
STANDBY = Link("digitales-podium", Role.STUDIO, None, 2_000_000_000, "digitales-podium.t1", standby=True)


def tokens(secret: bytes = SECRET) -> Tokens:
    return Tokens(secret, SettableClock())


def signed(claims: dict[str, object], secret: bytes = SECRET, algorithm: str = "HS256") -> str:
    return jwt.encode(claims, secret, algorithm=algorithm)


def code_of(token: str) -> Code:
    with pytest.raises(Refused) as refused:
        tokens().read_link(token)
    return refused.value.code


@pytest.mark.parametrize("link", [MODERATOR, SPEAKER, STANDBY])
def test_a_link_says_what_was_signed(link):
    assert tokens().read_link(tokens().sign_link(link)) == link


def test_a_link_can_stand_in_a_fragment_as_it_is():
    assert set(tokens().sign_link(SPEAKER)) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


def test_a_link_expires_by_the_clock_of_the_house():
    clock = SettableClock()
    house = Tokens(SECRET, clock)
    token = house.sign_link(Link("r", Role.STUDIO, None, clock.now() // 1000 + 10, "r.1"))
    clock.advance(9_999)
    assert house.read_link(token).role is Role.STUDIO
    clock.advance(1)
    with pytest.raises(Refused, match="token_expired"):
        house.read_link(token)


def test_a_link_of_another_installation_is_invalid():
    assert code_of(tokens(b"x" * 32).sign_link(MODERATOR)) is Code.TOKEN_INVALID


def test_a_changed_link_is_invalid():
    head, body, seal = tokens().sign_link(MODERATOR).split(".")
    other = tokens().sign_link(SPEAKER).split(".")[1]
    assert code_of(f"{head}.{other}.{seal}") is Code.TOKEN_INVALID
    assert code_of(f"{head}.{body}.{seal[:-2]}") is Code.TOKEN_INVALID


@pytest.mark.parametrize("garbage", ["", "x", "a.b.c", "ä.ö.ü", "\ud800", "." * 100, "x" * 1_000_000])
def test_garbage_is_invalid(garbage):
    assert code_of(garbage) is Code.TOKEN_INVALID


@pytest.mark.parametrize("missing", ["room", "role", "exp", "jti"], ids=["no room", "no role", "no expiry", "no id"])
def test_a_link_without_one_of_its_claims_is_invalid(missing):
    claims = {"aud": LINK, "room": "r", "role": "studio", "exp": 2_000_000_000, "jti": "r.1"}
    del claims[missing]
    assert code_of(signed(claims)) is Code.TOKEN_INVALID


def test_a_role_that_does_not_exist_is_invalid():
    claims = {"aud": LINK, "room": "r", "role": "emperor", "exp": 2_000_000_000, "jti": "r.1"}
    assert code_of(signed(claims)) is Code.TOKEN_INVALID


def test_an_unsigned_link_is_invalid():
    claims = {"aud": LINK, "room": "r", "role": "moderator", "exp": 2_000_000_000, "jti": "r.1"}
    assert code_of(jwt.encode(claims, None, algorithm="none")) is Code.TOKEN_INVALID


def test_a_device_keeps_its_identity_for_years():
    clock = SettableClock()
    house = Tokens(SECRET, clock)
    token = house.sign_device("d1")
    clock.advance(5 * 365 * 86_400_000)
    assert house.read_device(token) == "d1"


def test_a_link_is_no_device_and_a_device_no_link():
    with pytest.raises(Refused, match="token_invalid"):
        tokens().read_device(tokens().sign_link(MODERATOR))
    assert code_of(tokens().sign_device("d1")) is Code.TOKEN_INVALID


@pytest.mark.parametrize("claims", [{"aud": DEVICE}, {"aud": DEVICE, "sub": ""}], ids=["none", "empty"])
def test_a_device_without_an_identity_is_invalid(claims):
    with pytest.raises(Refused, match="token_invalid"):
        tokens().read_device(signed(claims))


def test_the_secret_is_made_once_and_only_its_owner_reads_it(tmp_path):
    secret = secret_in(tmp_path)
    assert len(secret) == 32
    assert secret_in(tmp_path) == secret
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600


def test_a_damaged_secret_is_named(tmp_path):
    (tmp_path / "secret").write_bytes(b"short")
    with pytest.raises(SecretUnusable, match=r"is damaged: it has 5 bytes"):
        secret_in(tmp_path)


def test_a_folder_that_is_missing_is_named(tmp_path):
    with pytest.raises(SecretUnusable, match="No such file"):
        secret_in(tmp_path / "missing")


def test_the_token_of_the_metrics_is_made_once_and_for_the_owner_alone(tmp_path):
    token = metrics_token_in(tmp_path)
    assert len(token) >= 40
    assert metrics_token_in(tmp_path) == token
    assert (tmp_path / "metrics.token").stat().st_mode & 0o777 == 0o600


def test_an_empty_file_is_no_token(tmp_path):
    (tmp_path / "metrics.token").mkdir()
    with pytest.raises(SecretUnusable, match=r"cannot be read or written \(Is a directory\)"):
        metrics_token_in(tmp_path)
    (tmp_path / "metrics.token").rmdir()
    (tmp_path / "metrics.token").write_text("\n")
    with pytest.raises(SecretUnusable, match=r"metrics\.token is empty"):
        metrics_token_in(tmp_path)
