"""Everything that the package's checks, and the schemas beside the checkout, have against manifests."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs

from aeterna_nb.checks.chart_policy import check_chart_policy
from aeterna_nb.checks.inventory import Inventory
from aeterna_nb.checks.kubernetes_rules import check_rules
from aeterna_nb.checks.kubernetes_schemas import check_manifests
from aeterna_nb.checks.pod_security import check_pod_security
from aeterna_nb.checks.references import check_references
from aeterna_nb.checks.schemas import load_schemas, supported_versions
from aeterna_nb.kubernetes.manifests import name_of

CUSTOM_SCHEMAS = Path(__file__).parents[3] / "shared" / "schemas"
KUBERNETES_VERSIONS = ("1.29", "1.32", supported_versions()[-1])
"""The oldest that the chart takes, one in the middle, and the newest whose schemas are at hand."""
SUBCHART_SERVICES = Inventory(secrets={"mine": None, "aeterna-tls": None})


def faults(manifests: list[dict[str, Any]], kubernetes_version: str = "1.34") -> list[str]:
    """Sentences about what is wrong; references into subcharts, which are not rendered here, are passed over."""
    found = [
        *check_manifests(manifests, load_schemas(kubernetes_version)),
        *check_rules(manifests),
        *check_references(manifests, SUBCHART_SERVICES),
        *check_pod_security(manifests),
        *check_chart_policy(manifests, "aeterna"),
    ]
    return [item.message for item in found if item.severity == "error"] + custom_faults(manifests)


def custom_faults(manifests: list[dict[str, Any]]) -> list[str]:
    """What the schemas of custom resources have against them; nothing where those schemas are not at hand."""
    found = []
    for item in manifests:
        validator = _validator(item["apiVersion"], item["kind"])
        if validator is None:
            continue
        found += [
            f"{item['kind']} {name_of(item)}: {error.instance_path}: {error.message}"
            for error in validator.iter_errors(item)
        ]
    return found


def has_schema(api_version: str, kind: str) -> bool:
    """Whether a custom resource is judged by a schema."""
    return _validator(api_version, kind) is not None


@cache
def _validator(api_version: str, kind: str) -> jsonschema_rs.Validator | None:
    group, slash, version = api_version.partition("/")
    path = CUSTOM_SCHEMAS / group / f"{kind.lower()}_{version}.json"
    if not slash or not path.is_file():
        return None
    return jsonschema_rs.validator_for(json.loads(path.read_text()))
