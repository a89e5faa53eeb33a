"""The chart of the page for visitors: what it renders is valid, restricted, without rights, and starts the command."""

import io
import json
import tarfile
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
import yaml

from aeterna_nb import __version__
from aeterna_nb.chart import helm
from aeterna_nb.chart.helm import HelmError, Target
from aeterna_nb.checks.inventory import Inventory
from aeterna_nb.checks.references import check_references
from aeterna_nb.commands import dashboard
from tests.chart.judge import KUBERNETES_VERSIONS, faults

ROOT = Path(__file__).parents[2]
CHART = ROOT / "charts" / "workbench"
Manifest = dict[str, Any]

INGRESS = {"enabled": True, "className": "nginx", "host": "workbench.example.com", "tlsSecret": "aeterna-tls"}
CHOICES: dict[str, Manifest] = {
    "defaults": {},
    "ingress below a path": {"baseUrl": "/tools/aeterna", "ingress": INGRESS},
    "a proxy signs people in": {"token": {"enabled": False}, "hosts": ["workbench.example.com"]},
    "a Secret that is there": {"token": {"existingSecret": "mine"}},
    "everything": {
        "image": {"digest": "sha256:" + "0" * 64, "pullPolicy": "Always"},
        "imagePullSecrets": [{"name": "mine"}],
        "env": [{"name": "AETERNA_LANGUAGE", "value": "de"}],
        "networkPolicy": {
            "from": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "ingress-nginx"}}}],
            "egress": [{"ports": [{"port": 443, "protocol": "TCP"}]}],
        },
        "podLabels": {"team": "platform"},
        "podAnnotations": {"note": "1"},
        "nodeSelector": {"kubernetes.io/os": "linux"},
        "tolerations": [{"key": "small", "operator": "Exists"}],
        "priorityClassName": "high",
        "service": {"port": 8080, "annotations": {"note": "true"}},
    },
}


def packed() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        archive.add(CHART, "aeterna-workbench")
    return buffer.getvalue()


def rendered(values: Manifest, **target: Any) -> list[Manifest]:
    files = helm.render(packed(), values, Target(**target))
    return [item for path, text in files.items() if path.endswith(".yaml") for item in helm.read_manifests(text)]


def of_kind(manifests: list[Manifest], kind: str) -> Manifest:
    (found,) = [item for item in manifests if item["kind"] == kind]
    return found


def pod_of(manifests: list[Manifest]) -> Manifest:
    found: Manifest = of_kind(manifests, "Deployment")["spec"]["template"]["spec"]
    return found


@pytest.mark.parametrize("version", KUBERNETES_VERSIONS)
@pytest.mark.parametrize("values", CHOICES.values(), ids=CHOICES)
def test_what_it_renders_is_valid_restricted_and_whole(values: Manifest, version: str) -> None:
    manifests = rendered(values, kube_version=version)
    assert faults(manifests, version) == []
    secrets = Inventory(secrets={"mine": None, "aeterna-tls": None})
    assert [finding.message for finding in check_references(manifests, secrets)] == []


@pytest.mark.parametrize("values", CHOICES.values(), ids=CHOICES)
def test_helm_lints_it_strictly(values: Manifest) -> None:
    assert helm.lint(CHART, values, Target()) == []


@pytest.mark.parametrize("values", CHOICES.values(), ids=CHOICES)
def test_the_command_takes_what_the_pod_gives_it(values: Manifest) -> None:
    (container,) = pod_of(rendered(values))["containers"]
    program, command, *_ = container["command"]
    assert (program, command) == ("aeterna", "dashboard")
    options = dashboard.flags().read(container["args"])
    assert options.base_url == ("/tools/aeterna/" if "baseUrl" in values else "/")
    assert options.no_token is (values.get("token", {}).get("enabled") is False)
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        assert container[probe]["httpGet"]["path"] == f"{options.base_url}robots.txt"


def test_the_page_has_no_right_and_reaches_nothing() -> None:
    manifests = rendered({})
    assert {item["kind"] for item in manifests} == {
        "Deployment",
        "NetworkPolicy",
        "Secret",
        "Service",
        "ServiceAccount",
    }
    assert pod_of(manifests)["automountServiceAccountToken"] is False
    assert of_kind(manifests, "ServiceAccount")["automountServiceAccountToken"] is False
    policy = of_kind(manifests, "NetworkPolicy")["spec"]
    assert policy["policyTypes"] == ["Ingress", "Egress"]
    assert policy["egress"] == []


def test_the_token_stands_in_a_secret_alone() -> None:
    manifests = rendered({})
    token = of_kind(manifests, "Secret")["data"]["token"]
    assert len(token) > 40
    others = [item for item in manifests if item["kind"] != "Secret"]
    assert token not in json.dumps(others)


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"token": {"enabled": False}}, "hosts"),
        ({"ingress": {"enabled": True}}, "host"),
        ({"visitor": {"most": 3}}, "visitor"),
        ({"visitors": {"most": 0}}, "most"),
        ({"baseUrl": "https://elsewhere.example"}, "baseUrl"),
        ({"image": {"digest": "latest"}}, "digest"),
    ],
)
def test_values_that_cannot_work_are_refused_by_name(values: Manifest, named: str) -> None:
    with pytest.raises(HelmError, match=named):
        rendered(values)


def test_its_versions_and_those_of_the_hubs_values_are_the_packages() -> None:
    assert yaml.safe_load((CHART / "Chart.yaml").read_text(encoding="utf-8"))["appVersion"] == __version__
    hub = yaml.safe_load((ROOT / "deploy" / "jupyterhub-values.yaml").read_text(encoding="utf-8"))
    assert hub["singleuser"]["image"]["tag"] == __version__


def test_a_persons_files_under_jupyterhub_are_on_their_volume() -> None:
    hub = yaml.safe_load((ROOT / "deploy" / "jupyterhub-values.yaml").read_text(encoding="utf-8"))
    home = hub["singleuser"]["storage"]["homeMountPath"]
    assert hub["singleuser"]["extraEnv"]["HOME"] == home
    assert hub["hub"]["config"]["KubeSpawner"]["working_dir"] == home


def test_a_persons_pod_under_jupyterhub_has_limits_and_no_rights() -> None:
    hub = yaml.safe_load((ROOT / "deploy" / "jupyterhub-values.yaml").read_text(encoding="utf-8"))["singleuser"]
    assert hub["serviceAccountName"] is None
    assert hub["extraPodConfig"]["automountServiceAccountToken"] is False
    assert hub["extraPodConfig"]["securityContext"]["runAsNonRoot"] is True
    assert hub["memory"]["limit"]
    assert hub["cpu"]["limit"]
    assert hub["networkPolicy"]["enabled"]


@pytest.mark.parametrize(
    "address", ["10.96.0.1", "100.64.0.1", "169.254.169.254", "172.20.0.1", "192.168.0.1", "198.18.255.1"]
)
def test_a_persons_pod_under_jupyterhub_reaches_no_network_that_clusters_have(address: str) -> None:
    hub = yaml.safe_load((ROOT / "deploy" / "jupyterhub-values.yaml").read_text(encoding="utf-8"))["singleuser"]
    policy = hub["networkPolicy"]
    assert set(policy["egressAllowRules"].items()) >= {
        (rule, False) for rule in ("cloudMetadataServer", "nonPrivateIPs", "privateIPs")
    }
    blocks = [peer["ipBlock"] for rule in policy["egress"] for peer in rule.get("to", ())]
    assert blocks
    for block in blocks:
        assert any(ip_address(address) in ip_network(left_out) for left_out in block["except"])


def test_every_value_is_described() -> None:
    schema = json.loads((CHART / "values.schema.json").read_text(encoding="utf-8"))
    values = yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))
    assert set(values) == set(schema["properties"]) - {"global"}
