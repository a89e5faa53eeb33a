"""Ingress, scaling, protection and observation."""

import json
from typing import Any

import pytest

from aeterna_nb.evaluate import evaluate
from tests.chart import choices
from tests.chart.conftest import Render, environment, names, one
from tests.chart.judge import CUSTOM_SCHEMAS, faults
from tests.samples import LOCAL, complete

EVERYTHING: dict[str, Any] = {
    "ingress": {
        "enabled": True,
        "host": "a.example.com",
        "className": "nginx",
        "tls": {"enabled": True, "clusterIssuer": "letsencrypt"},
    },
    "httpRoute": {"enabled": True, "parentRefs": [{"name": "gateway"}], "hostnames": ["a.example.com"]},
    "hpa": {"enabled": True, "targetMemoryPercent": 80, "behavior": {"scaleDown": {"stabilizationWindowSeconds": 300}}},
    "pdb": {"enabled": True, "minAvailable": 2, "maxUnavailable": ""},
    "vpa": {"enabled": True, "minAllowed": {"cpu": "100m"}},
    "serviceMonitor": {"enabled": True, "labels": {"release": "prometheus"}},
    "prometheusRule": {"enabled": True},
    "dashboard": {"enabled": True},
    "networkPolicy": {"enabled": True, "defaultDeny": True},
    "tracing": {"enabled": True, "endpoint": "http://collector.example.com:4317"},
    "scheduling": {
        "topologySpreadConstraints": [
            {"maxSkew": 1, "topologyKey": "topology.kubernetes.io/zone", "whenUnsatisfiable": "ScheduleAnyway"}
        ]
    },
    "global": {"imagePullSecrets": ["mine"], "imageRegistry": "mirror.example.com"},
    "knowledge": {"persistence": {"enabled": True, "accessModes": ["ReadWriteMany"]}},
    "postgresql": {"cnpg": {"pooler": {"enabled": True}}},
}


@pytest.mark.skipif(not CUSTOM_SCHEMAS.is_dir(), reason="no schemas of custom resources beside the checkout")
@pytest.mark.parametrize("version", ["1.29", "1.32", "1.37"])
def test_everything_at_once_is_right_for_kubernetes(version: str, render: Render) -> None:
    assert faults(render(choices.merged(choices.KEY, EVERYTHING)), version) == []


@pytest.mark.parametrize(
    ("section", "kind"),
    [
        ("ingress", "Ingress"),
        ("httpRoute", "HTTPRoute"),
        ("hpa", "HorizontalPodAutoscaler"),
        ("pdb", "PodDisruptionBudget"),
        ("vpa", "VerticalPodAutoscaler"),
        ("serviceMonitor", "ServiceMonitor"),
        ("prometheusRule", "PrometheusRule"),
        ("networkPolicy", "NetworkPolicy"),
    ],
)
def test_each_part_is_there_when_asked_for_and_only_then(section: str, kind: str, render: Render) -> None:
    off = choices.merged(choices.KEY, choices.OPALS["no-opal"])
    on = choices.merged(off, {section: EVERYTHING[section]})
    assert not [item for item in render(off) if item["kind"] == kind]
    assert [item for item in render(on) if item["kind"] == kind]


def test_an_autoscaler_owns_the_number_of_replicas(render: Render) -> None:
    manifests = render(choices.merged(choices.KEY, {"hpa": {"enabled": True}}))
    assert "replicas" not in one(manifests, "Deployment", "aeterna")["spec"]


def test_zero_replicas_stay_zero(render: Render) -> None:
    manifests = render(choices.merged(choices.KEY, {"replicaCount": 0}))
    assert one(manifests, "Deployment", "aeterna")["spec"]["replicas"] == 0


def test_a_budget_keeps_the_number_it_was_given(render: Render) -> None:
    budget = one(render(choices.merged(choices.KEY, {"pdb": EVERYTHING["pdb"]})), "PodDisruptionBudget", "aeterna")
    assert budget["spec"]["minAvailable"] == 2
    assert "maxUnavailable" not in budget["spec"]


def test_a_budget_of_nothing_stays_nothing(render: Render) -> None:
    nothing = {"pdb": {"enabled": True, "minAvailable": "", "maxUnavailable": 0}}
    budget = one(render(choices.merged(choices.KEY, nothing)), "PodDisruptionBudget", "aeterna")
    assert budget["spec"]["maxUnavailable"] == 0


def test_every_other_budget_lets_one_pod_go_so_that_nodes_can_be_drained(render: Render) -> None:
    several = {
        "opal": {
            "server": {"replicas": 2},
            "agent": {"kind": "Deployment", "replicas": 2},
            "fetcher": {"enabled": True, "replicas": 2, "tenant": "t", "image": {"repository": "r", "tag": "1"}},
        },
        "postgresql": {"cnpg": {"pooler": {"enabled": True}}},
    }
    manifests = render(choices.merged(choices.KEY, choices.VECTORS["mongodb"], several))
    budgets = [item["spec"]["maxUnavailable"] for item in manifests if item["kind"] == "PodDisruptionBudget"]
    replica_sets = one(manifests, "PerconaServerMongoDB")["spec"]["replsets"]
    assert budgets == [1] * 4
    assert [item["podDisruptionBudget"] for item in replica_sets] == [{"maxUnavailable": 1}]


def test_a_spread_without_selector_gets_the_servers(render: Render) -> None:
    values = choices.merged(choices.KEY, {"scheduling": EVERYTHING["scheduling"]})
    deployment = one(render(values), "Deployment", "aeterna")
    (spread,) = deployment["spec"]["template"]["spec"]["topologySpreadConstraints"]
    assert spread["labelSelector"] == deployment["spec"]["selector"]


@pytest.mark.parametrize(
    ("class_name", "annotation"),
    [
        ("nginx-internal", "nginx.ingress.kubernetes.io/proxy-read-timeout"),
        ("alb", "alb.ingress.kubernetes.io/target-type"),
        ("azure-application-gateway", "appgw.ingress.kubernetes.io/request-timeout"),
        ("traefik", ""),
    ],
)
def test_the_ingress_class_decides_how_long_requests_are_let_through(
    class_name: str, annotation: str, render: Render
) -> None:
    values = choices.merged(choices.KEY, {"ingress": {"enabled": True, "host": "h", "className": class_name}})
    annotations = one(render(values), "Ingress")["metadata"].get("annotations", {})
    assert list(annotations)[:1] == [] if not annotation else annotation in annotations


def test_googles_load_balancer_is_told_to_be_patient_where_the_cluster_knows_how(render: Render) -> None:
    values = choices.merged(choices.KEY, {"ingress": {"enabled": True, "host": "h", "className": "gce"}})
    known = render(values, api_versions=("cloud.google.com/v1/BackendConfig",))
    assert one(known, "BackendConfig")["spec"]["timeoutSec"] == 3600
    assert json.loads(
        one(known, "Service", "aeterna")["metadata"]["annotations"]["cloud.google.com/backend-config"]
    ) == {"default": one(known, "BackendConfig")["metadata"]["name"]}
    unknown = render(values)
    assert not [item for item in unknown if item["kind"] == "BackendConfig"]
    assert "annotations" not in one(unknown, "Service", "aeterna")["metadata"]


def test_a_users_annotation_wins_over_the_controllers(render: Render) -> None:
    key = "nginx.ingress.kubernetes.io/proxy-read-timeout"
    values = {"ingress": {"enabled": True, "host": "h", "className": "nginx", "annotations": {key: "7"}}}
    assert one(render(choices.merged(choices.KEY, values)), "Ingress")["metadata"]["annotations"][key] == "7"


@pytest.mark.parametrize(
    ("section", "kind"),
    [
        ({"postgresql": {"cnpg": {"keepOnUninstall": True}}}, "Cluster"),
        ({"cache": {"dragonfly": {"keepOnUninstall": True}}}, "Dragonfly"),
        ({"vector": {"mongodb": {"keepOnUninstall": True}}}, "PerconaServerMongoDB"),
        ({"knowledge": {"persistence": {"enabled": True, "keepOnUninstall": True}}}, "PersistentVolumeClaim"),
        ({"secrets": {"keepOnUninstall": True}}, "Secret"),
    ],
)
def test_what_should_outlive_the_release_is_kept_and_nothing_else(
    section: dict[str, Any], kind: str, render: Render
) -> None:
    manifests = render(choices.merged(choices.KEY, choices.VECTORS["mongodb"], section))
    policy = "helm.sh/resource-policy"
    kept = {item["kind"] for item in manifests if policy in item["metadata"].get("annotations", {})}
    assert kept == {kind}
    lost = [item for item in manifests if item["kind"] == kind and policy not in item["metadata"]["annotations"]]
    assert lost == []


def test_each_component_has_a_log_level_of_its_own(render: Render) -> None:
    levels = {
        "logging": {"level": "warn"},
        "migration": {"logLevel": "trace"},
        "postgresql": {"cnpg": {"logLevel": "debug"}},
        "opal": {
            "logLevel": "ERROR",
            "agent": {"logLevel": "DEBUG"},
            "fetcher": {"enabled": True, "tenant": "t", "image": {"repository": "r", "tag": "1"}, "logLevel": "debug"},
        },
    }
    manifests = render(choices.merged(choices.KEY, levels))

    def level(kind: str, name: str, variable: str = "RUST_LOG") -> Any:
        return environment(manifests, one(manifests, kind, name))[variable]

    assert level("Deployment", "aeterna") == "warn"
    assert level("Deployment", "aeterna-opal-fetcher") == "debug"
    assert level("StatefulSet", "aeterna-opal-server", "OPAL_LOG_LEVEL") == "ERROR"
    assert level("DaemonSet", "aeterna-cedar-agent", "OPAL_LOG_LEVEL") == "DEBUG"
    (migrate,) = one(manifests, "Job")["spec"]["template"]["spec"]["initContainers"]
    assert {"name": "RUST_LOG", "value": "trace"} in migrate["env"]
    assert one(manifests, "Cluster")["spec"]["logLevel"] == "debug"


@pytest.mark.parametrize(("protocol", "sent"), [("grpc", True), ("http/protobuf", False)])
def test_opal_sends_traces_to_the_same_collector_where_it_speaks_its_protocol(
    protocol: str, sent: bool, render: Render
) -> None:
    tracing = {"tracing": {"enabled": True, "endpoint": "http://collector:4317", "protocol": protocol}}
    manifests = render(choices.merged(choices.KEY, tracing))
    for kind, name in (("StatefulSet", "aeterna-opal-server"), ("DaemonSet", "aeterna-cedar-agent")):
        found = environment(manifests, one(manifests, kind, name))
        assert (found.get("OPAL_OPENTELEMETRY_OTLP_ENDPOINT") == "http://collector:4317") is sent
        assert (found.get("OPAL_ENABLE_OPENTELEMETRY_TRACING") == "true") is sent


def test_several_poolers_lie_apart_and_one_of_them_stays(render: Render) -> None:
    def pooler(instances: int) -> list[Any]:
        values = {"postgresql": {"cnpg": {"pooler": {"enabled": True, "instances": instances}}}}
        return render(choices.merged(choices.KEY, values))

    template = one(pooler(2), "Pooler")["spec"]["template"]
    (term,) = template["spec"]["affinity"]["podAntiAffinity"]["preferredDuringSchedulingIgnoredDuringExecution"]
    selector = one(pooler(2), "PodDisruptionBudget", "aeterna-pg-pooler")["spec"]["selector"]
    assert term["podAffinityTerm"]["labelSelector"] == selector
    assert selector["matchLabels"].items() <= template["metadata"]["labels"].items()
    assert ("PodDisruptionBudget", "aeterna-pg-pooler") not in names(pooler(1))


@pytest.mark.parametrize(("given", "rendered"), [({}, "0s"), ({"timeout": "5m"}, "5m"), ({"timeout": ""}, None)])
def test_a_gateway_lets_a_request_take_as_long_as_it_takes(
    given: dict[str, Any], rendered: str | None, render: Render
) -> None:
    route = one(render(choices.merged(choices.KEY, {"httpRoute": {**EVERYTHING["httpRoute"], **given}})), "HTTPRoute")
    (rule,) = route["spec"]["rules"]
    assert rule.get("timeouts", {}).get("request") == rendered


def test_remote_makes_none_of_it(render: Render) -> None:
    parts = {key: value for key, value in EVERYTHING.items() if key != "ingress"}
    assert names(render(choices.merged(choices.REMOTE, parts))) == names(render(choices.REMOTE))


def test_annotations_reach_kubernetes_as_the_texts_that_documentation_means() -> None:
    copied = (
        'nginx.ingress.kubernetes.io/ssl-redirect: "true"\n'
        'alb.ingress.kubernetes.io/listen-ports: \'[{"HTTP": 80}, {"HTTPS":443}]\'\n'
        "timeout: 30 # seconds\nversion: 1.10\nnginx.ingress.kubernetes.io/snippet: |\n  a b;\n  c d;\n"
    )
    role = 'eks.amazonaws.com/role-arn: "arn:aws:iam::111122223333:role/aeterna"'
    given = complete(
        LOCAL, ingress=True, ingress_host="a.example.com", ingress_annotations=copied, backup=True, backup_target="s3",
        service_account_annotations=role, backup_service_account_annotations=role,
    )  # fmt: skip
    objects = list(evaluate(given).manifests)
    texts = {
        "nginx.ingress.kubernetes.io/ssl-redirect": "true",
        "alb.ingress.kubernetes.io/listen-ports": '[{"HTTP": 80}, {"HTTPS":443}]',
        "timeout": "30",
        "version": "1.10",
        "nginx.ingress.kubernetes.io/snippet": "a b;\nc d;\n",
    }
    assert texts.items() <= one(objects, "Ingress")["metadata"]["annotations"].items()
    arn = {"eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/aeterna"}
    assert arn.items() <= one(objects, "ServiceAccount", "aeterna")["metadata"]["annotations"].items()
    cluster = one(objects, "Cluster")
    assert arn.items() <= cluster["spec"]["serviceAccountTemplate"]["metadata"]["annotations"].items()


@pytest.mark.parametrize(
    ("question", "answer", "field", "chosen"),
    [
        (
            "node_selector",
            "kubernetes.io/arch: amd64\nready: true\n",
            "nodeSelector",
            {"kubernetes.io/arch": "amd64", "ready": "true"},
        ),
        (
            "tolerations",
            'any: ""\ndedicated: memory:NoSchedule NoExecute\npool: a\n',
            "tolerations",
            [
                {"key": "any", "operator": "Exists"},
                {"key": "dedicated", "operator": "Equal", "value": "memory", "effect": "NoSchedule"},
                {"key": "dedicated", "operator": "Exists", "effect": "NoExecute"},
                {"key": "pool", "operator": "Equal", "value": "a"},
            ],
        ),
    ],
)
def test_where_pods_run_holds_for_every_pod_of_the_server_and_of_opal(
    question: str, answer: str, field: str, chosen: Any
) -> None:
    evaluation = evaluate(complete(LOCAL, **{question: answer}))
    assert [found for found in evaluation.findings if found.question == question] == []
    pods = {
        item["metadata"]["name"].partition("-migrate")[0] + f" {item['kind']}": item["spec"]["template"]["spec"].get(
            field
        )
        for item in evaluation.manifests
        if item["kind"] in ("Deployment", "Job", "StatefulSet")
    }
    assert {name for name, carried in pods.items() if carried == chosen} == {
        "aeterna Deployment", "aeterna Job", "aeterna-opal-server StatefulSet",
    }  # fmt: skip


def pod_spec(item: Any) -> Any:
    match item["kind"]:
        case "Pod":
            return item["spec"]
        case "CronJob":
            return item["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    return item["spec"]["template"]["spec"]


PODS = ("Pod", "CronJob", "Job", "Deployment", "DaemonSet", "StatefulSet")
EVERY_POD: dict[str, Any] = {
    "opal": {"fetcher": {"enabled": True, "tenant": "t", "image": {"repository": "r", "tag": "1"}}},
    "qdrant": {"snapshotPersistence": {"enabled": True}},
    "vector": {"qdrant": {"snapshots": {"enabled": True}}},
    "backup": {"enabled": True, "verification": {"enabled": True}, "s3": {"bucket": "b", "region": "r"}},
}


def test_scheduling_holds_for_every_pod_of_the_chart_and_the_agents_keep_their_own(render: Render) -> None:
    mine = {"key": "dedicated", "operator": "Exists"}
    scheduling = {"nodeSelector": {"pool": "a"}, "tolerations": [mine]}
    manifests = render(choices.merged(choices.KEY, EVERY_POD, {"scheduling": scheduling}))
    pods = {f"{item['kind']} {item['metadata']['name']}": pod_spec(item) for item in manifests if item["kind"] in PODS}
    ours = {name: spec for name, spec in pods.items() if " aeterna" in name}
    assert {"Pod aeterna-test-server", "CronJob aeterna-qdrant-snapshots", "DaemonSet aeterna-cedar-agent"} <= set(ours)
    assert [name for name, spec in ours.items() if spec.get("nodeSelector") != {"pool": "a"}] == []
    assert [name for name, spec in ours.items() if mine not in spec.get("tolerations", [])] == []
    agent = ours["DaemonSet aeterna-cedar-agent"]["tolerations"]
    assert "node-role.kubernetes.io/control-plane" in [item["key"] for item in agent]


def test_host_aliases_of_an_answer_reach_the_pods() -> None:
    evaluation = evaluate(complete(LOCAL, host_aliases="192.0.2.7: db.example.com cache.example.com\nfd00::7: b\n"))
    assert [found for found in evaluation.findings if found.question == "host_aliases"] == []
    told = [
        {"ip": "192.0.2.7", "hostnames": ["db.example.com", "cache.example.com"]},
        {"ip": "fd00::7", "hostnames": ["b"]},
    ]
    server = one(list(evaluation.manifests), "Deployment", "aeterna")["spec"]["template"]["spec"]
    assert server["hostAliases"][1:] == told
    job = next(item for item in evaluation.manifests if item["kind"] == "Job" and "-migrate" in str(item["metadata"]))
    assert job["spec"]["template"]["spec"]["hostAliases"] == told


def test_extra_variables_reach_the_server_as_they_were_written() -> None:
    given = complete(LOCAL, extra_environment="https_proxy: http://p:3128\nA: $(B) ${C}\n")
    evaluation = evaluate(given)
    assert [found for found in evaluation.findings if found.question == "extra_environment"] == []
    variables = one(list(evaluation.manifests), "ConfigMap", "aeterna")["data"]
    assert (variables["https_proxy"], variables["A"]) == ("http://p:3128", "$(B) ${C}")


def test_host_aliases_reach_what_migrates_backs_up_tests_and_asks(render: Render) -> None:
    alias = {"ip": "192.0.2.7", "hostnames": ["db.example.com"]}
    manifests = render(choices.merged(choices.KEY, EVERY_POD, {"extra": {"hostAliases": [alias]}}))
    taught = {
        item["metadata"]["name"].partition("-migrate")[0] + f" {item['kind']}"
        for item in manifests
        if item["kind"] in PODS and alias in pod_spec(item).get("hostAliases", [])
    }
    assert {
        "aeterna Deployment", "aeterna Job", "aeterna-opal-server StatefulSet", "aeterna-opal-fetcher Deployment",
        "aeterna-cedar-agent DaemonSet", "aeterna-test-server Pod", "aeterna-test-postgresql Pod",
    } <= taught  # fmt: skip


def test_dragonfly_keeps_a_pod_while_a_node_is_drained_once_it_has_two(render: Render) -> None:
    budgets = []
    for replicas in (1, 2, 3):
        values = choices.merged(choices.KEY, {"cache": {"dragonfly": {"replicas": replicas}}})
        budgets.append(one(render(values), "Dragonfly")["spec"].get("pdb"))
    assert budgets == [None, {"maxUnavailable": 1}, {"maxUnavailable": 1}]
