"""What runs where and who talks to whom, read off the answers. Works while some of them are still missing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal
from urllib.parse import urlsplit

from aeterna_nb import ports
from aeterna_nb.answers import Answers
from aeterna_nb.language import message, say, say_many
from aeterna_nb.questions import Question

Kind = Literal["own", "inside", "outside"]
Lookup = Callable[[str], Any]

STORE_PORTS = {"qdrant": ports.QDRANT_GRPC, "weaviate": ports.WEAVIATE, "mongodb": ports.MONGODB}
"""The ports on which the bundled stores are reached."""

STORES = {
    "qdrant": "Qdrant",
    "weaviate": "Weaviate",
    "mongodb": "MongoDB",
    "pinecone": "Pinecone",
    "vertex-ai": "Vertex AI",
    "databricks": "Databricks",
}
MODELS = {
    "openai": "OpenAI",
    "anthropic": "Anthropic",
    "ollama": "Ollama",
    "google": "Google",
    "bedrock": "Amazon Bedrock",
}
BACKUPS = {
    "s3": ("Amazon S3", "backup_s3_bucket"),
    "gcs": ("Cloud Storage", "backup_gcs_bucket"),
    "azure": ("Blob Storage", "backup_azure_account"),
}
"""Where backups can go: how it is called, and the question that names the place."""


STAGE_BOXES = {
    "central": "central",
    "vector": "store",
    "cache": "cache",
    "postgresql": "postgresql",
    "authorization": "opal",
    "llm": "model",
}
"""The box that the questions of a stage are about; those of the operations have several."""
CHOICES = {
    "vector_backend": ("store", message("Vector store")),
    "cache": ("cache", message("Cache")),
    "postgresql": ("postgresql", message("PostgreSQL")),
    "llm": ("model", message("Language model")),
}
"""The choices without which a box can't be drawn yet: its key, and how it is called until then."""


@dataclass(frozen=True, slots=True)
class Box:
    """One thing in the picture: what it is called, a line about it, where it is, and the port it is reached at.

    `question` is the one that decides about it, or that is missing for it.
    """

    key: str
    title: str
    note: str
    kind: Kind
    port: str = ""
    missing: bool = False
    question: str = ""


@dataclass(frozen=True, slots=True)
class Topology:
    """The boxes of a configuration and the pairs that talk: who asks, who answers."""

    place: str
    boxes: tuple[Box, ...]
    links: tuple[tuple[str, str], ...]

    def box(self, key: str) -> Box | None:
        """The box with this key, if it is there."""
        return next((box for box in self.boxes if box.key == key), None)


def topology(answers: Answers) -> Topology:
    """The picture of these answers."""
    value = answers.lookup
    if value("target") == "opencode-only":
        return _marked(answers, Topology("", (_opencode(), _central(value)), (("opencode", "central"),)))
    if value("mode") == "remote":
        # What names the central server in a cluster is no place in which something runs.
        boxes = (*_client(value), _central(value))
        return _marked(answers, Topology("", boxes, (("opencode", "central"),) if value("opencode") else ()))
    services, ingress = tuple(_services(value)), tuple(_ingress(value))
    server = Box("server", "Aeterna", _server_note(value), "own", str(ports.AETERNA), question="mode")
    door = "ingress" if ingress else "server"
    links = [("opencode", door)] if value("opencode") else []
    links += [("ingress", "server")] if ingress else []
    links += [("server", box.key) for box in services]
    further = tuple(_further(value))
    links += [(asking, box.key) for asking, box in further]
    boxes = (*_client(value), *ingress, server, *services, *(box for _, box in further))
    return _marked(answers, Topology(_place(value), boxes, tuple(links)))


def _marked(answers: Answers, drawn: Topology) -> Topology:
    """The picture with a box for every choice that is still open, and every box marked that lacks an answer."""
    missing = answers.missing()
    lacking = {_about(question): question.name for question in reversed(missing)}
    chosen_later = [
        Box(
            CHOICES[question.name][0],
            say(CHOICES[question.name][1]),
            say("to be chosen"),
            "inside",
            "",
            True,
            question.name,
        )
        for question in missing
        if question.name in CHOICES
    ]
    boxes = (
        replace(box, note=say("answer missing"), missing=True, question=lacking[box.key])
        if box.key in lacking and not box.missing
        else box
        for box in drawn.boxes
    )
    links = (*drawn.links, *(("server", box.key) for box in chosen_later))
    return replace(drawn, boxes=(*boxes, *chosen_later), links=links)


def _about(question: Question) -> str:
    """The key of the box that a question is about; empty for none."""
    if question.stage != "operations":
        return STAGE_BOXES.get(question.stage, "")
    return next((box for box in ("ingress", "tracing", "backup") if question.name.startswith(box)), "")


def _place(value: Lookup) -> str:
    match value("target"):
        case "kubernetes":
            return say("namespace {name}", name=value("namespace") or say("to be named"))
        case "docker-compose":
            return say("this machine")
        case _:
            return say("not decided yet")


def _opencode() -> Box:
    return Box("opencode", "OpenCode", say("your machine"), "outside", question="opencode")


def _client(value: Lookup) -> Iterator[Box]:
    if value("opencode"):
        yield _opencode()


def _ingress(value: Lookup) -> Iterator[Box]:
    if value("ingress"):
        host = value("ingress_host")
        port = "80" if value("ingress_tls") == "none" else "443"
        yield Box("ingress", "Ingress", host or say("host missing"), "inside", port, not host, "ingress_host")


def _further(value: Lookup) -> Iterator[tuple[str, Box]]:
    """What others than the server's services need outside: who asks, and the box."""
    if value("opal_policy_source") == "git":
        yield "opal", _at_address("policies", say("Policy repository"), "opal_policy_repo_url", value)
    if value("opal_data_source") == "url":
        yield "opal", _at_address("people", say("People and groups"), "opal_data_url", value)
    if value("tracing"):
        yield "server", _at_address("tracing", "OpenTelemetry", "tracing_endpoint", value)
    if value("backup") and value("postgresql") == "cloudnative-pg":
        title, question = BACKUPS.get(value("backup_target"), (say("Backups"), ""))
        place = value(question) if question else None
        yield (
            "postgresql",
            Box(
                "backup", title, place or say("place missing"), "outside", "443", not place, question or "backup_target"
            ),
        )


def _at_address(key: str, title: str, question: str, value: Lookup) -> Box:
    """A box outside for the answer to a question: a URL, or a git address such as `git@host:path`."""
    address = value(question) or ""
    url = urlsplit(address)
    user, at, rest = address.partition("@")
    host = url.hostname or (rest.partition(":")[0] if at and user else "")
    port = url.port or {"http": 80, "https": 443}.get(url.scheme, 22)
    return Box(key, title, host or say("address missing"), "outside", str(port), not host, question)


def _server_note(value: Lookup) -> str:
    pods = value("hpa_min_replicas") if value("hpa") else value("replicas")
    if value("target") != "kubernetes" or pods is None:
        return say("port {port}", port=ports.AETERNA)
    return f"{_pods(pods)}, {say('port {port}', port=ports.AETERNA)}"


def _pods(number: int) -> str:
    return say_many(number, "{number} pod", "{number} pods")


def _services(value: Lookup) -> Iterator[Box]:
    yield from _store(value)
    yield from _cache(value)
    yield from _postgresql(value)
    if value("opal"):
        yield Box("opal", say("OPAL and Cedar"), say("policies"), "inside", str(ports.OPAL_SERVER), question="opal")
    if value("llm") in MODELS:
        yield _model(value)
    if value("mode") == "hybrid":
        yield _central(value)


def _store(value: Lookup) -> Iterator[Box]:
    backend = value("vector_backend")
    match backend:
        case "qdrant" | "weaviate":
            host, port = value(f"{backend}_host"), str(value(f"{backend}_port") or 443)
        case "mongodb":
            host = say("your MongoDB") if value("mongodb_external") or value("mongodb_uri") is not None else None
            port = str(value("mongodb_port") or ports.MONGODB)
        case "pinecone" | "vertex-ai" | "databricks":
            host, port = say("a service outside"), "443"
        case _:  # none yet, or pgvector, which is in PostgreSQL
            return
    if host is not None:
        yield Box("store", STORES[backend], host, "outside", port, question="vector_backend")
    else:
        note = _sized(value, value(f"{backend}_replicas"), value(f"{backend}_storage"))
        yield Box("store", STORES[backend], note, "inside", str(STORE_PORTS[backend]), question="vector_backend")


def _cache(value: Lookup) -> Iterator[Box]:
    port = str(ports.REDIS)
    match value("cache"):
        case "dragonfly":
            yield Box(
                "cache", "Dragonfly", _sized(value, value("dragonfly_replicas"), None), "inside", port, question="cache"
            )
        case "valkey":
            copies = value("valkey_replicas")
            note = _sized(value, None if copies is None else copies + 1, None)
            yield Box("cache", "Valkey", note, "inside", port, question="cache")
        case "external":
            host, port = value("redis_host"), str(value("redis_port") or port)
            yield Box("cache", "Redis", host or say("host missing"), "outside", port, not host, "redis_host")


def _postgresql(value: Lookup) -> Iterator[Box]:
    vectors = say(" with pgvector") if value("vector_backend") == "pgvector" else ""
    match value("postgresql"):
        case "cloudnative-pg":
            note = _sized(value, value("postgresql_instances"), value("postgresql_storage"))
            yield Box(
                "postgresql", "PostgreSQL" + vectors, note, "inside", str(ports.POSTGRESQL), question="postgresql"
            )
        case "external":
            host = value("postgresql_host")
            port = str(value("postgresql_port") or ports.POSTGRESQL)
            note = host or say("host missing")
            yield Box("postgresql", "PostgreSQL" + vectors, note, "outside", port, not host, "postgresql_host")


def _model(value: Lookup) -> Box:
    provider = value("llm")
    if provider == "ollama":
        host = urlsplit(value("ollama_host") or "")
        return Box("model", MODELS[provider], host.hostname or "", "outside", str(host.port or 80), question="llm")
    return Box("model", MODELS[provider], say("a service outside"), "outside", "443", question="llm")


def _central(value: Lookup) -> Box:
    url = urlsplit(value("central_url") or "")
    port = url.port or (80 if url.scheme == "http" else 443)
    note, missing = url.hostname or say("address missing"), not url.hostname
    return Box("central", say("Central server"), note, "outside", str(port), missing, "central_url")


def _sized(value: Lookup, pods: int | None, storage: str | None) -> str:
    runs = say("container") if value("target") == "docker-compose" else _pods(pods or 1)
    return ", ".join([runs, *([storage] if storage else [])])
