from collections.abc import Callable
from typing import Any

import pytest

from aeterna_nb.checks.chart_policy import check_chart_policy, is_pinned
from aeterna_nb.checks.pod_security import check_pod_security

Sample = Callable[..., dict[str, Any]]

POD = "spec/template/spec"
CONTAINER = f"{POD}/containers/0"
OURS = {"metadata/labels": {"helm.sh/chart": "aeterna-0.1.0"}}


def test_a_restricted_pod_passes(sample: Sample, kinds: tuple[str, ...]) -> None:
    assert check_pod_security([sample(kind) for kind in kinds]) == []
    assert check_chart_policy([sample(kind, OURS) for kind in kinds], "aeterna") == []


INIT = {
    "name": "init",
    "image": "a:1",
    "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}, "runAsUser": 0},
}


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (f"{POD}/hostNetwork", True, "hostNetwork shares the node"),
        (f"{POD}/hostPID", True, "hostPID shares the node"),
        (f"{POD}/hostIPC", True, "hostIPC shares the node"),
        (f"{POD}/volumes/0", {"name": "tmp", "hostPath": {"path": "/"}}, "the volume tmp is of the kind hostPath"),
        (f"{POD}/volumes/0", {"name": "tmp", "nfs": {"server": "a", "path": "/"}}, "of the kind nfs"),
        (f"{POD}/securityContext/runAsNonRoot", ..., "runAsNonRoot must be true"),
        (f"{POD}/securityContext/runAsUser", 0, "runAsUser is 0, which is root"),
        (f"{POD}/securityContext/seccompProfile", ..., "seccompProfile must be RuntimeDefault or Localhost"),
        (f"{POD}/securityContext/sysctls", [{"name": "vm.max_map_count", "value": "1"}], "sets vm.max_map_count"),
        (f"{POD}/securityContext/seLinuxOptions", {"user": "root"}, "seLinuxOptions asks for more"),
        (f"{POD}/securityContext/seLinuxOptions", {"type": "spc_t"}, "seLinuxOptions asks for more"),
        (f"{POD}/securityContext/appArmorProfile", {"type": "Unconfined"}, "appArmorProfile is Unconfined"),
        (f"{POD}/securityContext/windowsOptions", {"hostProcess": True}, "hostProcess shares the node"),
        (f"{POD}/initContainers", [INIT], "initContainers[0].securityContext.runAsUser is 0"),
        (f"{CONTAINER}/securityContext/privileged", True, "privileged gives container aeterna the rights"),
        (f"{CONTAINER}/securityContext/allowPrivilegeEscalation", ..., "allowPrivilegeEscalation must be false"),
        (f"{CONTAINER}/securityContext/allowPrivilegeEscalation", True, "allowPrivilegeEscalation must be false"),
        (f"{CONTAINER}/securityContext/capabilities/drop", ["NET_RAW"], "capabilities.drop must name ALL"),
        (f"{CONTAINER}/securityContext/capabilities", ..., "capabilities.drop must name ALL"),
        (f"{CONTAINER}/securityContext/capabilities/add", ["SYS_ADMIN"], "gives container aeterna SYS_ADMIN"),
        (f"{CONTAINER}/securityContext/procMount", "Unmasked", "procMount must be Default"),
        (f"{CONTAINER}/ports/0/hostPort", 80, "opens the port 80 of the node"),
        (f"{CONTAINER}/livenessProbe/httpGet/host", "example.com", "livenessProbe asks another host"),
        (
            "spec/template/metadata/annotations",
            {"container.apparmor.security.beta.kubernetes.io/aeterna": "unconfined"},
            "turns AppArmor off",
        ),
    ],
)
def test_what_restricted_forbids_is_an_error(path: str, value: object, words: str, sample: Sample) -> None:
    findings = check_pod_security([sample("Deployment", {path: value})])
    assert len(findings) == 1
    assert findings[0].severity == "error"
    assert words in findings[0].message


@pytest.mark.parametrize(
    "context",
    [
        {"runAsNonRoot": False},
        {"seccompProfile": {"type": "Unconfined"}},
    ],
)
def test_a_container_can_not_take_back_what_its_pod_promises(context: dict[str, Any], sample: Sample) -> None:
    changes = {f"{CONTAINER}/securityContext/{field}": value for field, value in context.items()}
    assert check_pod_security([sample("Deployment", changes)]) != []


@pytest.mark.parametrize(
    "changes",
    [
        {
            f"{POD}/securityContext": ...,
            f"{CONTAINER}/securityContext/runAsNonRoot": True,
            f"{CONTAINER}/securityContext/seccompProfile": {"type": "RuntimeDefault"},
        },
        {f"{CONTAINER}/securityContext/capabilities/add": ["NET_BIND_SERVICE"]},
        {f"{POD}/volumes/0": {"name": "tmp", "persistentVolumeClaim": {"claimName": "a"}}},
        {f"{POD}/securityContext/sysctls": [{"name": "net.ipv4.ip_unprivileged_port_start", "value": "80"}]},
    ],
)
def test_what_restricted_allows_passes(changes: dict[str, Any], sample: Sample) -> None:
    assert check_pod_security([sample("Deployment", changes)]) == []


@pytest.mark.parametrize("kind", ["Deployment", "Job", "CronJob"])
def test_the_pods_of_every_workload_are_checked(kind: str, sample: Sample) -> None:
    root = "spec/jobTemplate/spec/template/spec" if kind == "CronJob" else POD
    assert len(check_pod_security([sample(kind, {f"{root}/hostNetwork": True})])) == 1


def test_a_bare_pod_is_checked() -> None:
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"containers": [{"name": "a"}]}}
    assert len(check_pod_security([pod])) == 4


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (f"{POD}/serviceAccountName", ..., "serviceAccountName must be an account of its own"),
        (f"{POD}/serviceAccountName", "default", "serviceAccountName must be an account of its own"),
        (f"{CONTAINER}/resources/requests/cpu", ..., "resources.requests.cpu is missing"),
        (f"{CONTAINER}/resources/requests/memory", ..., "resources.requests.memory is missing"),
        (f"{CONTAINER}/resources/limits", ..., "resources.limits.memory is missing"),
        (f"{CONTAINER}/securityContext/readOnlyRootFilesystem", False, "readOnlyRootFilesystem must be true"),
        (f"{CONTAINER}/image", "ghcr.io/example/aeterna", "image must carry a tag"),
        (f"{CONTAINER}/image", "ghcr.io/example/aeterna:latest", "image must carry a tag"),
        (f"{CONTAINER}/startupProbe", ..., "startupProbe is missing"),
        (f"{CONTAINER}/livenessProbe", ..., "livenessProbe is missing"),
        (f"{CONTAINER}/readinessProbe", ..., "readinessProbe is missing"),
    ],
)
def test_what_the_chart_promises_of_its_pods_is_kept(path: str, value: object, words: str, sample: Sample) -> None:
    findings = check_chart_policy([sample("Deployment", {**OURS, path: value})], "aeterna")
    assert len(findings) == 1
    assert words in findings[0].message
    assert check_chart_policy([sample("Deployment", {path: value})], "aeterna") == []


def test_a_job_needs_no_probes(sample: Sample) -> None:
    assert check_chart_policy([sample("Job", {**OURS, f"{CONTAINER}/livenessProbe": ...})], "aeterna") == []


@pytest.mark.parametrize(
    ("image", "pinned"),
    [
        ("a:1", True),
        ("localhost:5000/a/b:v0.8.0-rc.9", True),
        ("a@sha256:" + "0" * 64, True),
        ("a:latest@sha256:" + "0" * 64, True),
        ("a", False),
        ("a:", False),
        ("a:latest", False),
        ("localhost:5000/a", False),
        ("", False),
        (":1", False),
    ],
)
def test_an_image_is_pinned_by_a_version_or_a_digest(image: str, pinned: bool) -> None:
    assert is_pinned(image) is pinned


RESTRICTED = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}, "runAsNonRoot": True}
SECCOMP = {"seccompProfile": {"type": "RuntimeDefault"}}


def test_pods_that_the_dragonfly_operator_makes_are_checked() -> None:
    cache = {"apiVersion": "dragonflydb.io/v1alpha1", "kind": "Dragonfly", "metadata": {"name": "a"}, "spec": {}}
    assert len(check_pod_security([cache])) == 4
    cache["spec"] = {"podSecurityContext": SECCOMP, "containerSecurityContext": RESTRICTED}
    assert check_pod_security([cache]) == []


def test_pods_that_the_percona_operator_makes_are_checked() -> None:
    replica_set = {"name": "rs0", "podSecurityContext": SECCOMP, "containerSecurityContext": RESTRICTED}
    spec = {"replsets": [replica_set], "initContainerSecurityContext": RESTRICTED, "backup": {"enabled": True}}
    store = {
        "apiVersion": "psmdb.percona.com/v1",
        "kind": "PerconaServerMongoDB",
        "metadata": {"name": "a"},
        "spec": spec,
    }
    found = check_pod_security([store])
    assert len(found) == 3
    assert all("backup" in finding.message or "containers[2]" in finding.message for finding in found)
    spec["backup"] = {"enabled": True, "containerSecurityContext": RESTRICTED}
    assert check_pod_security([store]) == []


def test_a_pre_release_of_the_chart_is_still_our_chart(sample: Sample) -> None:
    labels = {"metadata/labels": {"helm.sh/chart": "aeterna-0.2.0-rc.1"}, f"{POD}/serviceAccountName": ...}
    assert len(check_chart_policy([sample("Deployment", labels)], "aeterna")) == 1
    other = {**labels, "metadata/labels": {"helm.sh/chart": "aeterna-crds-0.1.0"}}
    assert check_chart_policy([sample("Deployment", other)], "aeterna") == []
