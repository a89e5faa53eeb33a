"""Restore the newest CloudNativePG backup into a throwaway cluster, wait until it is ready, and remove it again."""

import json
import os
import ssl
import sys
import time
import urllib.error
import urllib.request

ACCOUNT = os.environ.get("ACCOUNT_FOLDER", "/var/run/secrets/kubernetes.io/serviceaccount")
ADDRESS = os.environ.get("API_SERVER", "https://kubernetes.default.svc")

with open(os.environ["CLUSTER_FILE"]) as file:
    cluster = json.load(file)
name, namespace = cluster["metadata"]["name"], cluster["metadata"]["namespace"]
clusters = f"/apis/postgresql.cnpg.io/v1/namespaces/{namespace}/clusters"


def call(method, path, body=None):
    """Return the answer of the API server; None where there is no such object."""
    with open(os.path.join(ACCOUNT, "token")) as file:
        headers = {"Authorization": "Bearer " + file.read().strip(), "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    context = None
    if ADDRESS.startswith("https:"):
        context = ssl.create_default_context(cafile=os.path.join(ACCOUNT, "ca.crt"))
    try:
        request = urllib.request.Request(ADDRESS + path, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=30, context=context) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return None
        raise


def remove():
    """Remove the throwaway cluster and wait until it is gone."""
    call("DELETE", f"{clusters}/{name}")
    while call("GET", f"{clusters}/{name}") is not None:
        time.sleep(float(os.environ["PAUSE"]))


def is_ready(found):
    """Whether the cluster says that it is ready."""
    conditions = (found or {}).get("status", {}).get("conditions", [])
    return any(item["type"] == "Ready" and item["status"] == "True" for item in conditions)


remove()
call("POST", clusters, cluster)
end = time.monotonic() + float(os.environ["PATIENCE"])
try:
    while not is_ready(call("GET", f"{clusters}/{name}")):
        if time.monotonic() > end:
            sys.exit(f"The restored cluster {name} did not get ready.")
        time.sleep(float(os.environ["PAUSE"]))
    print("The newest backup restores.")
finally:
    remove()
