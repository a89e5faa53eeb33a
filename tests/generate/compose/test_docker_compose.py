"""What the services of the Compose file get, as Compose itself understands it."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aeterna_nb.answers.secret_values import complete
from aeterna_nb.chart_values import ChartValues
from aeterna_nb.config import SetupConfig
from aeterna_nb.generate import images
from aeterna_nb.generate.compose import docker_compose
from tests.generate.compose.conftest import HYBRID, Judge, Verdict, configuration, written

Loaded = Callable[[SetupConfig], Verdict]
NOTHING_READS = {
    "AETERNA_REDIS_PASSWORD",
    "AETERNA_VECTOR_BACKEND",
    "AETERNA_QDRANT_HOST",
    "AETERNA_OPAL_ENABLED",
    "AETERNA_CEDAR_AGENT_HOST",
    "AETERNA_LOG_FORMAT",
    "AETERNA_LOG_LEVEL",
    "PG_PASSWORD",
    "AETERNA_AUTH_BACKEND",
}
PEM = "-----BEGIN CERTIFICATE-----\nMII$B/+=\n-----END CERTIFICATE-----\n"
ON = {"opal": True}
EXTERNAL_DATABASE = {"postgresql": "external", "postgresql_host": "db.example.com", "postgresql_password": "p@:/#?%$x"}
AWKWARD = ["yes", "n", "1e3", "0o17", "0123", "12e3456", "a: b # c", "it's", 'say "x"', "🙂", "$x", "${Y}", "a" * 300]


def _server(loaded: Loaded, **answers: Any) -> dict[str, Any]:
    variables: dict[str, Any] = loaded(configuration(**answers))["services"]["aeterna"]["environment"]
    return variables


def test_the_server_waits_for_its_migration_and_for_what_it_uses(loaded: Loaded) -> None:
    services = loaded(configuration(vector_backend="qdrant", cache="dragonfly", opal=True))["services"]
    assert {name: how["condition"] for name, how in services["aeterna"]["depends_on"].items()} == {
        "prepare": "service_completed_successfully",
        "migrate": "service_completed_successfully",
        "postgresql": "service_healthy",
        "dragonfly": "service_healthy",
        "qdrant": "service_healthy",
    }
    assert services["migrate"]["command"] == ["admin", "migrate", "up"]
    assert services["migrate"]["depends_on"]["postgresql"]["condition"] == "service_healthy"
    assert {name for name in services["migrate"]["environment"] if name != "RUST_LOG"} == {
        "PG_HOST",
        "PG_PORT",
        "PG_DATABASE",
        "PG_USERNAME",
        "PGPASSWORD",
    }
    assert services["migrate"]["image"] == services["aeterna"]["image"] == "ghcr.io/kikokikok/aeterna:v0.8.0-rc.9"


def test_what_the_server_writes_lies_where_it_may_write(loaded: Loaded) -> None:
    service = loaded(configuration())["services"]["aeterna"]
    variables = service["environment"]
    writable = [volume["target"] for volume in service["volumes"]]
    temporary = {entry.partition(":")[0] for entry in service["tmpfs"]}
    assert service["read_only"]
    assert variables["AETERNA_CONFIG_PATH"] in temporary
    for name in ("AETERNA_KNOWLEDGE_REPO_PATH", "AETERNA_BACKUP_LOCAL_DIR", "GR_DATABASE_PATH"):
        assert any(variables[name].startswith(f"{folder}/") for folder in writable), name


def test_nothing_is_published_beyond_this_machine(loaded: Loaded) -> None:
    services = loaded(configuration(**HYBRID | ON | {"vector_backend": "weaviate"}))["services"]
    ports = {
        (name, port["host_ip"], port["published"]) for name in services for port in services[name].get("ports", [])
    }
    assert ports == {("aeterna", "127.0.0.1", "8080"), ("opal-client", "127.0.0.1", "8180")}


def test_the_cedar_agent_is_published_only_for_offline_decisions(loaded: Loaded) -> None:
    assert "ports" not in loaded(configuration(opal=True))["services"]["opal-client"]
    hybrid = configuration(**HYBRID | ON | {"offline_cedar": False})
    assert "ports" not in loaded(hybrid)["services"]["opal-client"]


def test_without_opal_there_is_no_part_of_it(loaded: Loaded) -> None:
    assert not [name for name in loaded(configuration(**HYBRID))["services"] if "opal" in name]


@pytest.mark.parametrize(
    ("answers", "maxmemory", "limit_mib"),
    [
        ({"cache": "dragonfly", "dragonfly_memory": 1024}, "--maxmemory=1024mb", 1280),
        ({"cache": "dragonfly", "dragonfly_memory": 256}, "--maxmemory=256mb", 384),
        ({"cache": "valkey", "valkey_memory": 100}, "100mb", 150),
        ({**HYBRID, "cache": "dragonfly", "local_cache_size": 2048}, "--maxmemory=2048mb", 2560),
        ({**HYBRID, "cache": "valkey", "local_cache_size": 64}, "64mb", 96),
    ],
)
def test_the_cache_fills_what_was_asked_and_may_use_a_little_more(
    answers: dict[str, Any], maxmemory: str, limit_mib: int, loaded: Loaded
) -> None:
    service = loaded(configuration(**answers))["services"][answers["cache"]]
    assert maxmemory in service["command"]
    assert service["mem_limit"] == str(limit_mib * 1024 * 1024)


@pytest.mark.parametrize(("size", "threads"), [(256, 1), (511, 1), (512, 2), (65536, 8)])
def test_each_thread_of_dragonfly_gets_the_memory_it_needs(size: int, threads: int, loaded: Loaded) -> None:
    service = loaded(configuration(cache="dragonfly", dragonfly_memory=size))["services"]["dragonfly"]
    assert f"--proactor_threads={threads}" in service["command"]


def test_an_external_database_gets_its_password_and_certificate(loaded: Loaded) -> None:
    answers = EXTERNAL_DATABASE | {"postgresql_tls": "verify-full", "postgresql_root_certificate": PEM}
    project = loaded(configuration(**answers))
    assert "postgresql" not in project["services"]
    for name in ("aeterna", "migrate"):
        service = project["services"][name]
        assert service["environment"]["PG_HOST"] == "db.example.com"
        assert service["environment"]["PGPASSWORD"] == EXTERNAL_DATABASE["postgresql_password"]
        assert service["environment"]["PGSSLMODE"] == "verify-full"
        [mounted] = service["configs"]
        assert mounted["target"] == service["environment"]["PGSSLROOTCERT"]
        assert project["configs"][mounted["source"]]["content"] == PEM
        # Compose refuses to copy a config into a container whose files are read-only.
        assert not service.get("read_only")


@pytest.mark.parametrize(
    ("answers", "variable", "expected"),
    [
        ({"llm": "ollama"}, "AETERNA_OPENAI_BASE_URL", "http://host.docker.internal:11434/v1"),
        ({"llm": "ollama", "ollama_host": "http://127.0.0.1:1/v1/"}, "AETERNA_OPENAI_BASE_URL", "http://host.docker.internal:1/v1"),
        ({"cache": "external", "redis_host": "localhost"}, "RD_HOST", "host.docker.internal"),
        ({"cache": "external", "redis_host": "::1", "redis_password": "x"}, "RD_HOST", ":x@host.docker.internal"),
        ({"vector_backend": "qdrant", "qdrant_host": "127.0.0.1"}, "QDRANT_URL", "https://host.docker.internal:6334"),
        ({**EXTERNAL_DATABASE, "postgresql_host": "localhost"}, "PG_HOST", "host.docker.internal"),
        ({"tracing": True, "tracing_endpoint": "http://[::1]:4317"}, "OTEL_EXPORTER_OTLP_ENDPOINT", "http://host.docker.internal:4317"),
    ],
)  # fmt: skip
def test_a_service_on_this_machine_is_reached_from_the_container(
    answers: dict[str, Any], variable: str, expected: str, loaded: Loaded
) -> None:
    service = loaded(configuration(**answers))["services"]["aeterna"]
    assert service["environment"][variable] == expected
    assert "host.docker.internal=host-gateway" in service["extra_hosts"]


@pytest.mark.parametrize("host", ["fd00::9", "[fd00::9]"])
def test_an_ipv6_address_of_postgresql_is_known_by_one_name_to_all_who_connect(host: str, loaded: Loaded) -> None:
    fetcher = {
        "opal": True,
        "opal_data_source": "fetcher",
        "opal_fetcher_image": "r/fetcher:1",
        "opal_fetcher_tenant": "t",
    }
    given = {**EXTERNAL_DATABASE, "postgresql_host": host, "vector_backend": "pgvector", **fetcher}
    services = loaded(configuration(**given))["services"]
    for name in ("aeterna", "migrate", "opal-fetcher"):
        assert "postgresql.aeterna.internal=fd00::9" in services[name]["extra_hosts"], name
    url = "postgresql://aeterna@postgresql.aeterna.internal:5432/aeterna"
    assert services["aeterna"]["environment"]["PG_HOST"] == "postgresql.aeterna.internal"
    assert services["migrate"]["environment"]["PG_HOST"] == "postgresql.aeterna.internal"
    assert services["aeterna"]["environment"]["PGVECTOR_URL"] == url
    assert services["opal-fetcher"]["environment"]["DATABASE_URL"] == url


def test_host_aliases_are_told_to_all_who_look_names_up(loaded: Loaded) -> None:
    aliases = "192.0.2.7: db.example.com git.example.com\nfd00::7: db.example.com\n"
    services = loaded(configuration(opal=True, host_aliases=aliases))["services"]
    told = {"db.example.com=192.0.2.7", "db.example.com=fd00::7", "git.example.com=192.0.2.7"}
    for name in ("aeterna", "migrate", "opal-server", "opal-client"):
        assert told <= set(services[name]["extra_hosts"]), name
    assert "host.docker.internal=host-gateway" in services["aeterna"]["extra_hosts"]


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"cache": "external", "redis_host": "10.0.0.9"}, {"RD_HOST": "10.0.0.9"}),
        ({"cache": "external", "redis_host": "fd00::9"}, {"RD_HOST": "[fd00::9]"}),
        (
            {"llm": "ollama", "ollama_host": "http://gpu.example.com:11434"},
            {
                "AETERNA_LLM_PROVIDER": "openai",
                "OPENAI_API_KEY": "ollama",
                "AETERNA_OPENAI_MODEL": "llama3.1",
                "AETERNA_OPENAI_EMBEDDING_MODEL": "nomic-embed-text",
                "AETERNA_OPENAI_BASE_URL": "http://gpu.example.com:11434/v1",
            },
        ),
        ({"llm": "anthropic", "anthropic_api_key": "key"}, {"AETERNA_LLM_PROVIDER": "none"}),
        ({"log_level": "debug", "log_format": "json"}, {"RUST_LOG": "debug", "LOG_FORMAT": "json"}),
        (
            {"kms": "aws", "kms_key_arn": "arn:aws:kms:eu-central-1:1:key/2"},
            {"AETERNA_KMS_PROVIDER": "aws", "AETERNA_KMS_AWS_KEY_ARN": "arn:aws:kms:eu-central-1:1:key/2"},
        ),
        ({}, {"AETERNA_DEPLOYMENT_MODE": "local", "AETERNA_SYNC_ENABLED": "false"}),
        (
            {**HYBRID, "sync_interval": 60},
            {
                "AETERNA_DEPLOYMENT_MODE": "hybrid",
                "AETERNA_REMOTE_GOVERNANCE_URL": "https://central.example.com",
                "AETERNA_SYNC_ENABLED": "true",
                "SY_SYNC_INTERVAL_SECONDS": "60",
            },
        ),
        ({"vector_backend": "weaviate"}, {"VECTOR_BACKEND": "weaviate", "WEAVIATE_URL": "http://weaviate:8080"}),
        (
            {"vector_backend": "pgvector"},
            {"VECTOR_BACKEND": "pgvector", "PGVECTOR_URL": "postgresql://aeterna@postgresql:5432/aeterna"},
        ),
        (
            {"vector_backend": "mongodb", "mongodb_uri": "mongodb+srv://u:p$x@db.example.com/"},
            {"VECTOR_BACKEND": "mongodb", "MONGODB_URI": "mongodb+srv://u:p$x@db.example.com/"},
        ),
    ],
)
def test_the_server_reads_the_answer(answers: dict[str, Any], expected: dict[str, str], loaded: Loaded) -> None:
    variables = _server(loaded, **answers)
    assert {name: variables.get(name) for name in expected} == expected
    assert NOTHING_READS.isdisjoint(variables)
    assert "ANTHROPIC_API_KEY" not in variables


def test_a_service_account_key_reaches_the_server_as_a_file(loaded: Loaded) -> None:
    key = '{\n  "private_key": "-----BEGIN\\nMII$x=\\n-----END\\n"\n}\n'
    answers = {"vertex_ai_project": "p", "vertex_ai_credentials": "service-account", "vertex_ai_service_account": key}
    project = loaded(configuration(vector_backend="vertex-ai", **answers))
    service = project["services"]["aeterna"]
    [mounted] = service["secrets"]
    assert service["environment"]["GOOGLE_APPLICATION_CREDENTIALS"] == f"/run/secrets/{mounted['source']}"
    assert project["secrets"][mounted["source"]]["environment"] == "VERTEX_AI_SERVICE_ACCOUNT"
    assert not service.get("read_only")


def test_opal_follows_a_git_repository(loaded: Loaded) -> None:
    key = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl+/=\n-----END OPENSSH PRIVATE KEY-----\n"
    answers = {"opal_policy_source": "git", "opal_policy_branch": "$main", "opal_policy_ssh_key": key}
    answers["opal_policy_repo_url"] = "git@git.example.com:policies.git"
    services = loaded(configuration(opal=True, **answers))["services"]
    variables = services["opal-server"]["environment"]
    assert variables["OPAL_POLICY_REPO_URL"] == "git@git.example.com:policies.git"
    assert variables["OPAL_POLICY_REPO_MAIN_BRANCH"] == "$main"
    assert variables["OPAL_POLICY_REPO_SSH_KEY"] == key
    assert "opal-policies" not in services


def test_a_fetcher_runs_once_the_tables_are_there(loaded: Loaded) -> None:
    answers = {
        "opal_data_source": "fetcher",
        "opal_fetcher_image": "registry.example.com/f:1",
        "opal_fetcher_tenant": "t",
    }
    services = loaded(configuration(opal=True, **answers, **EXTERNAL_DATABASE))["services"]
    fetcher = services["opal-fetcher"]
    assert fetcher["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    assert fetcher["environment"]["DATABASE_URL"] == "postgresql://aeterna@db.example.com:5432/aeterna"
    assert fetcher["environment"]["PGPASSWORD"] == EXTERNAL_DATABASE["postgresql_password"]
    assert "opal-data" not in services


@pytest.mark.parametrize("value", AWKWARD)
def test_awkward_answers_come_back_unchanged(value: str, loaded: Loaded) -> None:
    variables = _server(
        loaded,
        vector_backend="pinecone",
        pinecone_index_name=value,
        pinecone_environment=value,
        pinecone_api_key=value,
        llm="openai",
        openai_model=value,
        openai_embedding_model=value,
        openai_api_key=value,
    )
    names = ["PINECONE_INDEX_NAME", "PINECONE_ENVIRONMENT", "PINECONE_API_KEY"]
    names += ["AETERNA_OPENAI_MODEL", "AETERNA_OPENAI_EMBEDDING_MODEL", "OPENAI_API_KEY"]
    assert {name: variables[name] for name in names} == dict.fromkeys(names, value)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.text(st.characters(blacklist_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=60))
def test_whatever_is_answered_comes_back_unchanged(text: str, loaded: Loaded) -> None:
    typed = f"<{text}>"
    variables = _server(loaded, llm="openai", openai_model=typed, openai_api_key=typed)
    assert variables["AETERNA_OPENAI_MODEL"] == variables["OPENAI_API_KEY"] == typed


def test_where_no_server_runs_there_is_no_compose_file() -> None:
    with pytest.raises(ValueError, match="no server runs here"):
        docker_compose(configuration(**HYBRID | {"mode": "remote"}))


def test_the_same_answers_give_the_same_text() -> None:
    assert docker_compose(configuration(opal=True)) == docker_compose(configuration(opal=True))


def test_a_wrong_compose_file_is_refused_by_the_judge(judge: Judge, tmp_path: Any) -> None:
    config = configuration()
    folder = written(config, tmp_path / "out")
    file = folder / "docker-compose.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("  data: {}\n", ""), encoding="utf-8")
    [verdict] = judge([folder])
    assert "undefined volume" in verdict["error"]
    assert complete(config, {})["kms_key"] not in verdict["error"]


def test_images_are_those_that_the_chart_installs() -> None:
    values = ChartValues()
    cache, opal, mongodb = values.cache.dragonfly.image, values.opal, values.vector.mongodb.image
    assert images.DRAGONFLY.endswith(f"{cache.repository}:{cache.tag}")
    assert images.OPAL_SERVER.endswith(f"{opal.server.image.repository}:{opal.server.image.tag}")
    assert images.OPAL_CLIENT.endswith(f"{opal.agent.image.repository}:{opal.agent.image.tag}")
    assert images.MONGODB.endswith(f"{mongodb.repository}:{mongodb.tag}")
    assert f"{values.image.registry}/{values.image.repository}" == images.SERVER_REPOSITORY
