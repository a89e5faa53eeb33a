"""Google Cloud Storage, over its JSON interface (docs/facts/services.md#object-stores)."""

from functools import partial
from urllib.parse import quote

from aeterna_nb.config.backup import Gcs
from aeterna_nb.probes import Reply, failed, reached
from aeterna_nb.probes.api import refusal
from aeterna_nb.probes.google_account import token
from aeterna_nb.probes.http import Answer, bearer, request
from aeterna_nb.probes.objects import CONTENT, Calls, looked_at, object_name, written_and_read

BASE = "https://storage.googleapis.com"
_KEY = "backup_gcs_credentials"


async def bucket(given: Gcs, *, write: bool, base: str = BASE) -> Reply:
    """What the bucket says to the account. With `write` one object is written, read and deleted."""
    bucket, name = quote(given.bucket, safe=""), quote(object_name(given.path), safe="")
    objects = f"{base}/storage/v1/b/{bucket}/o"
    if given.credentials is None:
        await request("GET", objects)
        return reached("it answers; only a pod has the identity that signs in")
    signed = bearer(await token(given.credentials.get_secret_value(), _KEY))
    folder = quote(f"{given.path.strip('/')}/", safe="")
    upload = f"{base}/upload/storage/v1/b/{bucket}/o?uploadType=media&name={name}"
    plain = {"content-type": "text/plain"}
    calls = Calls(
        partial(request, "GET", f"{objects}?maxResults=1&prefix={folder}", None, signed),
        partial(request, "POST", upload, plain, signed, CONTENT),
        partial(request, "GET", f"{objects}/{name}?alt=media", None, signed),
        partial(request, "DELETE", f"{objects}/{name}", None, signed),
        partial(_wrong, given),
    )
    return await (written_and_read(calls) if write else looked_at(calls))


def _wrong(given: Gcs, answer: Answer) -> Reply | None:
    if 200 <= answer.status < 300:
        return None
    if answer.status == 404:
        return failed(f"there is no bucket {given.bucket}", "Make it, or give the name of one.", "backup_gcs_bucket")
    if answer.status == 403:
        cure = "Give the account the role Storage Object Admin on the bucket."
        return failed("the account has no right to it (HTTP 403)", cure, _KEY)
    return refusal(answer, "Google Cloud Storage", _KEY)
