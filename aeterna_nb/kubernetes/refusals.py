"""What the API server or an admission check refuses, in a sentence, from the words of its answer.

The words are those of Kubernetes' own admission plugins and of Helm around them (docs/facts/deploy.md#refusals).
"""

import re
from dataclasses import dataclass

LONGEST = 300
"""Characters of an answer that are repeated."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something was refused, as a sentence, and what to do about it."""

    sentence: str
    cure: str


_KNOWN: tuple[tuple[str, str, str], ...] = (
    (
        r"exceeded quota: (?P<quota>[\w.-]+), requested: (?P<asked>[^;]+?), used: [^;]+?, "
        r"limited: (?P<limit>[\w.=,/]+)",
        "The quota {quota} of the namespace leaves no room: {asked} more is asked for, and {limit} is the limit.",
        "Have the quota raised, or ask for less.",
    ),
    (
        r"failed quota: (?P<quota>[\w.-]+): must specify (?P<missing>.+)",
        "The quota {quota} of the namespace takes no pod that does not say: {missing}.",
        "Set it in the values, or give the namespace a LimitRange with defaults.",
    ),
    (
        r'violates PodSecurity "(?P<level>[\w:.-]+)": (?P<why>.+)',
        "The namespace enforces Pod Security {level}, which refuses the pod: {why}",
        "Take another namespace, or change what the pod asks for.",
    ),
    (
        r"(?P<which>(?:maximum|minimum) \w+ usage per \w+ is [\w.]+)",
        "A LimitRange of the namespace refuses the pod: {which}.",
        "Have the LimitRange changed, or ask for another amount.",
    ),
    (
        r'failed calling webhook "(?P<hook>[\w.-]+)": (?P<why>.+)',
        "The admission webhook {hook} does not answer, so nothing that it judges is taken: {why}",
        "Mend or remove the program behind it, then try again.",
    ),
    (
        r'admission webhook "(?P<hook>[\w.-]+)" denied the request:? ?(?P<why>.*)',
        "The admission webhook {hook} refuses it: {why}",
        "Change what it refuses, or ask whoever runs it.",
    ),
    (
        r"(?:ValidatingAdmissionPolicy|Policy) '(?P<policy>[\w.-]+)'.* denied request: (?P<why>.+)",
        "The admission policy {policy} refuses it: {why}",
        "Change what it refuses, or ask whoever made the policy.",
    ),
    (
        r'error looking up service account [\w/.-]+: serviceaccount "(?P<account>[\w.-]+)" not found',
        "The ServiceAccount {account} is missing.",
        "Create it, or name another.",
    ),
    (
        r'no matches for kind "(?P<kind>\w+)" in version "(?P<version>[\w./-]+)"',
        "The cluster does not know the kind {kind} ({version}): its definition (CRD) is missing.",
        "Install what brings it, or turn off what needs it.",
    ),
    (
        r"(?P<what>\w+ \"[\w.:-]+\"(?: in namespace \"[\w.-]+\")?)(?: in namespace \"\")? "
        r"exists and cannot be imported into the current release",
        "{what} exists already and does not belong to this release.",
        "Take another release name or namespace, or remove the object.",
    ),
    (
        r'namespaces? "(?P<namespace>[\w.-]+)" not found',
        "There is no namespace {namespace}.",
        "Create it: kubectl create namespace {namespace}",
    ),
    (
        r"unable to create new content in namespace (?P<namespace>[\w.-]+) because it is being terminated",
        "The namespace {namespace} is being deleted.",
        "Wait until it is gone, or take another.",
    ),
    (
        r'(?P<what>[\w.]+) (?:"[\w.:-]+" )?is forbidden: User "(?P<user>[^"]+)" cannot (?P<verb>\w+) resource '
        r'"(?P<resource>[\w./]+)"',
        "The user {user} may not {verb} {resource}.",
        "Ask for that right, or sign in as somebody who has it.",
    ),
    (
        r"field is immutable",
        "The upgrade changes something that Kubernetes never lets change.",
        "Undo that change, or uninstall and install again with the data kept.",
    ),
    (
        r"another operation \(install/upgrade/rollback\) is in progress",
        "Another deployment of this release is under way, or was cut off.",
        "Wait for it. If nobody works on it: aeterna rollback",
    ),
)


def refusal(message: str) -> Refusal | None:
    """What a message says that something was refused for; None where it says nothing of that kind."""
    text = " ".join(message.split())
    for pattern, sentence, cure in _KNOWN:
        found = re.search(pattern, text)
        if found:
            parts = {name: shortened(value.rstrip(". ")) for name, value in found.groupdict().items()}
            whole = sentence.format(**parts)
            return Refusal(whole if whole.endswith(".") else f"{whole}.", cure.format(**parts))
    return None


def shortened(text: str) -> str:
    """A text of others in one line that is not too long to be read."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else line[:LONGEST] + " ..."
