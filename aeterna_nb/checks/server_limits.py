"""Check 2: what the chosen server version can't do with what was chosen. Warnings, each with its way out.

The facts were found by running the server v0.8.0-rc.9 and by reading the sources up to v0.8.0-rc.12
(docs/facts/aeterna-server.md; the comments name its headings). One entry a limit: a later server version that can do
more needs an entry less.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from string import Formatter
from typing import Any

from aeterna_nb.checks.answers_in import Lookup, lookup_in, shown
from aeterna_nb.config import DEFAULT_SERVER_VERSION, SetupConfig
from aeterna_nb.config.ask import ALWAYS, Presence, When, when
from aeterna_nb.config.sentence import Sentence
from aeterna_nb.findings import Finding
from aeterna_nb.language import message, say

CHECK = "server-limits"
NO_EMBEDDINGS = message("whatever needs embeddings")
ALLOWS = message("decisions about access (everything is allowed)")
IN_STEP = message("keeping in step with the central server")
SIGNED_IN = message("signing in at the central server")
PARTS = {"opal": "OPAL"}
"""How a part is called whose answer is yes or no."""

INSTALLED = ("kubernetes", "docker-compose")


@dataclass(frozen=True, slots=True)
class Limit:
    """When it applies, the question it belongs to, and two texts in which `{name}` stands for an answer.

    `{newest}` is the newest server version whose migration succeeds. `lacks` is what can't be done because of it, as
    it stands in a list; empty where everything can. `without` is the answer that leaves out what is installed here
    and not used, where `installed` says that it is.
    """

    question: str
    when: When
    message: str
    cure: str
    lacks: str = ""
    without: tuple[str, Any] | None = None
    installed: When = ALWAYS


LIMITS: tuple[Limit, ...] = (
    # 2.5, 9.1: an unknown provider ends the server.
    Limit(
        "llm",
        when(llm=("anthropic",)),
        "Server version {server_version} can't use Anthropic, so it starts without a language model; the key waits for "
        "a later version.",
        "Choose OpenAI, Google, Bedrock or Ollama if embeddings are needed now.",
        lacks=NO_EMBEDDINGS,
    ),
    # 2.5: the provider openai with another address.
    Limit(
        "ollama_host",
        when(llm=("ollama",)),
        "The server knows no Ollama by name; it gets Ollama's OpenAI-compatible address ({ollama_host} with /v1) and a "
        "key that means nothing.",
        "Make sure that Ollama has both models: ollama pull {ollama_model}, ollama pull {ollama_embedding_model}.",
    ),
    # 9.5
    Limit(
        "redis_password",
        when(redis_password=Presence.GIVEN),
        "When the connection to Redis fails, the server writes the whole address to its log, password included.",
        "Let few people read the logs, or use a Redis without a password that only the server reaches.",
    ),
    # Redis: the scheme is fixed.
    Limit(
        "redis_host",
        when(cache=("external",)),
        "The server speaks to Redis without TLS, so what passes between them can be read on the way.",
        "Keep Redis in the same private network as the server.",
    ),
    # Vector stores: no backend is ever attached.
    Limit(
        "vector_backend",
        when(vector_backend=Presence.GIVEN),
        "Server version {server_version} does not use a vector store yet: {vector_backend} is configured for a later "
        "version, and memories are neither added nor found until then.",
        "Nothing to do now. pgvector needs the fewest parts.",
        lacks=message("adding and finding memories"),
        without=("vector_backend", "pgvector"),
        installed=when(
            {"vector_backend": ("qdrant",), "qdrant_host": Presence.ABSENT},
            {"vector_backend": ("weaviate",), "weaviate_host": Presence.ABSENT},
            {"vector_backend": ("mongodb",), "mongodb_external": (False,)},
        ),
    ),
    # docs/facts/subcharts.md#qdrant-and-weaviate: a property of each collection, which the server does not set.
    Limit(
        "vector_backend",
        when(vector_backend=("weaviate",)),
        "Weaviate keeps tenants apart only in collections that were made so: neither its chart nor server version "
        "{server_version} makes one.",
        "Where tenants must be kept apart, make the collection beforehand as docs/how-to/vector-stores.md shows: later "
        "it can't be changed.",
    ),
    # docs/facts/subcharts.md#percona-resource: operator 1.21 has no search; Atlas has.
    Limit(
        "vector_backend",
        when(vector_backend=("mongodb",), mongodb_external=(False,)),
        "The bundled MongoDB can't search by meaning, in any server version: its operator has no vector search. It "
        "keeps tenants apart by databases and their users alone, and gets one of each.",
        "Give the URI of MongoDB Atlas, or choose another vector store.",
    ),
    # Authorization: Cedar is evaluated inside the server.
    Limit(
        "opal",
        when(opal=(True,)),
        "Server version {server_version} does not ask the Cedar agents that OPAL supplies: it allows everything.",
        "Leave OPAL out unless other programs ask the agents, or put access rules in front of the server.",
        lacks=ALLOWS,
        without=("opal", False),
    ),
    Limit(
        "offline_cedar",
        when(offline_cedar=(True,)),
        "Offline decisions are installed, but server version {server_version} does not ask for them.",
        "Leave them out, or have other programs ask the Cedar agent.",
    ),
    # Central server: the bridge's remote validator approves everything; SY_* are parsed and not used.
    Limit(
        "sync_layers",
        when(mode=("hybrid",), target=("kubernetes",)),
        "In server version {server_version} the sync with the central server is a stub that approves everything: "
        "the interval reaches it as a variable, layers and offline decisions as files, for a later version.",
        "Choose the mode local or remote if memories must be shared now.",
        lacks=IN_STEP,
    ),
    Limit(
        "sync_layers",
        when(mode=("hybrid",), target=("docker-compose",)),
        "In server version {server_version} the sync with the central server is a stub that approves everything: "
        "the interval reaches it as a variable, for a later version. Layers and offline decisions stay in setup.yaml "
        "alone: no version has variables for them, and files of Compose would need a root file system that can be "
        "written.",
        "Choose the mode local or remote if memories must be shared now.",
        lacks=IN_STEP,
    ),
    # Central server: no credential is sent.
    Limit(
        "central_auth",
        when(mode=("hybrid",), target=("kubernetes",)),
        "Server version {server_version} sends no credential to the central server: an API key reaches it as a "
        "variable, an OAuth2 client as files, and only a later version reads them.",
        "Let the central server accept this installation by its network address.",
        lacks=SIGNED_IN,
    ),
    Limit(
        "central_auth",
        when(mode=("hybrid",), target=("docker-compose",), central_auth=("oauth2",)),
        "Server version {server_version} sends no credential to the central server, and no version has variables for "
        "an OAuth2 client: its id stays in setup.yaml and its secret in .env, and no container reads them.",
        "Sign in with an API key, which waits in its variable, or let the central server accept this installation by "
        "its network address.",
        lacks=SIGNED_IN,
    ),
    Limit(
        "central_auth",
        when(mode=("hybrid",), target=("docker-compose",), central_auth=("api-key", "service-account")),
        "Server version {server_version} sends no credential to the central server: an API key reaches it as a "
        "variable, and only a later version reads it.",
        "Let the central server accept this installation by its network address.",
        lacks=SIGNED_IN,
    ),
    # Observation.
    Limit(
        "tracing",
        when(tracing=(True,)),
        "Server version {server_version} sends no traces; the settings wait for a later version.",
        "Use the metrics, or leave tracing out.",
        lacks=message("traces"),
    ),
    Limit(
        "log_format",
        when(log_format=("json",)),
        "Server version {server_version} writes its log as text only; the setting waits for a later version.",
        "Let the log collector take the text apart.",
        lacks=message("logs as JSON"),
    ),
    # Features.
    Limit(
        "feature_cca",
        when(feature_cca=(False,)),
        "Server version {server_version} only logs the switch for CCA, so switching it off changes nothing.",
        "Leave it on.",
    ),
    # Roles.
    Limit(
        "postgresql_prepared",
        when(postgresql=("external",), postgresql_prepared=(False,)),
        "The migration needs PostgreSQL 16 or newer and a role that may create roles and bypass row-level security; "
        "nothing is known about yours and its role {postgresql_user}.",
        'Run as a superuser: ALTER ROLE "{postgresql_user}" CREATEROLE BYPASSRLS; '
        'ALTER DATABASE "{postgresql_database}" OWNER TO "{postgresql_user}"; then answer that the role is prepared.',
    ),
)

_NO_MODEL = Limit(
    "llm",
    when(llm=("none",), target=INSTALLED),
    "Without a language model the server refuses every call that needs embeddings.",
    "Choose OpenAI, Google, Bedrock or Ollama if they are needed.",
    lacks=NO_EMBEDDINGS,
)
_NO_OPAL = Limit(
    "opal",
    when(opal=(False,), target=INSTALLED),
    "Server version {server_version} allows everything.",
    "Put access rules in front of the server.",
    lacks=ALLOWS,
)
_QUIET = (_NO_MODEL, _NO_OPAL)
"""What was asked for is no warning; it counts for what can be done."""

_OTHER_ROLE = Limit(
    "postgresql_user",
    when(postgresql=("external",)),
    "The migration needs a role of the name aeterna, and the database user is {postgresql_user}.",
    "Use the user aeterna, or run as a superuser: CREATE ROLE aeterna;",
)
_STOPS = Limit(
    "server_version",
    when(server_version=Presence.GIVEN),
    "The migration of an empty database stops in server version {server_version}.",
    "Choose {newest}, the newest whose migration succeeds, unless the database is migrated already.",
    lacks=message("the migration of an empty database"),
)
_UNKNOWN = Limit(
    "server_version",
    when(server_version=Presence.GIVEN),
    "Nothing is known here about server version {server_version}; what is said about the server holds for {newest}.",
    "Try it with data that you can lose.",
)
# Migrations: empty databases, migrated version by version.
_MIGRATES = frozenset({"v0.8.0-rc.6", "v0.8.0-rc.7", "v0.8.0-rc.8", "v0.8.0-rc.9"})
_FIRST_TRIED, _LAST_TRIED = (0, 5, 0, 0), (0, 8, 0, 12)


def check_server_limits(config: SetupConfig) -> list[Finding]:
    """A warning for everything chosen that the chosen server version can't do; none where no server runs here."""
    lookup = lookup_in(config)
    return [_finding(limit, lookup) for limit in _limits(lookup)]


def _limits(lookup: Lookup) -> list[Limit]:
    """Those that apply; none where no server runs here."""
    version = lookup("server_version")
    if version is None:
        return []
    limits = [limit for limit in LIMITS if limit.when.holds(lookup)]
    if lookup("postgresql_user") not in (None, "aeterna"):
        limits.append(_OTHER_ROLE)
    if version not in _MIGRATES:
        limits.append(_STOPS if _is_tried(version) else _UNKNOWN)
    return limits


@dataclass(frozen=True, slots=True)
class Fitness:
    """What an installation will be able to do with its server version: what is lacking, and the finding behind each."""

    version: str
    lacking: tuple[tuple[str, Finding], ...]

    @property
    def words(self) -> str:
        """The same as one sentence."""
        if not self.lacking:
            return say("Server {version} offers its tools to clients.", version=self.version)
        return say(
            "Server {version} offers its tools to clients, but this is not possible: {lacks}.",
            version=self.version,
            lacks="; ".join(dict.fromkeys(say(lacks) for lacks, _ in self.lacking)),
        )


def fitness(lookup: Lookup) -> Fitness | None:
    """What will and will not be possible with these answers; None without a server here, or with too little decided."""
    if any(lookup(name) is None for name in ("server_version", "vector_backend", "llm")):
        return None
    limits = [*_limits(lookup), *(limit for limit in _QUIET if limit.when.holds(lookup))]
    lacking = ((limit.lacks, _finding(limit, lookup)) for limit in limits if limit.lacks)
    return Fitness(str(lookup("server_version")), tuple(lacking))


@dataclass(frozen=True, slots=True)
class Unused:
    """A part that is installed although the server version does not use it, and the answer that leaves it out."""

    name: str
    without: tuple[str, Any]


def unused(lookup: Lookup) -> tuple[Unused, ...]:
    """The parts that these answers install for a later server version."""
    return tuple(
        Unused(PARTS.get(limit.question) or shown(limit.question, lookup), limit.without)
        for limit in _limits(lookup)
        if limit.without and limit.installed.holds(lookup)
    )


def why_unused(parts: Sequence[Unused], lookup: Lookup) -> str:
    """Why they are installed, in a sentence."""
    return say(
        "Server {version} does not use {parts} yet. That is installed for a later version, so that nothing moves then.",
        version=lookup("server_version"),
        parts=say(" and ").join(part.name for part in parts),
    )


def limits_of_choice(name: str, lookup: Lookup) -> list[str]:
    """What the server version can't do because of the answer to a choice, a sentence each.

    Only what hangs on this answer: a limit of every option, or of an answer elsewhere, is none of a choice.
    """
    hanging = [limit for limit in LIMITS if _hangs_on(limit, name)]
    if not hanging or lookup("server_version") is None:
        return []
    found = [limit for limit in hanging if limit.when.holds(lookup)]
    return [_filled(limit.message, lookup) for limit in found]


def _hangs_on(limit: Limit, name: str) -> bool:
    return any(
        isinstance(alternative.get(name), tuple) and (limit.question == name or set(alternative) <= {name, "target"})
        for alternative in limit.when.alternatives
    )


def _finding(limit: Limit, lookup: Lookup) -> Finding:
    message, cure = _filled(limit.message, lookup), _filled(limit.cure, lookup)
    return Finding("warning", message, question=limit.question, cure=cure, check=CHECK)


def _filled(text: str, lookup: Lookup) -> str:
    names = [name for _, name, _, _ in Formatter().parse(text) if name]
    values = {name: DEFAULT_SERVER_VERSION if name == "newest" else shown(name, lookup) for name in names}
    return Sentence(text, **values)


def _is_tried(version: str) -> bool:
    match = re.fullmatch(r"v?(\d+)\.(\d+)\.(\d+)(?:-rc\.?(\d*))?", version)
    if match is None:
        return False
    candidate = inf if match[4] is None else int(match[4] or 0)
    return _FIRST_TRIED <= (int(match[1]), int(match[2]), int(match[3]), candidate) <= _LAST_TRIED
