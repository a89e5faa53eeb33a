"""A real cluster whose pods run, as tests of deployments use it: objects, a database, and small values of the chart."""

import os
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from aeterna_nb.deploy.deployment import Deployment
from aeterna_nb.generate import images
from aeterna_nb.kubernetes.connection import Cluster, Context, find_context
from tests.chart.choices import KEY, merged

KUBECONFIG = os.environ.get("AETERNA_TEST_REAL_KUBECONFIG", "")
PASSWORD = "Pw of-the/database+1"
SERVER = images.server("v0.8.0-rc.9")
SECONDS = 60
TINY = {"requests": {"cpu": "10m", "memory": "32Mi"}}


def cluster_context() -> Context:
    """The cluster that the variable names."""
    return find_context(environ={"KUBECONFIG": KUBECONFIG})


@contextmanager
def namespace(cluster: Cluster, labels: Mapping[str, str] | None = None) -> Iterator[str]:
    """A namespace that goes with the body."""
    name = f"deploy-{uuid.uuid4().hex[:8]}"
    cluster.create("/api/v1/namespaces", {"metadata": {"name": name, "labels": dict(labels or {})}})
    try:
        yield name
    finally:
        cluster.delete(f"/api/v1/namespaces/{name}")


def until(said: Callable[[], Any]) -> Any:
    """What a function returns once that is true; the test fails where it never is."""
    end = time.monotonic() + SECONDS
    while not (found := said()):
        assert time.monotonic() < end, f"not within {SECONDS} seconds"
        time.sleep(0.3)
    return found


def create_database(cluster: Cluster, name: str) -> str:
    """Run PostgreSQL in a namespace, ready for the server; returns the host under which pods reach it."""
    settings = {"POSTGRES_PASSWORD": PASSWORD, "POSTGRES_USER": "aeterna", "POSTGRES_DB": "aeterna"}
    container = {
        "name": "postgresql",
        "image": images.POSTGRESQL,
        "env": [{"name": key, "value": value} for key, value in settings.items()],
        "resources": TINY,
        "readinessProbe": {"exec": {"command": ["pg_isready", "--host", "127.0.0.1"]}, "periodSeconds": 1},
    }
    metadata = {"name": "database", "labels": {"app": "database"}}
    cluster.create(f"/api/v1/namespaces/{name}/pods", {"metadata": metadata, "spec": {"containers": [container]}})
    service = {"selector": {"app": "database"}, "ports": [{"port": 5432}]}
    cluster.create(f"/api/v1/namespaces/{name}/services", {"metadata": {"name": "database"}, "spec": service})
    pod = f"/api/v1/namespaces/{name}/pods/database"
    until(lambda: [item for item in cluster.get(pod)["status"].get("containerStatuses", []) if item["ready"]])
    return f"database.{name}.svc.cluster.local"


def small(host: str) -> dict[str, Any]:
    """Values of a release of one pod, whose database is at a host, and whose cache is away: it starts without."""
    return merged(
        KEY,
        {
            "vector": {"backend": "pgvector"},
            "qdrant": {"enabled": False},
            "cnpg": {"enabled": False},
            "dragonfly": {"enabled": False},
            "opal": {"enabled": False},
            "cache": {"type": "external", "external": {"host": host, "port": 5432}},
            "postgresql": {
                "type": "external",
                "external": {"host": host, "password": {"value": PASSWORD}, "sslMode": "disable"},
            },
            "resources": TINY,
            "migration": {"resources": TINY, "backoffLimit": 1},
            "probes": {"startup": {"periodSeconds": 1}, "readiness": {"periodSeconds": 1}},
        },
    )


def deployment(namespace: str, values: dict[str, Any], context: Context | None = None) -> Deployment:
    """A release `demo` of these values."""
    return Deployment(context or cluster_context(), "demo", namespace, values, {PASSWORD}, [])


def guest(cluster: Cluster, where: str) -> Context:
    """Somebody who may see everything in a namespace and change nothing but Secrets, where Helm keeps its records."""
    cluster.create(f"/api/v1/namespaces/{where}/serviceaccounts", {"metadata": {"name": "guest"}})
    api = f"/apis/rbac.authorization.k8s.io/v1/namespaces/{where}"
    rules = [
        {"apiGroups": ["*"], "resources": ["*"], "verbs": ["get", "list", "watch"]},
        {"apiGroups": [""], "resources": ["secrets"], "verbs": ["*"]},
    ]
    cluster.create(f"{api}/roles", {"metadata": {"name": "guest"}, "rules": rules})
    subject = {"kind": "ServiceAccount", "name": "guest", "namespace": where}
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "guest"}
    cluster.create(f"{api}/rolebindings", {"metadata": {"name": "guest"}, "roleRef": role, "subjects": [subject]})
    token = cluster.create(f"/api/v1/namespaces/{where}/serviceaccounts/guest/token", {"spec": {}})["status"]["token"]
    mine = cluster.context
    tree = {
        **mine.kubeconfig,
        "users": [{"name": "guest", "user": {"token": token}}],
        "contexts": [{"name": "guest", "context": {**mine.kubeconfig["contexts"][0]["context"], "user": "guest"}}],
        "current-context": "guest",
    }
    return Context("guest", mine.server, where, tree)
