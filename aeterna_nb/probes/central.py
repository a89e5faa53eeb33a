"""The central server: whether it is there and well, and whether it accepts our credential."""

from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

from pydantic import SecretStr

from aeterna_nb.config.central import ApiKey, Central, OAuth2
from aeterna_nb.config.sentence import Sentence
from aeterna_nb.probes import Answered, Reply, failed, reached
from aeterna_nb.probes.api import Api, refusal
from aeterna_nb.probes.http import RIGHT_PLACE, Answer, basic, bearer, request

NAME = "Central server"
_FORM = {"content-type": "application/x-www-form-urlencoded"}
_NO_AETERNA = Sentence("what answers there is no Aeterna server")


async def server(central: Central) -> Reply:
    """Whether the server says that it is well and takes the credential (docs/facts/aeterna-server.md#sign-in)."""
    url = central.url.rstrip("/")
    answer = await request("GET", f"{url}/health")
    if answer.status != 200:
        return refusal(answer, "the central server")
    if not isinstance(answer.at("status"), str):
        return failed(_NO_AETERNA, RIGHT_PLACE)
    version = answer.at("version")
    well = (
        Sentence("it is well, version {version}", version=version)
        if isinstance(version, str)
        else Sentence("it is well")
    )
    encrypted = Sentence("with TLS") if urlsplit(url).scheme == "https" else Sentence("without TLS")
    return reached(
        Sentence("{well}, {encrypted}; {signed}", well=well, encrypted=encrypted, signed=await _signed_in(central))
    )


async def _signed_in(central: Central) -> Sentence:
    """What came of signing in. Raises Answered where the server refuses."""
    match central.auth:
        case ApiKey(api_key=None) | OAuth2(client_secret=None):
            return Sentence("no credential is given here to try")
        case ApiKey(api_key=SecretStr() as key):
            return await _accepted(central, key.get_secret_value(), "central_api_key")
        case OAuth2() as oauth:
            return await _accepted(central, await token(oauth), "central_client_secret")
        case _:
            return Sentence("only a pod has the identity that signs in")


async def _accepted(central: Central, credential: str, question: str) -> Sentence:
    tools = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    api = Api("the central server", central.url, bearer(credential), question)
    answer = await api.post("/mcp/message", tools)
    if answer.at("result") is None and answer.at("error") is None:
        raise Answered(failed(_NO_AETERNA, RIGHT_PLACE))
    return Sentence("it accepts the credential")


async def identity_provider(oauth: OAuth2) -> Reply:
    """Whether the identity provider gives a token for the client."""
    if oauth.client_secret is None:
        answer = await request("GET", oauth.token_url or "")
        return refusal(answer, "the identity provider") if answer.status >= 500 else reached(Sentence("it answers"))
    await token(oauth)
    return reached(Sentence("it gives a token for this client"))


async def token(oauth: OAuth2) -> str:
    """A token by the client credentials grant (RFC 6749, section 4.4). Raises Answered where there is none."""
    assert oauth.client_secret is not None
    secret = basic(quote_plus(oauth.client_id or ""), quote_plus(oauth.client_secret.get_secret_value()))
    form = urlencode({"grant_type": "client_credentials"}).encode()
    answer = await request("POST", oauth.token_url or "", _FORM, secret, form)
    if answer.status in (400, 401):
        raise Answered(_no_token(answer))
    given: Any = answer.at("access_token")
    if answer.status != 200:
        raise Answered(refusal(answer, "the identity provider", "central_client_secret"))
    if not isinstance(given, str):
        raise Answered(
            failed(
                Sentence("what answers there gives no tokens"),
                Sentence("Is it the token address?"),
                "central_token_url",
            )
        )
    return given


def _no_token(answer: Answer) -> Reply:
    quoted = " ".join(text for part in ("error", "error_description") if isinstance(text := answer.at(part), str))
    return failed(
        Sentence("it gives no token for this client (HTTP {status})", status=answer.status),
        Sentence("Do the client ID and the secret belong together, and may the client sign in by itself?"),
        "central_client_secret",
        quoted,
    )


async def ready(url: str) -> Reply:
    """Whether a server of one's own says that it is ready: that its database answers."""
    answer = await request("GET", f"{url}/ready")
    if answer.status == 200:
        return reached("it is ready")
    if answer.status == 503:
        return failed("it answers and is not ready (HTTP 503)", "Look at its log, and at PostgreSQL.")
    return refusal(answer, "the server")
