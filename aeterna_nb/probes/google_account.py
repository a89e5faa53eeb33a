"""A token of Google for a service account: a signed claim in its place (RFC 7523), without an SDK.

docs/facts/services.md#google
"""

import json
import time
from urllib.parse import urlencode

import jwt

from aeterna_nb.probes import Answered, Reply, failed
from aeterna_nb.probes.api import refusal
from aeterna_nb.probes.http import check_way, request

SCOPE = "https://www.googleapis.com/auth/cloud-platform"
LIFE_SECONDS = 600
_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


async def token(key: str, question: str) -> str:
    """A token for the account of a key file's text. Raises Answered where there is none."""
    try:
        account = json.loads(key)
        place = str(account["token_uri"])
        now = int(time.time())
        claim = {"iss": account["client_email"], "scope": SCOPE, "aud": place, "iat": now, "exp": now + LIFE_SECONDS}
        signed = jwt.encode(
            claim, account["private_key"], algorithm="RS256", headers={"kid": account.get("private_key_id")}
        )
    except (ValueError, KeyError, TypeError, jwt.PyJWTError):
        raise Answered(_no_key(question)) from None
    check_way(place)
    form = urlencode({"grant_type": _GRANT, "assertion": signed}).encode()
    answer = await request("POST", place, {"content-type": "application/x-www-form-urlencoded"}, content=form)
    if answer.status in (400, 401):
        quoted = " ".join(str(answer.at(part)) for part in ("error", "error_description") if answer.at(part))
        seen = f"Google does not accept the service account's key (HTTP {answer.status})"
        raise Answered(failed(seen, "Make a new key for the account, and give its file.", question, quoted))
    given = answer.at("access_token")
    if answer.status != 200 or not isinstance(given, str):
        raise Answered(refusal(answer, "Google", question))
    return given


def _no_key(question: str) -> Reply:
    seen = "the service account's key is no key file of Google"
    return failed(seen, "Give the whole JSON file, as Google's console downloads it.", question)
