"""Files that were made from answers lead back to answers that make the same files."""

import pytest
import yaml

from aeterna_nb.answers import Answers
from aeterna_nb.answers.secret_values import refers, typed
from aeterna_nb.config import SetupConfig
from aeterna_nb.generate.compose import docker_compose
from aeterna_nb.generate.compose.env_file import env_file
from aeterna_nb.generate.config_toml import config_toml
from aeterna_nb.generate.helm_secret_values import values_secret_yaml
from aeterna_nb.generate.helm_values import values_yaml
from aeterna_nb.imports import Imported, read_files
from aeterna_nb.presets import PRESETS
from aeterna_nb.presets.chart_files import answers_for
from aeterna_nb.questions import by_name
from tests.product import Choice, every_pair
from tests.samples import LOCAL, REMOTE, complete, configured

PAIRS = {
    target: [pytest.param(choice, id=name) for name, choice in every_pair() if name.startswith(target)]
    for target in ("kubernetes", "docker-compose")
}


def values_files(config: SetupConfig) -> dict[str, str]:
    secrets = {} if refers(config) else {"values.secret.yaml": values_secret_yaml(typed(config))}
    return {"values.yaml": values_yaml(config), **secrets}


def configuration(imported: Imported) -> SetupConfig:
    config, findings = imported.laid_into(Answers()).config()
    assert config is not None, findings
    return config


@pytest.mark.parametrize("choice", PAIRS["kubernetes"])
def test_values_files_of_every_pair_of_choices_come_back(choice: Choice) -> None:
    files = values_files(configured(choice))
    imported = read_files(files)
    assert imported.left == ()
    assert values_files(configuration(imported)) == files


@pytest.mark.parametrize("choice", PAIRS["docker-compose"])
def test_the_compose_file_of_every_pair_of_choices_comes_back(choice: Choice) -> None:
    config = configured(choice)
    text = docker_compose(config)
    environment = env_file(config, typed(config))
    imported = read_files({"docker-compose.yaml": text, **({".env": environment} if environment else {})})
    assert imported.left == ()
    # A Compose file does not say how one signs in at the central server, nor all that an external cache needs.
    answers = imported.laid_into(Answers())
    missing = {question.name: choice[question.name] for question in answers.missing()}
    assert set(missing) <= {
        "central_auth",
        "central_client_id",
        "central_token_url",
        "central_client_secret",
        "redis_host",
    }
    again = complete({**imported.values, **imported.secrets}, **missing).config()[0]
    assert again is not None
    assert docker_compose(again) == text


def test_names_and_variables_that_services_are_given_come_back_from_a_compose_file() -> None:
    aliases = "192.0.2.7: db.example.com git.example.com\nfd00::7: db.example.com\n"
    variables = 'HTTPS_PROXY: $http://p/${x}\nGR_ENABLED: "false"\n'
    given = {"target": "docker-compose", "opal": True, "postgresql": "external", "postgresql_host": "fd00::5"}
    config = configured(LOCAL, **given, postgresql_password="p", host_aliases=aliases, extra_environment=variables)
    imported = read_files({"docker-compose.yaml": docker_compose(config), ".env": env_file(config, typed(config))})
    assert imported.left == ()
    assert str(imported.values["host_aliases"]) == aliases
    assert imported.values["extra_environment"] == by_name()["extra_environment"].parse(variables)


@pytest.mark.parametrize("name", PRESETS)
def test_the_values_of_every_preset_come_back(name: str) -> None:
    config, _ = answers_for(name).config()
    assert config is not None
    imported = read_files(values_files(config))
    assert imported.left == ()
    # Helm sorts the keys of a mapping, and so the lines of an answer that is one.
    again = values_files(configuration(imported))
    assert {name: yaml.safe_load(text) for name, text in again.items()} == {
        name: yaml.safe_load(text) for name, text in values_files(config).items()
    }


EVERYTHING = {
    "ingress": True, "ingress_host": "a.example.com", "ingress_class": "nginx", "ingress_tls": "cert-manager",
    "ingress_cluster_issuer": "mine", "ingress_annotations": "b.example.com/x: 1 2\n", "service_monitor": True,
    "service_monitor_interval": 45, "hpa": True, "hpa_min_replicas": 8, "hpa_max_replicas": 9, "hpa_target_cpu": 60,
    "pdb": True, "pdb_min_available": 3, "tracing": True, "tracing_endpoint": "http://jaeger:4317", "vpa": True,
    "log_level": "debug", "log_format": "json", "backup": True, "backup_target": "gcs", "backup_gcs_bucket": "b",
    "backup_gcs_path": "p", "backup_schedule": "1 2 3 4 5", "backup_retention_days": 7, "storage_class": "fast",
    "node_selector": "d.example.com/pool: memory\nready: \"\"\n",
    "tolerations": "any: \"\"\ndedicated: a:NoSchedule b:NoExecute\neffect: NoSchedule\nvalue: c\n",
    "extra_environment": "HTTPS_PROXY: http://p.example.com:3128\nno_proxy: \"\"\nAWS_REGION: eu\n",
    "host_aliases": "192.0.2.7: db.example.com cache.example.com\nfd00::7: db.example.com\n",
    "service_account_annotations": "c.example.com/y: z\n", "kms": "aws", "kms_key_arn": "arn:aws:kms:x",
    "feature_cca": False, "feature_radkit": True, "feature_rlm": False, "server_version": "v0.8.0-rc.8",
    "size": "large", "opal_policy_source": "git", "opal_policy_repo_url": "https://git.example.com/p.git",
    "opal_policy_branch": "b", "opal_policy_polling_interval": 0, "opal_data_source": "fetcher",
    "opal_fetcher_image": "registry.example.com:5000/f@sha256:" + "a" * 64, "opal_fetcher_tenant": "t",
    "sync_layers": ("working",), "sync_interval": 20, "offline_cedar": False, "local_cache_size": 1024,
    "valkey_replicas": 2, "network_policy": True, "llm": "openai", "openai_base_url": "https://gw.example.com/v1",
    "openai_model": "m", "openai_embedding_model": "e", "postgresql_tls": "verify-full", "postgresql_port": 6432,
    "postgresql_root_certificate": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    "postgresql_database": "d", "postgresql_user": "u", "weaviate_class": "C", "weaviate_port": 8443,
    "weaviate_tls": False,
}  # fmt: skip


@pytest.mark.parametrize(
    "secrets",
    [
        {},
        {
            "secret_provider": "existing",
            "existing_secret_name": "s",
            "existing_secret_keys": ("redis-password", "central-api-key"),
        },
        {
            "secret_provider": "external-secrets",
            "external_secrets_store": "s",
            "external_secrets_store_kind": "ClusterSecretStore",
            "external_secrets_remote_key": "r",
        },
    ],
    ids=["helm", "existing", "external"],
)
def test_every_setting_comes_back(secrets: Choice) -> None:
    choices = {
        **REMOTE,
        "mode": "hybrid",
        "vector_backend": "weaviate",
        "weaviate_host": "w.example.com",
        "cache": "valkey",
        "postgresql": "external",
        **EVERYTHING,
        **secrets,
    }
    config = complete(choices).config()[0]
    assert config is not None
    imported = read_files(values_files(config))
    assert imported.left == ()
    assert configuration(imported) == config


def test_what_a_values_file_cannot_say_comes_from_the_profile_beside_it() -> None:
    config = configured({**REMOTE, "namespace": "memory", "release_name": "mine", "opencode_tenant": "acme"})
    files = {**values_files(config), "config.toml": config_toml(config)}
    assert configuration(read_files(files)) == config
    assert configuration(read_files({"config.toml": config_toml(config)})) == config


@pytest.mark.parametrize("target", ["kubernetes", "docker-compose"])
@pytest.mark.parametrize("redis", [{}, {"redis_password": "p@w:/x"}])
@pytest.mark.parametrize("hosts", [("fd00::5", "fd00::6"), ("db.example.com", "10.0.0.6")])
def test_hosts_come_back_also_where_a_name_or_a_password_stands_for_them(
    hosts: tuple[str, str], redis: dict[str, str], target: str
) -> None:
    given = {"postgresql_host": hosts[0], "redis_host": hosts[1], "postgresql_password": "p", **redis}
    config = configured(LOCAL, target=target, postgresql="external", cache="external", **given)
    files = (
        values_files(config)
        if target == "kubernetes"
        else {"docker-compose.yaml": docker_compose(config), ".env": env_file(config, typed(config))}
    )
    imported = read_files(files)
    assert imported.left == ()
    assert {name: imported.laid_into(Answers()).lookup(name) for name in ("postgresql_host", "redis_host")} == dict(
        zip(("postgresql_host", "redis_host"), hosts, strict=True)
    )


def test_a_host_that_stands_in_a_missing_file_is_left_open() -> None:
    config = configured(
        LOCAL, target="docker-compose", cache="external", redis_host="r.example.com", redis_password="p"
    )
    imported = read_files({"docker-compose.yaml": docker_compose(config)})
    given = imported.laid_into(Answers())
    assert given.lookup("cache") == "external"
    assert given.lookup("redis_host") is None
