"""Addresses in the environment of other containers: of helm tests and backups, of OPAL and of subcharts.

With the server's they are all that is taken for an address. What is not declared is none, however its name looks.
"""

import json
from collections.abc import Mapping

from aeterna_nb.config import SetupConfig
from aeterna_nb.config.authorization import GitPolicies, UrlData
from aeterna_nb.config.backup import S3, BackupOn
from aeterna_nb.generate.environment.backing import (
    ADDRESS_OF_POSTGRESQL,
    CACHE,
    DATABASE,
    DATABASE_HOST,
    DATABASE_NAME_OF,
    DATABASE_PORT,
    DATABASE_USER,
    HOST_OF_POSTGRESQL,
    HOST_OF_REDIS,
    NAME_OF_DATABASE,
    PORT_OF_POSTGRESQL,
    USER_OF_DATABASE,
    database_url,
    of_redis,
    redis_host,
)
from aeterna_nb.generate.environment.seen import url_seen
from aeterna_nb.generate.environment.server import COLLECTOR, SERVER, collector
from aeterna_nb.generate.environment.variable import Given, Holds, Variable


def _policies(config: SetupConfig) -> Given:
    policies = config.opal.policies if config.opal else None
    return policies.repo_url if isinstance(policies, GitPolicies) else None


def _entities(config: SetupConfig) -> Given:
    data = config.opal.data if config.opal else None
    return url_seen(config, data.url) if isinstance(data, UrlData) else None


def _bucket(config: SetupConfig) -> Given:
    backup = config.operations.backup if config.operations else None
    place = backup.destination if isinstance(backup, BackupOn) else None
    return place.endpoint if isinstance(place, S3) else None


OTHERS = (
    # The names of PostgreSQL's own programs.
    Variable("PGHOST", HOST_OF_POSTGRESQL, DATABASE_HOST, holds=Holds.HOST, port="PGPORT"),
    Variable("PGPORT", PORT_OF_POSTGRESQL, DATABASE_PORT),
    Variable("PGDATABASE", NAME_OF_DATABASE, DATABASE_NAME_OF),
    Variable("PGUSER", USER_OF_DATABASE, DATABASE_USER),
    Variable("CACHE_HOST", HOST_OF_REDIS, of_redis(redis_host), holds=Holds.HOST, port="RD_PORT"),
    # Of the scripts that make backups.
    Variable("S3_ENDPOINT", "the address of the backup's store", _bucket, holds=Holds.URL),
    # Of OPAL's server, client and fetcher.
    Variable("OPAL_BROADCAST_URI", ADDRESS_OF_POSTGRESQL, database_url, holds=Holds.URL),
    Variable("DATABASE_URL", ADDRESS_OF_POSTGRESQL, database_url, holds=Holds.URL),
    Variable("OPAL_OPENTELEMETRY_OTLP_ENDPOINT", COLLECTOR, collector, holds=Holds.URL),
    Variable("OPAL_POLICY_REPO_URL", "the repository of policies", _policies, holds=Holds.URL),
    Variable("OPAL_DATA_CONFIG_SOURCES", "the address of entities", _entities, holds=Holds.SOURCES),
    Variable("OPAL_SERVER_URL", "the address of OPAL's server", holds=Holds.URL),
    Variable("OPAL_POLICY_STORE_URL", "the address of the Cedar agent", holds=Holds.URL),
    # Of Weaviate.
    Variable("CLUSTER_JOIN", "the nodes of Weaviate", holds=Holds.HOSTS),
    # Of the server, where somebody's own values give them to it (docs/facts/aeterna-server.md).
    *(
        Variable(name, "an address of the server's", holds=Holds.URL)
        for name in (
            "DATABASE_URL_ADMIN",
            "VAULT_ADDR",
            "AETERNA_VAULT_ADDR",
            "AETERNA_OPAL_FETCHER_URL",
            "AETERNA_PERMIT_PDP_URL",
            "AETERNA_BACKUP_S3_ENDPOINT",
            "GR_S3_ENDPOINT",
            "CEDAR_AGENT_URL",
        )
    ),
)
SHARED: Mapping[str, Variable] = {row.name: row for row in (*DATABASE, *CACHE, *OTHERS)}
"""What several containers get and must agree about, by name."""
VARIABLES: Mapping[str, Variable] = {**{row.name: row for row in SERVER}, **SHARED}
"""All that is declared, by name."""


def source_urls(text: str) -> list[str]:
    """The URLs in OPAL's data sources (docs/facts/opal.md#data); none where the text is no such document."""
    try:
        entries = json.loads(text)["config"]["entries"]
        return [str(entry["url"]) for entry in entries]
    except (ValueError, TypeError, KeyError):
        return []
