"""What clients are told of STUN and TURN servers."""

import base64
import hashlib
import hmac
import re

from podium.edge.iceservers import CREDENTIAL_SECONDS, NO_ICE_SERVERS, IceServers

NOW = 1_700_000_000


def test_a_stun_server_takes_no_credentials():
    servers = IceServers(("stun:stun.example:3478",), b"", lambda: NOW)
    assert list(servers.links()) == ['<stun:stun.example:3478>; rel="ice-server"']


def test_credentials_expire_and_are_those_that_coturn_computes():
    (link,) = IceServers(("turns:turn.example:443?transport=tcp",), b"shared", lambda: NOW).links()
    assert link.startswith('<turns:turn.example:443?transport=tcp>; rel="ice-server"; ')
    assert 'credential-type="password"' in link
    username, credential = re.findall(r'(?:username|credential)="([^"]*)"', link)
    assert username.startswith(f"{NOW + CREDENTIAL_SECONDS}:")
    assert base64.b64decode(credential) == hmac.digest(b"shared", username.encode(), hashlib.sha1)


def test_no_two_people_get_the_same_name():
    servers = IceServers(("turn:turn.example",), b"shared", lambda: NOW)
    assert len({link for _ in range(3) for link in servers.links()}) == 3


def test_without_servers_there_is_nothing_to_tell():
    assert list(NO_ICE_SERVERS.links()) == []
