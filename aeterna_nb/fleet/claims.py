"""What a configuration takes for itself alone, and where two of a fleet take the same."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from aeterna_nb.checks.answers_in import lookup_in
from aeterna_nb.config import SetupConfig
from aeterna_nb.config.sentence import Sentence
from aeterna_nb.findings import Finding

Kind = Literal["release", "host", "backup", "database"]


@dataclass(frozen=True, slots=True)
class Claim:
    """Something that only one may have: what, and which. The question whose answer decides is named."""

    kind: Kind
    name: str
    question: str


@dataclass(frozen=True, slots=True)
class Clash:
    """A finding of the fleet, and the configurations that it is about."""

    finding: Finding
    configurations: tuple[str, ...]


SENTENCES: Mapping[Kind, tuple[str, str]] = {
    "release": (
        "The release {name} is installed by more than one configuration.",
        "Give each a namespace or a release name of its own.",
    ),
    "host": ("The ingress host {name} is taken by more than one configuration.", "Give each a host name of its own."),
    "backup": (
        "The backups of more than one configuration go to {name}.",
        "Give each a folder in the bucket of its own.",
    ),
    "database": ("The database {name} is used by more than one configuration.", "Give each a database of its own."),
}
"""What is said of each, with the name of what is claimed, and the cure."""
_IN_A_CLUSTER: frozenset[Kind] = frozenset({"release", "host"})
"""What is taken in one cluster and free in the next; the others are one, from wherever they are reached."""

_UNKNOWN = "Or say in a fleet.yaml above them in which clusters they run: cluster: NAME."


def claims(config: SetupConfig) -> Iterator[Claim]:
    """What a configuration takes for itself alone."""
    lookup = lookup_in(config)
    if config.cluster is not None:
        yield Claim("release", f"{config.cluster.namespace}/{config.cluster.release_name}", "namespace")
    if host := lookup("ingress_host"):
        yield Claim("host", host, "ingress_host")
    match lookup("backup_target"):
        case "s3":
            where = (lookup("backup_s3_endpoint") or "s3:", lookup("backup_s3_bucket"), lookup("backup_s3_path"))
            yield Claim("backup", _place(*where), "backup_s3_path")
        case "gcs":
            yield Claim(
                "backup", _place("gs:", lookup("backup_gcs_bucket"), lookup("backup_gcs_path")), "backup_gcs_path"
            )
        case "azure":
            account = f"azure:/{lookup('backup_azure_account')}"
            path = _place(account, lookup("backup_azure_container"), lookup("backup_azure_path"))
            yield Claim("backup", path, "backup_azure_path")
    if host := lookup("postgresql_host"):
        name = f"{host.lower()}:{lookup('postgresql_port')}/{lookup('postgresql_database')}"
        yield Claim("database", name, "postgresql_database")


def clashes(claimed: Mapping[str, Sequence[Claim]], clusters: Mapping[str, str]) -> list[Clash]:
    """Where configurations claim the same: `claimed` by configuration, `clusters` those of which one was named.

    Configurations of which no cluster is named may run in one and the same; then it is a warning.
    """
    takers: dict[tuple[str, Claim], list[str]] = {}
    for name, own in claimed.items():
        for claim in own:
            cluster = clusters.get(name, "") if claim.kind in _IN_A_CLUSTER else ""
            takers.setdefault((cluster, claim), []).append(name)
    return [
        Clash(_finding(claim, cluster), tuple(sorted(names)))
        for (cluster, claim), names in sorted(takers.items(), key=lambda item: (item[0][1].kind, item[0][1].name))
        if len(names) > 1
    ]


def _finding(claim: Claim, cluster: str) -> Finding:
    template, cure = SENTENCES[claim.kind]
    unknown = claim.kind in _IN_A_CLUSTER and not cluster
    where = f"{claim.name} in {cluster}" if cluster else claim.name
    return Finding(
        "warning" if unknown else "error",
        Sentence(template, name=where),
        claim.question,
        f"{cure} {_UNKNOWN}" if unknown else cure,
        f"fleet-{claim.kind}",
    )


def _place(store: str, bucket: str, path: str) -> str:
    return (
        f"{store.rstrip('/')}/{bucket}/{path.strip('/')}" if "://" in store else f"{store}//{bucket}/{path.strip('/')}"
    )
