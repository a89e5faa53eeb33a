"""A real API server for the tests of the chart, and the helm program against it."""

import base64
import json
import os
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import yaml

from aeterna_nb.chart import helm

KUBECONFIG = os.environ.get("AETERNA_TEST_KUBECONFIG", "")
RESTRICTED = {"pod-security.kubernetes.io/enforce": "restricted"}
DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
OF_KUBERNETES = {("ConfigMap", "kube-root-ca.crt"), ("ServiceAccount", "default")}
"""What lies in every namespace."""
FLEETING = {"Event", "Endpoints", "EndpointSlice"}
"""Kinds that Kubernetes makes, and removes in its own time."""
WAITING = ("--wait", "--wait-for-jobs", "--timeout", "3m")
PATIENCE = 180
"""Seconds after which the server ends a watch."""


class ApiServer:
    """Plain requests to the API server that a kubeconfig names. `known` are the definitions it had before."""

    def __init__(self, kubeconfig: Path) -> None:
        config = yaml.safe_load(kubeconfig.read_text())
        cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
        context: ssl.SSLContext | bool = False
        if "certificate-authority-data" in cluster:
            authority = base64.b64decode(cluster["certificate-authority-data"]).decode()
            context = ssl.create_default_context(cadata=authority)
            with tempfile.NamedTemporaryFile() as pem:
                pem.write(base64.b64decode(user["client-certificate-data"]))
                pem.write(base64.b64decode(user["client-key-data"]))
                pem.flush()
                context.load_cert_chain(pem.name)
        headers = {"Authorization": f"Bearer {user['token']}"} if "token" in user else {}
        timeout = httpx2.Timeout(PATIENCE + 5)
        self._client = httpx2.Client(
            base_url=cluster["server"], headers=headers, verify=context, trust_env=False, timeout=timeout
        )
        self.known = self.names(DEFINITIONS)

    def create(self, path: str, body: dict[str, Any]) -> None:
        self._client.post(path, json=body).raise_for_status()

    def delete(self, path: str) -> None:
        self._client.delete(path).raise_for_status()

    def merge(self, path: str, body: dict[str, Any]) -> None:
        headers = {"Content-Type": "application/merge-patch+json"}
        self._client.patch(path, content=json.dumps(body), headers=headers).raise_for_status()

    def get(self, path: str) -> dict[str, Any]:
        answer = self._client.get(path)
        while answer.status_code == httpx2.codes.TOO_MANY_REQUESTS:
            # So it answers while it learns a definition that is new to it, and says how long that takes.
            time.sleep(int(answer.headers["Retry-After"]))
            answer = self._client.get(path)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def items(self, path: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get(path)["items"]
        return found

    def names(self, path: str) -> set[str]:
        return {item["metadata"]["name"] for item in self.items(path)}

    def secrets(self, namespace: str) -> dict[str, dict[str, str]]:
        """The data of every Secret but those in which Helm keeps its records."""
        items = self.items(f"/api/v1/namespaces/{namespace}/secrets")
        return {item["metadata"]["name"]: item["data"] for item in items if item["type"] != "helm.sh/release.v1"}

    def volumes(self, namespace: str) -> dict[str, str]:
        """The identity of every claim, which a claim that was made anew does not share."""
        items = self.items(f"/api/v1/namespaces/{namespace}/persistentvolumeclaims")
        return {item["metadata"]["name"]: item["metadata"]["uid"] for item in items}

    def record_sizes(self, namespace: str) -> list[int]:
        """Bytes of each Secret in which Helm keeps a release."""
        records = self.items(f"/api/v1/namespaces/{namespace}/secrets?labelSelector=owner=helm")
        return [sum(len(base64.b64decode(value)) for value in item["data"].values()) for item in records]

    def objects(self, namespace: str) -> set[tuple[str, str]]:
        """Kind and name of everything in a namespace, and of what Helm installed from there into the whole cluster."""
        return {
            (kind, item["metadata"]["name"])
            for kind, path, in_namespaces in self._collections(namespace)
            for item in self.items(path)
            if in_namespaces or _release_namespace(item) == namespace
            if kind not in FLEETING and (kind, item["metadata"]["name"]) not in OF_KUBERNETES
        }

    def _collections(self, namespace: str) -> Iterator[tuple[str, str, bool]]:
        groups = self.get("/apis")["groups"]
        for base in ["/api/v1", *(f"/apis/{group['preferredVersion']['groupVersion']}" for group in groups)]:
            for kind in self.get(base)["resources"]:
                if "list" in kind["verbs"] and "/" not in kind["name"]:
                    scope = f"/namespaces/{namespace}" if kind["namespaced"] else ""
                    yield kind["kind"], f"{base}{scope}/{kind['name']}", kind["namespaced"]

    def wait_until_gone(self, path: str, names: set[str]) -> None:
        """Return when none of these is in the collection any more. Raises where the server lost patience."""
        listing = self.get(path)
        left = names & {item["metadata"]["name"] for item in listing["items"]}
        query = {"watch": "1", "resourceVersion": listing["metadata"]["resourceVersion"], "timeoutSeconds": PATIENCE}
        if not left:
            return
        with self._client.stream("GET", path, params=query) as events:
            for line in events.iter_lines():
                event = json.loads(line)
                if event["type"] == "DELETED":
                    left.discard(event["object"]["metadata"]["name"])
                if not left:
                    return
        raise TimeoutError(f"{path} still holds {', '.join(sorted(left))}")

    def uninstall_all(self, namespace: str) -> None:
        """Uninstall every release of a namespace."""
        for release in run_helm("list", "--all", "--short", "--namespace", namespace).split():
            run_helm("uninstall", release, "--namespace", namespace)

    def remove_namespace(self, name: str) -> None:
        """Delete a namespace, and give its volumes to whoever asks next."""
        claims = f"/api/v1/namespaces/{name}/persistentvolumeclaims"
        wanted = set(self.volumes(name))
        # With its pods: a claim stays as long as one of them uses it.
        self.delete(f"/api/v1/namespaces/{name}")
        self.wait_until_gone(claims, wanted)
        for volume in self.items("/api/v1/persistentvolumes"):
            if volume["spec"].get("claimRef", {}).get("namespace") == name:
                self.merge(f"/api/v1/persistentvolumes/{volume['metadata']['name']}", {"spec": {"claimRef": None}})

    def forget_new_definitions(self) -> None:
        """Delete the custom resource definitions that came in the meantime, and everything that was made by them."""
        new = self.names(DEFINITIONS) - self.known
        for name in new:
            self.delete(f"{DEFINITIONS}/{name}")
        self.wait_until_gone(DEFINITIONS, new)


def _release_namespace(item: dict[str, Any]) -> str:
    return str(item["metadata"].get("annotations", {}).get("meta.helm.sh/release-namespace", ""))


class HelmFailed(AssertionError):
    """Helm refused or gave up. The text is what it printed."""


def run_helm(*arguments: str, values: dict[str, Any] | None = None) -> str:
    command = [str(helm.find_program()), "--kubeconfig", KUBECONFIG, *arguments]
    if values is not None:
        command += ["--values", "-"]
    done = subprocess.run(command, input=json.dumps(values), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise HelmFailed(done.stderr)
    return done.stdout


@dataclass(frozen=True, slots=True)
class Release:
    """A release of a chart, driven by the helm program as its README says."""

    name: str
    namespace: str

    def install(self, chart: Path, values: dict[str, Any], *more: str) -> None:
        self.run("install", self.name, str(chart), *(more or WAITING), values=values)

    def upgrade(self, chart: Path, values: dict[str, Any]) -> None:
        self.run("upgrade", self.name, str(chart), *WAITING, values=values)

    def test(self) -> None:
        self.run("test", self.name, "--timeout", "2m")

    def uninstall(self) -> None:
        """Returns when everything of the release is gone, and what came from that as well."""
        self.run("uninstall", self.name, "--cascade", "foreground", "--wait", "--timeout", "2m")

    def run(self, *arguments: str, values: dict[str, Any] | None = None) -> str:
        return run_helm(*arguments, "--namespace", self.namespace, values=values)
