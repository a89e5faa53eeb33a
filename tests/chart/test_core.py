"""The server and what it is wired to."""

import base64
import re
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import yaml

from aeterna_nb import chart
from aeterna_nb.chart import helm
from aeterna_nb.chart.helm import Target
from aeterna_nb.chart_values.schema import values_schema
from tests.chart import choices
from tests.chart.conftest import Render, environment, installed, names, one, pods


def test_the_defaults_make_exactly_these_objects(render: Render) -> None:
    made = names(installed(render(choices.merged(choices.KEY, choices.OPALS["no-opal"]))))
    job = next(name for kind, name in made if kind == "Job")
    assert "migrate" in job
    assert made - {("Job", job)} == {
        ("Deployment", "aeterna"),
        ("Service", "aeterna"),
        ("ConfigMap", "aeterna"),
        ("Secret", "aeterna"),
        ("ServiceAccount", "aeterna"),
        ("Role", "aeterna"),
        ("RoleBinding", "aeterna"),
        ("Cluster", "aeterna-pg"),
        ("Dragonfly", "aeterna-dragonfly"),
    }


@pytest.mark.parametrize(("name", "values"), choices.sample().items(), ids=choices.sample())
def test_every_choice_lints(name: str, values: dict[str, Any], no_archives: Path) -> None:
    assert chart.lint(values, archives=no_archives) == []


@pytest.mark.parametrize("kind", ["installation", "upgrade"])
def test_both_engines_make_the_same_objects(kind: str, render: Render, no_archives: Any) -> None:
    values = choices.merged(choices.KEY, choices.VECTORS["weaviate"], choices.DATABASES["external"])
    values = choices.merged(values, choices.OPALS["no-opal"])
    target = Target(release="demo", namespace="elsewhere", kube_version="1.31", upgrade=kind == "upgrade")
    embedded = chart.render(values, target, archives=no_archives)
    program = chart.render(values, target, archives=no_archives, engine="program")
    assert embedded.manifests == program.manifests
    assert embedded.files.keys() == program.files.keys()


def test_the_shown_command_is_the_one_that_renders_the_same(tmp_path: Any, no_archives: Any) -> None:
    command = chart.template_command("charts/aeterna", Target(release="demo", namespace="n s"), ("values.yaml",))
    assert command == (
        "helm template demo charts/aeterna --namespace 'n s' --kube-version v1.34.0 --values values.yaml"
    )


def test_missing_subcharts_are_named_when_they_are_turned_on(no_archives: Any) -> None:
    assert [item.alias for item in chart.render({}, archives=no_archives).missing] == ["cnpg", "dragonfly", "qdrant"]
    assert chart.render(choices.REMOTE, archives=no_archives).missing == {}


def fitting(name: str) -> str:
    """How the chart calls a subchart's objects: more than 52 characters leave no room for what Kubernetes adds."""
    return name if len(name) <= 52 else f"{name[:45].rstrip('-')}-{sha256(name.encode()).hexdigest()[:6]}"


@pytest.mark.parametrize("release", ["aeterna", "demo", "r" * 53, "my-valkey", "my-qdrant"])
def test_names_are_legal_and_bundled_services_are_found_under_any_release_name(release: str, render: Render) -> None:
    values = choices.merged(choices.KEY, choices.CACHES["valkey"])
    manifests = render(values, release=release)
    assert all(len(name) <= 63 for _, name in names(manifests))
    assert len(one(manifests, "Cluster")["metadata"]["name"]) <= 50
    full = release if "aeterna" in release else f"{release}-aeterna"
    variables = environment(manifests, one(manifests, "Deployment", full[:63]))
    assert variables["RD_HOST"] == fitting(release if "valkey" in release else f"{release}-valkey")
    host = fitting(release if "qdrant" in release else f"{release}-qdrant")
    assert variables["QDRANT_URL"] == f"http://{host}:6334"
    assert variables["PG_HOST"] == one(manifests, "Cluster")["metadata"]["name"] + "-rw"


def test_artifact_hub_is_told_of_every_image_of_the_chart(render: Render, no_archives: Path) -> None:
    listed = yaml.safe_load(chart.metadata()["annotations"]["artifacthub.io/images"])
    backup = {"backup": {"enabled": True, "s3": {"bucket": "b"}, "verification": {"enabled": True}}}
    manifests = render(choices.merged(choices.KEY, choices.VECTORS["mongodb"], backup))
    used = {container["image"] for _, spec in pods(manifests) for container in spec["containers"]}
    for item in manifests:
        spec = item.get("spec", {})
        if item["kind"] in ("Cluster", "Dragonfly", "PerconaServerMongoDB"):
            used.add(spec.get("imageName", spec.get("image")))
    assert {item["image"] for item in listed} == used


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (choices.VECTORS["mongodb"], "cannot search by meaning"),
        (choices.VECTORS["mongodb-external"], "needs Atlas"),
        ({}, "trusts the headers of every request"),
    ],
)
def test_the_notes_warn_of_what_these_values_mean(parts: dict[str, Any], said: str, no_archives: Path) -> None:
    assert said in chart.render(choices.merged(choices.KEY, parts), archives=no_archives).notes
    guarded = {"auth": {"plugin": {"enabled": True}}}
    assert said not in chart.render(choices.merged(choices.KEY, guarded), archives=no_archives).notes


def test_a_database_password_of_any_characters_reaches_the_pods_raw(render: Render) -> None:
    manifests = render(choices.merged(choices.KEY, choices.DATABASES["external"]))
    reference = environment(manifests, one(manifests, "Deployment", "aeterna"))["PGPASSWORD"]
    secret = one(manifests, "Secret", reference["name"])
    assert base64.b64decode(secret["data"][reference["key"]]).decode() == "p@:/ #?%"


def test_a_redis_password_is_percent_encoded_and_stands_in_a_secret_only(render: Render) -> None:
    manifests = render(choices.merged(choices.KEY, choices.CACHES["redis-password"]))
    reference = environment(manifests, one(manifests, "Deployment", "aeterna"))["RD_HOST"]
    secret = one(manifests, "Secret", reference["name"])
    assert base64.b64decode(secret["data"][reference["key"]]).decode() == ":p%40%3A%2F%20%23%3F%25@r.example.com"


@pytest.mark.parametrize(
    ("provider", "wanted"),
    [
        ("anthropic", {"AETERNA_LLM_PROVIDER": "none"}),
        (
            "ollama",
            {
                "AETERNA_LLM_PROVIDER": "openai",
                "AETERNA_OPENAI_BASE_URL": "http://ollama.example.com:11434/v1",
                "OPENAI_API_KEY": "ollama",
            },
        ),
    ],
)
def test_providers_that_end_the_server_are_translated(provider: str, wanted: dict[str, str], render: Render) -> None:
    manifests = render(choices.merged(choices.KEY, choices.LLMS[provider]))
    assert environment(manifests, one(manifests, "Deployment", "aeterna")).items() >= wanted.items()


def test_anthropics_key_waits_in_the_secret(render: Render) -> None:
    manifests = render(choices.merged(choices.KEY, choices.LLMS["anthropic"]))
    assert "anthropic-api-key" in one(manifests, "Secret", "aeterna")["data"]


def test_one_existing_secret_serves_every_credential(render: Render) -> None:
    values = choices.merged(
        {"secrets": {"provider": "existing", "existingSecret": "mine"}},
        {"llm": {"provider": "openai"}},
        choices.OPALS["no-opal"],
    )
    manifests = render(values)
    assert not [item for item in manifests if item["kind"] == "Secret"]
    variables = environment(manifests, one(manifests, "Deployment", "aeterna"))
    assert variables["OPENAI_API_KEY"] == {"name": "mine", "key": "openai-api-key"}
    assert variables["AETERNA_LOCAL_KMS_KEY"] == {"name": "mine", "key": "kms-key"}


def test_the_role_gets_what_the_migrations_need_and_no_superuser(render: Render) -> None:
    spec = one(render(choices.KEY), "Cluster")["spec"]
    (role,) = spec["managed"]["roles"]
    assert role["name"] == "aeterna"
    assert role["createrole"] is True
    assert role["bypassrls"] is True
    assert "superuser" not in role
    assert "enableSuperuserAccess" not in spec
    assert spec["bootstrap"]["initdb"]["postInitApplicationSQL"] == ["CREATE EXTENSION IF NOT EXISTS vector"]


def test_hybrid_sizes_the_cache_by_the_local_cache_size(render: Render) -> None:
    values = choices.merged(choices.KEY, choices.MODES["hybrid"], {"hybrid": {"cacheSizeMiB": 1024}})
    spec = one(render(values), "Dragonfly")["spec"]
    assert "--maxmemory=1024mb" in spec["args"]
    assert spec["resources"]["limits"]["memory"] == "1280Mi"


def test_remote_makes_an_address_and_no_server(render: Render) -> None:
    manifests = installed(render(choices.REMOTE))
    assert names(manifests) == {
        ("Service", "aeterna-central"),
        ("ConfigMap", "aeterna-central"),
        ("Secret", "aeterna-central"),
    }
    assert one(manifests, "Service")["spec"] == {"type": "ExternalName", "externalName": "central.example.com"}
    assert one(manifests, "ConfigMap")["data"]["AETERNA_SERVER_URL"] == "https://central.example.com/aeterna"


@pytest.mark.parametrize("host", ["10.0.0.7", "[2001:db8::7]"])
def test_remote_makes_no_service_for_an_address_without_a_name(host: str, render: Render) -> None:
    values = choices.merged(choices.REMOTE, {"central": {"url": f"https://{host}:8443"}})
    assert not [item for item in render(values) if item["kind"] == "Service"]


def test_large_numbers_stay_whole_numbers(render: Render) -> None:
    values = choices.merged(
        choices.KEY, {"migration": {"activeDeadlineSeconds": 2500000}, "vector": {"embeddingDimension": 4000000}}
    )
    manifests = render(values)
    assert one(manifests, "Job")["spec"]["activeDeadlineSeconds"] == 2500000
    assert one(manifests, "ConfigMap", "aeterna")["data"]["EMBEDDING_DIMENSION"] == "4000000"


def test_a_changed_secret_or_setting_restarts_the_pods_and_nothing_else_does(render: Render) -> None:
    def annotations(*parts: dict[str, Any]) -> dict[str, str]:
        template = one(render(choices.merged(choices.KEY, *parts)), "Deployment", "aeterna")["spec"]["template"]
        found: dict[str, str] = template["metadata"]["annotations"]
        return found

    before = annotations(choices.LLMS["openai"])
    assert before == annotations(choices.LLMS["openai"], {"replicaCount": 3})
    secret = annotations(choices.LLMS["openai"], {"llm": {"openai": {"apiKey": {"value": "sk-2"}}}})
    setting = annotations(choices.LLMS["openai"], {"logging": {"level": "debug"}})
    assert len({tuple(sorted(item.items())) for item in (before, secret, setting)}) == 3


def test_a_generated_key_is_32_bytes_and_does_not_restart_the_pods(render: Render) -> None:
    first, second = render(), render()
    keys = [one(item, "Secret", "aeterna")["data"]["kms-key"] for item in (first, second)]
    assert keys[0] != keys[1]
    assert len(base64.b64decode(base64.b64decode(keys[0]))) == 32
    templates = [one(item, "Deployment", "aeterna")["spec"]["template"] for item in (first, second)]
    assert templates[0] == templates[1]


def test_every_pod_has_a_limit_a_read_only_root_and_no_service_links(render: Render) -> None:
    for name, spec in pods(render(choices.KEY)):
        assert spec["enableServiceLinks"] is False, name
        for container in spec["containers"]:
            assert container["securityContext"]["readOnlyRootFilesystem"] is True, name
            assert container["resources"]["requests"]["cpu"], name
            assert container["resources"]["limits"]["memory"], name
            assert ":" in container["image"].rsplit("/", 1)[1], name


def test_the_graph_stores_call_home_is_refused_at_once(render: Render) -> None:
    spec = one(render(choices.KEY), "Deployment", "aeterna")["spec"]["template"]["spec"]
    assert {"ip": "127.0.0.1", "hostnames": ["extensions.duckdb.org"]} in spec["hostAliases"]


def test_manifests_are_read_as_helm_reads_them() -> None:
    text = "a: y\n---\n# nothing\n---\nb: 0o17\nc: 1e3\n"
    assert helm.read_manifests(text) == [{"a": True}, {"b": 15, "c": 1000}]
    assert yaml.safe_load("a: y") == {"a": "y"}


def test_the_readme_speaks_of_values_that_exist() -> None:
    text = (Path(__file__).parents[2] / "charts" / "aeterna" / "README.md").read_text()
    schema = values_schema()
    sections = schema["properties"].keys()
    spoken = re.findall(r"`([a-z][A-Za-z]+)\.([a-z][A-Za-z]+)[`:]", text)
    paths = [(section, key) for section, key in spoken if key not in ("yaml", "schema")]
    assert paths
    for section, key in paths:
        assert section in sections
        name = schema["properties"][section]["$ref"].rsplit("/", 1)[1]
        assert key in schema["$defs"][name]["properties"], f"{section}.{key}"
