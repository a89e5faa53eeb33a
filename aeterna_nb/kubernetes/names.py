"""Which objects of the cluster an answer could name."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from aeterna_nb.config.ask import ClusterObject
from aeterna_nb.kubernetes.connection import TIMEOUT_SECONDS, Cluster, Forbidden, find_context


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the objects of a kind are listed; a namespace takes the place of `{namespace}`."""

    path: str
    query: Mapping[str, str] = field(default_factory=dict)


_SECRETS = "/api/v1/namespaces/{namespace}/secrets"
_STORES = "/apis/external-secrets.io/v1"
PLACES: Mapping[ClusterObject, tuple[_Place, ...]] = {
    "namespace": (_Place("/api/v1/namespaces"),),
    "storageclass": (_Place("/apis/storage.k8s.io/v1/storageclasses"),),
    "ingressclass": (_Place("/apis/networking.k8s.io/v1/ingressclasses"),),
    # Helm keeps its own records in Secrets too; nobody means those.
    "secret": (_Place(_SECRETS, {"fieldSelector": "type!=helm.sh/release.v1"}),),
    "tls-secret": (_Place(_SECRETS, {"fieldSelector": "type=kubernetes.io/tls"}),),
    "clusterissuer": (_Place("/apis/cert-manager.io/v1/clusterissuers"),),
    "secretstore": (
        _Place(_STORES + "/namespaces/{namespace}/secretstores"),
        _Place(_STORES + "/clustersecretstores"),
    ),
}


def suggestions(
    kind: ClusterObject, namespace: str, context: str = "", timeout: float = TIMEOUT_SECONDS
) -> tuple[str, ...]:
    """The names of the objects of this kind, in alphabetical order: of the namespace, or of the whole cluster where
    the kind belongs to none. Raises ClusterError.
    """
    with Cluster(find_context(context), timeout) as cluster:
        found = [
            name
            for place in PLACES[kind]
            for name in cluster.names(place.path.format(namespace=namespace), **place.query)
        ]
    return tuple(sorted(set(found)))


def keys_of_secret(
    name: str, namespace: str, context: str = "", timeout: float = TIMEOUT_SECONDS
) -> tuple[str, ...] | None:
    """The keys of a Secret, in alphabetical order; None where its keys may not be read. Raises ClusterError.

    The API has no way to ask for keys alone; the values go no further than this function.
    """
    with Cluster(find_context(context), timeout) as cluster:
        try:
            secret = cluster.get(f"{_SECRETS.format(namespace=namespace)}/{name}")
        except Forbidden:
            return None
    return tuple(sorted(secret.get("data") or {}))
