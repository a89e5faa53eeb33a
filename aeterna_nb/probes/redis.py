"""A server that speaks Redis's protocol: Redis, Valkey or Dragonfly. PING, AUTH, and which of them it is."""

import ssl
from contextlib import suppress

from redis import exceptions
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from aeterna_nb.config.cache import ExternalRedis
from aeterna_nb.probes import Reply, failed, reached
from aeterna_nb.probes.http import unanswered

_BOOTS_WITHOUT = "the server would start without its cache, and say so in one line of its log only"
"""docs/facts/aeterna-server.md#boot"""


async def cache(given: ExternalRedis) -> Reply:
    """Whether it answers as the server will ask: without TLS, and with the password where there is one.

    The password is sent only to what answered a PING as Redis does.
    """
    password = given.password.get_secret_value() if given.password else None
    try:
        locked = await _ping(given)
        if not locked:
            return await _open(given, password)
        if password is None:
            cure = "Give the password of the Redis."
            return failed(f"it asks for a password, and none is known here: {_BOOTS_WITHOUT}", cure, "redis_password")
        return reached(f"{await _product(given, password)} accepts the password, which travels unencrypted")
    except exceptions.BusyLoadingError:
        return failed("it is still loading its data", "Wait a little.")
    except exceptions.AuthenticationError as error:
        cure = "Give the password that it was started with."
        return failed(f"it refuses the password: {_BOOTS_WITHOUT}", cure, "redis_password", str(error))
    except exceptions.ResponseError as error:
        return _refused(given, str(error))
    except (exceptions.RedisError, OSError) as error:
        if "max number of clients" in str(error):
            return failed("all of its connections are taken", "Raise its maxclients.")
        if isinstance(error.__cause__ or error.__context__ or error, ConnectionRefusedError):
            return unanswered(error, given.host)
        return await _without_an_answer(given, error)


def _client(given: ExternalRedis, password: str | None = None, database: int = 0, *, tls: bool = False) -> Redis:
    # Protocol 2 begins without HELLO, and no driver_info leaves CLIENT SETINFO out: nothing but what the server sends.
    return Redis(
        host=given.host,
        port=given.port,
        db=database,
        password=password,
        ssl=tls,
        ssl_cert_reqs=ssl.CERT_NONE,
        ssl_check_hostname=False,
        protocol=2,
        driver_info=None,
        socket_timeout=None,
        socket_connect_timeout=None,
        retry=Retry(NoBackoff(), 0),
        decode_responses=True,
    )


async def _ping(given: ExternalRedis) -> bool:
    """Whether it wants a password before it answers."""
    async with _client(given) as client:
        try:
            await client.ping()
        except exceptions.AuthenticationError:
            return True
        except exceptions.ResponseError as error:
            if str(error).startswith("NOAUTH"):
                return True
            raise
    return False


async def _open(given: ExternalRedis, password: str | None) -> Reply:
    if password is not None:
        # A server without a password refuses AUTH, and with it the connection of ours.
        with suppress(exceptions.AuthenticationError):
            return reached(f"{await _product(given, password)} takes the password, although it asks for none")
        return failed(
            f"it has no password, and refuses the one that is configured: {_BOOTS_WITHOUT}",
            "Leave the password out, or set it in Redis as well.",
            "redis_password",
        )
    return reached(f"{await _product(given, None)} answers PING, without a password and without TLS")


async def _product(given: ExternalRedis, password: str | None) -> str:
    """Which of the three it is, with its version; where INFO is forbidden, Redis alone."""
    async with _client(given, password, given.database) as client:
        await client.ping()
        with suppress(exceptions.ResponseError):
            about = await client.info("server")
            for name in ("Dragonfly", "Valkey", "Redis"):
                if version := about.get(f"{name.lower()}_version"):
                    return f"{name} {str(version).removeprefix('df-v')}"
    return "Redis"


def _refused(given: ExternalRedis, message: str) -> Reply:
    if "DB index" in message or "invalid DB" in message:
        return failed(f"it has no database {given.database}", "Choose another number, 0 as a rule.", "redis_database")
    if message.startswith("DENIED"):
        return failed("it lets nobody in from outside (protected mode)", "Set a password for it.")
    return failed("it refuses", "Mend what it says, or the answer.", quoted=message)


async def _without_an_answer(given: ExternalRedis, error: Exception) -> Reply:
    """Why there was no answer of Redis: it may speak TLS, or be something else."""
    with suppress(exceptions.RedisError, OSError):
        async with _client(given, tls=True) as client:
            with suppress(exceptions.ResponseError, exceptions.AuthenticationError):
                await client.ping()
            return failed(
                "it speaks TLS only, and the server speaks none to its cache",
                "Open a port without TLS for it, inside of your network.",
                "redis_port",
            )
    reply = unanswered(error, given.host)
    return reply if isinstance(error, exceptions.TimeoutError) or "HTTP" not in reply.seen else _no_redis()


def _no_redis() -> Reply:
    return failed("what answers there is no Redis", "Is it the right port?", "redis_port")
