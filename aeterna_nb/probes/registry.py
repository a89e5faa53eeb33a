"""An image registry: whether a tag is there, for whoever pulls it (docs/facts/services.md#registries)."""

import json
import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from aeterna_nb.probes import Answered, Reply, failed, reached
from aeterna_nb.probes.api import refusal
from aeterna_nb.probes.http import basic, bearer, request

_DOCKER_HUB = "registry-1.docker.io"
_MANIFESTS = ", ".join(
    (
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json",
    )
)
_PARAMETER = re.compile(r'(\w+)="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Image:
    """An image's parts: the registry's host, the repository, and its tag or digest."""

    registry: str
    repository: str
    reference: str

    @classmethod
    def named(cls, text: str) -> "Image":
        """The parts of a name such as `ghcr.io/owner/name:1.0`, completed as Docker does."""
        name, at, digest = text.partition("@")
        before, colon, tag = name.rpartition(":")
        if at or not colon or "/" in tag:
            before, tag = name, digest or "latest"
        host, slash, rest = before.partition("/")
        if not slash or not ("." in host or ":" in host or host == "localhost"):
            host, rest = "docker.io", before if slash else f"library/{before}"
        return cls(_DOCKER_HUB if host == "docker.io" else host, rest, tag)


@dataclass(frozen=True, slots=True)
class Login:
    """A name and a password at a registry."""

    user: str
    password: str


def logins(pull_secret: str) -> Mapping[str, Login]:
    """What a pull secret's `.dockerconfigjson` holds, by the registry's host. Raises ValueError for any other text."""
    try:
        found = {}
        for address, entry in json.loads(pull_secret)["auths"].items():
            host = urlsplit(address if "//" in address else f"//{address}").hostname or ""
            user, _, password = b64decode(entry["auth"]).decode().partition(":") if "auth" in entry else ("", "", "")
            login = Login(entry.get("username") or user, entry.get("password") or password)
            found[_DOCKER_HUB if host in ("index.docker.io", "docker.io") else host] = login
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ValueError("no .dockerconfigjson") from None
    return found


async def image(named: str, known: Mapping[str, Login], question: str, scheme: str = "https") -> Reply:
    """Whether the registry has the image, for everybody or for the login that the pull secret has for it."""
    parts = Image.named(named)
    login = known.get(urlsplit(f"//{parts.registry}").hostname or "")
    url = f"{scheme}://{parts.registry}/v2/{parts.repository}/manifests/{parts.reference}"
    accept = {"accept": _MANIFESTS}
    answer = await request("HEAD", url, accept)
    if answer.status == 401:
        challenge = answer.headers.get("www-authenticate", "")
        answer = await request("HEAD", url, accept, await _signed(challenge, parts, login))
    if answer.status == 200:
        whom = f"for {login.user}" if login else "for everybody"
        return reached(f"the image is there, {whom}")
    if answer.status == 404:
        seen = f"there is no {parts.reference} in {parts.repository} (HTTP 404)"
        return failed(seen, "Give a tag that was published; a version's tag may begin with v.", question)
    if answer.status in (401, 403):
        cure = (
            "Is the image's name right, and may the login pull it?"
            if login
            else "Is the image's name right? A private one needs a pull secret: aeterna probe --pull-secret FILE."
        )
        return failed(f"it does not let the image be pulled (HTTP {answer.status})", cure, question)
    return refusal(answer, "an image registry")


async def _signed(challenge: str, parts: Image, login: Login | None) -> dict[str, str]:
    """The header that answers a challenge of the registry. A login goes to the registry's own domain alone."""
    if challenge.lower().startswith("basic"):
        return basic(login.user, login.password) if login else {}
    asked = dict(_PARAMETER.findall(challenge))
    realm = asked.get("realm", "")
    if not challenge.lower().startswith("bearer") or not realm:
        return {}
    scope = {"service": asked.get("service", ""), "scope": f"repository:{parts.repository}:pull"}
    own = login is not None and _domain(urlsplit(realm).hostname) == _domain(urlsplit(f"//{parts.registry}").hostname)
    secret = basic(login.user, login.password) if login and own else None
    answer = await request("GET", f"{realm}?{urlencode(scope)}", None, secret)
    token = answer.at("token") or answer.at("access_token")
    if answer.status == 401 and login:
        raise Answered(failed("it refuses the login of the pull secret (HTTP 401)", "Make the pull secret anew."))
    return bearer(token) if isinstance(token, str) else {}


def _domain(host: str | None) -> str:
    """The last two labels of a name; an address whole."""
    labels = (host or "").split(".")
    return host or "" if labels[-1].isdigit() else ".".join(labels[-2:])
