"""The namespace of the release, and what it lets in."""

from collections.abc import Iterator

from aeterna_nb.checks.pod_security import check_pod_security
from aeterna_nb.config.sentence import Sentence
from aeterna_nb.deploy.deployment import Deployment
from aeterna_nb.deploy.preflight.finding import found
from aeterna_nb.findings import Finding
from aeterna_nb.kubernetes.connection import Cluster
from aeterna_nb.kubernetes.manifests import section

ENFORCE = "pod-security.kubernetes.io/enforce"
"""The label by which a namespace refuses pods (Kubernetes documentation, "Pod Security Admission")."""


def namespace_findings(what: Deployment, cluster: Cluster) -> Iterator[Finding]:
    """Findings about a namespace that is there; one that is missing is made."""
    live = cluster.get(f"/api/v1/namespaces/{what.namespace}")
    if section(live, "status").get("phase") == "Terminating":
        yield found(
            Sentence("The namespace {namespace} is being deleted.", namespace=what.namespace),
            Sentence("Wait until it is gone, or take another."),
        )
    level = section(live, "metadata", "labels").get(ENFORCE)
    if level == "restricted":
        for fault in check_pod_security(what.manifests):
            yield found(
                Sentence(
                    "The namespace {namespace} enforces Pod Security restricted and will refuse pods. {message}",
                    namespace=what.namespace,
                    message=fault.message,
                ),
                Sentence("Take another namespace, or have its label changed."),
                "namespace",
            )
