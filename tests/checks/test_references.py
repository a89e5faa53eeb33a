from collections.abc import Callable
from typing import Any

import pytest

from aeterna_nb.checks.inventory import Inventory, inventory
from aeterna_nb.checks.references import check_references

Manifest = dict[str, Any]
Sample = Callable[..., Manifest]

POD = "spec/template/spec"
CONTAINER = f"{POD}/containers/0"
NOTHING_EXTERNAL = Inventory()


def messages(manifests: list[Manifest], external: Inventory = NOTHING_EXTERNAL) -> list[str]:
    findings = check_references(manifests, external)
    assert {finding.severity for finding in findings} <= {"error"}
    return [finding.message for finding in findings]


def release(sample: Sample, changed: Manifest) -> list[Manifest]:
    """A release in which every reference resolves, but for what `changed` (put in the place of its like) breaks."""
    kinds = ("Deployment", "Service", "Secret", "ConfigMap", "ServiceAccount", "PersistentVolumeClaim")
    manifests = {kind: sample(kind) for kind in (*kinds, "Ingress", "HorizontalPodAutoscaler", "PodDisruptionBudget")}
    return list({**manifests, str(changed["kind"]): changed}.values())


def test_a_release_whose_references_resolve_passes(sample: Sample) -> None:
    assert messages(release(sample, sample("Deployment"))) == []


@pytest.mark.parametrize(
    ("pod", "found"), [("db-0", True), ("db-12", True), ("db", False), ("other-0", False), ("db-0-0", False)]
)
def test_a_service_may_select_one_pod_of_a_stateful_set_by_its_name(pod: str, found: bool, sample: Sample) -> None:
    stateful = sample("Deployment", {"kind": "StatefulSet", "spec/serviceName": "db"}, "db")
    service = sample("Service", {"spec/selector": {"statefulset.kubernetes.io/pod-name": pod}})
    wrong = [text for text in messages([stateful, service]) if "selector finds no pod" in text]
    assert (wrong == []) == found


def volume(**source: object) -> list[dict[str, object]]:
    return [{"name": "tmp", **source}]


@pytest.mark.parametrize(
    ("kind", "path", "value", "words"),
    [
        ("Deployment", f"{POD}/serviceAccountName", "other", "serviceAccountName names the ServiceAccount other"),
        (
            "Deployment",
            f"{CONTAINER}/env/1/valueFrom/secretKeyRef/name",
            "gone",
            "env (PGPASSWORD) names the Secret gone",
        ),
        (
            "Deployment",
            f"{CONTAINER}/env/1/valueFrom/secretKeyRef/key",
            "pass",
            "its key pass, but it has only: password",
        ),
        (
            "Deployment",
            f"{CONTAINER}/env/0",
            {"name": "A", "valueFrom": {"configMapKeyRef": {"name": "aeterna", "key": "B"}}},
            "its key B, but it has only: RUST_LOG",
        ),
        ("Deployment", f"{CONTAINER}/envFrom", [{"secretRef": {"name": "gone"}}], "envFrom names the Secret gone"),
        (
            "Deployment",
            f"{CONTAINER}/envFrom",
            [{"configMapRef": {"name": "gone"}}],
            "envFrom names the ConfigMap gone",
        ),
        ("Deployment", f"{POD}/volumes", volume(secret={"secretName": "gone"}), "volumes (tmp) names the Secret gone"),
        (
            "Deployment",
            f"{POD}/volumes",
            volume(secret={"secretName": "aeterna", "items": [{"key": "ca"}]}),
            "its key ca",
        ),
        ("Deployment", f"{POD}/volumes", volume(configMap={"name": "gone"}), "names the ConfigMap gone"),
        (
            "Deployment",
            f"{POD}/volumes",
            volume(projected={"sources": [{"secret": {"name": "gone"}}]}),
            "names the Secret gone",
        ),
        (
            "Deployment",
            f"{POD}/volumes",
            volume(persistentVolumeClaim={"claimName": "gone"}),
            "PersistentVolumeClaim gone",
        ),
        ("Deployment", f"{POD}/volumes", [], "mounts the volume tmp, which the pod does not have"),
        ("Deployment", f"{CONTAINER}/livenessProbe/httpGet/port", "web", "livenessProbe asks the port web"),
        ("Ingress", "spec/rules/0/http/paths/0/backend/service/name", "gone", "names the Service gone"),
        (
            "Ingress",
            "spec/rules/0/http/paths/0/backend/service/port",
            {"number": 8080},
            "its port 8080, but it has only: 80, http",
        ),
        ("Service", "spec/selector", {"app": "gone"}, "its selector finds no pod"),
        ("Service", "spec/ports/0/targetPort", "web", "targetPort web is no port of the pods"),
        ("PodDisruptionBudget", "spec/selector/matchLabels", {"app": "gone"}, "its selector finds no pod"),
        ("HorizontalPodAutoscaler", "spec/scaleTargetRef/name", "gone", "is for the Deployment gone"),
        ("HorizontalPodAutoscaler", "spec/scaleTargetRef/kind", "StatefulSet", "is for the StatefulSet aeterna"),
    ],
)
def test_a_reference_that_leads_nowhere_is_an_error(
    kind: str, path: str, value: object, words: str, sample: Sample
) -> None:
    found = messages(release(sample, sample(kind, {path: value})))
    assert len(found) == 1
    assert found[0].startswith(f"{kind} aeterna")
    assert words in found[0]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (f"{POD}/serviceAccountName", "default"),
        (f"{CONTAINER}/env/1/valueFrom/secretKeyRef", {"name": "gone", "key": "a", "optional": True}),
        (f"{CONTAINER}/envFrom", [{"secretRef": {"name": "gone", "optional": True}}]),
        (f"{POD}/volumes", volume(secret={"secretName": "gone", "optional": True})),
        (f"{POD}/volumes", volume(persistentVolumeClaim={"claimName": "aeterna"})),
        (f"{POD}/volumes", volume(configMap={"name": "aeterna", "items": [{"key": "RUST_LOG", "path": "a"}]})),
        (f"{CONTAINER}/livenessProbe/httpGet/port", 9090),
    ],
)
def test_references_that_resolve_or_are_optional_pass(path: str, value: object, sample: Sample) -> None:
    assert messages(release(sample, sample("Deployment", {path: value}))) == []


def test_what_answers_declare_external_is_taken_as_there(sample: Sample) -> None:
    reference = {"name": "theirs", "key": "pg-password"}
    manifests = release(sample, sample("Deployment", {f"{CONTAINER}/env/1/valueFrom/secretKeyRef": reference}))
    assert messages(manifests, Inventory(secrets={"theirs": None})) == []
    assert messages(manifests, Inventory(secrets={"theirs": frozenset({"pg-password"})})) == []
    assert len(messages(manifests, Inventory(secrets={"theirs": frozenset({"other"})}))) == 1


def test_all_broken_references_are_reported_at_once(sample: Sample) -> None:
    assert len(messages([sample("Deployment")])) == 2
    assert len(messages([sample("Deployment"), sample("Ingress"), sample("HorizontalPodAutoscaler")])) == 3


def test_a_stateful_set_mounts_its_own_claims_and_needs_its_service(sample: Sample) -> None:
    changes = {f"{CONTAINER}/volumeMounts": [{"name": "data", "mountPath": "/data"}], "spec/serviceName": "gone"}
    stateful = {**sample("Deployment", changes), "kind": "StatefulSet"}
    stateful["spec"]["volumeClaimTemplates"] = [{"metadata": {"name": "data"}, "spec": {}}]
    found = messages([*release(sample, sample("Service"))[1:], stateful])
    assert [message for message in found if "StatefulSet" in message] == [
        "StatefulSet aeterna: spec.serviceName names the Service gone, which neither this render nor an operator makes."
    ]


def test_a_service_without_selector_and_one_for_an_outside_name_need_no_pods(sample: Sample) -> None:
    outside = sample("Service", {"spec": {"type": "ExternalName", "externalName": "central.example.com"}})
    assert messages([outside, sample("Service", {"spec/selector": ...}, name="b")]) == []


def test_a_hook_before_the_install_can_not_use_what_the_install_makes(sample: Sample) -> None:
    hook = {"metadata/annotations": {"helm.sh/hook": "pre-install, pre-upgrade"}}
    needed = [sample("Secret"), sample("ServiceAccount")]
    found = messages([sample("Job", hook), *needed])
    assert len(found) == 2
    assert all(message.startswith("Job aeterna runs before the install, but needs the ") for message in found)
    assert messages([sample("Job"), *needed]) == []
    hooked = [sample("Secret", hook), sample("ServiceAccount", hook)]
    assert messages([sample("Job", hook), *hooked]) == []


def test_a_role_binding_needs_its_role_and_its_account(sample: Sample) -> None:
    binding = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "RoleBinding",
        "metadata": {"name": "a"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "a"},
        "subjects": [{"kind": "ServiceAccount", "name": "gone", "namespace": "x"}],
    }
    role = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "a"}, "rules": []}
    assert len(messages([binding])) == 2
    assert len(messages([binding, role])) == 1
    binding["subjects"] = []
    assert messages([binding, role]) == []


CLUSTER = {"apiVersion": "postgresql.cnpg.io/v1", "kind": "Cluster", "metadata": {"name": "db"}, "spec": {}}
DRAGONFLY = {"apiVersion": "dragonflydb.io/v1alpha1", "kind": "Dragonfly", "metadata": {"name": "cache"}, "spec": {}}
MONGODB = {
    "apiVersion": "psmdb.percona.com/v1",
    "kind": "PerconaServerMongoDB",
    "metadata": {"name": "mongo"},
    "spec": {"replsets": [{"name": "rs0"}], "secrets": {"users": "mongo-users"}},
}


def with_spec(manifest: Manifest, **spec: object) -> Manifest:
    return {**manifest, "spec": {**manifest["spec"], **spec}}


@pytest.mark.parametrize(
    ("manifest", "kind", "name", "keys"),
    [
        (CLUSTER, "Secret", "db-app", "uri"),
        (CLUSTER, "Secret", "db-ca", "ca.crt"),
        (CLUSTER, "Service", "db-rw", "5432"),
        (CLUSTER, "Service", "db-r", "5432"),
        (CLUSTER, "Service", "db-ro", "5432"),
        (CLUSTER, "ServiceAccount", "db", None),
        (with_spec(CLUSTER, enableSuperuserAccess=True), "Secret", "db-superuser", "password"),
        (DRAGONFLY, "Service", "cache", "6379"),
        (with_spec(DRAGONFLY, serviceSpec={"name": "other"}), "Service", "other", "redis"),
        (MONGODB, "Service", "mongo-rs0", "27017"),
        (with_spec(MONGODB, sharding={"enabled": True}), "Service", "mongo-mongos", "27017"),
        (MONGODB, "Secret", "mongo-users", "MONGODB_USER_ADMIN_PASSWORD"),
        (with_spec(MONGODB, users=[{"name": "a"}]), "Secret", "mongo-custom-user-secret", None),
    ],
)
def test_operators_make_these_objects(manifest: Manifest, kind: str, name: str, keys: str | None) -> None:
    things = inventory([manifest]).of(kind)
    assert name in things
    found = things[name]
    assert (found is None) if keys is None else (found is not None and keys in found)


def test_a_database_with_a_login_of_ones_own_makes_no_login_secret() -> None:
    own = with_spec(CLUSTER, bootstrap={"initdb": {"secret": {"name": "login"}}})
    assert "db-app" not in inventory([own]).secrets
    assert "names the Secret login" in messages([own])[0]
    assert "db-superuser" not in inventory([CLUSTER]).secrets


@pytest.mark.parametrize(
    ("manifest", "words"),
    [
        (with_spec(CLUSTER, managed={"roles": [{"name": "a", "passwordSecret": {"name": "gone"}}]}), "Secret gone"),
        (
            with_spec(
                CLUSTER, backup={"barmanObjectStore": {"s3Credentials": {"accessKeyId": {"name": "gone", "key": "K"}}}}
            ),
            "Secret gone",
        ),
        (with_spec(DRAGONFLY, authentication={"passwordFromSecret": {"name": "aeterna", "key": "K"}}), "its key K"),
        (with_spec(MONGODB, users=[{"name": "a", "passwordSecretRef": {"name": "gone", "key": "K"}}]), "Secret gone"),
        (with_spec(MONGODB, backup={"storages": {"s": {"s3": {"credentialsSecret": "gone"}}}}), "Secret gone"),
        (with_spec(MONGODB, backup={"storages": {"s": {"azure": {"credentialsSecret": "gone"}}}}), "Secret gone"),
        ({**CLUSTER, "kind": "ScheduledBackup", "spec": {"cluster": {"name": "db"}}}, "is for the Cluster db"),
        ({**CLUSTER, "kind": "Pooler", "spec": {"cluster": {"name": "db"}}}, "is for the Cluster db"),
    ],
)
def test_custom_resources_name_things_too(manifest: Manifest, words: str, sample: Sample) -> None:
    found = messages([manifest, sample("Secret")])
    assert len(found) == 1
    assert words in found[0]


@pytest.mark.parametrize(
    ("spec", "keys"),
    [
        ({"target": {"name": "made"}, "data": [{"secretKey": "a"}]}, frozenset({"a"})),
        ({"data": [{"secretKey": "a"}]}, frozenset({"a"})),
        ({"target": {"template": {"data": {"b": "x"}}}, "data": [{"secretKey": "a"}]}, frozenset({"a", "b"})),
        ({"dataFrom": [{"extract": {"key": "k"}}]}, None),
    ],
)
def test_an_external_secret_makes_its_target(spec: dict[str, Any], keys: frozenset[str] | None) -> None:
    manifest = {"apiVersion": "external-secrets.io/v1", "kind": "ExternalSecret", "metadata": {"name": "own"}}
    name = spec.get("target", {}).get("name", "own")
    assert inventory([{**manifest, "spec": spec}]).secrets == {name: keys}


def test_a_certificate_makes_its_secret() -> None:
    manifest = {"apiVersion": "cert-manager.io/v1", "kind": "Certificate", "spec": {"secretName": "tls"}}
    assert inventory([manifest]).secrets["tls"] == frozenset({"tls.crt", "tls.key", "ca.crt"})
