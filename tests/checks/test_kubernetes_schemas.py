import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aeterna_nb.checks.kubernetes_schemas import check_kubernetes_version, check_manifests, check_unproven
from aeterna_nb.checks.schemas import load_schemas, supported_versions

Sample = Callable[..., dict[str, Any]]

POD = "spec/template/spec"
CONTAINER = f"{POD}/containers/0"
SCHEMAS = load_schemas("1.34")


def messages(manifests: list[dict[str, Any]], version: str = "1.34") -> list[str]:
    return [finding.message for finding in check_manifests(manifests, load_schemas(version))]


@pytest.mark.parametrize("version", supported_versions())
def test_manifests_that_are_right_pass_on_every_kubernetes_version(
    version: str, sample: Sample, kinds: tuple[str, ...]
) -> None:
    assert messages([sample(kind) for kind in kinds], version) == []


@pytest.mark.parametrize(
    ("kind", "path", "value", "words"),
    [
        # What the published schemas already refuse.
        ("Deployment", "spec/replica", 1, "spec has replica, which Kubernetes 1.34 does not know"),
        ("Deployment", f"{CONTAINER}/envs", [], "spec.template.spec.containers[0] has envs"),
        ("Deployment", "metadata/label", {}, "metadata has label"),
        ("Deployment", "spec/replicas", "two", "spec.replicas must be a whole number"),
        ("Deployment", "spec/replicas", True, "spec.replicas must be a whole number"),
        ("Deployment", "spec/selector", ..., "spec lacks selector"),
        ("Deployment", f"{POD}/containers", ..., "spec.template.spec lacks containers"),
        ("Deployment", f"{CONTAINER}/name", ..., "containers[0] lacks name"),
        ("Deployment", f"{CONTAINER}/env/0/value", 5432, "env[0].value must be text"),
        ("Deployment", f"{CONTAINER}/env/0/value", True, "env[0].value must be text"),
        ("ConfigMap", "data/RUST_LOG", 1, "data.RUST_LOG must be text"),
        ("Ingress", "spec/rules/0/http/paths/0/pathType", ..., "lacks pathType"),
        # What only the API server would refuse.
        ("Deployment", "metadata/name", ..., "metadata lacks name"),
        ("Deployment", "metadata/name", "Aeterna", "metadata.name must be a name of at most 253"),
        ("Deployment", "metadata/name", "a" * 254, "metadata.name must be"),
        ("Deployment", "metadata/namespace", "a.b", "metadata.namespace must be"),
        ("Deployment", "metadata/labels", {"app": "a b"}, "metadata.labels.app must be"),
        (
            "Deployment",
            "metadata/labels",
            {"a b": "app"},
            "metadata.labels has a key that is not a label key",
        ),
        ("Deployment", "metadata/annotations", {"/x": "y"}, "metadata.annotations has a key"),
        ("Deployment", "spec/replicas", -1, "spec.replicas must be 0 or more"),
        ("Deployment", f"{CONTAINER}/name", "my_app", "containers[0].name must be"),
        ("Deployment", f"{CONTAINER}/image", "", "containers[0].image must be"),
        (
            "Deployment",
            f"{CONTAINER}/imagePullPolicy",
            "always",
            "must be one of Always, IfNotPresent, Never",
        ),
        ("Deployment", f"{CONTAINER}/ports/0/containerPort", 99999, "containerPort must be 65535 or less"),
        ("Deployment", f"{CONTAINER}/ports/0/containerPort", 0, "containerPort must be 1 or more"),
        (
            "Deployment",
            f"{CONTAINER}/ports/0/name",
            "a-far-too-long-name",
            "ports[0].name must be a port name",
        ),
        ("Deployment", f"{CONTAINER}/ports/0/protocol", "tcp", "must be one of TCP, UDP, SCTP"),
        ("Deployment", f"{CONTAINER}/env/0/name", "1ST", "env[0].name must be a variable name"),
        ("Deployment", f"{CONTAINER}/resources/limits/memory", "512 MB", "limits.memory must be an amount"),
        ("Deployment", f"{CONTAINER}/resources/requests/cpu", "1,5", "requests.cpu must be an amount"),
        ("Deployment", f"{CONTAINER}/livenessProbe/httpGet/port", 0, "httpGet.port must be 1 or more"),
        ("Deployment", f"{CONTAINER}/livenessProbe/httpGet/port", "HTTP", "httpGet.port must be a port name"),
        ("Deployment", f"{CONTAINER}/readinessProbe/timeoutSeconds", -1, "timeoutSeconds must be 0 or more"),
        ("Deployment", f"{POD}/restartPolicy", "always", "restartPolicy must be one of"),
        ("Deployment", f"{POD}/securityContext/seccompProfile/type", "Default", "type must be one of"),
        ("CronJob", "spec/schedule", "daily", "spec.schedule must be a schedule"),
        ("CronJob", "spec/concurrencyPolicy", "No", "spec.concurrencyPolicy must be one of"),
        ("Service", "metadata/name", "1st", "metadata.name must be"),
        ("Service", "metadata/name", "a.b", "metadata.name must be"),
        ("Service", "spec/type", "Clusterip", "spec.type must be one of ClusterIP"),
        ("Service", "spec/ports/0/port", 70000, "spec.ports[0].port must be 65535 or less"),
        ("Service", "spec/ports/0/targetPort", 70000, "targetPort must be 65535 or less"),
        ("Service", "spec/selector", {"app": "a b"}, "spec.selector.app must be"),
        ("Secret", "data", {"a/b": ""}, "data has a key"),
        ("PersistentVolumeClaim", "spec/accessModes", ["RWO"], "accessModes[0] must be one of"),
        ("PersistentVolumeClaim", "spec/resources/requests/storage", "10GB", "storage must be an amount"),
        ("NetworkPolicy", "spec/egress/0/to/0/ipBlock/cidr", "10.0.0.0", "cidr must be a network"),
        ("NetworkPolicy", "spec/egress/0/to/0/ipBlock/cidr", "10.0.0.0/99", "cidr must be a network"),
        ("NetworkPolicy", "spec/policyTypes", ["egress"], "policyTypes[0] must be one of Ingress, Egress"),
        ("HorizontalPodAutoscaler", "spec/maxReplicas", 0, "spec.maxReplicas must be 1 or more"),
    ],
)
def test_what_kubernetes_refuses_is_an_error_that_names_object_and_field(
    kind: str, path: str, value: object, words: str, sample: Sample
) -> None:
    found = messages([sample(kind, {path: value})])
    assert len(found) == 1
    assert found[0].startswith(f"{kind} ")
    assert words in found[0]


@pytest.mark.parametrize(
    ("kind", "path", "value"),
    [
        ("Deployment", f"{POD}/priorityClassName", None),
        ("Deployment", f"{CONTAINER}/resources/limits", {"memory": "1.5Gi", "cpu": 2, "nvidia.com/gpu": "1"}),
        ("Deployment", f"{CONTAINER}/resources/limits", {"memory": "1e10", "cpu": ".5"}),
        ("Deployment", f"{CONTAINER}/livenessProbe/httpGet/port", 8080),
        ("Deployment", "metadata/labels", {"example.com/part": "", "app": "A_b.c-1"}),
        ("Deployment", "metadata/annotations", {"example.com/any": "a b: {c}\n"}),
        ("Service", "spec/type", None),
        ("CronJob", "spec/schedule", "@daily"),
        ("CronJob", "spec/schedule", "*/5 0-6 1,15 JAN MON"),
        ("Secret", "data", {"k.e-y_1": "aGVs\nbG8="}),
        ("NetworkPolicy", "spec/egress/0/to/0/ipBlock/cidr", "fd00::/8"),
    ],
)
def test_what_kubernetes_accepts_passes(kind: str, path: str, value: object, sample: Sample) -> None:
    assert messages([sample(kind, {path: value})]) == []


def test_all_faults_of_all_objects_are_reported_at_once(sample: Sample) -> None:
    broken = sample("Deployment", {"spec/replicas": -1, "spec/unknown": 1, f"{CONTAINER}/image": ""})
    assert len(messages([broken, sample("Service", {"spec/type": "No"})])) == 4


def test_objects_inside_a_list_are_checked(sample: Sample) -> None:
    listed = {"apiVersion": "v1", "kind": "List", "items": [sample("Service", {"spec/type": "No"})]}
    assert "spec.type must be one of" in messages([listed])[0]


def test_a_secret_value_is_never_repeated(sample: Sample) -> None:
    canary = "canary-7f3a!"
    broken = sample("Secret", {"data/password": canary, "stringData": canary, "data/list": [canary]})
    found = messages([broken])
    assert len(found) == 3
    assert canary not in " ".join(found)


def test_an_object_that_is_there_twice_is_an_error_and_another_namespace_makes_it_another(
    sample: Sample,
) -> None:
    twice = [sample("ConfigMap"), sample("ConfigMap")]
    assert messages(twice) == ["ConfigMap aeterna is there 2 times; only the last one would remain."]
    assert messages([sample("ConfigMap"), sample("ConfigMap", {"metadata/namespace": "other"})]) == []


@pytest.mark.parametrize(
    ("api_version", "kind"),
    [
        ("apps/v1beta1", "Deployment"),
        ("extensions/v1beta1", "Ingress"),
        ("v1", "Deploymnet"),
        ("v2", "Service"),
    ],
)
def test_a_kind_that_the_version_does_not_have_is_an_error(api_version: str, kind: str) -> None:
    manifest = {"apiVersion": api_version, "kind": kind, "metadata": {"name": "a"}}
    findings = check_manifests([manifest], SCHEMAS)
    assert [(f.severity, f.question) for f in findings] == [("error", "kubernetes_version")]
    assert f"has no {kind} in {api_version}" in findings[0].message


def unproven(manifests: list[dict[str, Any]], definitions: Sequence[dict[str, Any]] = ()) -> list[tuple[str, str]]:
    """Question and kind of each warning that nothing judged a kind."""
    findings = check_unproven(manifests, load_schemas("1.34", definitions))
    assert all(finding.severity == "warning" and finding.cure for finding in findings)
    return [(finding.question, finding.message.split()[3]) for finding in findings]


def test_a_kind_of_a_group_that_only_begins_like_a_known_one_is_not_judged_by_its_schema() -> None:
    manifest = {
        "apiVersion": "apps.example.com/v1",
        "kind": "Deployment",
        "metadata": {"name": "a"},
        "free": 1,
    }
    assert messages([manifest]) == []
    assert unproven([manifest]) == [("", "Deployment")]


def test_a_document_without_kind_is_an_error() -> None:
    assert "lacks apiVersion or kind" in messages([{"apiVersion": "v1", "metadata": {"name": "a"}}])[0]


CRD: dict[str, Any] = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "caches.example.com"},
    "spec": {
        "group": "example.com",
        "scope": "Namespaced",
        "names": {"kind": "Cache", "plural": "caches", "singular": "cache", "listKind": "CacheList"},
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "schema": {
                    "openAPIV3Schema": {
                        "type": "object",
                        "required": ["spec"],
                        "properties": {
                            "apiVersion": {"type": "string"},
                            "kind": {"type": "string"},
                            "metadata": {"type": "object"},
                            "spec": {
                                "type": "object",
                                "required": ["size"],
                                "properties": {
                                    "size": {"type": "integer", "minimum": 1},
                                    "description": {"type": "string", "nullable": True},
                                    "port": {"x-kubernetes-int-or-string": True},
                                    "mode": {"type": "string", "enum": ["a", "b"]},
                                    "free": {
                                        "type": "object",
                                        "x-kubernetes-preserve-unknown-fields": True,
                                        "properties": {"known": {"type": "string"}},
                                    },
                                    "labels": {"type": "object", "additionalProperties": {"type": "string"}},
                                    "above": {"type": "number", "minimum": 0, "exclusiveMinimum": True},
                                    "users": {
                                        "type": "array",
                                        "items": {
                                            "type": "object",
                                            "properties": {"name": {"type": "string"}},
                                        },
                                    },
                                },
                            },
                        },
                    }
                },
            },
            {
                "name": "v1alpha1",
                "served": False,
                "storage": False,
                "schema": {"openAPIV3Schema": {"type": "object"}},
            },
        ],
    },
}


def cache(spec: dict[str, object], version: str = "v1", name: str = "aeterna") -> dict[str, Any]:
    fields = {"size": 1, **spec}
    return {
        "apiVersion": f"example.com/{version}",
        "kind": "Cache",
        "metadata": {"name": name, "labels": {"a": "b"}},
        "spec": fields,
    }


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ({}, None),
        ({"description": None, "port": "http", "free": {"any": 1}, "labels": {"x": "y"}}, None),
        ({"port": 6379, "mode": "a", "above": 0.5, "users": [{"name": "a"}]}, None),
        ({"sise": 1}, "spec has sise, which the definition of Cache does not know there"),
        ({"size": 0}, "spec.size must be 1 or more"),
        ({"size": None}, "spec.size must be a whole number"),
        ({"port": True}, "spec.port must be a whole number or text"),
        ({"mode": "c"}, "spec.mode must be one of a, b"),
        ({"labels": {"x": 1}}, "spec.labels.x must be text"),
        ({"free": {"known": 1}}, "spec.free.known must be text"),
        ({"users": [{"nam": "a"}]}, "spec.users[0] has nam"),
        ({"above": 0}, "spec.above"),
    ],
)
def test_custom_resources_follow_their_definition(spec: dict[str, object], words: str | None) -> None:
    handed_in = [finding.message for finding in check_manifests([cache(spec)], load_schemas("1.34", [CRD]))]
    in_render = messages([CRD, cache(spec)])
    assert handed_in == in_render
    assert (handed_in == []) if words is None else (len(handed_in) == 1 and words in handed_in[0])


def test_metadata_of_a_custom_resource_follows_the_rules_of_all_objects() -> None:
    manifest = cache({}, name="Not_allowed")
    manifest["metadata"]["label"] = {}
    found = [finding.message for finding in check_manifests([manifest], load_schemas("1.34", [CRD]))]
    assert len(found) == 2


def test_a_version_that_is_not_served_is_not_proven() -> None:
    assert unproven([cache({}, "v1alpha1")], [CRD]) == [("", "Cache")]
    assert unproven([cache({})], [CRD]) == []


def test_kinds_without_schema_are_named_and_only_those_of_subcharts_warn() -> None:
    monitor = {"apiVersion": "monitoring.coreos.com/v1", "kind": "ServiceMonitor", "metadata": {"name": "a"}}
    cluster = {"apiVersion": "postgresql.cnpg.io/v1", "kind": "Cluster", "metadata": {"name": "a"}}
    dragonfly = {"apiVersion": "dragonflydb.io/v1alpha1", "kind": "Dragonfly", "metadata": {"name": "a"}}
    findings = check_manifests([monitor, cluster, dragonfly], SCHEMAS)
    assert [finding.severity for finding in findings] == ["warning"]
    assert "Dragonfly, Cluster" in findings[0].message
    assert "cloudnative-pg, dragonfly-operator" in findings[0].message
    assert "aeterna chart deps" in findings[0].cure
    assert unproven([monitor, cluster, monitor]) == [("service_monitor", "ServiceMonitor")]


@pytest.mark.parametrize(
    ("version", "used", "warns"),
    [
        ("1.31", "1.31", False),
        ("v1.31.4", "1.31", False),
        ("1.24", "1.25", True),
        ("1.100", supported_versions()[-1], True),
    ],
)
def test_a_version_without_schemas_is_judged_by_the_nearest_and_says_so(version: str, used: str, warns: bool) -> None:
    assert load_schemas(version).version == used
    found = check_kubernetes_version(version)
    assert [(f.severity, f.question) for f in found] == ([("warning", "kubernetes_version")] if warns else [])


def test_a_text_that_is_no_version_is_refused() -> None:
    with pytest.raises(ValueError, match="no Kubernetes version"):
        load_schemas("latest")


def test_versions_are_in_order_of_their_numbers() -> None:
    numbers = [tuple(int(part) for part in version.split(".")) for version in supported_versions()]
    assert numbers == sorted(numbers)
    assert len(numbers) >= 5


@given(name=st.text(max_size=70))
def test_any_name_a_person_types_is_accepted_or_refused_with_a_sentence(name: str) -> None:
    found = messages([{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}}])
    allowed = bool(name) and all(c in "abcdefghijklmnopqrstuvwxyz0123456789-." for c in name)
    if not allowed:
        assert found
    assert all(message.endswith(".") for message in found)


def test_the_package_with_the_schemas_is_not_imported() -> None:
    program = (
        "import sys; from aeterna_nb.checks.schemas import load_schemas;"
        "load_schemas('1.34').validator(('', 'v1', 'Pod'));"
        "sys.exit('kubernetes_validate' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
