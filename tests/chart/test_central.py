"""What a hybrid server finds in its pod about the central server."""

from typing import Any

import pytest

from tests.chart import choices
from tests.chart.conftest import Render, environment, one

METHODS: dict[str, tuple[dict[str, Any], set[str]]] = {
    "api-key": ({"method": "api-key", "apiKey": {"value": "central-1"}}, {"central-api-key"}),
    "oauth2": (
        {
            "method": "oauth2",
            "apiKey": {"value": ""},
            "oauth2": {"clientId": "c", "tokenUrl": "https://login/token", "clientSecret": {"value": "s"}},
        },
        {"central-client-secret", "oauth2-client-id", "oauth2-token-url"},
    ),
    "service-account": ({"method": "service-account", "apiKey": {"value": ""}}, {"service-account-audience"}),
}
ALWAYS = {"AETERNA_SERVER_URL", "auth-method", "sync-layers", "offline-cedar", "sync-enabled", "sync-interval-seconds"}


@pytest.mark.parametrize(("auth", "files"), METHODS.values(), ids=METHODS)
def test_sign_in_layers_and_switches_reach_the_servers_pod(
    auth: dict[str, Any], files: set[str], render: Render
) -> None:
    manifests = render(choices.merged(choices.KEY, choices.MODES["hybrid"], {"central": {"auth": auth}}))
    server = one(manifests, "Deployment", "aeterna")
    spec = server["spec"]["template"]["spec"]
    (mount,) = [item for item in spec["containers"][0]["volumeMounts"] if item["name"] == "central"]
    assert (mount["mountPath"], mount["readOnly"]) == ("/etc/aeterna/central", True)
    (volume,) = [item for item in spec["volumes"] if item["name"] == "central"]
    found: set[str] = set()
    for source in volume["projected"]["sources"]:
        if "configMap" in source:
            found |= one(manifests, "ConfigMap", source["configMap"]["name"])["data"].keys()
        else:
            data = one(manifests, "Secret", source["secret"]["name"])["data"]
            assert all(item["key"] in data for item in source["secret"]["items"])
            found |= {item["path"] for item in source["secret"]["items"]}
    assert found >= ALWAYS | files
    variables = environment(manifests, server)
    assert variables["AETERNA_CENTRAL_AUTH"] == auth["method"]
    assert ("AETERNA_CENTRAL_API_KEY" in variables) is (auth["method"] == "api-key")


def test_a_local_server_is_told_nothing_about_one(render: Render) -> None:
    manifests = render(choices.KEY)
    server = one(manifests, "Deployment", "aeterna")
    assert "central" not in {item["name"] for item in server["spec"]["template"]["spec"]["volumes"]}
    assert not [name for name in environment(manifests, server) if "CENTRAL" in name]
