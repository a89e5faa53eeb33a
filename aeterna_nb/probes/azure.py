"""Azure Blob Storage, signed with the account's key (docs/facts/services.md#object-stores).

Azure's SDK signs nothing that it does not send itself, with an HTTP client of its own; the signature is a dozen lines.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from email.utils import formatdate
from functools import partial
from urllib.parse import parse_qsl, quote, urlsplit

from aeterna_nb.config.backup import Azure
from aeterna_nb.probes import Reply, failed, reached
from aeterna_nb.probes.api import refusal
from aeterna_nb.probes.http import Answer, request
from aeterna_nb.probes.objects import CONTENT, Calls, looked_at, object_name, written_and_read

_VERSION = "2021-12-02"
_KEY = "backup_azure_storage_key"


def base_of(account: str) -> str:
    """The address of an account's blobs."""
    return f"https://{account}.blob.core.windows.net"


async def container(given: Azure, *, write: bool, base: str = "") -> Reply:
    """What the container says to the key. With `write` one object is written, read and deleted."""
    base = base or base_of(given.account)
    place = f"{base}/{given.container}"
    listing = f"{place}?restype=container&comp=list&maxresults=1"
    if given.storage_key is None:
        await request("GET", listing)
        return reached("it answers; only a pod has the identity that signs in")
    try:
        key = base64.b64decode(given.storage_key.get_secret_value(), validate=True)
    except ValueError:
        return failed("the storage key is not base64", "Copy it anew, as Azure shows it.", _KEY)
    blob = f"{place}/{quote(object_name(given.path))}"
    calls = Calls(
        partial(_signed, given.account, key, "GET", listing),
        partial(_signed, given.account, key, "PUT", blob, CONTENT),
        partial(_signed, given.account, key, "GET", blob),
        partial(_signed, given.account, key, "DELETE", blob),
        partial(_wrong, given),
    )
    return await (written_and_read(calls) if write else looked_at(calls))


async def _signed(account: str, key: bytes, method: str, url: str, content: bytes = b"") -> Answer:
    headers = {"x-ms-date": formatdate(usegmt=True), "x-ms-version": _VERSION}
    if content:
        headers |= {"x-ms-blob-type": "BlockBlob"}
    signed = string_to_sign(account, method, url, headers, len(content))
    signature = base64.b64encode(hmac.digest(key, signed.encode(), hashlib.sha256)).decode()
    secret = {"authorization": f"SharedKey {account}:{signature}"}
    return await request(method, url, headers, secret, content or None)


def string_to_sign(account: str, method: str, url: str, headers: Mapping[str, str], size: int) -> str:
    """The text whose signature is the authorization. The eleven standard headers but the length stay empty."""
    parts = urlsplit(url)
    named = "".join(f"{name}:{value}\n" for name, value in sorted(headers.items()))
    asked = "".join(f"\n{name}:{value}" for name, value in sorted(parse_qsl(parts.query)))
    standard = ["", "", str(size or ""), *[""] * 8]
    return "\n".join([method, *standard, f"{named}/{account}{parts.path}{asked}"])


def _wrong(given: Azure, answer: Answer) -> Reply | None:
    if 200 <= answer.status < 300:
        return None
    code = answer.headers.get("x-ms-error-code", "")
    if code == "ContainerNotFound":
        seen = f"there is no container {given.container}"
        return failed(seen, "Make it, or give the name of one.", "backup_azure_container")
    if code in ("AuthenticationFailed", "AuthorizationFailure"):
        return failed("it does not accept the storage key (HTTP 403)", "Give a key of this account.", _KEY)
    return refusal(answer, "Azure Blob Storage", _KEY)
