import copy
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from aeterna_nb.checks.compose import check_compose

ENVIRONMENT = {"POSTGRESQL_PASSWORD": "canary-51c2", "PORT": "8080", "EMPTY": ""}
GOOD: dict[str, Any] = {
    "name": "aeterna",
    "services": {
        "aeterna": {
            "image": "ghcr.io/example/aeterna:v1.0.0",
            "restart": "unless-stopped",
            "environment": {
                "PG_HOST": "postgresql",
                "PG_PORT": "5432",
                "PGPASSWORD": "${POSTGRESQL_PASSWORD}",
                "AWS_ACCESS_KEY_ID": None,
                "LITERAL": "a$$b",
            },
            "depends_on": {
                "postgresql": {"condition": "service_healthy"},
                "migrate": {"condition": "service_completed_successfully"},
            },
            "ports": ["127.0.0.1:${PORT}:8080"],
            "volumes": ["data:/var/lib/aeterna", "./local:/local:ro"],
            "secrets": [{"source": "key", "target": "/run/key"}],
            "healthcheck": {
                "test": ["CMD", "curl", "http://127.0.0.1:8080/ready"],
                "interval": "5s",
                "timeout": "1m30s",
            },
        },
        "migrate": {"image": "ghcr.io/example/aeterna:v1.0.0", "restart": "no", "command": ["admin", "migrate", "up"]},
        "postgresql": {
            "image": "postgres:17.5",
            "environment": ["POSTGRES_PASSWORD=${POSTGRESQL_PASSWORD:?set it in .env}", "TZ=${TZ:-UTC}"],
            "volumes": [{"type": "volume", "source": "data", "target": "/data"}],
            "networks": ["default"],
            "healthcheck": {"test": ["CMD", "pg_isready"]},
            "shm_size": "128m",
        },
    },
    "volumes": {"data": {}},
    "secrets": {"key": {"environment": "POSTGRESQL_PASSWORD"}},
}


def changed(path: str, value: object) -> dict[str, Any]:
    content = copy.deepcopy(GOOD)
    target: Any = content
    *steps, last = path.split("/")
    for step in steps:
        target = target.setdefault(step, {})
    if value is ...:
        del target[last]
    else:
        target[last] = value
    return content


def messages(content: Mapping[str, Any], hosts: frozenset[str] = frozenset()) -> list[str]:
    found = [finding.message for finding in check_compose(yaml.safe_dump(content), ENVIRONMENT, hosts)]
    assert "canary-51c2" not in " ".join(found)
    return found


def test_a_compose_file_that_is_right_passes() -> None:
    assert messages(GOOD) == []


AETERNA = "services/aeterna"
DATABASE = "services/postgresql"
LONG_PORT = {"target": 8080, "published": "8080"}


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        # What the specification's schema refuses.
        ("volume", {}, "has volume, which Compose does not know"),
        (f"{AETERNA}/prots", [], "services.aeterna has prots, which Compose does not know"),
        (f"{AETERNA}/healthcheck/intervall", "5s", "healthcheck has intervall"),
        (f"{AETERNA}/healthcheck/retries", [], "services.aeterna.healthcheck.retries must be"),
        (f"{AETERNA}/environment/FLAG", {"a": 1}, "environment"),
        (f"{AETERNA}/depends_on/migrate/condition", "done", "condition must be one of"),
        (f"{AETERNA}/restart", True, "services.aeterna.restart must be text"),
        # What Docker Compose refuses besides, or what would not work.
        ("services", {}, "there are no services"),
        (f"{AETERNA}/image", ..., "has neither an image nor a build"),
        (f"{AETERNA}/image", "ghcr.io/example/aeterna:latest", "must name an image with the tag of one version"),
        (f"{AETERNA}/restart", "sometimes", "has a restart that is none of"),
        (f"{AETERNA}/healthcheck/test", ["curl", "x"], "does not begin with CMD"),
        (f"{AETERNA}/healthcheck/interval", "5 seconds", "has a healthcheck.interval that is no time"),
        (f"{AETERNA}/stop_grace_period", "10", "has a stop_grace_period that is no time"),
        (f"{DATABASE}/shm_size", "128 megabytes", "has a shm_size that is no size"),
        (f"{AETERNA}/ports", ["127.0.0.1:99999:8080"], "has an entry in ports that is none"),
        (f"{AETERNA}/ports", ["8080:http"], "has an entry in ports that is none"),
        (f"{AETERNA}/ports", ["8000-8002:8080"], "has an entry in ports that is none"),
        (f"{AETERNA}/depends_on/cache", {"condition": "service_started"}, "depends on cache, which is no service"),
        (f"{DATABASE}/healthcheck", {"disable": True}, "waits until postgresql is healthy, but postgresql has no"),
        (f"{DATABASE}/healthcheck/disable", True, "waits until postgresql is healthy, but postgresql has no"),
        (f"{DATABASE}/healthcheck", ..., "waits until postgresql is healthy, but postgresql has no"),
        ("services/migrate/restart", "always", "waits until migrate has ended, but migrate is always started again"),
        (f"{AETERNA}/volumes", ["gone:/data"], "names the volume gone"),
        (f"{AETERNA}/volumes", [{"type": "volume", "source": "gone", "target": "/data"}], "names the volume gone"),
        (f"{AETERNA}/networks", ["gone"], "names the network gone"),
        (f"{AETERNA}/networks", {"gone": {"aliases": ["a"]}}, "names the network gone"),
        (f"{AETERNA}/secrets", ["gone"], "names the secret gone"),
        (f"{AETERNA}/configs", [{"source": "gone"}], "names the config gone"),
        (f"{DATABASE}/depends_on", ["aeterna"], "wait for each other in a circle: aeterna, postgresql, aeterna"),
        (f"{DATABASE}/ports", ["127.0.0.1:8080:5432"], "aeterna and postgresql take the same port"),
        (f"{DATABASE}/ports", [{**LONG_PORT, "host_ip": "127.0.0.1"}], "aeterna and postgresql take the same port"),
        (f"{AETERNA}/ports", [{**LONG_PORT, "prot": 1}], "ports[0] has prot, which Compose does not know"),
        (f"{AETERNA}/environment/PG_HOST", "database", "gets the host database in PG_HOST"),
        (f"{AETERNA}/environment/OPAL_SERVER_URL", "http://opal:7002", "gets the host opal in OPAL_SERVER_URL"),
        # Variables.
        (
            f"{AETERNA}/environment/A",
            "${GONE}",
            "aeterna.environment.A needs the variable GONE, which .env does not give",
        ),
        (f"{AETERNA}/environment/A", "$GONE", "needs the variable GONE"),
        (f"{AETERNA}/environment/A", "${EMPTY:?}", "needs the variable EMPTY"),
        (f"{AETERNA}/environment/A", "${GONE:-${ALSO}}", "needs the variable ALSO"),
        (f"{AETERNA}/environment/A", "costs 5$", "a dollar sign that names no variable"),
        (f"{AETERNA}/environment/A", "${", "a dollar sign that names no variable"),
    ],
)
def test_what_is_wrong_is_said_once_and_with_its_place(path: str, value: object, words: str) -> None:
    found = messages(changed(path, value))
    assert len(found) == 1
    assert words in found[0]


def test_of_what_may_be_written_in_several_ways_the_way_that_was_meant_is_judged() -> None:
    found = messages(changed(f"{AETERNA}/ports", [{**LONG_PORT, "host_ip": [], "mode": []}]))
    assert len(found) == 2
    assert "ports[0].host_ip must be text" in found[0]
    assert "ports[0].mode must be text" in found[1]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (f"{AETERNA}/environment/A", "$$5 and $${not}"),
        (f"{AETERNA}/environment/A", "${GONE:-default}${GONE-}${GONE:+x}"),
        (f"{AETERNA}/environment/A", "${EMPTY}"),
        (f"{AETERNA}/environment/OPAL_URL", "http://db.example.com:7002"),
        (f"{AETERNA}/environment/PG_HOST", "fd00::1"),
        (f"{AETERNA}/environment/MONGODB_URI", "${POSTGRESQL_PASSWORD}"),
        (f"{AETERNA}/extra_hosts", {"other": "10.0.0.1"}),
        (f"{AETERNA}/ports", ["8080", "8081:8080/udp", "9000-9001:9000-9001", "[::1]:80:80"]),
        (f"{AETERNA}/ports", [{"target": 8080, "published": "8080", "host_ip": "127.0.0.1"}]),
        (f"{DATABASE}/ports", ["127.0.0.2:8080:5432"]),
        (f"{DATABASE}/ports", [{**LONG_PORT, "host_ip": "127.0.0.2"}, {"target": 5432}]),
        (f"{AETERNA}/restart", "on-failure:3"),
        (f"{AETERNA}/healthcheck/interval", "1h2m3.5s"),
        (f"{DATABASE}/image", "postgres@sha256:" + "0" * 64),
        (f"{DATABASE}/x-note", "anything"),
        (f"{DATABASE}/volumes", ["/host/path:/data", "~/x:/y", "/anonymous"]),
    ],
)
def test_what_compose_accepts_passes(path: str, value: object) -> None:
    assert messages(changed(path, value)) == []


def test_hosts_of_other_names_of_a_service_and_declared_ones_pass() -> None:
    assert messages(changed(f"{AETERNA}/environment/PG_HOST", "oldbox"), frozenset({"oldbox"})) == []
    named = changed(f"{AETERNA}/environment/PG_HOST", "other")
    for hosts in ({"other": "10.0.0.1"}, ["other:10.0.0.1"], ["other=10.0.0.1"]):
        named["services"]["aeterna"]["extra_hosts"] = hosts
        assert messages(named) == []
    named = changed(f"{AETERNA}/environment/PG_HOST", "db")
    named["services"]["postgresql"]["networks"] = {"default": {"aliases": ["db"]}}
    assert messages(named) == []


def test_everything_is_reported_at_once() -> None:
    content = changed(f"{AETERNA}/image", "a:latest")
    content["services"]["postgresql"]["shm_size"] = "x"
    content["services"]["migrate"]["wrong"] = 1
    content["services"]["migrate"]["depends_on"] = ["gone", "also-gone"]
    assert len(messages(content)) == 5


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("services: [", "is not YAML"),
        (
            "services:\n  a:\n    image: b:1\n    image: c:1\n",
            "is not YAML in line 4: the key image stands there twice",
        ),
        ("- a", "must be a mapping"),
        ("", "must be a mapping"),
        ("services:\n\ta: 1", "is not YAML in line 2"),
    ],
)
def test_a_file_that_can_not_be_read_is_one_finding(text: str, words: str) -> None:
    findings = check_compose(text, {})
    assert len(findings) == 1
    assert words in findings[0].message


@given(value=st.text(max_size=40))
def test_an_escaped_value_of_any_kind_needs_no_variable(value: str) -> None:
    content = changed(f"{AETERNA}/environment/A", value.replace("$", "$$"))
    text = yaml.safe_dump(content, allow_unicode=True)
    assert check_compose(text, ENVIRONMENT) == []


def test_the_package_with_the_schema_is_not_imported() -> None:
    program = (
        "import sys; from aeterna_nb.checks.compose import check_compose; check_compose('services: {}', {});"
        "sys.exit('check_jsonschema' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
