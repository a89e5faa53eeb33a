"""Amazon S3, or a store like it (docs/facts/services.md#object-stores)."""

import re
from datetime import UTC, datetime
from functools import partial
from urllib.parse import quote

from aeterna_nb.config.backup import S3
from aeterna_nb.probes import Reply, failed, reached
from aeterna_nb.probes.api import refusal
from aeterna_nb.probes.aws_signature import Keys, authorization
from aeterna_nb.probes.http import Answer, request
from aeterna_nb.probes.objects import CONTENT, Calls, looked_at, object_name, written_and_read

_CODE = re.compile(rb"<Code>(\w+)</Code>")
_KEY_IS_WRONG = {
    "InvalidAccessKeyId": "it knows no such access key",
    "SignatureDoesNotMatch": "the secret access key is wrong",
    "ExpiredToken": "the credential has expired",
}


async def bucket(given: S3, *, write: bool) -> Reply:
    """What the bucket says to the keys. With `write` one object is written, read and deleted."""
    base = base_of(given)
    if given.access_key_id is None or given.secret_access_key is None:
        trouble = _wrong(given, await request("GET", f"{base}/"))
        unknown = trouble is not None and trouble.question == "backup_s3_bucket"
        return trouble if trouble and unknown else reached("it answers; only a pod has the identity that signs in")
    name = f"/{quote(object_name(given.path))}"
    folder = quote(f"{given.path.strip('/')}/", safe="")
    calls = Calls(
        partial(_signed, given, "GET", f"{base}/?list-type=2&max-keys=1&prefix={folder}"),
        partial(_signed, given, "PUT", base + name, CONTENT),
        partial(_signed, given, "GET", base + name),
        partial(_signed, given, "DELETE", base + name),
        partial(_wrong, given),
    )
    return await (written_and_read(calls) if write else looked_at(calls))


def base_of(given: S3) -> str:
    """The bucket's address: a host of its own at AWS, a path elsewhere and where its name has dots."""
    if given.endpoint is not None:
        return f"{given.endpoint.rstrip('/')}/{given.bucket}"
    host = f"s3.{given.region}.amazonaws.com"
    return f"https://{host}/{given.bucket}" if "." in given.bucket else f"https://{given.bucket}.{host}"


async def _signed(given: S3, method: str, url: str, content: bytes = b"") -> Answer:
    assert given.access_key_id is not None
    assert given.secret_access_key is not None
    keys = Keys(given.access_key_id.get_secret_value(), given.secret_access_key.get_secret_value(), given.region, "s3")
    signed = authorization(keys, method, url, content, datetime.now(UTC))
    return await request(method, url, secrets=signed, content=content or None)


def _wrong(given: S3, answer: Answer) -> Reply | None:
    if 200 <= answer.status < 300:
        return None
    found = _CODE.search(answer.body)
    code = found[1].decode() if found else ""
    region = answer.headers.get("x-amz-bucket-region")
    if code == "NoSuchBucket":
        return failed(f"there is no bucket {given.bucket}", "Make it, or give the name of one.", "backup_s3_bucket")
    if code in _KEY_IS_WRONG:
        question = "backup_s3_secret_access_key" if code == "SignatureDoesNotMatch" else "backup_s3_access_key_id"
        return failed(_KEY_IS_WRONG[code], "Give a key that is valid there.", question)
    if code == "AccessDenied":
        cure = "Allow s3:ListBucket on the bucket, and s3:PutObject, s3:GetObject and s3:DeleteObject on what is in it."
        return failed("the key has no right to it (HTTP 403)", cure, "backup_s3_access_key_id")
    if region and region != given.region:
        return failed(f"the bucket lies in {region}", "Give that region.", "backup_s3_region")
    return refusal(answer, "S3")
