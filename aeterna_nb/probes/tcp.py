"""Does something listen, and does it speak TLS."""

import socket
import ssl
from collections.abc import Callable

from aeterna_nb.probes import Outcome


def reach(host: str, port: int, timeout: float) -> Outcome:
    """Whether something accepts a connection."""
    tried = f"a connection to {address(host, port)}"
    return over_tcp(lambda _: Outcome("", "reached", tried, "it was accepted"), host, port, tried, timeout)


def reach_tls(host: str, port: int, timeout: float) -> Outcome:
    """Whether something accepts a TLS connection with a certificate for this host that is trusted here."""
    tried = f"a TLS connection to {address(host, port)}"

    def greet(raw: socket.socket) -> Outcome:
        with ssl.create_default_context().wrap_socket(raw, server_hostname=host) as secured:
            return Outcome("", "reached", tried, f"its certificate is trusted ({secured.version()})")

    return over_tcp(greet, host, port, tried, timeout)


def address(host: str, port: int) -> str:
    """Host and port as one, an IPv6 address in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def over_tcp(talk: Callable[[socket.socket], Outcome], host: str, port: int, tried: str, timeout: float) -> Outcome:
    """What `talk` makes of a connection, or why there is none. No answer takes longer than `timeout` seconds."""
    try:
        with socket.create_connection((host, port), timeout) as connection:
            return talk(connection)
    except socket.gaierror:
        return Outcome("", "failed", tried, f"the name {host} is not known here", "Is the host spelt right?")
    except ssl.SSLCertVerificationError as error:
        return Outcome(
            "", "failed", tried, f"its certificate is not trusted: {error.verify_message}", "Mend the certificate."
        )
    except ssl.SSLError:
        return Outcome("", "failed", tried, "something answers there that speaks no TLS", "Is it the right port?")
    except TimeoutError:
        return Outcome(
            "",
            "failed",
            tried,
            f"no answer within {timeout:g} seconds",
            "Does it run, and does a firewall or a network policy let you through?",
        )
    except ConnectionRefusedError:
        return Outcome("", "failed", tried, "it was refused", "Does the service run, and on this port?")
    except OSError as error:
        return Outcome("", "failed", tried, f"it failed: {error.strerror or type(error).__name__}", "")
