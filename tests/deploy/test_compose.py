"""The compose file is one, starts only what is pinned and confined, and names only settings and secrets that there are.

There is no container engine in the tests: what images do inside is not tried here.
"""

import argparse
import json
import re
import stat
import subprocess
from dataclasses import fields
from importlib.resources import files
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from podium.settings import FILE, PREFIX, Settings, add_arguments, read

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = YAML(typ="safe").load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
KNOWN = {PREFIX + option.name.upper() for option in fields(Settings)} | {
    PREFIX + option.name.upper() + FILE for option in fields(Settings) if option.metadata["secret"]
}
OF_THE_OPERATOR = {"tls_certificate", "tls_key"}


def settings(**environment: str) -> Settings:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return read(parser.parse_args([]), environment)


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("secrets")
    for _ in range(2):  # what is there stays
        subprocess.run([ROOT / "deploy" / "make-secrets", folder], check=True, capture_output=True)
    return folder


def test_it_is_a_compose_file() -> None:
    schema = files("check_jsonschema").joinpath("builtin_schemas", "vendor", "compose-spec.json")
    jsonschema.validate(COMPOSE, json.loads(schema.read_text(encoding="utf-8")))


def test_without_a_profile_one_container_starts() -> None:
    assert [name for name, service in SERVICES.items() if "profiles" not in service] == ["podium"]
    assert {name for name, service in SERVICES.items() if service.get("profiles") == ["scale"]} == {
        *("node-a", "node-b", "proxy", "postgres", "redis", "coturn")
    }
    assert set(SERVICES["proxy"]["depends_on"]) == {"node-a", "node-b", "coturn"}
    assert set(SERVICES["node-a"]["depends_on"]) == {"postgres", "redis"}


@pytest.mark.parametrize("name", SERVICES)
def test_every_container_is_confined_pinned_and_watched(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["restart"] == "unless-stopped"
    if "build" in service:
        assert re.search(r"^USER [1-9]\d*$", DOCKERFILE, re.MULTILINE)
        assert "HEALTHCHECK" in DOCKERFILE
    else:
        assert re.fullmatch(r"[\w/]+:\d+\.\d+(\.\d+)?-alpine(@sha256:[0-9a-f]{64})?", service["image"])
        assert int(service["user"].partition(":")[0]) > 0
        assert service["healthcheck"]["test"]


def test_the_image_is_built_from_what_is_locked() -> None:
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert all(re.fullmatch(r"python:\d+\.\d+\.\d+-slim-\w+(@sha256:[0-9a-f]{64})?", base) for base in bases)
    installs = re.findall(r"pip install ([^\\\n]+)", DOCKERFILE)
    assert all("--require-hashes" in install or "--no-deps" in install for install in installs)
    copied = re.search(r"^COPY (requirements.*) \./$", DOCKERFILE, re.MULTILINE)
    assert copied
    assert all((ROOT / name).is_file() for name in copied[1].split())
    assert {"deploy", ".git", ".venv"} <= set((ROOT / ".dockerignore").read_text(encoding="utf-8").split())


def test_every_setting_there_is_one_of_podium() -> None:
    named = {variable for service in SERVICES.values() for variable in service.get("environment", {})}
    named |= set(re.findall(r"\b(PODIUM_\w+)=", DOCKERFILE))
    named |= set(re.findall(r"\$\{(PODIUM_\w+)", (ROOT / "docker-compose.yml").read_text(encoding="utf-8")))
    assert {name for name in named if name.startswith(PREFIX)} <= KNOWN


@pytest.mark.parametrize("name", ["podium", "node-a", "node-b"])
def test_a_server_can_read_its_settings_and_has_the_ports_that_are_published(name: str, secrets: Path) -> None:
    service = SERVICES[name]
    given = {variable: re.sub(r"\$\{\w+:[?-][^}]*\}", "", value) for variable, value in service["environment"].items()}
    given = {variable: value.replace("/run/secrets", str(secrets)) for variable, value in given.items()}
    found = settings(**given)
    published = {port for port in service["ports"] if "8080" not in port}
    last = found.media_port + found.workers(cores=64) - 1
    assert published == {f"{found.media_port}-{last}:{found.media_port}-{last}/{way}" for way in ("udp", "tcp")}
    if name != "podium":
        assert found.secret is not None
        assert len(found.secret.read_bytes()) == 32
        assert found.database.startswith("postgresql://podium:")
        assert (secrets / "postgres_password").read_text(encoding="utf-8") in found.database
        assert found.node_url == f"http://{name}:8080"
        inside = ip_network(COMPOSE["networks"]["inside"]["ipam"]["config"][0]["subnet"])
        assert found.trusted_proxies == (inside,)


def test_nothing_but_pages_pictures_and_turn_is_open_to_the_world() -> None:
    assert {name for name, service in SERVICES.items() if "ports" in service} == {
        *("podium", "node-a", "node-b", "proxy", "coturn")
    }


def test_every_secret_is_a_file_that_the_script_makes_or_the_operator_has(secrets: Path) -> None:
    made = {path.name for path in secrets.iterdir()}
    declared = {name: Path(secret["file"]).name for name, secret in COMPOSE["secrets"].items()}
    assert all(name == file for name, file in declared.items())
    assert declared.keys() == made | OF_THE_OPERATOR
    used = {secret for service in SERVICES.values() for secret in service.get("secrets", ())}
    assert used == declared.keys()
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o700
    assert len({(secrets / name).read_bytes() for name in ("postgres_password", "turn_secret", "podium_secret")}) == 3
    assert (secrets / "turn_secret").read_text(encoding="utf-8") in (secrets / "turn_conf").read_text(encoding="utf-8")


def test_the_turn_server_reaches_pictures_and_nothing_else(secrets: Path) -> None:
    denied = re.findall(r"denied-peer-ip=(\S+)", (secrets / "turn_conf").read_text(encoding="utf-8"))
    assert denied == ["0.0.0.0-255.255.255.255", "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"]
    allowed = [option for option in SERVICES["coturn"]["command"] if "allowed" in option]
    assert allowed == ["--allowed-peer-ip=${PODIUM_ANNOUNCE:-}"]
