"""Vertex AI's Vector Search: whether the endpoint is there with the index (docs/facts/services.md#google)."""

from aeterna_nb.config.vector import ServiceAccountJson, VertexAi
from aeterna_nb.probes import Reply, failed, reached
from aeterna_nb.probes.api import Api
from aeterna_nb.probes.google_account import token
from aeterna_nb.probes.http import bearer, request

ONLY_A_POD = "it answers; only a pod has the identity that signs in, so nothing else was tried"


def base_of(region: str) -> str:
    """The address of Vertex AI in a region."""
    return f"https://{region}-aiplatform.googleapis.com"


async def store(given: VertexAi, base: str = "") -> Reply:
    """Whether the account may see the endpoint, and the index is deployed to it."""
    base, credentials = base or base_of(given.region), given.credentials
    if not isinstance(credentials, ServiceAccountJson) or credentials.service_account is None:
        await request("GET", base)
        return reached(ONLY_A_POD)
    question = "vertex_ai_service_account"
    signed = bearer(await token(credentials.service_account.get_secret_value(), question))
    api = Api("Vertex AI", base, signed, question)
    where = f"/v1/projects/{given.project}/locations/{given.region}/indexEndpoints"
    if given.endpoint is None:
        found = (await api.get(where)).at("indexEndpoints") or []
        return reached(f"the account may sign in; there are {len(found)} index endpoints in {given.region}")
    path = f"/v1/{given.endpoint}" if "/" in given.endpoint else f"{where}/{given.endpoint}"
    missing = failed(
        "the account may sign in, and there is no such index endpoint (HTTP 404)",
        "Give its resource name as Google's console shows it, and the region that it lies in.",
        "vertex_ai_endpoint",
    )
    deployed = [str(each.get("id")) for each in (await api.get(path, missing)).at("deployedIndexes") or []]
    if given.deployed_index is not None and given.deployed_index not in deployed:
        seen = f"the endpoint is there, and {given.deployed_index} is not deployed to it"
        return failed(seen, f"Deployed there: {', '.join(deployed) or 'nothing'}.", "vertex_ai_deployed_index")
    return reached(f"the account may sign in, and the endpoint serves {', '.join(deployed) or 'no index yet'}")
