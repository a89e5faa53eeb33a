"""Object storage for dumps: one class for each kind, with the same four methods, which do what their names say.

Dumps sort by name, since the name is their time.
"""
# ruff: noqa: D102

import os


class S3:
    """Amazon S3, or what speaks its API."""

    def __init__(self):
        import boto3

        self._client = boto3.client(
            "s3", endpoint_url=os.environ.get("S3_ENDPOINT") or None, region_name=os.environ.get("S3_REGION") or None
        )
        self._bucket = os.environ["BUCKET"]

    def names(self, prefix):
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix)
        return [item["Key"] for page in pages for item in page.get("Contents", [])]

    def upload(self, path, name):
        self._client.upload_file(path, self._bucket, name)

    def download(self, name, path):
        self._client.download_file(self._bucket, name, path)

    def delete(self, name):
        self._client.delete_object(Bucket=self._bucket, Key=name)


class Gcs:
    """Google Cloud Storage."""

    def __init__(self):
        from google.cloud import storage

        self._bucket = storage.Client().bucket(os.environ["BUCKET"])

    def names(self, prefix):
        return [blob.name for blob in self._bucket.list_blobs(prefix=prefix)]

    def upload(self, path, name):
        self._bucket.blob(name).upload_from_filename(path)

    def download(self, name, path):
        self._bucket.blob(name).download_to_filename(path)

    def delete(self, name):
        self._bucket.blob(name).delete()


class Azure:
    """Azure Blob Storage."""

    def __init__(self):
        from azure.storage.blob import ContainerClient

        credential = os.environ.get("AZURE_STORAGE_KEY")
        if not credential:
            from azure.identity import DefaultAzureCredential

            credential = DefaultAzureCredential()
        address = f"https://{os.environ['AZURE_ACCOUNT']}.blob.core.windows.net"
        self._container = ContainerClient(address, os.environ["BUCKET"], credential=credential)

    def names(self, prefix):
        return [blob.name for blob in self._container.list_blobs(name_starts_with=prefix)]

    def upload(self, path, name):
        with open(path, "rb") as file:
            self._container.upload_blob(name, file)

    def download(self, name, path):
        with open(path, "wb") as file:
            self._container.download_blob(name).readinto(file)

    def delete(self, name):
        self._container.delete_blob(name)


def store():
    """Return the store that the environment names."""
    return {"s3": S3, "gcs": Gcs, "azure": Azure}[os.environ["DESTINATION"]]()


def dumps(place):
    """Names of all dumps, oldest first."""
    prefix = os.environ["PREFIX"]
    return sorted(name for name in place.names(prefix) if name.endswith(".dump"))
