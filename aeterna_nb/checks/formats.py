"""What a text in a manifest must look like, where Kubernetes' own JSON schemas only say "string".

Each format is a predicate and the words a finding uses for it. The rules are those of the API server:
https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ and .../labels/, and the packages
apimachinery/pkg/util/validation and apimachinery/pkg/api/resource.
"""

import base64
import binascii
import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from aeterna_nb.config.mappings import QUALIFIED, is_qualified_name, is_subdomain


@dataclass(frozen=True, slots=True)
class Format:
    """A named rule for texts: whether a text follows it, and how a finding describes it."""

    accepts: Callable[[str], bool]
    description: str


def _matches(pattern: str, longest: int) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda text: len(text) <= longest and compiled.fullmatch(text) is not None


_LABEL = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_PORT_NAME = re.compile(r"(?=.{1,15}\Z)(?!.*--)[a-z0-9]([-a-z0-9]*[a-z0-9])?")


def is_port_name(text: str) -> bool:
    """Whether the text can name a port: at most 15 small letters, digits, single hyphens, one letter."""
    return _PORT_NAME.fullmatch(text) is not None and any(character.isalpha() for character in text)


def is_base64(text: str) -> bool:
    """Whether the text is base64 with padding; line breaks inside are allowed, as in Kubernetes."""
    try:
        base64.b64decode(text.replace("\n", "").replace("\r", ""), validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def is_cidr(text: str) -> bool:
    """Whether the text is a network such as 10.0.0.0/8."""
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return "/" in text


FORMATS: Mapping[str, Format] = {
    "k8s-quantity": Format(
        _matches(r"[+-]?(\d+(\.\d*)?|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?", 64),
        "an amount such as 500m, 1.5 or 2Gi",
    ),
    "k8s-subdomain": Format(is_subdomain, "a name of at most 253 small letters, digits, dots and hyphens"),
    "k8s-label": Format(_matches(_LABEL, 63), "a name of at most 63 small letters, digits and hyphens"),
    # Kubernetes 1.34 began to accept more here and in the names of variables; what works everywhere is asked for.
    "k8s-service-name": Format(
        _matches(r"[a-z]([-a-z0-9]*[a-z0-9])?", 63),
        "a name of at most 63 small letters, digits and hyphens that starts with a letter",
    ),
    "k8s-path-segment": Format(
        lambda text: text not in ("", ".", "..") and "/" not in text and "%" not in text,
        "a name without slash and percent sign",
    ),
    "k8s-port-name": Format(is_port_name, "a port name: at most 15 small letters, digits and hyphens, with a letter"),
    "k8s-label-key": Format(is_qualified_name, "a label key such as name or example.com/name"),
    "k8s-label-value": Format(
        lambda text: text == "" or QUALIFIED.fullmatch(text) is not None,
        "at most 63 letters, digits, hyphens, dots and underscores, with a letter or digit at both ends",
    ),
    "k8s-data-key": Format(
        lambda text: text not in (".", "..") and _matches(r"[-._a-zA-Z0-9]+", 253)(text),
        "a key of letters, digits, hyphens, dots and underscores",
    ),
    "k8s-env-name": Format(
        _matches(r"[-._a-zA-Z][-._a-zA-Z0-9]*", 253),
        "a variable name of letters, digits, hyphens, dots and underscores that does not start with a digit",
    ),
    "k8s-image": Format(lambda text: text != "" and text == text.strip(), "an image name without spaces around it"),
    "k8s-cidr": Format(is_cidr, "a network such as 10.0.0.0/8"),
    "k8s-cron": Format(
        _matches(r"@(yearly|annually|monthly|weekly|daily|midnight|hourly)|@every \S+|\S+( +\S+){4}", 253),
        "a schedule of five fields such as 0 3 * * *",
    ),
    "byte": Format(is_base64, "base64"),
}
