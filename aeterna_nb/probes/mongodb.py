"""MongoDB: whether it lets us in, and whether it can search by vector (docs/facts/services.md#mongodb)."""

from pymongo import AsyncMongoClient
from pymongo.errors import ConfigurationError, InvalidURI, OperationFailure, PyMongoError, ServerSelectionTimeoutError

from aeterna_nb.config.vector import MongoDb
from aeterna_nb.probes import Reply, failed, reached
from aeterna_nb.probes.running import LIMIT_SECONDS

AUTHENTICATION_FAILED = 18
UNAUTHORIZED = 13
ATLAS_ERROR = 8000
"""What Atlas answers to wrong credentials, where others answer 18."""

_SELECT_MILLISECONDS = int(LIMIT_SECONDS * 800)
"""Less than the limit of a probe, so that the reason comes from the driver, which knows it."""


async def store(given: MongoDb) -> Reply:
    """Whether the user gets in, and the search index is there and ready."""
    if given.uri is None:
        return Reply("not tried", "its connection URI is not known here")
    try:
        async with AsyncMongoClient[dict[str, object]](
            given.uri.get_secret_value(), serverSelectionTimeoutMS=_SELECT_MILLISECONDS, appname="aeterna probe"
        ) as client:
            await client.admin.command("ping")
            version = str((await client.server_info()).get("version", ""))
            return await _searched(client, given, f"MongoDB {version} lets the user in")
    except (InvalidURI, ConfigurationError, ValueError):
        # Its text may repeat the URI, and the password with it.
        cure = "Copy it anew, as Atlas shows it; a password with : / ? # [ ] @ in it must be percent-encoded."
        return failed("its connection URI can't be used", cure, "mongodb_uri")
    except OperationFailure as error:
        return _refused(error)
    except ServerSelectionTimeoutError as error:
        return _nobody(str(error))
    except PyMongoError as error:
        return failed("it refuses", "Mend what it says, or the answer.", "mongodb_uri", str(error))


async def _searched(client: AsyncMongoClient[dict[str, object]], given: MongoDb, lets_in: str) -> Reply:
    collection = client[given.database][given.collection]
    try:
        indexes = await (await collection.list_search_indexes()).to_list()
    except OperationFailure as error:
        if error.code == UNAUTHORIZED:
            raise
        cure = "Use MongoDB Atlas, or a MongoDB with its search server mongot, or choose another store."
        return failed(f"{lets_in}, and can't search by vector", cure, "vector_backend")
    index = next((each for each in indexes if each.get("name") == given.index), None)
    if index is None:
        return failed(
            f"{lets_in} and can search by vector, but {given.database}.{given.collection} has no index {given.index}",
            "Make a search index of the type vectorSearch with that name on it.",
            "mongodb_vector_index",
        )
    if index.get("type") != "vectorSearch":
        seen = f"{lets_in}, and its index {given.index} is not one for vectors"
        return failed(seen, "Make one of the type vectorSearch.", "mongodb_vector_index")
    return reached(f"{lets_in}, and has the index {given.index} for vectors")


def _refused(error: OperationFailure) -> Reply:
    if error.code in (AUTHENTICATION_FAILED, ATLAS_ERROR):
        return failed("it refuses the user or the password", "Are both right in the URI?", "mongodb_uri")
    if error.code == UNAUTHORIZED:
        cure = "Give the user the role readWrite on the database."
        return failed("it lets the user in, and does not allow this", cure, "mongodb_uri", str(error.details))
    return failed("it refuses", "Mend what it says, or the answer.", "mongodb_uri", str(error))


_NO_NAME = "Name or service not known"


def _nobody(message: str) -> Reply:
    for words, seen, cure in (
        ("CERTIFICATE_VERIFY_FAILED", "its certificate is not trusted", "Mend the certificate, or name its authority."),
        (_NO_NAME, "its name is not known here", "Is the host in the URI spelt right?"),
        ("Connect call failed", "the connection was refused", "Does it run, and is the port in the URI right?"),
        ("SSL", "something answers there, and not with TLS", "Is the port in the URI right?"),
    ):
        if words in message:
            return Reply("failed", seen, cure, "mongodb_uri", nameless=words == _NO_NAME)
    cure = "Does it run, and does Atlas's access list have this machine's address?"
    return failed("no server of it answers as MongoDB does", cure, "mongodb_uri")
