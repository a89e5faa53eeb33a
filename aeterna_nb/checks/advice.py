"""Answers that are possible and probably not meant: warnings that hold for every server version (design, section 5)."""

import ipaddress
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from pydantic import SecretStr

from aeterna_nb.checks.answers_in import Lookup, addresses, host_of, lookup_in
from aeterna_nb.config import SetupConfig
from aeterna_nb.config.ask import ALWAYS, Presence, When, when
from aeterna_nb.config.sentence import Sentence
from aeterna_nb.findings import Finding
from aeterna_nb.generate.addresses import DATABASE_NAME
from aeterna_nb.questions import questions

CHECK = "advice"


def check_advice(config: SetupConfig) -> list[Finding]:
    """Every answer that is possible but probably not meant. No finding holds a secret."""
    lookup = lookup_in(config)
    return [
        *_loopback(config, lookup),
        *_plain_http(lookup),
        *_key_shapes(lookup),
        *_one_replica(lookup),
        *_identity_of_a_pod(lookup),
        *_database_tls(lookup),
    ]


def _warning(question: str, message: str, cure: str) -> Finding:
    return Finding("warning", message, question=question, cure=cure, check=CHECK)


def _loopback(config: SetupConfig, lookup: Lookup) -> Iterator[Finding]:
    for name, label, address in addresses(lookup):
        host = host_of(address)
        if not is_loopback(host):
            continue
        if config.target == "kubernetes":
            yield _warning(
                name,
                Sentence(
                    "{question}: {host} means the pod itself, and nothing else runs there.", question=label, host=host
                ),
                "Give the name under which the pods reach it.",
            )
        elif config.target == "docker-compose" and config.runs_server:
            # The generator writes the name that containers have for the machine: an address of Docker's bridge.
            yield _warning(
                name,
                Sentence(
                    "{question}: on Linux containers do not reach what listens on {host} alone.",
                    question=label,
                    host=host,
                ),
                "Let that service listen on the address of Docker's bridge too, or give another machine's name.",
            )


def is_loopback(host: str) -> bool:
    """Whether a host name or address means the machine itself."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


# Addresses to which keys or other people's data go. Traces and Ollama stay in one's own network as a rule.
_ENCRYPTED = frozenset(
    {
        "central_url",
        "central_token_url",
        "openai_base_url",
        "databricks_workspace_url",
        "opal_data_url",
        "opal_policy_repo_url",
        "backup_s3_endpoint",
    }
)


def _plain_http(lookup: Lookup) -> Iterator[Finding]:
    for name, label, address in addresses(lookup):
        parts = urlsplit(address)
        if name in _ENCRYPTED and parts.scheme == "http" and not is_loopback(parts.hostname or ""):
            words = Sentence("{question}: plain http can be read and changed on the way.", question=label)
            yield _warning(name, words, "Use an https address.")
    for store in ("qdrant", "weaviate"):
        if lookup(f"{store}_tls") is False and lookup(f"{store}_api_key") is not None:
            yield _warning(
                f"{store}_tls",
                "The API key goes over plain http and can be read on the way.",
                "Use TLS for this store.",
            )
    if lookup("ingress") is True and lookup("ingress_tls") == "none":
        yield _warning(
            "ingress_tls",
            "The ingress answers plain http, so what people send and read can be read on the way.",
            "Take a certificate from cert-manager or from a Secret, unless TLS ends in front of the cluster.",
        )


@dataclass(frozen=True, slots=True)
class Shape:
    """What a credential looks like as a rule, and the sentence for one that looks otherwise."""

    question: str
    fits: Callable[[str], bool]
    expected: str
    when: When = ALWAYS


def _like(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern, re.DOTALL)
    return lambda text: compiled.fullmatch(text) is not None


def _is_key_file(text: str) -> bool:
    try:
        content = json.loads(text)
    except ValueError:
        return False
    return isinstance(content, dict) and content.get("type") == "service_account" and "private_key" in content


_KEY_FILE = Sentence("a JSON file with the type service_account and a private_key")
# Beginnings as the providers' documentation shows them; gateways with OpenAI's interface have keys of their own.
SHAPES: tuple[Shape, ...] = (
    Shape("openai_api_key", _like(r"sk-\S{20,}"), "a text that begins with sk-", when(openai_base_url=Presence.ABSENT)),
    Shape("anthropic_api_key", _like(r"sk-ant-\S{20,}"), "a text that begins with sk-ant-"),
    Shape("pinecone_api_key", _like(r"pcsk_\S{20,}|[0-9a-f-]{36}"), "a text that begins with pcsk_, or a UUID"),
    Shape("databricks_token", _like(r"dapi\S{20,}"), "a text that begins with dapi"),
    Shape("mongodb_uri", _like(r"mongodb(\+srv)?://\S+"), "an address that begins with mongodb:// or mongodb+srv://"),
    Shape("vertex_ai_service_account", _is_key_file, _KEY_FILE),
    Shape("backup_gcs_credentials", _is_key_file, _KEY_FILE),
    Shape(
        "opal_policy_ssh_key", _like(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*"), "a private key that begins with BEGIN"
    ),
    Shape("backup_s3_access_key_id", _like(r"\S{16,}"), "a text of at least 16 letters and digits"),
)


def _key_shapes(lookup: Lookup) -> Iterator[Finding]:
    for shape in SHAPES:
        value = lookup(shape.question)
        if (
            isinstance(value, SecretStr)
            and shape.when.holds(lookup)
            and not shape.fits(value.get_secret_value().strip())
        ):
            label = next(question.label for question in questions() if question.name == shape.question)
            yield _warning(
                shape.question,
                Sentence(
                    "{question}: this does not look right; expected is {expected}.",
                    question=Sentence(label),
                    expected=Sentence(shape.expected),
                ),
                "Look whether the right thing was pasted, and all of it.",
            )


def _one_replica(lookup: Lookup) -> Iterator[Finding]:
    scales = lookup("hpa") is True
    least = lookup("hpa_min_replicas") if scales else lookup("replicas")
    if scales and lookup("hpa_max_replicas") == 1:
        yield _warning("hpa_max_replicas", "With at most one pod there is nothing to scale.", "Allow two pods or more.")
    stay = lookup("pdb_min_available")
    if isinstance(stay, int) and isinstance(least, int) and stay >= least:
        yield _warning(
            "pdb_min_available",
            Sentence("All of the {number} pods must stay, so no node that runs one can be drained.", number=least)
            if least > 1
            else Sentence("The only pod must stay, so the node that runs it can't be drained."),
            "Run more pods, or let fewer stay.",
        )


_OF_A_POD = {
    "central_auth": "service-account",
    "vertex_ai_credentials": "workload-identity",
    "llm": "google",
}


def _identity_of_a_pod(lookup: Lookup) -> Iterator[Finding]:
    if lookup("target") != "docker-compose":
        return
    for name, choice in _OF_A_POD.items():
        if lookup(name) == choice:
            yield _warning(
                name,
                "This needs the identity that a cluster gives to a pod, and a container under Compose has none.",
                "Choose a key instead, or hand the container a token that you renew yourself.",
            )


def _database_tls(lookup: Lookup) -> Iterator[Finding]:
    if lookup("postgresql_tls") == "disable":
        yield _warning(
            "postgresql_tls",
            "The connection to PostgreSQL is not encrypted, so what passes can be read on the way.",
            "Choose require, or verify-full with the root certificate.",
        )
    if lookup("postgresql_tls") == "verify-full" and ":" in lookup("postgresql_host"):
        yield _warning(
            "postgresql_tls",
            Sentence(
                "The server takes no IPv6 address of PostgreSQL and knows it as {name}, "
                "so the database's certificate must name that.",
                name=DATABASE_NAME,
            ),
            "Give the name that the certificate has, or choose verify-ca.",
        )
    # In a cluster this is an error.
    if lookup("postgresql_tls") in ("verify-ca", "verify-full") and lookup("postgresql_root_certificate") is None:
        yield _warning(
            "postgresql_root_certificate",
            "Without a root certificate only a database whose certificate comes from a public authority is accepted.",
            "Give the certificate of the authority that signed the database's.",
        )
