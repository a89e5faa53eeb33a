"""Databricks: whether the workspace takes the token, and has the schema and an endpoint for vectors.

docs/facts/services.md#vector-stores
"""

from urllib.parse import quote

from aeterna_nb.config.vector import Databricks
from aeterna_nb.probes import Reply, failed, reached
from aeterna_nb.probes.api import Api
from aeterna_nb.probes.http import bearer


async def store(given: Databricks) -> Reply:
    """Whether the schema is there, and an endpoint that can search by vector."""
    if given.token is None:
        return Reply("not tried", "no token is known here, and without one it tells nothing")
    api = Api("a Databricks workspace", given.workspace_url, bearer(given.token.get_secret_value()), "databricks_token")
    name = f"{given.catalog}.{given.schema_name}"
    missing = failed(
        f"it takes the token, and there is no schema {name} (HTTP 404)",
        "Make it in Unity Catalog, or give the names of one that is there.",
        "databricks_schema",
    )
    schema = await api.get(f"/api/2.1/unity-catalog/schemas/{quote(name, safe='')}", missing)
    if not isinstance(schema.at("full_name"), str):
        return failed("what answers there is no Databricks workspace", "Is it the address of the workspace?")
    endpoints = (await api.get("/api/2.0/vector-search/endpoints")).at("endpoints") or []
    if not endpoints:
        return failed(
            f"it takes the token and has the schema {name}, but no endpoint for vector search",
            "Make one in the workspace, under Compute.",
        )
    return reached(f"it takes the token, has the schema {name}, and endpoints for vector search: {len(endpoints)}")
