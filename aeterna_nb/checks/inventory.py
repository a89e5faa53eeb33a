"""What exists once the manifests are applied: objects in the render, and those that operators make from it.

The objects that operators make are those of the pinned versions: CloudNativePG 1.25 (Secrets `<cluster>-app` and
others, Services `-rw`, `-ro`, `-r`), Dragonfly operator 1.6 (a Service of the resource's name), Percona operator 1.21
(Service `<name>-<replica set>`), External Secrets and cert-manager (the target Secret).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from aeterna_nb import ports
from aeterna_nb.kubernetes.manifests import Manifest, expand, group_of, items, name_of, section

# The keys of a Secret or the ports of a Service; None where they can't be known, so that any of them is taken as there.
Keys = frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Inventory:
    """Names of objects by kind. Ports are texts, by number and by name: `80` and `http`."""

    secrets: Mapping[str, Keys] = field(default_factory=dict)
    config_maps: Mapping[str, Keys] = field(default_factory=dict)
    services: Mapping[str, Keys] = field(default_factory=dict)
    service_accounts: Mapping[str, Keys] = field(default_factory=dict)
    claims: Mapping[str, Keys] = field(default_factory=dict)
    hosts: frozenset[str] = frozenset()

    def of(self, kind: str) -> Mapping[str, Keys]:
        """The objects of a kind, by name. Raises KeyError for a kind that is not kept."""
        return {
            "Secret": self.secrets,
            "ConfigMap": self.config_maps,
            "Service": self.services,
            "ServiceAccount": self.service_accounts,
            "PersistentVolumeClaim": self.claims,
        }[kind]

    def merged(self, other: "Inventory") -> "Inventory":
        """Everything that is in either; where both have a name, the other's keys count."""
        return Inventory(
            secrets={**self.secrets, **other.secrets},
            config_maps={**self.config_maps, **other.config_maps},
            services={**self.services, **other.services},
            service_accounts={**self.service_accounts, **other.service_accounts},
            claims={**self.claims, **other.claims},
            hosts=self.hosts | other.hosts,
        )


_Made = Iterator[tuple[str, str, Keys]]


def inventory(manifests: Sequence[Manifest]) -> Inventory:
    """What the manifests bring, by themselves and through the operators of the bundled subcharts."""
    found: dict[str, dict[str, Keys]] = {
        kind: {} for kind in ("Secret", "ConfigMap", "Service", "ServiceAccount", "PersistentVolumeClaim")
    }
    for manifest in expand(manifests):
        makes = _MAKERS.get((group_of(manifest), str(manifest.get("kind"))))
        for kind, name, keys in makes(manifest) if makes else ():
            found[kind][name] = keys
    return Inventory(
        secrets=found["Secret"],
        config_maps=found["ConfigMap"],
        services=found["Service"],
        service_accounts=found["ServiceAccount"],
        claims=found["PersistentVolumeClaim"],
    )


def _secret(manifest: Manifest) -> _Made:
    yield "Secret", name_of(manifest), _keys(manifest, "data", "stringData")


def _config_map(manifest: Manifest) -> _Made:
    yield "ConfigMap", name_of(manifest), _keys(manifest, "data", "binaryData")


def _service(manifest: Manifest) -> _Made:
    spec = section(manifest, "spec")
    known: set[str] = set()
    for port in items(spec, "ports"):
        known |= {str(port[part]) for part in ("port", "name") if port.get(part)}
    yield "Service", name_of(manifest), None if spec.get("type") == "ExternalName" else frozenset(known)


def _service_account(manifest: Manifest) -> _Made:
    yield "ServiceAccount", name_of(manifest), None


def _claim(manifest: Manifest) -> _Made:
    yield "PersistentVolumeClaim", name_of(manifest), None


def _external_secret(manifest: Manifest) -> _Made:
    spec = section(manifest, "spec")
    template = section(spec, "target", "template")
    keys: Keys = frozenset(str(entry.get("secretKey")) for entry in items(spec, "data")) | frozenset(
        section(template, "data")
    )
    if items(spec, "dataFrom") or items(template, "templateFrom"):
        keys = None
    yield "Secret", str(section(spec, "target").get("name") or name_of(manifest)), keys


def _certificate(manifest: Manifest) -> _Made:
    yield (
        "Secret",
        str(section(manifest, "spec").get("secretName")),
        frozenset({"tls.crt", "tls.key", "ca.crt"}),
    )


_CNPG_LOGIN = frozenset({"username", "user", "password", "dbname", "host", "port", "pgpass", "uri", "jdbc-uri"})
_CNPG_CERTIFICATE = frozenset({"tls.crt", "tls.key"})
_POSTGRESQL_PORT = frozenset({str(ports.POSTGRESQL), "postgres"})


def _cnpg_cluster(manifest: Manifest) -> _Made:
    cluster, spec = name_of(manifest), section(manifest, "spec")
    for suffix in ("rw", "ro", "r"):
        yield "Service", f"{cluster}-{suffix}", _POSTGRESQL_PORT
    yield "ServiceAccount", cluster, None
    yield "Secret", f"{cluster}-ca", frozenset({"ca.crt", "ca.key"})
    yield "Secret", f"{cluster}-server", _CNPG_CERTIFICATE
    yield "Secret", f"{cluster}-replication", _CNPG_CERTIFICATE
    # With a Secret of one's own the operator makes none, and that one has no `uri`.
    if not section(spec, "bootstrap", "initdb", "secret").get("name"):
        yield "Secret", f"{cluster}-app", _CNPG_LOGIN
    if spec.get("enableSuperuserAccess") and not section(spec, "superuserSecret").get("name"):
        yield "Secret", f"{cluster}-superuser", _CNPG_LOGIN


def _cnpg_pooler(manifest: Manifest) -> _Made:
    yield "Service", name_of(manifest), frozenset({str(ports.POSTGRESQL), "pgbouncer"})


def _dragonfly(manifest: Manifest) -> _Made:
    named = section(manifest, "spec", "serviceSpec").get("name")
    yield "Service", str(named or name_of(manifest)), frozenset({str(ports.REDIS), "redis"})


_PSMDB_USERS = frozenset(
    f"MONGODB_{role}_{part}"
    for role in ("BACKUP", "DATABASE_ADMIN", "CLUSTER_ADMIN", "CLUSTER_MONITOR", "USER_ADMIN")
    for part in ("USER", "PASSWORD")
)


def _mongodb(manifest: Manifest) -> _Made:
    name, spec = name_of(manifest), section(manifest, "spec")
    for replica_set in items(spec, "replsets"):
        yield "Service", f"{name}-{replica_set.get('name')}", frozenset({str(ports.MONGODB), "mongodb"})
    if section(spec, "sharding").get("enabled"):
        yield "Service", f"{name}-mongos", frozenset({str(ports.MONGODB), "mongos"})
    users = section(spec, "secrets").get("users")
    yield "Secret", str(users or "percona-server-mongodb-users"), _PSMDB_USERS
    if any(not section(user, "passwordSecretRef") for user in items(spec, "users")):
        yield "Secret", f"{name}-custom-user-secret", None


def _keys(manifest: Manifest, *fields: str) -> frozenset[str]:
    return frozenset(str(key) for name in fields for key in section(manifest, name))


_MAKERS: Mapping[tuple[str, str], Callable[[Manifest], _Made]] = {
    ("", "Secret"): _secret,
    ("", "ConfigMap"): _config_map,
    ("", "Service"): _service,
    ("", "ServiceAccount"): _service_account,
    ("", "PersistentVolumeClaim"): _claim,
    ("external-secrets.io", "ExternalSecret"): _external_secret,
    ("cert-manager.io", "Certificate"): _certificate,
    ("postgresql.cnpg.io", "Cluster"): _cnpg_cluster,
    ("postgresql.cnpg.io", "Pooler"): _cnpg_pooler,
    ("dragonflydb.io", "Dragonfly"): _dragonfly,
    ("psmdb.percona.com", "PerconaServerMongoDB"): _mongodb,
}
