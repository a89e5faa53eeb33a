"""Rules across fields: answers that are fine alone and contradict each other. All of them are found."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from aeterna_nb.config.authorization import WITHOUT_KEY, GitPolicies, OpalOn
from aeterna_nb.config.backup import S3, BackupOn
from aeterna_nb.config.cache import DRAGONFLY_LEAST_MIB, Dragonfly
from aeterna_nb.config.opencode import OpenCodeOff
from aeterna_nb.config.operations import HpaOn, IngressOn
from aeterna_nb.config.secrets import REFERRING_PROVIDERS, ExistingSecret, ExternalSecrets, OptionalKey
from aeterna_nb.config.sentence import Sentence
from aeterna_nb.config.setup import Decisions
from aeterna_nb.config.vector import MongoDb


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken rule: the question it is shown at, what is wrong, and how to mend it."""

    question: str
    message: str
    cure: str


def violations(config: Decisions) -> list[Violation]:
    """Every rule that the configuration breaks, in the order of the questions."""
    return [
        *_central(config),
        *_vector(config),
        *_cache(config),
        *_authorization(config),
        *_opencode(config),
        *_operations(config),
    ]


def _central(config: Decisions) -> Iterator[Violation]:
    if config.central is None or config.operations is None:
        return
    ingress = config.operations.ingress
    if isinstance(ingress, IngressOn) and urlsplit(config.central.url).hostname == ingress.host.lower():
        yield Violation(
            "ingress_host",
            "The ingress has the host name of the central server.",
            "Give this installation a host name of its own.",
        )


def _refers(config: Decisions) -> bool:
    """Whether credentials lie where the workbench does not see them."""
    return config.secrets is not None and config.secrets.storage.provider in REFERRING_PROVIDERS


def _has(config: Decisions, typed: object, key: OptionalKey) -> bool:
    """Whether an optional credential is there: typed, or named as part of a Secret or store of one's own."""
    storage = config.secrets.storage if config.secrets is not None else None
    if isinstance(storage, ExistingSecret | ExternalSecrets):
        return key in storage.keys
    return typed is not None


def _vector(config: Decisions) -> Iterator[Violation]:
    if not isinstance(config.vector, MongoDb):
        return
    if config.vector.external and config.vector.uri is None and not _refers(config):
        yield Violation(
            "mongodb_uri",
            "A MongoDB of your own needs its connection URI.",
            "Give the URI, or have MongoDB installed here.",
        )
    if config.vector.uri is not None and not config.vector.external:
        yield Violation(
            "mongodb_external",
            "MongoDB is to be installed here, and yet there is a connection URI of another.",
            "Leave the URI out, or use the MongoDB that it names.",
        )


def _cache(config: Decisions) -> Iterator[Violation]:
    too_small = config.hybrid is not None and config.hybrid.local_cache_size < DRAGONFLY_LEAST_MIB
    if isinstance(config.cache, Dragonfly) and too_small:
        yield Violation(
            "local_cache_size",
            Sentence("Dragonfly needs a local cache of at least {least} MiB.", least=DRAGONFLY_LEAST_MIB),
            "Make the cache larger, or choose Valkey.",
        )


def _authorization(config: Decisions) -> Iterator[Violation]:
    if config.hybrid is not None and config.hybrid.offline_cedar and not isinstance(config.authorization, OpalOn):
        yield Violation(
            "offline_cedar",
            "Deciding offline needs OPAL, which supplies the Cedar agent with policies.",
            "Install OPAL, or leave offline decisions out.",
        )
    policies = config.opal.policies if config.opal else None
    if not isinstance(policies, GitPolicies) or policies.repo_url.startswith(WITHOUT_KEY):
        return
    if not _has(config, policies.ssh_key, "opal-policy-ssh-key"):
        yield Violation(
            "opal_policy_ssh_key",
            "A policy repository with an SSH address needs an SSH key.",
            "Give the key as a file or name it among the optional credentials of your Secret, or use an https address.",
        )


def _opencode(config: Decisions) -> Iterator[Violation]:
    if config.target == "opencode-only" and isinstance(config.opencode, OpenCodeOff):
        yield Violation(
            "opencode",
            "With the target opencode-only there is nothing to do without OpenCode.",
            "Connect OpenCode, or choose another target.",
        )


def _operations(config: Decisions) -> Iterator[Violation]:
    if config.operations is None:
        return
    hpa, backup = config.operations.hpa, config.operations.backup
    if isinstance(hpa, HpaOn) and hpa.min_replicas > hpa.max_replicas:
        yield Violation(
            "hpa_max_replicas",
            "The most pods are fewer than the fewest.",
            "Raise the most, or lower the fewest.",
        )
    if isinstance(backup, BackupOn) and isinstance(backup.destination, S3):
        place = backup.destination
        access = _has(config, place.access_key_id, "backup-s3-access-key-id")
        if access != _has(config, place.secret_access_key, "backup-s3-secret-access-key"):
            yield Violation(
                "backup_s3_secret_access_key",
                "Of the two S3 keys only one was given.",
                "Give both, or neither to use the pod's AWS identity.",
            )


class SetupConfig(Decisions):
    """The configuration: every decision, with no rule broken."""

    @model_validator(mode="after")
    def _rules_hold(self) -> Self:
        broken = violations(self)
        if broken:
            raise PydanticCustomError(
                "rules", "{sentence}", {"sentence": " ".join(rule.message for rule in broken), "violations": broken}
            )
        return self
