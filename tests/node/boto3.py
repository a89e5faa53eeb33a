"""Stands in for boto3 in a backup's pod, against `object_store`: the calls that the chart's scripts make.

The test puts it beside these scripts, where Python finds it first.
"""

import json
import os
import urllib.request
from collections.abc import Iterator
from typing import Any


class _Client:
    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint

    def get_paginator(self, _: str) -> "_Client":
        return self

    def paginate(self, Bucket: str, Prefix: str) -> Iterator[dict[str, Any]]:
        keys = json.loads(self._call("GET", Bucket))
        yield {"Contents": [{"Key": key} for key in keys if key.startswith(Prefix)]}

    def upload_file(self, path: str, bucket: str, key: str) -> None:
        with open(path, "rb") as file:
            self._call("PUT", f"{bucket}/{key}", file.read())

    def download_file(self, bucket: str, key: str, path: str) -> None:
        with open(path, "wb") as file:
            file.write(self._call("GET", f"{bucket}/{key}"))

    def delete_object(self, Bucket: str, Key: str) -> None:
        self._call("DELETE", f"{Bucket}/{Key}")

    def _call(self, method: str, path: str, body: bytes | None = None) -> bytes:
        request = urllib.request.Request(f"{self._endpoint}/{path}", body, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            content: bytes = answer.read()
            return content


def client(service: str, endpoint_url: str, region_name: str | None) -> _Client:
    if not (os.environ["AWS_ACCESS_KEY_ID"] and os.environ["AWS_SECRET_ACCESS_KEY"] and service == "s3"):
        raise PermissionError("no credentials")
    return _Client(endpoint_url)
