"""What goes wrong in clusters, provoked on a real one: `aeterna deploy` and `aeterna status` say why, in one sentence.

All run side by side, each in a namespace of its own: most of the time goes by in waiting.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any

import pytest

from aeterna_nb.chart.apart import Canceller
from aeterna_nb.deploy.events import Event, Failed
from aeterna_nb.deploy.install import install
from aeterna_nb.kubernetes.connection import Cluster
from aeterna_nb.kubernetes.release import release_state
from tests.chart.choices import merged
from tests.deploy.node import PASSWORD, SERVER, TINY, cluster_context, deployment, guest, namespace, small

pytestmark = [pytest.mark.node, pytest.mark.xdist_group("node")]

SECONDS = 25
"""How long a deployment here may take: a container that ends has ended twice by then."""
AT_A_TIME = 8

Prepare = Callable[[Cluster, str], AbstractContextManager[object]]


@dataclass(frozen=True)
class Failure:
    """Something that goes wrong: values, what is done to the namespace before, and what is said."""

    values: Mapping[str, Any]
    says: str
    prepare: Prepare = lambda cluster, name: nullcontext()
    labels: Mapping[str, str] = field(default_factory=dict)
    said_by_status: bool = True
    """Whether what was refused left something to be looked at."""
    rare: bool = False
    """Whether another one goes the same way through the code, so that it is not provoked at every landing."""


def objects(path: str, *bodies: Mapping[str, Any]) -> Prepare:
    """Creates objects at a path, in which the namespace takes the place of `{namespace}`."""

    def prepare(cluster: Cluster, name: str) -> AbstractContextManager[object]:
        for body in bodies:
            cluster.create(path.format(namespace=name), dict(body))
        return nullcontext()

    return prepare


def cluster_wide(path: str, *bodies: Mapping[str, Any]) -> Prepare:
    """Creates objects of the whole cluster, named after the namespace and for it alone, that go again."""

    @contextmanager
    def prepare(cluster: Cluster, name: str) -> Iterator[None]:
        paths = []
        for kind, body in zip(path.split(), bodies, strict=True):
            whole = _named(body, name)
            cluster.create(f"/apis/admissionregistration.k8s.io/v1/{kind}", whole)
            paths.append(f"/apis/admissionregistration.k8s.io/v1/{kind}/{whole['metadata']['name']}")
        yield
        for each in paths:
            cluster.delete(each)

    return prepare


def _named(body: Any, name: str) -> Any:
    if isinstance(body, Mapping):
        return {key: _named(value, name) for key, value in body.items()}
    if isinstance(body, list):
        return [_named(item, name) for item in body]
    return body.replace("NAMESPACE", name) if isinstance(body, str) else body


HERE = {"matchLabels": {"kubernetes.io/metadata.name": "NAMESPACE"}}
SECRETS = "/api/v1/namespaces/{namespace}/secrets"
RESTRICTED = {"pod-security.kubernetes.io/enforce": "restricted"}


def beside(**container: Any) -> dict[str, Any]:
    """Values with one more container in the server's pod, which runs a shell."""
    command = ["sh", "-c", container.pop("script")]
    more = {"name": "beside", "image": SERVER, "command": command, "resources": TINY, **container}
    return {"extra": {"containers": [more]}}


DATABASE_PASSWORD = {
    "name": "PW",
    "valueFrom": {"secretKeyRef": {"name": "demo-aeterna", "key": "postgresql-password"}},
}
UNMIGRATED = {"migration": {"enabled": False}}
FAILURES: Mapping[str, Failure] = {
    "image": Failure(
        {"image": {"tag": "v0.0.0"}},
        r"cannot be pulled \(ghcr.io/kikokikok/aeterna:v0.0.0\): the node does not reach the registry",
    ),
    "secret": Failure(
        {"postgresql": {"external": {"password": {"value": "", "existingSecret": "absent", "key": "pw"}}}},
        r"the container \w+ needs the Secret absent, which is missing",
    ),
    "key": Failure(
        {"postgresql": {"external": {"password": {"value": "", "existingSecret": "lacking", "key": "pw"}}}},
        r"the container \w+ needs the key pw of the Secret lacking, and it is not in there",
        objects(SECRETS, {"metadata": {"name": "lacking"}, "stringData": {"other": "x"}}),
        rare=True,
    ),
    "quota": Failure(
        UNMIGRATED,
        r"Deployment demo-aeterna: the quota small of the namespace leaves no room: .*cpu.* is the limit",
        objects(
            "/api/v1/namespaces/{namespace}/resourcequotas",
            {"metadata": {"name": "small"}, "spec": {"hard": {"requests.cpu": "1m"}}},
        ),
    ),
    "limit range": Failure(
        UNMIGRATED,
        r"Deployment demo-aeterna: a LimitRange of the namespace refuses the pod: minimum cpu usage per Container is 1",
        objects(
            "/api/v1/namespaces/{namespace}/limitranges",
            {"metadata": {"name": "large"}, "spec": {"limits": [{"type": "Container", "min": {"cpu": "1"}}]}},
        ),
        rare=True,
    ),
    "pod security": Failure(
        merged(UNMIGRATED, {"podSecurityContext": {"runAsNonRoot": False, "runAsUser": 0}}),
        r"demo-aeterna: the namespace enforces Pod Security restricted:latest, which refuses the pod: .*runAsNonRoot",
        labels=RESTRICTED,
    ),
    "webhook": Failure(
        UNMIGRATED,
        r"The admission webhook away.example.com does not answer, so nothing that it judges is taken: ",
        cluster_wide(
            "validatingwebhookconfigurations",
            {
                "metadata": {"name": "away-NAMESPACE"},
                "webhooks": [
                    {
                        "name": "away.example.com",
                        "admissionReviewVersions": ["v1"],
                        "sideEffects": "None",
                        "failurePolicy": "Fail",
                        "timeoutSeconds": 2,
                        "namespaceSelector": HERE,
                        "clientConfig": {"service": {"name": "away", "namespace": "NAMESPACE"}},
                        "rules": [
                            {
                                "apiGroups": ["apps"],
                                "apiVersions": ["v1"],
                                "operations": ["*"],
                                "resources": ["deployments"],
                            }
                        ],
                    }
                ],
            },
        ),
        said_by_status=False,
    ),
    "policy": Failure(
        UNMIGRATED,
        r"The admission policy [\w-]+ refuses it: nothing is deployed on a Friday",
        cluster_wide(
            "validatingadmissionpolicies validatingadmissionpolicybindings",
            {
                "metadata": {"name": "friday-NAMESPACE"},
                "spec": {
                    "matchConstraints": {
                        "resourceRules": [
                            {
                                "apiGroups": ["apps"],
                                "apiVersions": ["v1"],
                                "operations": ["*"],
                                "resources": ["deployments"],
                            }
                        ]
                    },
                    "validations": [{"expression": "false", "message": "nothing is deployed on a Friday"}],
                },
            },
            {
                "metadata": {"name": "friday-NAMESPACE"},
                "spec": {
                    "policyName": "friday-NAMESPACE",
                    "validationActions": ["Deny"],
                    "matchResources": {"namespaceSelector": HERE},
                },
            },
        ),
        said_by_status=False,
    ),
    "cpu": Failure(
        merged(UNMIGRATED, {"resources": {"requests": {"cpu": "640"}}}),
        r"Pod demo-aeterna-\S+: no node has as much CPU free as it asks for \(0/\d+ nodes are available",
    ),
    "node": Failure(
        merged(UNMIGRATED, {"scheduling": {"nodeSelector": {"disk": "absent"}}}),
        r"Pod demo-aeterna-\S+: no node is one that it may run on",
        rare=True,
    ),
    "storage class": Failure(
        merged(UNMIGRATED, {"knowledge": {"persistence": {"enabled": True, "storageClass": "absent"}}}),
        r"Volume demo-aeterna\S*: there is no storage class absent, so it never gets its volume",
    ),
    "volume": Failure(
        merged(UNMIGRATED, {"knowledge": {"persistence": {"enabled": True, "size": "900Ti"}}}),
        r"Pod demo-aeterna-\S+: it waits for a volume that nothing provides",
        rare=True,
    ),
    "memory": Failure(
        merged(
            UNMIGRATED,
            beside(
                script="sleep 1; exec tail /dev/zero",
                resources={**TINY, "limits": {"memory": "32Mi"}},
                readinessProbe={"exec": {"command": ["false"]}},
            ),
        ),
        r"the container beside .*was ended for using more memory than its limit",
    ),
    "crash": Failure(
        merged(UNMIGRATED, {"postgresql": {"external": {"password": {"value": "another-password"}}}}),
        r'the container \w+ .*exit code 1.*; its last line: ".*password authentication failed for user',
    ),
    "probe": Failure(
        merged(
            UNMIGRATED,
            beside(
                script='echo "cannot connect to redis://:$PW@cache:6379 with $PW"; exec sleep 3600',
                env=[DATABASE_PASSWORD],
                readinessProbe={"exec": {"command": ["false"]}, "periodSeconds": 1},
            ),
        ),
        r'a probe of it does not pass.*; its last line: "cannot connect to redis://••••@cache:6379 with ••••"',
    ),
    "migration": Failure(
        {"postgresql": {"external": {"user": "plain", "password": {"value": PASSWORD}}}},
        r'Job demo-aeterna-migrate-\w+: the database is not migrated: .*exit code 1; its last line: ".*auth',
    ),
    "owner": Failure(
        UNMIGRATED,
        r'Service "demo-aeterna" in namespace "\S+" exists already and does not belong to this release',
        objects(
            "/api/v1/namespaces/{namespace}/services",
            {"metadata": {"name": "demo-aeterna"}, "spec": {"ports": [{"port": 80}]}},
        ),
        said_by_status=False,
        rare=True,
    ),
    "account": Failure(
        merged(UNMIGRATED, {"serviceAccount": {"create": False, "name": "absent"}}),
        r"Deployment demo-aeterna: the ServiceAccount absent is missing",
        rare=True,
    ),
    "kind": Failure(
        merged(
            UNMIGRATED,
            {"extra": {"objects": [{"apiVersion": "example.com/v1", "kind": "Odd", "metadata": {"name": "a"}}]}},
        ),
        r"The cluster does not know the kind Odd \(example.com/v1\): its definition \(CRD\) is missing",
        said_by_status=False,
        rare=True,
    ),
    "rights": Failure(
        UNMIGRATED,
        r"The user system:serviceaccount:\S+:guest may not \w+ \w+",
        said_by_status=False,
    ),
}


@dataclass(frozen=True)
class Happened:
    """What a deployment told, and what was said of the release afterwards."""

    events: list[Event]
    status: str


@pytest.fixture(scope="module")
def happened(
    cluster: Cluster, database: str, request: pytest.FixtureRequest
) -> Iterator[Mapping[str, Future[Happened]]]:
    """Everything that goes wrong and that is asked for, under way."""
    asked = [item.callspec.params.get("name") for item in request.session.items if hasattr(item, "callspec")]
    with ThreadPoolExecutor(AT_A_TIME) as threads:
        yield {name: threads.submit(_provoked, cluster, database, name) for name in FAILURES if name in asked}


def _provoked(cluster: Cluster, database: str, name: str) -> Happened:
    failure = FAILURES[name]
    with namespace(cluster, failure.labels) as where, failure.prepare(cluster, where):
        who = guest(cluster, where) if name == "rights" else cluster_context()
        what = deployment(where, merged(small(database), dict(failure.values)), who)
        events = [*install(what, SECONDS, Canceller())]
        return Happened(events, release_state(cluster_context(), "demo", where).reason)


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.whole_product] * failure.rare) for name, failure in FAILURES.items()]
)
def test_why_it_failed_is_said_in_one_sentence(name: str, happened: Mapping[str, Future[Happened]]) -> None:
    found = happened[name].result()
    (failed,) = [event for event in found.events if isinstance(event, Failed)]
    assert re.search(FAILURES[name].says, failed.reason), failed.reason
    assert failed.cure
    if FAILURES[name].said_by_status:
        assert re.search(FAILURES[name].says, found.status), found.status
    assert PASSWORD not in repr(found)
