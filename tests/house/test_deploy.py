"""What operators copy from deploy/ and docs/operations.md names things that exist, and is safe."""

import configparser
import os
import re
import shutil
import subprocess
from importlib import import_module
from pathlib import Path
from uuid import uuid4

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands
from django.urls import reverse

from resolutionflow.lib.sizes import FORM_BYTES
from resolutionflow.receiving import LARGEST_BODY, LARGEST_WITH_FILES, TAKES_FILES
from sessions_app.files import bounds
from tests.installation.page import PAGE, block, blocks, section

ROOT = PAGE.parents[1]
DEPLOY = ROOT / "deploy"
EXAMPLES = [PAGE, *(path for path in DEPLOY.rglob("*") if path.is_file())]
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
NGINX = (DEPLOY / "nginx.conf").read_text()
CADDY = (DEPLOY / "Caddyfile").read_text()
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
# What systemd calls "OK"; 10 is a unit that may do everything.
EXPOSURE = 2.0


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_every_command_that_is_named_exists(path: Path):
    named = re.findall(r"(?:manage\.py|^resolutionflow) ([a-z_]+)", path.read_text(), re.M)
    assert set(named) - get_commands().keys() == set()


def test_a_back_up_is_encrypted_and_holds_no_log_ins():
    page = PAGE.read_text()
    made, restored = block("backup", page), block("restore", page)
    assert "pg_dump" in made
    log_ins = import_module(settings.SESSION_ENGINE).SessionStore.get_model_class()
    assert f"--exclude-table-data={log_ins._meta.db_table} " in made
    assert "age --encrypt" in made
    assert "age --decrypt" in restored
    assert "pg_restore" in restored


# --- Units --------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_every_unit_runs_as_the_application_with_its_settings(unit: Path):
    parsed = configparser.RawConfigParser(strict=False)
    parsed.read(unit)
    assert parsed["Service"]["User"] == "resolutionflow"
    assert parsed["Service"]["EnvironmentFile"] == "/etc/resolutionflow/env"
    assert parsed["Service"]["MemoryMax"]
    assert parsed["Service"]["TasksMax"]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd judges its units itself")
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_every_unit_is_confined_as_systemd_judges(unit: Path):
    threshold = f"--threshold={EXPOSURE * 10:.0f}"
    judged = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", threshold, str(unit)],
        capture_output=True,
        text=True,
    )
    assert judged.returncode == 0, judged.stdout + judged.stderr


def test_the_page_starts_every_unit_but_those_of_a_timer():
    timers = {path.stem for path in UNITS[0].parent.glob("*.timer")}
    start = dict(blocks(section("Install", PAGE.read_text())))["systemd"]
    assert [unit.stem for unit in UNITS if unit.stem not in start and unit.stem not in timers] == []


# --- Proxies ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "proxy_request_buffering on;",
        "proxy_buffering on;",
        "client_header_timeout 15s;",
        "client_body_timeout 15s;",
        "send_timeout 15s;",
        "limit_conn resolutionflow_addresses 100;",
        "client_max_body_size 11m;",
        "error_page 413 /errors/413.html;",
    ],
)
def test_nginx_holds_slow_and_large_senders(line):
    assert f"    {line}\n" in NGINX


@pytest.mark.parametrize(
    "line",
    [
        "request_buffers 12MiB",
        "response_buffers 4MiB",
        "read_header 15s",
        "read_body 30s",
        "idle 30s",
        "enable_full_duplex",
        "max_size 11MiB",
        "handle_errors 413 {",
    ],
)
def test_caddy_holds_slow_and_large_senders(line):
    assert re.search(rf"^\t+{re.escape(line)}$", CADDY, re.M)


def test_proxies_and_server_let_through_a_little_more_than_the_application_takes():
    assert LARGEST_BODY == 11 * 1024 * 1024
    assert LARGEST_BODY > settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    # A step with files: its address and its bound are the same in all three.
    assert LARGEST_WITH_FILES == 32 * 1024 * 1024
    assert LARGEST_WITH_FILES > 3 * bounds.MOST_BYTES + FORM_BYTES
    assert "        client_max_body_size 32m;\n" in NGINX
    assert "\t\tmax_size 32MiB\n" in CADDY
    step = reverse("sessions:step-edit", args=[uuid4(), 12])
    (nginx,) = re.findall(r'location ~ "(.+)" {', NGINX)
    for pattern in (nginx, *re.findall(r"path_regexp (.+)", CADDY), TAKES_FILES.pattern):
        assert re.fullmatch(pattern.strip("^$"), step)
        assert not re.fullmatch(pattern.strip("^$"), step.replace("edit", "move"))


def test_files_are_kept_where_the_application_may_write_and_stay():
    assert SERVICES["web"]["environment"]["MEDIA_ROOT"] == "/files"
    assert "files:/files" in SERVICES["web"]["volumes"]
    assert "files" in COMPOSE["volumes"]
    for unit in ("web", "prune"):
        text = (DEPLOY / "systemd" / f"resolutionflow-{unit}.service").read_text()
        assert "\nReadWritePaths=/srv/resolutionflow/files\n" in text
    page = PAGE.read_text()
    assert "MEDIA_ROOT=/srv/resolutionflow/files" in page
    assert "/srv/resolutionflow files" in block("backup", page)
    assert "resolutionflow-files.tar.age" in block("restore", page)


def test_every_error_page_that_a_proxy_names_exists_and_says_what_to_do():
    named = set(re.findall(r"/errors/\d+\.html", NGINX + CADDY))
    assert named == {f"/errors/{code}.html" for code in (413, 429, 502)}
    for page in (DEPLOY / "errors").iterdir():
        # The pages' script shows this sentence beside what was typed (static/js/htmx-errors.js).
        assert re.search(
            r'class="error-bar" role="alert">\s*<p>.*not lost: .*</p>', page.read_text()
        )


def logged_by_nginx(address: str) -> str:
    found = re.findall(r'^ +"~(?P<pattern>.+)"\s+(?P<value>\S+);$', NGINX, re.M)
    for pattern, value in found:
        if match := re.search(pattern.replace("(?<", "(?P<"), address):
            return re.sub(r"\$(\w+)", lambda name: match[name[1]], value)
    return address


def logged_by_caddy(address: str) -> str:
    (pattern,) = re.findall(r'request>uri regexp "(.+)" "\$\{1\}"', CADDY)
    return re.sub(pattern, lambda match: match[1] or "", address)


@pytest.mark.parametrize("logged", [logged_by_nginx, logged_by_caddy])
def test_logs_of_proxies_hold_no_words_and_no_tokens(logged):
    assert logged("/tickets/?q=salary&page=2") == "/tickets/"
    assert logged("/sessions/5a1f/") == "/sessions/5a1f/"
    secrets = [
        reverse("accounts:invite", args=["12-abc.signature"]),
        reverse("accounts:new-password", args=[7, "renew-token"]),
        reverse("accounts:email", args=["WzEsIng:token:signature"]),
        reverse("accounts:invite", args=["12-abc.signature"]) + "?x=token",
    ]
    for address in secrets:
        assert not re.search("signature|token", logged(address)), address
        assert logged(address).startswith(address[: address.index("/", 1)])


def test_proxies_log_in_their_own_format_only():
    assert NGINX.count("access_log ") == NGINX.count("server {")
    assert NGINX.count("error_log ") == NGINX.count("server {") == NGINX.count(" crit;")
    (format_,) = re.findall(r"log_format resolutionflow (.*?);", NGINX, re.S)
    assert not re.search(r"\$(request|request_uri|uri|args|query_string|http_\w+)\b", format_)
    assert "request>headers delete" in CADDY


# --- Containers ---------------------------------------------------------------------------

SERVICES = COMPOSE["services"]
DIGEST = re.compile(r"\w+@\$\{\w+_DIGEST:\?Run deploy/pin-images, .+\}")


@pytest.mark.parametrize("name", SERVICES)
def test_every_container_is_confined_and_named_by_its_digest(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service.get("cap_add", []) == (["NET_BIND_SERVICE"] if name == "proxy" else [])
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["mem_limit"]
    assert service["pids_limit"]
    if "build" in service:
        assert service["build"]["args"]["PYTHON_DIGEST"].startswith("${PYTHON_DIGEST:?")
        assert "FROM python@${PYTHON_DIGEST}\n" in (DEPLOY / "Dockerfile").read_text()
    else:
        assert DIGEST.fullmatch(service["image"])


def test_database_and_redis_are_reached_by_the_application_alone():
    networks = {name: set(service["networks"]) for name, service in SERVICES.items()}
    assert networks["database"] == {"database"}
    assert networks["cache"] == networks["counters"] == {"memory"}
    assert networks["proxy"] == {"outside", "proxy"}
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    closed = {name for name, network in COMPOSE["networks"].items() if network}
    assert closed == {"proxy", "database", "memory"}


def test_counters_are_kept_where_nothing_is_dropped_and_both_redis_have_a_password():
    policies = {"cache": "allkeys-lru", "counters": "noeviction"}
    for name, policy in policies.items():
        command = SERVICES[name]["command"][-1]
        assert f"maxmemory-policy {policy}\n" in command
        assert "requirepass " in command
        conf = (DEPLOY / "redis" / f"redis-resolutionflow-{name}.conf").read_text()
        assert f"\nmaxmemory-policy {policy}\n" in conf
        assert "\nport 0\n" in conf
    assert "requirepass $REDIS_PASSWORD" in block("redis", PAGE.read_text())
    environment = SERVICES["web"]["environment"]
    assert environment["REDIS_URL"].endswith("@cache:6379/0")
    assert environment["COUNTERS_REDIS_URL"].endswith("@counters:6379/0")


FAKE_DOCKER = """#!/bin/sh
case "$*" in
    *inspect*) echo "{answer}" ;;
esac
"""


@pytest.mark.parametrize(
    ("answer", "status"), [(f"python@sha256:{'a' * 64}", 0), ("python:latest", 1), ("", 1)]
)
def test_pinning_prints_digests_or_fails(tmp_path, answer, status):
    docker = tmp_path / "docker"
    docker.write_text(FAKE_DOCKER.format(answer=answer))
    docker.chmod(0o755)

    done = subprocess.run(
        ["sh", str(DEPLOY / "pin-images")],
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
    )

    assert done.returncode == status
    asked = set(re.findall(r"\$\{(\w+_DIGEST)", (DEPLOY / "compose.yaml").read_text()))
    printed = set(re.findall(rf"^(\w+)=sha256:{'a' * 64}$", done.stdout, re.M))
    assert printed == (asked if status == 0 else set())
