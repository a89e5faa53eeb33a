"""Which cluster is meant, and how to ask it: kubeconfig, context, credentials and plain GET requests.

lightkube reads users and certificates and makes the HTTP client: 4 MB on httpx2, where the official client brings
126 MB. Objects stay the dictionaries that the checks read as well. It is imported late, since it takes a moment.
"""

import ipaddress
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from aeterna_nb.reading.bounds import Unreadable
from aeterna_nb.reading.go_yaml import go_scalar
from aeterna_nb.reading.texts import file_text
from aeterna_nb.reading.yaml_tree import mapping

Tree = dict[str, Any]

SERVICE_ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
"""Where Kubernetes mounts a pod's own credentials (its documentation, "Accessing the API from within a Pod")."""

TIMEOUT_SECONDS = 5.0
"""How long one answer may take. A cluster that needs longer is of no use to somebody who waits."""

_PATHS = ("certificate-authority", "client-certificate", "client-key", "tokenFile")
"""Entries of a kubeconfig that are paths, relative to the file that they stand in."""

_NAMES_ONLY = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
"""Asks the API server for metadata alone (Kubernetes API concepts, "Metadata-only fetches")."""


class ClusterError(Exception):
    """The cluster cannot be asked. The text is a sentence that says why and what to do, without credentials."""


class NoCluster(ClusterError):
    """No cluster is at hand: nothing says where one would be."""


class Forbidden(ClusterError):
    """The cluster answers, and does not allow this user to see what was asked for."""


@dataclass(frozen=True, slots=True)
class Context:
    """A cluster, a user and a namespace. `kubeconfig` is empty inside a pod, whose own account is used then."""

    name: str
    server: str
    namespace: str = "default"
    kubeconfig: Tree = field(default_factory=dict, repr=False)

    @property
    def for_helm(self) -> tuple[str, str]:
        """The name of the context and the kubeconfig's text; both empty inside a pod, where Helm looks by itself."""
        return (self.name, yaml.safe_dump(self.kubeconfig)) if self.kubeconfig else ("", "")


def find_context(name: str = "", environ: Mapping[str, str] = os.environ) -> Context:
    """The context of this name, or the current one, in the order of kubectl: KUBECONFIG, `~/.kube/config`, the pod's.

    Raises NoCluster where nothing names a cluster, and ClusterError where what names one is wrong.
    """
    files = [Path(part).expanduser() for part in environ.get("KUBECONFIG", "").split(os.pathsep) if part]
    present = [file for file in files or [Path.home() / ".kube" / "config"] if file.is_file()]
    if present:
        return _context_in(_merged(present), name)
    if files:
        raise NoCluster(f"KUBECONFIG names {', '.join(map(str, files))}, and there is no such file.")
    if "KUBERNETES_SERVICE_HOST" in environ and (SERVICE_ACCOUNT / "token").is_file():
        namespace = (SERVICE_ACCOUNT / "namespace").read_text(encoding="utf-8").strip()
        return Context("the pod's own account", f"https://{environ['KUBERNETES_SERVICE_HOST']}", namespace)
    raise NoCluster(
        "No cluster is at hand: there is no ~/.kube/config, and the variable KUBECONFIG names no other file."
    )


def _merged(files: Sequence[Path]) -> Tree:
    """The files as one: for each name the first entry counts, as kubectl has it."""
    whole: Tree = {"apiVersion": "v1", "kind": "Config", "current-context": ""}
    for file in files:
        try:
            tree = mapping(file_text(file, str(file)), str(file), go_scalar)
            for part in ("clusters", "contexts", "users"):
                entries = {entry["name"]: _absolute(entry, file.parent.absolute()) for entry in tree.get(part) or []}
                whole[part] = {**entries, **whole.get(part, {})}
            whole["current-context"] = whole["current-context"] or tree.get("current-context", "")
        except Unreadable as error:
            raise ClusterError(f"{error} It is no kubeconfig: mend it, or name another in KUBECONFIG.") from None
        except (OSError, AttributeError, KeyError, TypeError):
            raise ClusterError(f"{file} is no kubeconfig: mend it, or name another in KUBECONFIG.") from None
    return {**whole, **{part: list(whole[part].values()) for part in ("clusters", "contexts", "users")}}


def _absolute(entry: Tree, folder: Path) -> Tree:
    return {
        key: {name: str(folder / item) if name in _PATHS and item else item for name, item in value.items()}
        if isinstance(value, dict)
        else value
        for key, value in entry.items()
    }


def _context_in(tree: Tree, name: str) -> Context:
    contexts = {entry["name"]: entry.get("context") or {} for entry in tree["contexts"]}
    clusters = {entry["name"]: entry.get("cluster") or {} for entry in tree["clusters"]}
    chosen = name or tree["current-context"]
    listed = ", ".join(contexts) or "none"
    if not chosen:
        raise ClusterError(f"The kubeconfig has no current context. Name one; there are: {listed}.")
    if chosen not in contexts:
        raise ClusterError(f"The kubeconfig has no context {chosen!r}. There are: {listed}.")
    context = contexts[chosen]
    server = clusters.get(context.get("cluster"), {}).get("server")
    if not server:
        raise ClusterError(f"The context {chosen!r} of the kubeconfig names no cluster with an address.")
    return Context(chosen, str(server), context.get("namespace") or "default", tree)


class Cluster:
    """Asks the cluster of a context. Every method may raise ClusterError. Several threads may use it at a time."""

    def __init__(self, context: Context, timeout: float = TIMEOUT_SECONDS) -> None:
        self.context = context
        self._timeout = timeout
        self._client = _client(context, timeout)

    def __enter__(self) -> "Cluster":
        return self

    def __exit__(self, *error: object) -> None:
        self._client.close()

    def items(self, path: str, **query: str) -> list[Tree]:
        """The objects at a path such as `/api/v1/namespaces/x/pods`; none where the cluster knows no such kind."""
        found: list[Tree] = self._get(path, query, "application/json").get("items") or []
        return found

    def names(self, path: str, **query: str) -> list[str]:
        """The names of the objects at a path. Nothing but their metadata leaves the cluster."""
        return [str(item["name"]) for item in self._metadata(path, query)]

    def names_that_stay(self, path: str, **query: str) -> list[str]:
        """The same without those that are being deleted."""
        return [str(item["name"]) for item in self._metadata(path, query) if not item.get("deletionTimestamp")]

    def _metadata(self, path: str, query: Mapping[str, str]) -> list[Tree]:
        return [item["metadata"] for item in self._get(path, query, _NAMES_ONLY).get("items") or []]

    def get(self, path: str) -> Tree:
        """The object at a path; empty where there is none."""
        return self._get(path, {}, "application/json")

    def text(self, path: str, **query: str) -> str:
        """What stands at a path that holds text, such as a container's log; empty where there is none."""
        answer = self._answered("GET", path, query, "text/plain, */*")
        return "" if answer is None else str(answer.text)

    def create(self, path: str, body: Tree) -> Tree:
        """What the API server makes of an object that is posted to a path."""
        answer = self._answered("POST", path, {}, "application/json", body)
        tree: Tree = {} if answer is None else answer.json()
        return tree

    def delete(self, path: str) -> None:
        """Delete the object at a path and what belongs to it; nothing happens where there is none."""
        self._answered("DELETE", path, {"propagationPolicy": "Background"}, "application/json")

    def _get(self, path: str, query: Mapping[str, str], accept: str) -> Tree:
        answer = self._answered("GET", path, query, accept)
        tree: Tree = {} if answer is None else answer.json()
        return tree

    def _answered(
        self, method: str, path: str, query: Mapping[str, str], accept: str, body: Tree | None = None
    ) -> Any | None:
        """The answer to a request; None where there is no such thing."""
        import httpx2

        def ask() -> Any:
            return self._client.request(method, path, params=query, headers={"Accept": accept}, json=body)

        try:
            try:
                answer = ask()
            except (httpx2.NetworkError, httpx2.RemoteProtocolError):
                # A server under load closes a connection on which something was just being asked.
                if method != "GET":
                    raise
                answer = ask()
        except httpx2.TimeoutException:
            raise ClusterError(
                f"The cluster at {self.context.server} did not answer within {self._timeout:g} seconds."
            ) from None
        except httpx2.HTTPError as error:
            raise ClusterError(f"The cluster at {self.context.server} cannot be reached: {_reason(error)}.") from None
        except Exception as error:  # whatever a program that fetches credentials may do
            raise ClusterError(_no_credentials(self.context, error)) from None
        if answer.status_code == 404:
            return None
        if answer.status_code in (401, 403):
            raise _refused(self.context, answer.status_code, method, path)
        if not answer.is_success:
            raise ClusterError(f"The cluster at {self.context.server} answered {answer.status_code} to {path}.")
        return answer


def _client(context: Context, timeout: float) -> Any:
    from httpx2 import Timeout
    from lightkube.config.client_adapter import Client, ConnectionParams
    from lightkube.config.kubeconfig import KubeConfig
    from lightkube.config.models import User

    try:
        if not context.kubeconfig:
            single = KubeConfig.from_service_account().get()
        else:
            single = KubeConfig.from_dict(_readable(context.kubeconfig)).get(context.name)
        assert single is not None
        # Go's programs never ask a proxy for what is on this machine; httpx2 would.
        params = ConnectionParams(Timeout(timeout), trust_env=not _is_loopback(context.server), proxy=_proxy(context))
        return Client(single._replace(user=single.user or User()), params)
    except Exception as error:
        raise ClusterError(_no_credentials(context, error)) from None


def _readable(tree: Tree) -> Tree:
    """The kubeconfig as lightkube takes it: `v1` of the credential programs answers as `v1beta1` does."""
    users = [
        {**entry, "user": {**user, "exec": {**program, "apiVersion": "client.authentication.k8s.io/v1beta1"}}}
        if (program := (user := entry.get("user") or {}).get("exec"))
        else {**entry, "user": user}
        for entry in tree["users"]
    ]
    return {**tree, "users": users}


def _proxy(context: Context) -> str | None:
    chosen = {entry["name"]: entry.get("context") or {} for entry in context.kubeconfig.get("contexts", [])}
    cluster = chosen.get(context.name, {}).get("cluster")
    for entry in context.kubeconfig.get("clusters", []):
        if entry["name"] == cluster:
            return (entry.get("cluster") or {}).get("proxy-url")
    return None


def _is_loopback(server: str) -> bool:
    host = urlsplit(server).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _reason(error: Exception) -> str:
    text = str(error)
    return "its certificate is not trusted" if "CERTIFICATE_VERIFY_FAILED" in text else "nothing answers there"


def _no_credentials(context: Context, error: Exception) -> str:
    """The message is left out: it may hold what a credential program printed."""
    return (
        f"The credentials of the context {context.name!r} cannot be used ({type(error).__name__}). "
        "Does kubectl work with it?"
    )


def _refused(context: Context, status: int, method: str, path: str) -> ClusterError:
    if status == 401:
        return ClusterError(
            f"The cluster at {context.server} does not accept the credentials of the context {context.name!r}. "
            "Sign in again."
        )
    kind = path.rstrip("/").rpartition("/")[2]
    if method != "GET":
        return Forbidden(f"You may not {_VERBS[method]} {kind} there. Ask for the right to.")
    return Forbidden(f"You may not list {kind} there. Ask for the right to get and list them.")


_VERBS = {"POST": "create", "DELETE": "delete"}
