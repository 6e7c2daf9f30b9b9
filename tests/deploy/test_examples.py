"""The examples of proxies and of the systemd unit say what Podium needs; the programs that are here check them whole."""

import datetime as dt
import re
import shutil
import subprocess
from dataclasses import fields
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from podium.settings import PREFIX, Settings

DEPLOY = Path(__file__).parents[2] / "deploy"
UNIT = (DEPLOY / "podium.service").read_text(encoding="utf-8")
NGINX = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")


def certificate(file: Path) -> None:
    """A certificate and its key, for a program that wants to read one."""
    key, now = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    name = x509.Name([])
    names = x509.SubjectAlternativeName([x509.DNSName("podium.example")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now).not_valid_after(now + dt.timedelta(days=1))
    signed = made.add_extension(names, critical=True).sign(key, hashes.SHA256())
    plain = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(signed.public_bytes(serialization.Encoding.PEM) + plain)


def test_nginx_passes_on_what_podium_needs_and_keeps_no_address(tmp_path: Path) -> None:
    for line in (
        "proxy_set_header Host $host;",
        "proxy_set_header X-Forwarded-For $remote_addr;",
        "proxy_set_header Upgrade $http_upgrade;",
        'add_header Strict-Transport-Security "max-age=31536000" always;',
    ):
        assert line in NGINX
    servers = NGINX.split("\nserver {")[1:]
    assert all("access_log off;" in server and re.search(r"error_log \S+ emerg;", server) for server in servers)
    assert int(re.findall(r"keepalive_timeout (\d+)s", NGINX)[0]) < Settings().idle_seconds
    assert int(re.findall(r"client_max_body_size (\d+)k", NGINX)[0]) * 1024 == Settings().body_bytes
    if nginx := shutil.which("nginx"):
        certificate(tmp_path / "both.pem")
        site = re.sub(r"/etc/letsencrypt/\S+\.pem", str(tmp_path / "both.pem"), NGINX)
        site = site.replace("/var/log/nginx", str(tmp_path))
        (tmp_path / "nginx.conf").write_text(
            f"pid {tmp_path}/pid;\nevents {{}}\nhttp {{\n{site}\n}}\n", encoding="utf-8"
        )
        checked = subprocess.run(
            [nginx, "-t", "-p", tmp_path, "-c", tmp_path / "nginx.conf"], capture_output=True, text=True, check=False
        )
        assert checked.returncode == 0, checked.stderr


def test_caddy_sends_nobody_to_a_node_that_is_not_ready_and_keeps_no_address() -> None:
    scale, single = ((DEPLOY / name).read_text(encoding="utf-8") for name in ("scale.Caddyfile", "Caddyfile"))
    assert "health_uri /readyz" in scale
    assert re.findall(r"node-\w:8080", scale) == ["node-a:8080", "node-b:8080"]
    for text in (scale, single):
        assert int(re.findall(r"keepalive (\d+)s", text)[0]) < Settings().idle_seconds
        assert "\n\tlog {\n\t\texclude http.stdlib\n\t\tformat filter {" in text
        assert "request delete" in text
        assert "\n\theader Strict-Transport-Security max-age=31536000 " in text
        assert not re.search(r"^\s*log\b", text.partition("\n}\n")[2], re.MULTILINE)
    if caddy := shutil.which("caddy"):
        for name in ("Caddyfile", "scale.Caddyfile"):
            adapted = subprocess.run(
                [caddy, "adapt", "--adapter", "caddyfile", "--config", DEPLOY / name], capture_output=True, check=False
            )
            assert adapted.returncode == 0, adapted.stderr.decode()


def test_the_unit_runs_the_server_confined_and_sets_only_what_there_is() -> None:
    assert "ExecStart=/opt/podium/bin/podium serve\n" in UNIT
    confined = {line for line in UNIT.splitlines() if "=" in line}
    for line in (
        "DynamicUser=yes",
        "ProtectSystem=strict",
        "NoNewPrivileges=yes",
        "CapabilityBoundingSet=",
        "UMask=0077",
    ):
        assert line in confined
    assert set(re.findall(r"\b(PODIUM_[A-Z_]+)\b", UNIT)) - {"PODIUM_DATABASE_FILE", "PODIUM_"} <= {
        PREFIX + option.name.upper() for option in fields(Settings)
    }
    if analyze := shutil.which("systemd-analyze"):
        checked = subprocess.run(
            [analyze, "verify", DEPLOY / "podium.service"], capture_output=True, text=True, check=False
        )
        said = [line for line in checked.stderr.splitlines() if "podium.service" in line]
        assert all("is not executable" in line for line in said), said
