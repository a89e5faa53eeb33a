"""What is said of image registries, git repositories, object stores and MongoDB."""

import base64
import json
import re
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from aeterna_nb.config.authorization import GitPolicies
from aeterna_nb.config.backup import S3, Azure, Gcs
from aeterna_nb.probes import Ask, azure, gcs, git, objects, registry, s3
from aeterna_nb.probes.aws_signature import Keys, authorization
from aeterna_nb.probes.registry import Image, Login, logins
from tests.probes.asking import outcome_of
from tests.probes.standins import listening
from tests.probes.test_vendors import account, google_token
from tests.probes.web import Heard, Said, Web, serving

PASSWORD = "canary-password-of-a-robot"
LOGIN = Login("robot", PASSWORD)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("ghcr.io/kikokikok/aeterna:v0.8.0-rc.9", ("ghcr.io", "kikokikok/aeterna", "v0.8.0-rc.9")),
        ("valkey/valkey:9.1.1", ("registry-1.docker.io", "valkey/valkey", "9.1.1")),
        ("redis", ("registry-1.docker.io", "library/redis", "latest")),
        ("docker.io/library/redis:7", ("registry-1.docker.io", "library/redis", "7")),
        ("localhost:5000/a/b:1", ("localhost:5000", "a/b", "1")),
        ("registry.example.com/a@sha256:" + "0" * 64, ("registry.example.com", "a", "sha256:" + "0" * 64)),
    ],
)
def test_an_images_name_is_taken_apart_as_docker_does(text: str, parts: tuple[str, str, str]) -> None:
    assert Image.named(text) == Image(*parts)


def test_a_pull_secret_is_read_in_both_of_its_forms() -> None:
    auth = base64.b64encode(b"robot:a:b").decode()
    text = json.dumps(
        {
            "auths": {
                "https://index.docker.io/v1/": {"auth": auth},
                "r.example.com:5000": {"username": "u", "password": "p"},
            }
        }
    )
    assert logins(text) == {"registry-1.docker.io": Login("robot", "a:b"), "r.example.com": Login("u", "p")}
    with pytest.raises(ValueError, match="dockerconfigjson"):
        logins("[]")


MANIFEST = "HEAD /v2/owner/name/manifests/1.0"


class Registry:
    """A registry with the token flow: everybody may pull `owner/name` unless it is private."""

    def __init__(self, *, private: bool = False, status: int = 200) -> None:
        self.private, self.status, self.realm = private, status, ""

    def manifest(self, heard: Heard) -> Said:
        if heard.headers.get("authorization") != "Bearer the-token":
            challenge = f'Bearer realm="{self.realm}/token",service="r",scope="repository:owner/name:pull"'
            return Said(401, b"", {"www-authenticate": challenge})
        return Said(self.status)

    def token(self, heard: Heard) -> Said:
        if self.private:
            wanted = "Basic " + base64.b64encode(f"robot:{PASSWORD}".encode()).decode()
            if "authorization" not in heard.headers:
                return Said(200, {"token": "a-token-for-nothing"})
            if heard.headers["authorization"] != wanted:
                return Said(401, {"errors": [{"message": "incorrect username or password"}]})
        return Said(200, {"token": "the-token"})


def pulled(serves: Registry, *given: Login) -> tuple[str, str]:
    scope = "/token?service=r&scope=repository%3Aowner%2Fname%3Apull"
    with serving({MANIFEST: serves.manifest, f"GET {scope}": serves.token}) as web:
        serves.realm = web.url
        name = f"{web.url.removeprefix('http://')}/owner/name:1.0"
        known = {"127.0.0.1": given[0]} if given else {}
        came = outcome_of(partial(registry.image, name, known, "server_version", "http"), [PASSWORD])
    return came.state, came.seen


def test_a_public_image_is_there_for_everybody() -> None:
    assert pulled(Registry()) == ("reached", "the image is there, for everybody")


def test_a_private_image_is_there_for_its_login_alone() -> None:
    assert pulled(Registry(private=True), LOGIN) == ("reached", "the image is there, for robot")
    assert pulled(Registry(private=True)) == ("failed", "it does not let the image be pulled (HTTP 401)")
    assert pulled(Registry(private=True), Login("robot", "wrong"))[1] == (
        "it refuses the login of the pull secret (HTTP 401)"
    )


@pytest.mark.parametrize(
    ("status", "seen"),
    [
        (404, "there is no 1.0 in owner/name (HTTP 404)"),
        (403, "it does not let the image be pulled (HTTP 403)"),
        (429, "there were too many requests, or the quota is used up (HTTP 429)"),
        (500, "it fails inside (HTTP 500)"),
    ],
)
def test_a_tag_that_cannot_be_pulled(status: int, seen: str) -> None:
    assert pulled(Registry(status=status)) == ("failed", seen)


def test_a_login_goes_to_no_other_domain() -> None:
    serves = Registry(private=True)
    with serving({"GET /token?service=r&scope=repository%3Aowner%2Fname%3Apull": serves.token}) as stranger:
        serves.realm = stranger.url.replace("127.0.0.1", "localhost")
        with serving({MANIFEST: serves.manifest}) as web:
            name = f"{web.url.removeprefix('http://')}/owner/name:1.0"
            came = outcome_of(partial(registry.image, name, {"127.0.0.1": LOGIN}, "server_version", "http"))
        assert len(stranger.heard) == 1
        assert "authorization" not in stranger.heard[0].headers
    assert came.seen == "it does not let the image be pulled (HTTP 401)"


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real git repository with the branches `main` and `policies/live`."""
    folder = tmp_path_factory.mktemp("repository")
    name = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
    for words in (
        ["init", "-q", "-b", "main"],
        [*name, "commit", "-q", "--allow-empty", "-m", "a"],
        ["branch", "policies/live"],
    ):
        subprocess.run(["git", *words], cwd=folder, check=True)
    return folder


@pytest.fixture(params=["version=2", ""], ids=["protocol 2", "protocol 0"])
def served(repository: Path, request: pytest.FixtureRequest) -> Iterator[Web]:
    """The repository over HTTP, as git's own program serves it, with the newest protocol and with the oldest."""

    def packed(*words: str, given: bytes = b"") -> bytes:
        command = ["git", "upload-pack", "--stateless-rpc", *words, str(repository)]
        version = {"GIT_PROTOCOL": request.param} if request.param else {}
        return subprocess.run(
            command, input=given, env={"PATH": "/usr/bin:/bin", **version}, capture_output=True
        ).stdout

    greeting = b"001e# service=git-upload-pack\n0000"
    routes = {
        "GET /policies.git/info/refs?service=git-upload-pack": lambda heard: Said(
            200, greeting + packed("--http-backend-info-refs")
        ),
        "POST /policies.git/git-upload-pack": lambda heard: Said(200, packed(given=heard.body)),
    }
    with serving(routes) as web:
        yield web


def followed(url: str, branch: str = "main") -> Ask:
    return partial(git.repository, GitPolicies.model_validate({"kind": "git", "repo_url": url, "branch": branch}))


@pytest.mark.parametrize(
    ("branch", "state", "seen"),
    [
        ("main", "reached", "the repository is there, with the branch main"),
        ("policies/live", "reached", "the repository is there, with the branch policies/live"),
        ("mai", "failed", "the repository is there, and has no branch mai"),
        ("live", "failed", "the repository is there, and has no branch live"),
    ],
)
def test_the_branch_is_looked_for_as_git_does(served: Web, branch: str, state: str, seen: str) -> None:
    came = outcome_of(followed(f"{served.url}/policies.git", branch))
    assert (came.state, came.seen) == (state, seen)
    assert came.question == ("opal_policy_branch" if state == "failed" else "question")


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        (Said(404), "there is no repository that everybody may read (HTTP 404)"),
        (Said(401), "there is no repository that everybody may read (HTTP 401)"),
        (Said(200, b"<html>Sign in</html>"), "what answers there is no git repository"),
        (Said(200, b""), "what answers there is no git repository"),
        (Said(200, b"ffff"), "the repository is there, and has no branch main"),
        (Said(500), "it fails inside (HTTP 500)"),
    ],
)
def test_what_is_no_repository_for_everybody(said: Said, seen: str) -> None:
    with serving({"GET /p/info/refs?service=git-upload-pack": said}) as web:
        came = outcome_of(followed(f"{web.url}/p"))
    assert (came.state, came.seen) == ("failed", seen)


@pytest.mark.parametrize(
    ("banner", "seen"),
    [
        (
            b"SSH-2.0-OpenSSH_9.2\r\n",
            "an ssh server greets; the key and the branch were not tried, they are for OPAL to use",
        ),
        (b"HTTP/1.1 400 Bad Request\r\n", "what answers there is no ssh server"),
        (b"", "what answers there is no ssh server"),
    ],
)
def test_over_ssh_the_server_greets(banner: bytes, seen: str) -> None:
    with listening(lambda connection: connection.sendall(banner)) as port:
        assert outcome_of(followed(f"ssh://git@127.0.0.1:{port}/policies.git")).seen == seen


def test_gits_short_form_of_an_address() -> None:
    assert git.ssh_address("git@git.example.com:team/policies.git") == ("git.example.com", 22)


class Objects:
    """An object store that keeps what it is given; `status` answers one method otherwise."""

    def __init__(self, **status: Said) -> None:
        self.kept: dict[str, bytes] = {}
        self.status = status
        self.heard: list[Heard] = []

    def __getitem__(self, line: str) -> Any:
        raise KeyError(line)

    def get(self, line: str, missing: Said) -> Any:
        return self.answer

    def answer(self, heard: Heard) -> Said:
        self.heard.append(heard)
        if heard.path == "/token":
            return google_token(heard)
        method = {"POST": "PUT"}.get(heard.method, heard.method)
        name = re.search(r"aeterna-probe-[0-9a-f]{16}", heard.path)
        action = "LIST" if name is None else method
        if action in self.status:
            return self.status[action]
        if action == "PUT":
            self.kept[name[0] if name else ""] = heard.body
        if action == "GET" and name:
            return Said(200, self.kept.get(name[0], b"lost"))
        if action == "DELETE" and name:
            del self.kept[name[0]]
            return Said(204, b"")
        return Said(200, {})


AWS = {"access_key_id": "canary-access-key-id", "secret_access_key": "canary-secret-access-key"}
AZURE_KEY = base64.b64encode(b"canary-azure-storage-key-0123456789").decode()


def s3_at(web: Web, *, write: bool) -> Ask:
    given = S3.model_validate({"provider": "s3", "bucket": "backups", "endpoint": web.url, **AWS})
    return partial(s3.bucket, given, write=write)


def gcs_at(web: Web, *, write: bool) -> Ask:
    given = Gcs.model_validate({"provider": "gcs", "bucket": "backups", "credentials": account(web)})
    return partial(gcs.bucket, given, write=write, base=web.url)


def azure_at(web: Web, *, write: bool) -> Ask:
    values = {"provider": "azure", "account": "acc", "container": "backups", "storage_key": AZURE_KEY}
    return partial(azure.container, Azure.model_validate(values), write=write, base=web.url)


STORES = {"s3": s3_at, "gcs": gcs_at, "azure": azure_at}


@pytest.mark.parametrize("store", STORES)
def test_an_object_is_written_read_and_deleted(store: str) -> None:
    kept = Objects()
    with serving(kept) as web:  # type: ignore[arg-type]
        came = outcome_of(STORES[store](web, write=True))
    assert (came.state, came.seen) == ("reached", "an object was written, read and deleted")
    assert kept.kept == {}
    asked = [heard for heard in kept.heard if heard.path != "/token"]
    assert [heard.method for heard in asked] == ["POST" if store == "gcs" else "PUT", "GET", "DELETE"]
    assert all("aeterna/aeterna-probe-" in heard.path.replace("%2F", "/") for heard in asked)
    assert asked[0].body == objects.CONTENT
    assert all(secret not in repr(kept.heard) for secret in (AWS["secret_access_key"], AZURE_KEY))


@pytest.mark.parametrize("store", STORES)
def test_who_only_looks_writes_nothing(store: str) -> None:
    kept = Objects()
    with serving(kept) as web:  # type: ignore[arg-type]
        came = outcome_of(STORES[store](web, write=False))
    assert came.state == "reached"
    assert {heard.method for heard in kept.heard if heard.path != "/token"} == {"GET"}


def xml(code: str) -> bytes:
    return f"<Error><Code>{code}</Code></Error>".encode()


REFUSALS = [
    ("s3", Said(404, xml("NoSuchBucket")), "there is no bucket backups", "backup_s3_bucket"),
    ("s3", Said(403, xml("InvalidAccessKeyId")), "it knows no such access key", "backup_s3_access_key_id"),
    ("s3", Said(403, xml("SignatureDoesNotMatch")), "the secret access key is wrong", "backup_s3_secret_access_key"),
    ("s3", Said(403, xml("AccessDenied")), "the key has no right to it (HTTP 403)", "backup_s3_access_key_id"),
    (
        "s3",
        Said(301, xml("PermanentRedirect"), {"x-amz-bucket-region": "eu-central-1"}),
        "the bucket lies in eu-central-1",
        "backup_s3_region",
    ),
    ("s3", Said(503, xml("SlowDown")), "it fails inside (HTTP 503)", "question"),
    ("gcs", Said(404), "there is no bucket backups", "backup_gcs_bucket"),
    ("gcs", Said(403), "the account has no right to it (HTTP 403)", "backup_gcs_credentials"),
    (
        "azure",
        Said(404, b"", {"x-ms-error-code": "ContainerNotFound"}),
        "there is no container backups",
        "backup_azure_container",
    ),
    (
        "azure",
        Said(403, b"", {"x-ms-error-code": "AuthenticationFailed"}),
        "it does not accept the storage key (HTTP 403)",
        "backup_azure_storage_key",
    ),
]


@pytest.mark.parametrize(("store", "said", "seen", "question"), REFUSALS)
def test_every_refusal_of_a_store_has_its_sentence(store: str, said: Said, seen: str, question: str) -> None:
    with serving(Objects(LIST=said, PUT=said)) as web:  # type: ignore[arg-type]
        looked, written = (outcome_of(STORES[store](web, write=write)) for write in (False, True))
    assert (looked.state, looked.seen, looked.question) == ("failed", seen, question)
    assert (written.seen, written.question) == (f"to write an object: {seen}", question)
    assert looked.cure


@pytest.mark.parametrize("store", STORES)
def test_a_key_that_may_write_and_not_delete_is_told_so(store: str) -> None:
    with serving(Objects(DELETE=Said(403))) as web:  # type: ignore[arg-type]
        came = outcome_of(STORES[store](web, write=True))
    assert came.state == "failed"
    assert came.seen.startswith("to delete an object: ")


def test_an_object_that_cannot_be_read_is_deleted_even_so() -> None:
    kept = Objects(GET=Said(200, b"something else"))
    with serving(kept) as web:  # type: ignore[arg-type]
        came = outcome_of(s3_at(web, write=True))
    assert came.seen == "it gives back something else than what was written"
    assert kept.kept == {}


def test_a_signature_of_azure_is_over_what_its_reference_says() -> None:
    # The example of Microsoft's page "Authorize with Shared Key" with our headers alone.
    headers = {"x-ms-version": "2015-02-21", "x-ms-date": "Fri, 26 Jun 2015 23:39:12 GMT"}
    url = "https://myaccount.blob.core.windows.net/mycontainer?comp=metadata&restype=container&timeout=20"
    assert azure.string_to_sign("myaccount", "GET", url, headers, 0) == (
        "GET\n\n\n\n\n\n\n\n\n\n\n\nx-ms-date:Fri, 26 Jun 2015 23:39:12 GMT\nx-ms-version:2015-02-21\n"
        "/myaccount/mycontainer\ncomp:metadata\nrestype:container\ntimeout:20"
    )


def test_a_signature_is_the_one_of_amazons_own_example() -> None:
    # "Signature Calculations for the Authorization Header", GET Object, in the reference of Amazon S3.
    keys = Keys("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1", "s3")
    url, noon = "https://examplebucket.s3.amazonaws.com/test.txt", datetime(2013, 5, 24, tzinfo=UTC)
    signed = authorization(keys, "GET", url, b"", noon, {"range": "bytes=0-9"})
    assert signed["authorization"].endswith(
        "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, "
        "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
    )


@pytest.mark.parametrize(
    ("answers", "base"),
    [
        ({}, "https://backups.s3.us-east-1.amazonaws.com"),
        ({"bucket": "my.backups"}, "https://s3.us-east-1.amazonaws.com/my.backups"),
        ({"endpoint": "https://minio.example.com/"}, "https://minio.example.com/backups"),
    ],
)
def test_where_a_bucket_is(answers: dict[str, str], base: str) -> None:
    assert s3.base_of(S3.model_validate({"provider": "s3", "bucket": "backups", **answers})) == base


def test_what_is_no_storage_key() -> None:
    values = {"provider": "azure", "account": "acc", "container": "backups", "storage_key": "no base64!"}
    came = outcome_of(partial(azure.container, Azure.model_validate(values), write=False))
    assert (came.seen, came.question) == ("the storage key is not base64", "backup_azure_storage_key")
