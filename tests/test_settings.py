"""Every option: command line before environment before default; a wrong value is a sentence."""

import argparse
from ipaddress import ip_network
from pathlib import Path

import pytest

from podium import settings
from podium.settings import SettingRefused, Settings


def read(*words: str, **environment: str) -> Settings:
    parser = argparse.ArgumentParser()
    settings.add_arguments(parser)
    return settings.read(parser.parse_args(words), environment)


def test_without_anything_the_defaults_hold_and_only_this_machine_is_served():
    assert read() == Settings()
    assert Settings().host == "127.0.0.1"


def test_the_environment_sets_every_option():
    given = read(
        PODIUM_DATA="/srv/podium",
        PODIUM_HOST="0.0.0.0",
        PODIUM_PORT="80",
        PODIUM_MEDIA_PORT="81",
        PODIUM_ANNOUNCE="203.0.113.7, 2001:db8::1",
        PODIUM_PUBLIC_URL="https://podium.example/",
        PODIUM_PROGRAMME="/etc/podium.toml",
        PODIUM_DATABASE="postgres://podium@db.example/podium?sslmode=require",
        PODIUM_REDIS="rediss://:secret@redis.example/3",
        PODIUM_ICE_SERVERS="stun:stun.example, turn:[2001:db8::1]:3478?transport=tcp",
        PODIUM_TURN_SECRET="/run/secrets/turn",
        PODIUM_OVERFLOW_URL="https://second.example",
        PODIUM_SECRET="/run/secrets/podium",
        PODIUM_LOG="json",
        PODIUM_TRUSTED_PROXIES="10.0.0.0/8, 2001:db8::1",
        PODIUM_CONNECTIONS="1",
        PODIUM_CONNECTS="2",
        PODIUM_CONNECTS_PER_ADDRESS="3",
        PODIUM_CONNECTIONS_PER_ADDRESS="7",
        PODIUM_HEAD_SECONDS="4",
        PODIUM_BODY_SECONDS="8",
        PODIUM_HELLO_SECONDS="9",
        PODIUM_UNREAD_SECONDS="10",
        PODIUM_UNREAD_MEGABYTES="11",
        PODIUM_IDLE_SECONDS="5",
        PODIUM_BODY_BYTES="6",
        PODIUM_LENIENT_TRICKLE="on",
    )
    assert given == Settings(
        data=Path("/srv/podium"),
        host="0.0.0.0",
        port=80,
        media_port=81,
        announce=("203.0.113.7", "2001:db8::1"),
        public_url="https://podium.example",
        programme=Path("/etc/podium.toml"),
        database="postgresql://podium@db.example/podium?sslmode=require",
        redis="rediss://:secret@redis.example/3",
        ice_servers=("stun:stun.example", "turn:[2001:db8::1]:3478?transport=tcp"),
        turn_secret=Path("/run/secrets/turn"),
        overflow_url="https://second.example",
        secret=Path("/run/secrets/podium"),
        log="json",
        trusted_proxies=(ip_network("10.0.0.0/8"), ip_network("2001:db8::1")),
        connections=1,
        connects=2,
        connects_per_address=3,
        connections_per_address=7,
        head_seconds=4,
        body_seconds=8,
        hello_seconds=9,
        unread_seconds=10,
        unread_megabytes=11,
        idle_seconds=5,
        body_bytes=6,
        lenient_trickle=True,
    )


def test_the_command_line_wins():
    assert read("--port", "9000", PODIUM_PORT="80", PODIUM_HOST="::1") == Settings(port=9000, host="::1")


def test_a_wrong_value_is_named_with_its_option():
    with pytest.raises(SettingRefused, match=r"^--port is “http”: a port is a number"):
        read("--port=http")


def test_no_password_of_a_database_is_told():
    with pytest.raises(SettingRefused, match=r"PODIUM_DATABASE is “mysql://\.\.\.@db/podium”") as refused:
        read(PODIUM_DATABASE="mysql://podium:confidential@db/podium")
    given = read(PODIUM_DATABASE="postgresql://podium:confidential@db/podium", PODIUM_REDIS="redis://:confidential@db")
    assert "confidential" not in f"{refused.value} {given}"


def test_addresses_with_passwords_may_be_in_files(tmp_path):
    file = tmp_path / "database"
    file.write_text("postgresql://podium:confidential@db/podium\n", encoding="utf-8")
    given = read(PODIUM_DATABASE_FILE=str(file))
    assert given.database == "postgresql://podium:confidential@db/podium"
    assert read("--database", "postgresql://db/other", PODIUM_DATABASE_FILE=str(file)).database.endswith("/other")
    file.write_text("mysql://podium:confidential@db/podium", encoding="utf-8")
    with pytest.raises(SettingRefused, match=r"^PODIUM_DATABASE_FILE is “mysql://\.\.\.@db/podium”"):
        read(PODIUM_DATABASE_FILE=str(file))
    with pytest.raises(SettingRefused, match=r"PODIUM_REDIS_FILE is “/nonexistent”, which cannot be read"):
        read(PODIUM_REDIS_FILE="/nonexistent")


def test_a_wrong_variable_is_named():
    with pytest.raises(SettingRefused, match="PODIUM_PORT is “x”"):
        read(PODIUM_PORT="x")


@pytest.mark.parametrize(
    ("given", "address"),
    [
        (Settings(), "http://127.0.0.1:8080"),
        (Settings(host="0.0.0.0", port=80), "http://127.0.0.1:80"),
        (Settings(host="::"), "http://[::1]:8080"),
        (Settings(host="::1"), "http://[::1]:8080"),
        (Settings(host="podium.lan"), "http://podium.lan:8080"),
        (Settings(host="0.0.0.0", public_url="https://podium.example"), "https://podium.example"),
    ],
)
def test_links_begin_with_an_address_that_can_be_opened(given, address):
    assert given.address == address


def test_the_media_port_listens_everywhere_once_it_is_announced():
    assert Settings().media_host == "127.0.0.1"
    assert Settings(host="::1").media_host == "127.0.0.1"
    assert Settings(announce=("203.0.113.7",)).media_host == Settings(host="::").media_host == "::"
    assert Settings(host="192.0.2.7").media_host == "192.0.2.7"


@pytest.mark.parametrize(("cores", "workers"), [(1, 1), (2, 2), (4, 4), (64, 4)])
def test_every_core_serves_pictures(cores, workers):
    assert Settings().workers(cores) == workers
    assert Settings(relay_workers=7).workers(cores) == 7


def test_the_programme_is_in_the_data_folder_unless_named():
    assert Settings().programme_file == Path("data/programme.toml")
    assert Settings(programme=Path("x.toml")).programme_file == Path("x.toml")


def test_the_table_for_the_documents_has_a_sentence_for_each_option():
    rows = settings.table()
    assert ("--media-port", "PODIUM_MEDIA_PORT", "8189") in [row[:3] for row in rows]
    assert all(row[3].endswith(".") for row in rows)
