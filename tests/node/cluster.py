"""A cluster on which containers run: pods that do one thing, and what they print."""

import shutil
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import httpx2

from tests.chart.api_server import RESTRICTED, ApiServer
from tests.outside import Server

PATIENCE_SECONDS = 120
"""How long anything here may take that is waited for: most takes seconds."""
CONFINED: Mapping[str, Any] = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "runAsNonRoot": True,
    "seccompProfile": {"type": "RuntimeDefault"},
}
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Ended:
    """A pod that did its work, or failed; `printed` is its log."""

    succeeded: bool
    printed: str


def eventually(look: Callable[[], Found | None], what: str) -> Found:
    """The first thing that is found. The test fails where nothing comes in time."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.3)
    raise AssertionError(f"not within {PATIENCE_SECONDS} s: {what}")


class Cluster(ApiServer):
    """The API server, and pods."""

    @contextmanager
    def namespace(self, labels: Mapping[str, str] = RESTRICTED) -> Iterator[str]:
        """A namespace that goes with everything in it."""
        name = f"real-{uuid.uuid4().hex[:8]}"
        self.create("/api/v1/namespaces", {"metadata": {"name": name, "labels": dict(labels)}})
        try:
            yield name
        finally:
            self.remove_namespace(name)

    def run(
        self,
        namespace: str,
        image: str,
        command: Sequence[str],
        labels: Mapping[str, str] = {},
        env: Sequence[Mapping[str, Any]] = (),
    ) -> Ended:
        """Run a command in a pod of its own, to its end. No Service sends anything there, whatever the labels."""
        name = f"once-{uuid.uuid4().hex[:8]}"
        container = {"name": "once", "image": image, "command": list(command), "env": list(env)}
        self.create(
            f"/api/v1/namespaces/{namespace}/pods",
            {
                "metadata": {"name": name, "labels": dict(labels)},
                "spec": {
                    "restartPolicy": "Never",
                    "automountServiceAccountToken": False,
                    "terminationGracePeriodSeconds": 0,
                    "readinessGates": [{"conditionType": "aeterna.test/never"}],
                    "securityContext": {"runAsUser": 1000},
                    "containers": [{**container, "securityContext": CONFINED}],
                },
            },
        )
        place = f"/api/v1/namespaces/{namespace}/pods/{name}"
        phase = eventually(lambda: self._end(place), f"an end of {' '.join(command)}")
        return Ended(phase == "Succeeded", self.text(f"{place}/log").strip())

    def serve(self, namespace: str, *servers: Server) -> None:
        """Run each server behind a Service of its name, and return when all ports are open."""
        pods, services = (f"/api/v1/namespaces/{namespace}/{kind}" for kind in ("pods", "services"))
        for server in servers:
            labels = {"serves": server.name}
            self.create(pods, {"metadata": {"name": server.name, "labels": labels}, "spec": _spec(server)})
            ports = {"selector": labels, "ports": [{"port": server.port}]}
            self.create(services, {"metadata": {"name": server.name}, "spec": ports})
        for server in servers:
            eventually(partial(self._is_ready, f"{pods}/{server.name}"), f"{server.name} is ready")

    def _is_ready(self, pod: str) -> bool:
        conditions = self.get(pod)["status"].get("conditions", [])
        return any(item["type"] == "Ready" and item["status"] == "True" for item in conditions)

    def evict(self, namespace: str, pod: str) -> bool:
        """Ask for a pod to leave, as draining a node does. False where a disruption budget keeps it."""
        eviction = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": pod, "namespace": namespace}}
        answer = self._client.post(f"/api/v1/namespaces/{namespace}/pods/{pod}/eviction", json=eviction)
        if answer.status_code == httpx2.codes.TOO_MANY_REQUESTS:
            return False
        answer.raise_for_status()
        return True

    def put(self, path: str, text: str) -> None:
        """Put a text, through the API server's proxy, where a pod takes it."""
        self._client.put(path, content=text).raise_for_status()

    def text(self, path: str) -> str:
        """What lies at a path that is no JSON, such as a log."""
        answer = self._client.get(path)
        answer.raise_for_status()
        return answer.text

    def _end(self, pod: str) -> str | None:
        phase = str(self.get(pod)["status"]["phase"])
        return phase if phase in ("Succeeded", "Failed") else None

    def remove_namespace(self, name: str) -> None:
        """Delete a namespace, and give its volumes to whoever asks next, emptied where they lie on this machine."""
        claims = f"/api/v1/namespaces/{name}/persistentvolumeclaims"
        wanted = set(self.volumes(name))
        self.delete(f"/api/v1/namespaces/{name}")
        # PostgreSQL would wait for its clients first, and others for theirs.
        self.delete(f"/api/v1/namespaces/{name}/pods?gracePeriodSeconds=0")
        self.wait_until_gone(claims, wanted)
        for volume in self.items("/api/v1/persistentvolumes"):
            if volume["spec"].get("claimRef", {}).get("namespace") == name:
                _empty(Path(volume["spec"]["local"]["path"]))
                self.merge(f"/api/v1/persistentvolumes/{volume['metadata']['name']}", {"spec": {"claimRef": None}})


def _empty(folder: Path) -> None:
    """Empty a folder, in which the containers of pods that were deleted at once may still write for a moment."""
    deadline = time.monotonic() + 60
    while True:
        try:
            for path in folder.iterdir():
                shutil.rmtree(path)
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)


def _spec(server: Server) -> dict[str, Any]:
    container = {
        "name": server.name,
        "image": server.image,
        "env": [{"name": name, "value": value.replace("$", "$$")} for name, value in server.env.items()],
        "readinessProbe": {"tcpSocket": {"port": server.port}, "periodSeconds": 1},
        **({"command": server.command} if server.command else {}),
    }
    return {"automountServiceAccountToken": False, "terminationGracePeriodSeconds": 0, "containers": [container]}
