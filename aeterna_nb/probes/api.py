"""A service that is asked in JSON over HTTP and wants a key: what its statuses mean, the same for every vendor.

Which vendor answers what is in docs/facts/services.md#statuses.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aeterna_nb.config.sentence import Sentence
from aeterna_nb.probes import Answered, Reply, failed
from aeterna_nb.probes.http import RIGHT_PLACE, Answer, request, request_json


@dataclass(frozen=True, slots=True)
class Api:
    """Where it is, what it is called, the headers that hold the credential, and the question that asks for that."""

    name: str
    base: str
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    key: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    async def get(self, path: str, missing: Reply | None = None) -> Answer:
        """The answer to GET. `missing` is the reply where there is no such thing.

        Raises Answered for every answer that is not the one that was asked for.
        """
        return self._wanted(await request("GET", self._url(path), self.headers, self.secrets), missing)

    async def post(self, path: str, tree: Any, missing: Reply | None = None) -> Answer:
        """The same of POST with JSON."""
        return self._wanted(await request_json("POST", self._url(path), self.secrets, tree, self.headers), missing)

    def _url(self, path: str) -> str:
        return f"{self.base.rstrip('/')}{path}"

    def _wanted(self, answer: Answer, missing: Reply | None) -> Answer:
        if answer.status in (404, 410) and missing is not None:
            raise Answered(missing)
        if answer.status >= 300:
            raise Answered(refusal(answer, self.name, self.key))
        if not isinstance(answer.tree, dict):
            raise Answered(failed(Sentence("what answers there is no {service}", service=self.name), RIGHT_PLACE))
        return answer


def refusal(answer: Answer, name: str, key: str = "") -> Reply:
    """What a status means that is not the one that was hoped for. `key` is the question about the credential."""
    quoted = said(answer)
    match answer.status:
        case 401:
            seen = Sentence(
                "it does not accept the credential (HTTP 401)" if key else "it wants a credential (HTTP 401)"
            )
            return failed(seen, Sentence("Give one that is valid there."), key, quoted)
        case 403:
            seen = Sentence("it does not allow this (HTTP 403)")
            return failed(seen, Sentence("Give the credential the right, or give another."), key, quoted)
        case 404:
            seen = Sentence("nothing is at that address (HTTP 404)")
            return failed(seen, Sentence("Is it the address of {service}?", service=name), quoted=quoted)
        case 429:
            seen = Sentence("there were too many requests, or the quota is used up (HTTP 429)")
            return failed(seen, Sentence("Wait a while, or raise the quota."), key, quoted)
        case status if status >= 500:
            seen = Sentence("it fails inside (HTTP {status})", status=status)
            return failed(seen, Sentence("Try again later, and look at its log if it stays so."), quoted=quoted)
        case status:
            seen = Sentence("it answers HTTP {status}", status=status)
            return failed(seen, Sentence("Is it the address of {service}?", service=name), quoted=quoted)


def said(answer: Answer) -> str:
    """The message in an answer's JSON, where vendors put one."""
    places = (
        ("error", "message"),
        ("error",),
        ("message",),
        ("errors", 0, "message"),
        ("error_description",),
        ("detail",),
    )
    found = (answer.at(*place) for place in places)
    return next((text for text in found if isinstance(text, str)), "")
