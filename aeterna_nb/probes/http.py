"""Does it answer over HTTP, and is it well."""

import ipaddress
from urllib.parse import urlsplit

import httpx2

from aeterna_nb.probes import Outcome

ASKS_FOR_CREDENTIALS = (401, 403)


def reach(url: str, timeout: float) -> Outcome:
    """Whether something answers at an address at all. It may ask for credentials: none are sent."""
    return _asked(url, timeout, healthy=False)


def healthy(url: str, timeout: float) -> Outcome:
    """Whether an address that tells about health says that all is well."""
    return _asked(url, timeout, healthy=True)


def _asked(url: str, timeout: float, *, healthy: bool) -> Outcome:
    tried = f"GET {url}"
    try:
        # What is on this machine is never asked for through a proxy.
        client = httpx2.Client(timeout=timeout, trust_env=not _is_loopback(url))
        with client, client.stream("GET", url) as got:
            status = got.status_code
    except httpx2.TimeoutException:
        return Outcome(
            "", "failed", tried, f"no answer within {timeout:g} seconds", "Does it run, and is it overloaded?"
        )
    except httpx2.ConnectError as error:
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            return Outcome("", "failed", tried, "its certificate is not trusted", "Mend the certificate.")
        return Outcome("", "failed", tried, "nothing answers there", "Does it run, and is the address right?")
    except httpx2.HTTPError as error:
        return Outcome("", "failed", tried, f"no HTTP answer ({type(error).__name__})", "Is it the right port?")
    if healthy:
        return _of_health(tried, status)
    if status >= 500:
        return Outcome("", "failed", tried, f"it failed inside (HTTP {status})", "Look at its log.")
    return Outcome("", "reached", tried, f"it answers (HTTP {status})")


def _of_health(tried: str, status: int) -> Outcome:
    if status == 200:
        return Outcome("", "reached", tried, "it is well (HTTP 200)")
    if status in ASKS_FOR_CREDENTIALS:
        return Outcome("", "reached", tried, f"it answers and wants credentials (HTTP {status})")
    if status == 503:
        return Outcome("", "failed", tried, "it answers and is not ready (HTTP 503)", "Look at its log.")
    if status == 404:
        return Outcome("", "failed", tried, "nothing is at that path (HTTP 404)", "Is the address the right service's?")
    return Outcome("", "failed", tried, f"it answers HTTP {status}", "Look at its log.")


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
