"""The authorization of a request to AWS or a store like S3: Signature Version 4 (docs/facts/services.md#object-stores).

Own code in the place of an extra with botocore: what that would bring beyond it is of no use here
(docs/facts/services.md#clouds).
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from urllib.parse import parse_qsl, quote, urlsplit

_METHOD = "AWS4-HMAC-SHA256"


@dataclass(frozen=True, slots=True)
class Keys:
    """An access key and its secret, and the region and the service in which they are used."""

    identifier: str
    secret: str
    region: str
    service: str


def authorization(
    keys: Keys, method: str, url: str, content: bytes, now: datetime, more: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The headers that sign this request, host and content and those of `more` included. `now` is in UTC."""
    parts, time = urlsplit(url), f"{now:%Y%m%dT%H%M%SZ}"
    digest = hashlib.sha256(content).hexdigest()
    headers = {"host": parts.netloc, "x-amz-content-sha256": digest, "x-amz-date": time, **(more or {})}
    names = ";".join(sorted(headers))
    query = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in _sorted(parts.query))
    lines = "".join(f"{name}:{value}\n" for name, value in sorted(headers.items()))
    # S3 takes the path as it stands in the request: it is encoded once, not twice as other services want it.
    request = "\n".join([method, parts.path or "/", query, lines, names, digest])
    scope = f"{time[:8]}/{keys.region}/{keys.service}/aws4_request"
    text = "\n".join([_METHOD, time, scope, hashlib.sha256(request.encode()).hexdigest()])
    key = reduce(_hmac, scope.split("/"), f"AWS4{keys.secret}".encode())
    signature = _hmac(key, text).hex()
    signed = f"{_METHOD} Credential={keys.identifier}/{scope}, SignedHeaders={names}, Signature={signature}"
    return {**headers, "authorization": signed}


def _sorted(query: str) -> list[tuple[str, str]]:
    return sorted(parse_qsl(query, keep_blank_values=True))


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), hashlib.sha256)
