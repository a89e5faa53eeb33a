"""What is said of each vendor's service, for every way in which its reference says that it answers.

No vendor can be asked from a test; what their references say is in docs/facts/services.md.
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from aeterna_nb.config.backup import Gcs
from aeterna_nb.config.llm import Anthropic, Ollama, OpenAi
from aeterna_nb.config.vector import Databricks, Pinecone, Qdrant, VertexAi, Weaviate
from aeterna_nb.probes import (
    Ask,
    anthropic,
    databricks,
    gcs,
    ollama,
    openai,
    pinecone,
    pod_identity,
    qdrant,
    vertex_ai,
    weaviate,
)
from tests.probes.asking import outcome_of
from tests.probes.conftest import Authority
from tests.probes.standins import listening, saying, silent
from tests.probes.web import Heard, Said, Web, serving

KEY = "canary-key-of-a-vendor"
PRIVATE_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass(frozen=True)
class Vendor:
    """How one service is asked, and how it answers where all is well.

    `line` is the request that needs the credential, `missing` what is said where that finds nothing.
    """

    ask: Callable[[str], Ask]
    right: Mapping[str, Said]
    line: str
    seen: str
    key: str = ""
    header: tuple[str, str] = ("", "")
    missing: str = "nothing is at that address (HTTP 404)"
    more: Mapping[str, str] = field(default_factory=dict)


def at(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    return {"host": parts.hostname, "port": parts.port, "tls": parts.scheme == "https"}


def port_of(url: str) -> int:
    return urlsplit(url).port or 0


VENDORS = {
    "qdrant": Vendor(
        lambda url: partial(
            qdrant.store, Qdrant.model_validate({"backend": "qdrant", **at(url), "api_key": KEY}), port_of(url)
        ),
        {"GET /collections": Said(200, {"result": {"collections": [{"name": "a"}]}, "status": "ok"})},
        "GET /collections",
        "its gRPC port accepts, without TLS; it takes the key and has 1 collections",
        "qdrant_api_key",
        ("api-key", KEY),
    ),
    "weaviate": Vendor(
        lambda url: partial(
            weaviate.store, Weaviate.model_validate({"backend": "weaviate", **at(url), "api_key": KEY})
        ),
        {
            "GET /v1/.well-known/ready": Said(200, b""),
            "GET /v1/meta": Said(200, {"version": "1.38.2"}),
            "GET /v1/schema/AeternaMemory": Said(200, {"class": "AeternaMemory"}),
        },
        "GET /v1/meta",
        "Weaviate 1.38.2 takes the key and has the class AeternaMemory",
        "weaviate_api_key",
        ("authorization", f"Bearer {KEY}"),
    ),
    "pinecone": Vendor(
        lambda url: partial(
            pinecone.store,
            Pinecone.model_validate(
                {"backend": "pinecone", "index_name": "memories", "environment": "us-east-1-aws", "api_key": KEY}
            ),
            url,
        ),
        {"GET /indexes/memories": Said(200, {"name": "memories", "dimension": 1536, "status": {"ready": True}})},
        "GET /indexes/memories",
        "it takes the key and has the index memories, for vectors of 1536 numbers",
        "pinecone_api_key",
        ("api-key", KEY),
        "it takes the key, and there is no index memories (HTTP 404)",
    ),
    "databricks": Vendor(
        lambda url: partial(
            databricks.store,
            Databricks.model_validate({"backend": "databricks", "workspace_url": url, "token": KEY}),
        ),
        {
            "GET /api/2.1/unity-catalog/schemas/main.aeterna": Said(200, {"full_name": "main.aeterna"}),
            "GET /api/2.0/vector-search/endpoints": Said(200, {"endpoints": [{"name": "e"}]}),
        },
        "GET /api/2.1/unity-catalog/schemas/main.aeterna",
        "it takes the token, has the schema main.aeterna, and endpoints for vector search: 1",
        "databricks_token",
        ("authorization", f"Bearer {KEY}"),
        "it takes the token, and there is no schema main.aeterna (HTTP 404)",
    ),
    "openai": Vendor(
        lambda url: partial(openai.model, OpenAi.model_validate({"provider": "openai", "api_key": KEY}), f"{url}/v1"),
        {
            "POST /v1/embeddings": Said(200, {"data": [{"embedding": [0.5] * 1536}]}),
            "GET /v1/models/gpt-4o": Said(200, {"id": "gpt-4o"}),
        },
        "POST /v1/embeddings",
        "it takes the key and has both models; text-embedding-3-small gives 1536 numbers",
        "openai_api_key",
        ("authorization", f"Bearer {KEY}"),
        "it takes the key, and has no model text-embedding-3-small (HTTP 404)",
    ),
    "anthropic": Vendor(
        lambda url: partial(anthropic.model, Anthropic.model_validate({"provider": "anthropic", "api_key": KEY}), url),
        {"GET /v1/models/claude-sonnet-4-5": Said(200, {"id": "claude-sonnet-4-5"})},
        "GET /v1/models/claude-sonnet-4-5",
        "it takes the key and has the model claude-sonnet-4-5; it embeds nothing",
        "anthropic_api_key",
        ("x-api-key", KEY),
        "it takes the key, and has no model claude-sonnet-4-5 (HTTP 404)",
    ),
    "ollama": Vendor(
        lambda url: partial(ollama.model, Ollama.model_validate({"provider": "ollama", "host": url})),
        {
            "GET /api/version": Said(200, {"version": "0.12.6"}),
            "POST /api/show": Said(200, {"model_info": {"nomic-bert.embedding_length": 768}}),
        },
        "POST /api/show",
        "Ollama 0.12.6 has both models; nomic-embed-text gives 768 numbers",
        missing="it has no model llama3.1 (HTTP 404)",
    ),
}


def outcome(vendor: Vendor, routes: Mapping[str, Said]) -> tuple[str, str, str]:
    with serving({**vendor.right, **routes}) as web:
        came = outcome_of(vendor.ask(web.url), [KEY])
    assert KEY not in repr(came)
    assert came.cure or came.state == "reached"
    return came.state, came.seen, came.question


@pytest.mark.parametrize("name", VENDORS)
def test_where_all_is_well_it_says_what_there_is(name: str) -> None:
    vendor = VENDORS[name]
    with serving(vendor.right) as web:
        came = outcome_of(vendor.ask(web.url), [KEY])
        sent = [heard for heard in web.heard if heard.line == vendor.line]
    assert (came.state, came.seen) == ("reached", vendor.seen)
    if vendor.key:
        header, value = vendor.header
        assert {name.lower(): text for name, text in sent[0].headers.items()}[header] == value


STATUSES = {
    401: "it does not accept the credential (HTTP 401): no key {key} here",
    403: "it does not allow this (HTTP 403): no key {key} here",
    429: "there were too many requests, or the quota is used up (HTTP 429): no key {key} here",
    500: "it fails inside (HTTP 500): no key {key} here",
    503: "it fails inside (HTTP 503): no key {key} here",
}


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("name", VENDORS)
def test_every_status_has_its_sentence(name: str, status: int) -> None:
    vendor = VENDORS[name]
    if name == "qdrant" and status >= 500:
        pytest.skip("its HTTP port is no condition")
    state, seen, question = outcome(vendor, {vendor.line: Said(status, {"error": {"message": f"no key {KEY} here"}})})
    wanted = STATUSES[status].format(key="***")
    if not vendor.key:
        wanted = wanted.replace("does not accept the credential", "wants a credential")
    assert (state, seen) == ("failed", wanted)
    assert question == (vendor.key if status < 500 and vendor.key else "question")


@pytest.mark.parametrize("name", [name for name in VENDORS if name != "qdrant"])
def test_what_is_missing_is_named(name: str) -> None:
    vendor = VENDORS[name]
    state, seen, _ = outcome(vendor, {vendor.line: Said(404, {"error": "not found"})})
    assert state == "failed"
    assert seen.startswith(vendor.missing)


@pytest.mark.parametrize("garbage", [b"<html>Sign in to the hotel's network</html>", b"", b"\xff\xfe\0", b"{}", b"[1]"])
@pytest.mark.parametrize("name", [name for name in VENDORS if name not in ("qdrant", "ollama")])
def test_garbage_is_not_taken_for_an_answer(name: str, garbage: bytes) -> None:
    vendor = VENDORS[name]
    state, seen, _ = outcome(vendor, {vendor.line: Said(200, garbage)})
    assert (state, seen[:24]) in {("failed", "what answers there is no"), ("failed", "what answers there does ")} or (
        name == "pinecone" and state == "failed"
    )


@pytest.mark.parametrize("name", ["openai", "ollama", "databricks", "weaviate"])
def test_an_untrusted_certificate_gets_no_key(name: str, authority: Authority) -> None:
    vendor = VENDORS[name]
    with serving(vendor.right, authority.server) as web:
        came = outcome_of(vendor.ask(web.url), [KEY])
        assert web.heard == []
    assert came.seen.startswith("its certificate is not trusted: ")


@pytest.mark.parametrize("name", VENDORS)
def test_a_redirect_takes_no_key_away(name: str) -> None:
    vendor = VENDORS[name]
    with serving({}) as elsewhere:
        _, seen, _ = outcome(vendor, {vendor.line: Said(307, b"", {"location": f"{elsewhere.url}/v1"})})
        assert elsewhere.heard == []
    assert "sends elsewhere" in seen or name == "qdrant"


@pytest.mark.parametrize("name", VENDORS)
def test_a_slow_one_costs_no_more_than_the_limit(name: str) -> None:
    with listening(silent) as port:
        came = outcome_of(VENDORS[name].ask(f"http://127.0.0.1:{port}"), limit=0.3)
    assert came.seen == "no answer within 0.3 seconds"


def test_one_that_drips_costs_no_more_either() -> None:
    def drip(heard: Heard) -> Said:
        time.sleep(0.6)
        return Said(200, {})

    with serving({"GET /api/version": drip}) as web:
        came = outcome_of(VENDORS["ollama"].ask(web.url), limit=0.3)
    assert came.seen == "no answer within 0.3 seconds"


def test_a_qdrant_whose_http_port_is_elsewhere_is_still_reached() -> None:
    with listening(silent) as grpc, listening(saying(b"nonsense")) as http:
        given = Qdrant.model_validate({"backend": "qdrant", **at(f"http://127.0.0.1:{grpc}"), "api_key": KEY})
        came = outcome_of(partial(qdrant.store, given, http))
    assert (came.state, came.seen) == (
        "reached",
        "its gRPC port accepts, without TLS; its HTTP port does not answer here, so nothing else was tried",
    )


def test_a_qdrant_without_the_tls_that_is_configured() -> None:
    with listening(saying(b"nonsense")) as port:
        given = Qdrant.model_validate({"backend": "qdrant", "host": "127.0.0.1", "port": port, "tls": True})
        came = outcome_of(partial(qdrant.store, given))
    assert (came.state, came.seen) == ("failed", "what answers there speaks no TLS")


@pytest.mark.parametrize(
    ("name", "line", "said", "seen", "question"),
    [
        (
            "weaviate",
            "GET /v1/.well-known/ready",
            Said(503),
            "it answers and is not ready (HTTP 503)",
            "question",
        ),
        (
            "weaviate",
            "GET /v1/schema/AeternaMemory",
            Said(404),
            "Weaviate 1.38.2 takes the key; the class AeternaMemory is not made yet",
            "question",
        ),
        (
            "pinecone",
            "GET /indexes/memories",
            Said(200, {"name": "memories", "status": {"ready": False, "state": "Initializing"}}),
            "the index memories is not ready: Initializing",
            "pinecone_index_name",
        ),
        (
            "databricks",
            "GET /api/2.0/vector-search/endpoints",
            Said(200, {}),
            "it takes the token and has the schema main.aeterna, but no endpoint for vector search",
            "question",
        ),
        (
            "openai",
            "GET /v1/models/gpt-4o",
            Said(404, {"error": {"message": "The model does not exist", "code": "model_not_found"}}),
            "it takes the key, and has no model gpt-4o (HTTP 404)",
            "openai_model",
        ),
    ],
)
def test_what_else_can_be_found(name: str, line: str, said: Said, seen: str, question: str) -> None:
    assert outcome(VENDORS[name], {line: said})[1:] == (seen, question)


@pytest.mark.parametrize(
    ("models", "seen"),
    [
        (Said(404), "it takes the key; text-embedding-3-small gives 3 numbers; it lists no models"),
        (
            Said(200, {"data": [{"id": "gpt-4o"}]}),
            "it takes the key and has both models; text-embedding-3-small gives 3 numbers",
        ),
        (Said(200, {"data": [{"id": "other"}, 7]}), "it takes the key, and has no model gpt-4o (HTTP 404)"),
    ],
)
def test_a_gateway_need_not_tell_of_one_model_alone(models: Said, seen: str) -> None:
    routes = {"POST /v1/embeddings": Said(200, {"data": [{"embedding": [1, 2, 3]}]}), "GET /v1/models": models}
    with serving(routes) as web:
        given = OpenAi.model_validate({"provider": "openai", "api_key": KEY, "base_url": f"{web.url}/v1"})
        assert outcome_of(partial(openai.model, given)).seen == seen


def test_of_two_models_of_ollama_the_missing_one_is_named_with_its_cure() -> None:
    def show(heard: Heard) -> Said:
        known = json.loads(heard.body)["model"] == "llama3.1"
        return Said(200, {}) if known else Said(404, {"error": "model 'nomic-embed-text' not found"})

    with serving({**VENDORS["ollama"].right, "POST /api/show": show}) as web:
        came = outcome_of(VENDORS["ollama"].ask(web.url))
    assert came.question == "ollama_embedding_model"
    assert came.cure == "On its machine: ollama pull nomic-embed-text"


@pytest.mark.parametrize(
    "ask",
    [
        partial(openai.model, OpenAi.model_validate({"provider": "openai"})),
        partial(anthropic.model, Anthropic.model_validate({"provider": "anthropic"})),
        partial(
            pinecone.store,
            Pinecone.model_validate({"backend": "pinecone", "index_name": "i", "environment": "e"}),
        ),
        partial(
            databricks.store,
            Databricks.model_validate({"backend": "databricks", "workspace_url": "https://d.example.com"}),
        ),
    ],
)
def test_without_a_key_nobody_is_asked(ask: Ask) -> None:
    came = outcome_of(ask)
    assert came.state == "not tried"
    assert "is known here" in came.seen


def test_where_only_a_pod_can_sign_in_an_answer_is_enough() -> None:
    with serving({"GET /": Said(403)}) as web:
        came = outcome_of(partial(pod_identity.answers, web.url))
    assert (came.state, came.seen) == (
        "reached",
        "it answers; only a pod has the identity that signs in, so nothing else was tried",
    )


def account(web: Web) -> str:
    pem = PRIVATE_KEY.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    return json.dumps(
        {"client_email": "a@p.iam", "private_key": pem, "private_key_id": "1", "token_uri": f"{web.url}/token"}
    )


def google_token(heard: Heard) -> Said:
    form = parse_qs(heard.body.decode())
    claim = jwt.decode(
        form["assertion"][0], PRIVATE_KEY.public_key(), algorithms=["RS256"], options={"verify_aud": False}
    )
    right = claim["iss"] == "a@p.iam" and claim["exp"] > claim["iat"] and claim["aud"].endswith("/token")
    return Said(200, {"access_token": KEY}) if right else Said(400, {"error": "invalid_grant"})


ENDPOINT = "GET /v1/projects/p/locations/us-central1/indexEndpoints/2"


@pytest.mark.parametrize(
    ("answers", "said", "state", "seen", "question"),
    [
        ({}, Said(200, {"deployedIndexes": [{"id": "d"}]}), "reached", "and the endpoint serves d", "question"),
        (
            {"deployed_index": "other"},
            Said(200, {"deployedIndexes": [{"id": "d"}]}),
            "failed",
            "the endpoint is there, and other is not deployed to it",
            "vertex_ai_deployed_index",
        ),
        ({}, Said(404), "failed", "there is no such index endpoint (HTTP 404)", "vertex_ai_endpoint"),
        ({}, Said(403), "failed", "it does not allow this (HTTP 403)", "vertex_ai_service_account"),
    ],
)
def test_vertex_ai_is_asked_as_the_service_account(
    answers: dict[str, str], said: Said, state: str, seen: str, question: str
) -> None:
    with serving({"POST /token": google_token, ENDPOINT: said}) as web:
        credentials = {"method": "service-account", "service_account": account(web)}
        values = {"backend": "vertex-ai", "project": "p", "endpoint": "2", "credentials": credentials, **answers}
        came = outcome_of(partial(vertex_ai.store, VertexAi.model_validate(values), web.url), [KEY])
        assert web.heard[-1].headers["authorization"] == f"Bearer {KEY}"
    assert (came.state, came.question) == (state, question)
    assert came.seen.endswith(seen)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("{}", "the service account's key is no key file of Google"),
        ("no json", "the service account's key is no key file of Google"),
        (
            '{"client_email": "a", "private_key": "p", "token_uri": "https://oauth2.googleapis.com/token"}',
            "the service account's key is no key file of Google",
        ),
    ],
)
def test_a_key_file_that_is_none_is_said_to_be_none(text: str, seen: str) -> None:
    given = Gcs.model_validate({"provider": "gcs", "bucket": "b", "credentials": text})
    came = outcome_of(partial(gcs.bucket, given, write=False))
    assert (came.seen, came.question) == (seen, "backup_gcs_credentials")


def test_a_service_account_that_google_took_back() -> None:
    with serving(
        {"POST /token": Said(400, {"error": "invalid_grant", "error_description": "Account not found"})}
    ) as web:
        given = Gcs.model_validate({"provider": "gcs", "bucket": "b", "credentials": account(web)})
        came = outcome_of(partial(gcs.bucket, given, write=False, base=web.url))
    assert came.seen == ("Google does not accept the service account's key (HTTP 400): invalid_grant Account not found")
