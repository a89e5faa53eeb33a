"""How values of the server's project are read where they are more than an answer's text. Each may raise NotTaken."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from aeterna_nb.config.central import MemoryLayer
from aeterna_nb.config.sentence import Sentence
from aeterna_nb.imports.lists import AskedList, unsaid
from aeterna_nb.imports.upstream.rows import NotTaken, Row, words

VECTOR = words(vertexai="vertex-ai", mongo="mongodb")
POSTGRESQL = {True: "cloudnative-pg", False: "external"}
UNITS = {"kb": 1 / 1024, "mb": 1, "gb": 1024, "k": 1 / 1024, "m": 1, "g": 1024}


def seconds(value: Any) -> Any:
    """A number of seconds from `30s`, `5m` or `1h`."""
    found = re.fullmatch(r"(\d{1,6})(s|m|h)?", str(value))
    if found is None:
        raise NotTaken(Sentence("It is no number of seconds, minutes or hours."))
    return int(found[1]) * {"m": 60, "h": 3600}.get(found[2], 1)


def days(value: Any) -> Any:
    """A number of days from `30d`."""
    return str(value).removesuffix("d")


def mebibytes(value: Any) -> Any:
    """A number of megabytes from `256mb` or `1gb`."""
    found = re.fullmatch(r"(\d{1,9})(kb|mb|gb|k|m|g)", str(value).lower())
    if found is None:
        raise NotTaken(Sentence("It is no number of megabytes."))
    return int(int(found[1]) * UNITS[found[2]])


def first_host(value: Any) -> Mapping[str, Any]:
    """The host of an Ingress; there may be several."""
    host = value[0].get("host") if isinstance(value, list) and value and isinstance(value[0], Mapping) else None
    if host is None:
        raise NotTaken(Sentence("There is no host in it."))
    return {"ingress_host": host}


def more_than_one(value: Any) -> str:
    """What is left of a list of which the first item is taken."""
    return Sentence("Only the first one can be answered.") if isinstance(value, list) and len(value) > 1 else ""


def of_list(asked: AskedList) -> Row:
    """The row of a list of which each item is a line of an answer; what no answer could say is left."""

    def read(value: Any) -> Mapping[str, Any]:
        texts, left = asked.said(value)
        if not texts:
            raise NotTaken(unsaid(left) or Sentence("It is no list."))
        return {asked.question: texts}

    return Row(read, rest=lambda value: unsaid(asked.said(value)[1]))


def tls_secret(value: Any) -> Mapping[str, Any]:
    """The Secret with the certificate of an Ingress."""
    secret = value[0].get("secretName") if isinstance(value, list) and value and isinstance(value[0], Mapping) else None
    if secret is None:
        raise NotTaken(Sentence("There is no Secret in it."))
    return {"ingress_tls": "secret", "ingress_tls_secret": secret}


def ingress_annotations(value: Any) -> Mapping[str, Any]:
    """The annotations of an Ingress; one of them names the issuer of its certificate."""
    if not isinstance(value, Mapping):
        raise NotTaken(Sentence("It is no mapping."))
    issuer = value.get("cert-manager.io/cluster-issuer")
    rest = {key: item for key, item in value.items() if key != "cert-manager.io/cluster-issuer"}
    says: dict[str, Any] = {"ingress_annotations": rest} if rest else {}
    return says | ({"ingress_tls": "cert-manager", "ingress_cluster_issuer": issuer} if issuer else {})


def layers(value: Any) -> Mapping[str, Any]:
    """The memory layers that are switched on."""
    every: tuple[MemoryLayer, ...] = ("working", "session", "episodic")
    if not isinstance(value, Mapping):
        raise NotTaken(Sentence("It is no mapping."))
    return {"sync_layers": tuple(layer for layer in every if value.get(layer) is True)}


def service_account_key(value: Any) -> Mapping[str, Any]:
    """A key for Vertex AI, and so how the server signs in."""
    return {"vertex_ai_credentials": "service-account", "vertex_ai_service_account": value}


def policies(value: Any) -> Mapping[str, Any]:
    """A repository of policies, and so where they come from."""
    return {"opal_policy_source": "git", "opal_policy_repo_url": value}


def database(value: Any) -> Mapping[str, Any]:
    """What a connection URL of PostgreSQL says."""
    try:
        url = urlsplit(str(value))
        port = url.port
    except ValueError:
        raise NotTaken(Sentence("It is no address of a database.")) from None
    if url.scheme not in ("postgres", "postgresql") or not url.hostname:
        raise NotTaken(Sentence("It is no address of a database."))
    mode = re.search(r"(?:^|&)sslmode=([a-z-]+)", url.query)
    says = {
        "postgresql_host": url.hostname,
        "postgresql_port": port,
        "postgresql_database": unquote(url.path[1:]),
        "postgresql_user": unquote(url.username or ""),
        "postgresql_password": unquote(url.password or ""),
        "postgresql_tls": mode[1] if mode else None,
    }
    return {"postgresql": "external", **{name: said for name, said in says.items() if said}}


def destination(value: Any) -> Mapping[str, Any]:
    """What the address of a folder in object storage says."""
    url = urlsplit(str(value))
    path = {"path": url.path.strip("/")} if url.path.strip("/") else {}
    match url.scheme:
        case "s3" | "gs":
            target = {"s3": "s3", "gs": "gcs"}[url.scheme]
            says = {"bucket": url.netloc, **path}
        case "azure":
            target, says = "azure", {"container": url.netloc, **path}
        case _:
            raise NotTaken(Sentence("It is no address in S3, Google Cloud Storage or Azure."))
    return {"backup_target": target, **{f"backup_{target}_{name}": said for name, said in says.items()}}
