"""OPAL: the server that hands out Cedar policies and entities, and the client with the Cedar agent."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from aeterna_nb import ports
from aeterna_nb.config import SetupConfig
from aeterna_nb.config.authorization import ConfigMapPolicies, FetcherData, GitPolicies, NoData, OpalOn, UrlData
from aeterna_nb.generate import images
from aeterna_nb.generate.addresses import MACHINE_HOSTS, url_seen_from_container
from aeterna_nb.generate.compose.parts import (
    Part,
    Service,
    completed,
    health,
    healthy,
    long_running,
    one_off,
)
from aeterna_nb.generate.compose.postgresql import database
from aeterna_nb.generate.dotenv import from_env
from aeterna_nb.generate.environment.backing import DATABASE, database_url
from aeterna_nb.generate.environment.server import in_compose
from aeterna_nb.generate.pods import extra_hosts

TOPIC = "policy_data"
ENTITIES_SECONDS = 60
"""Seconds between two looks at entities that change."""
POLICY_SECONDS = 30
"""Seconds between two looks at the repository that is made here."""
BRANCH = "main"
REPOSITORY = "/policies"
POLICIES = "/etc/opal-policies"
ENTITIES = "/srv/entities"
ENTITIES_PORT = 8000
OK = "import sys, urllib.request; urllib.request.urlopen(sys.argv[1], timeout=4)"
"""A Python program that fails unless an address answers with success; OPAL's images have Python for certain."""
POLICY = "permit(principal, action, resource);\n"
"""The one policy that is there from the start: everything is allowed."""

# $1 holds the policies, $2 the repository. Git refuses a repository of another user, so it belongs to root while root
# works on it, and to the OPAL server's user afterwards. Nothing is committed where nothing has changed.
MAKE_REPOSITORY = """\
cd "$2"
chown -R root .
git init --quiet --initial-branch="$3" .
rm -f -- *.cedar
cp "$1"/*.cedar .
git add --all
git diff --cached --quiet || git -c user.name=aeterna -c user.email=aeterna@localhost commit --quiet --message=Policies
chown -R opal .
"""


def opal(config: SetupConfig) -> tuple[Part, ...]:
    """OPAL's parts; none where it is not installed."""
    if config.opal is None or config.postgresql is None:
        return ()
    offline_decisions = config.hybrid is not None and config.hybrid.offline_cedar
    told = extra_hosts(config)
    server, client = _server(config.opal, told), _client(config.opal, offline_decisions, told)
    parts = [Part(services={"opal-server": server, "opal-client": client})]
    if isinstance(config.opal.policies, ConfigMapPolicies):
        parts.append(_made_repository())
    match config.opal.data:
        case NoData():
            parts.append(_empty_entities())
        case FetcherData() as fetcher:
            parts.append(_fetcher(fetcher, config, database(config.postgresql)))
    return tuple(parts)


def _server(opal: OpalOn, told: Mapping[str, Any]) -> Service:
    environment = {
        "UVICORN_NUM_WORKERS": "1",
        "OPAL_AUTH_PRIVATE_KEY": from_env("OPAL_PRIVATE_KEY"),
        "OPAL_AUTH_PUBLIC_KEY": from_env("OPAL_PUBLIC_KEY"),
        "OPAL_AUTH_MASTER_TOKEN": from_env("OPAL_MASTER_TOKEN"),
        # Without these two the server looks for Rego only (docs/facts/opal.md#policies).
        "OPAL_FILTER_FILE_EXTENSIONS": ".cedar",
        "OPAL_POLICY_REPO_POLICY_EXTENSIONS": ".cedar",
        **_policy_source(opal.policies),
        "OPAL_DATA_CONFIG_SOURCES": _data_source(opal.data),
    }
    made_here = isinstance(opal.policies, ConfigMapPolicies)
    return long_running(
        images.OPAL_SERVER,
        environment=environment,
        **({"volumes": [f"opal-policies:{REPOSITORY}"], "depends_on": completed("opal-policies")} if made_here else {}),
        **({"extra_hosts": told} if told else {}),
        healthcheck=health("python", "-c", OK, f"http://127.0.0.1:{ports.OPAL_SERVER}/healthcheck"),
    )


def _client(opal: OpalOn, offline_decisions: bool, told: Mapping[str, Any]) -> Service:
    data = healthy("opal-data") if isinstance(opal.data, NoData) else {}
    return long_running(
        images.OPAL_CLIENT,
        environment={
            "OPAL_SERVER_URL": f"http://opal-server:{ports.OPAL_SERVER}",
            "OPAL_CLIENT_TOKEN": from_env("OPAL_CLIENT_TOKEN"),
            "OPAL_DATA_TOPICS": TOPIC,
        },
        # The agent asks for no credential, so only this machine reaches it, and only where somebody is to ask it.
        **({"ports": [f"127.0.0.1:{ports.CEDAR_AGENT}:{ports.CEDAR_AGENT}"]} if offline_decisions else {}),
        extra_hosts={**MACHINE_HOSTS, **told},
        depends_on=healthy("opal-server") | data,
        # Healthy once policies and entities have arrived and the agent answers (docs/facts/opal.md#health).
        healthcheck=health("python", "-c", OK, f"http://127.0.0.1:{ports.OPAL_CLIENT}/healthcheck"),
    )


def _policy_source(policies: ConfigMapPolicies | GitPolicies) -> dict[str, str]:
    if isinstance(policies, ConfigMapPolicies):
        return {
            "OPAL_POLICY_REPO_URL": REPOSITORY,
            "OPAL_POLICY_REPO_MAIN_BRANCH": BRANCH,
            "OPAL_POLICY_REPO_POLLING_INTERVAL": str(POLICY_SECONDS),
        }
    source = {
        "OPAL_POLICY_REPO_URL": policies.repo_url,
        "OPAL_POLICY_REPO_MAIN_BRANCH": policies.branch,
        "OPAL_POLICY_REPO_POLLING_INTERVAL": str(policies.polling_interval),
    }
    if policies.ssh_key is not None:
        source["OPAL_POLICY_REPO_SSH_KEY"] = from_env("OPAL_POLICY_SSH_KEY")
    return source


def _data_source(data: NoData | FetcherData | UrlData) -> str:
    # Cedar's agent takes the whole list of entities at once, so the destination is empty (docs/facts/opal.md#data).
    entry: dict[str, Any] = {"topics": [TOPIC], "dst_path": ""}
    match data:
        case NoData():
            entry["url"] = f"http://opal-data:{ENTITIES_PORT}/entities.json"
        case FetcherData(tenant=tenant):
            entry["url"] = f"http://opal-fetcher:{ports.OPAL_FETCHER}/v1/all?tenant={quote(tenant, safe='')}"
        case UrlData(url=url):
            entry["url"] = url_seen_from_container(url)
    if not isinstance(data, NoData):
        entry["periodic_update_interval"] = ENTITIES_SECONDS
    return json.dumps({"config": {"entries": [entry]}})


def _made_repository() -> Part:
    """A one-off that turns the policy of this file into the git repository that the OPAL server asks for."""
    return Part(
        services={
            "opal-policies": one_off(
                images.OPAL_SERVER,
                user="0:0",
                network_mode="none",
                command=["sh", "-euc", MAKE_REPOSITORY, "sh", POLICIES, REPOSITORY, BRANCH],
                configs=[{"source": "opal-policy", "target": f"{POLICIES}/permit-all.cedar"}],
                volumes=[f"opal-policies:{REPOSITORY}"],
            )
        },
        volumes=("opal-policies",),
        configs={"opal-policy": {"content": POLICY}},
    )


def _empty_entities() -> Part:
    """A file server for an empty list: without entities the agent never becomes ready (docs/facts/opal.md#health)."""
    return Part(
        services={
            "opal-data": long_running(
                images.OPAL_SERVER,
                command=["python", "-m", "http.server", str(ENTITIES_PORT), "--directory", ENTITIES],
                configs=[{"source": "opal-entities", "target": f"{ENTITIES}/entities.json"}],
                healthcheck=health("python", "-c", OK, f"http://127.0.0.1:{ENTITIES_PORT}/entities.json"),
            )
        },
        configs={"opal-entities": {"content": "[]\n"}},
    )


def _fetcher(fetcher: FetcherData, config: SetupConfig, store: Part) -> Part:
    """Aeterna's fetcher. What its image can run is not known, so it has no health check."""
    # Password and TLS; the rest of the address stands in the URL.
    sign_in = in_compose(config, [variable for variable in DATABASE if not variable.name.startswith("PG_")])
    return Part(
        services={
            "opal-fetcher": long_running(
                fetcher.image,
                environment={"DATABASE_URL": database_url(config), "ENABLE_LISTENER": "false", **sign_in},
                **store.mounts,
                extra_hosts={**MACHINE_HOSTS, **extra_hosts(config), **store.hosts},
                depends_on=completed("migrate"),
            )
        }
    )
