"""What may stand behind an option, and what is said to whoever writes something else."""

from ipaddress import ip_network
from pathlib import Path

import pytest

from podium import values


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (values.folder, "~/podium", Path.home() / "podium"),
        (values.port, "0", 0),
        (values.port, "65535", 65_535),
        (values.processes, "64", 64),
        (values.positive, "999999", 999_999),
        (values.addresses, " 203.0.113.7, 2001:DB8::1,", ("203.0.113.7", "2001:db8::1")),
        (values.networks, "10.0.0.0/8, ::1", (ip_network("10.0.0.0/8"), ip_network("::1"))),
        (values.ice_servers, "stun:a:1, turns:[::1]?transport=tcp", ("stun:a:1", "turns:[::1]?transport=tcp")),
        (values.switch, "on", True),
        (values.switch, "off", False),
        (values.log_form, "json", "json"),
        (values.url, "https://podium.example/", "https://podium.example"),
        (values.url, "", ""),
        (values.url, "http://[2001:DB8::1]:80/", "http://[2001:db8::1]:80"),
        (values.host, " ::1 ", "::1"),
        (values.database, "postgres://podium@db/podium", "postgresql://podium@db/podium"),
        (values.database, "", ""),
        (values.database, "postgresql://a:5432,b:5433/podium", "postgresql://a:5432,b:5433/podium"),
        (values.redis, "unix:///run/redis.sock", "unix:///run/redis.sock"),
        (values.redis, "", ""),
        (values.redis, "rediss://:a%2Fb@redis:6379/3", "rediss://:a%2Fb@redis:6379/3"),
    ],
)
def test_a_value_is_read(read, text, value):
    assert read(text) == value


@pytest.mark.parametrize(
    ("read", "text", "sentence"),
    [
        (values.port, "http", "a port is a number"),
        (values.port, "65536", "a port is a number"),
        (values.port, "-1", "a port is a number"),
        (values.port, "٣", "a port is a number"),
        (values.processes, "many", "write a number from 0 to 64"),
        (values.processes, "65", "write a number from 0 to 64"),
        (values.positive, "0", "write a number from 1"),
        (values.positive, "1000000", "write a number from 1"),
        (values.addresses, "podium.example", "write IP addresses"),
        (values.networks, "10.0.0.1/8", "write IP addresses or networks"),
        (values.url, "podium.example", "write it like https://podium.example"),
        (values.url, "https://podium.example/sub", "without a path"),
        (values.url, "https://[", "write it like https://podium.example"),
        (values.url, "https://podium.example:443x", "write it like https://podium.example"),
        (values.url, "https://podium.example:99999", "write it like https://podium.example"),
        (values.url, "https://user:confidential@podium.example", "write it like https://podium.example"),
        (values.url, "https://podium.example#top", "write it like https://podium.example"),
        (values.url, "https://podium example", "write it like https://podium.example"),
        (values.host, " ", "write an address of this machine"),
        (values.folder, "", "write a path"),
        (values.ice_servers, "turn:turn.example:99999", "write STUN and TURN addresses"),
        (values.ice_servers, "turns:[2001:db8::1]:65536?transport=tcp", "write STUN and TURN addresses"),
        (values.ice_servers, "turn.example", "write STUN and TURN addresses"),
        (values.ice_servers, "turn:a>;b", "write STUN and TURN addresses"),
        (values.ice_servers, "stun:a?transport=udp", "write STUN and TURN addresses"),
        (values.switch, "yes", "say on or off"),
        (values.log_form, "xml", "say auto, json or text"),
        (values.database, "podium.sqlite", "write it like postgresql://"),
        (values.database, "postgresql://db.example", "write it like postgresql://"),
        (values.redis, "redis.example:6379", "write it like redis://"),
        (values.redis, "redis://", "write it like redis://"),
        (values.redis, "redis://redis.example:99999", "write it like redis://"),
        (values.redis, "redis://:pa/ss@redis.example/0", "in a password / is %2F"),
        (values.redis, "redis://redis/first", "write it like redis://"),
        (values.redis, "unix:///run/redis.sock?db=first", "write it like redis://"),
        (values.database, "postgresql://[/podium", "write it like postgresql://"),
        (values.database, "postgresql://db:5432x/podium", "write it like postgresql://"),
        (values.database, "postgresql://a:1,b:one/podium", "write it like postgresql://"),
    ],
)
def test_a_wrong_value_is_told_how_to_write_it(read, text, sentence):
    with pytest.raises(ValueError, match=sentence):
        read(text)


@pytest.mark.parametrize(
    "text", ["postgresql://podium:pa/s@s@db/podium", "redis://:pass@redis", "x://db/y?password=pass"]
)
def test_no_part_of_a_password_is_told(text):
    assert "pa" not in values.without_password(text).replace("password", "")
