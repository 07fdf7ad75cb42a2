"""Why a server cannot be reached, by its cause: one line with what helps, without a secret."""

import asyncio
import re
import socket
import ssl
from collections.abc import Iterator
from dataclasses import replace

from redis.asyncio.sentinel import Sentinel
from redis.exceptions import AuthenticationError, RedisError

from bot.store.connection.address import ENCODE, RedisUrl

_PROBE_S = 0.7  # for a server to show whether it speaks TLS
_NO_ISSUER = frozenset({2, 18, 19, 20, 21})  # X509_V_ERR_… of OpenSSL
_NOT_YET, _EXPIRED, _OTHER_NAME = 9, 10, frozenset({62, 64})
_WANTS_OURS = re.compile("CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE|BAD_CERTIFICATE|UNKNOWN_CA")


async def why_unreachable(error: BaseException, address: RedisUrl) -> str:
    """The cause and the fix, for a line that begins with ``REDIS_URL:``."""
    causes = [*_chain(error)]
    for cause in causes:
        if known := _known(cause, address.shown):
            return known
    if address.places:
        host, port = address.places[0]
        if address.tls and await _answers(host, port):
            return f"{address.shown} speaks no TLS; begin with redis, not rediss, or turn TLS on"
        said = await _says_in_tls(host, port)
        if said is not None and not address.tls:
            return f"{address.shown} speaks TLS; begin with rediss:// instead of redis://"
        if said is not None and (
            known := _known(said, address.shown)
        ):  # lost with the reset connection
            return known
    kinds = [type(cause).__name__ for cause in causes if isinstance(cause, OSError)]
    return f"no answer from {address.shown} ({[*kinds, type(error).__name__][0]}); is it up?"


async def why_no_primary(sentinel: Sentinel, address: RedisUrl) -> str:
    """Why the Sentinels name no primary of the group."""
    groups, failures = set[str](), list[tuple[Exception, tuple[str, int]]]()
    for client in sentinel.sentinels:
        try:
            groups |= {*await client.sentinel_masters()}
        except (RedisError, OSError) as error:
            kwargs = client.connection_pool.connection_kwargs
            failures.append((error, (str(kwargs["host"]), int(kwargs["port"]))))
    if len(failures) == len(sentinel.sentinels):
        failures.sort(key=lambda failure: not isinstance(failure[0], AuthenticationError))
        first, place = failures[0]
        why = await why_unreachable(first, replace(address, places=[place]))
        if isinstance(first, AuthenticationError):
            why += "; a Sentinel's own are ?sentinel_username=NAME&sentinel_password=PASSWORD"
        return f"no Sentinel helps: {why}"
    if address.group not in groups:
        theirs = ", ".join(sorted(groups)) or "none"
        return f"the Sentinels at {address.shown} watch no group {address.group}, but {theirs}"
    return f"the Sentinels at {address.shown} know of no primary of {address.group} that is up"


def _known(cause: BaseException, where: str) -> str:
    """The line for a cause that says all by itself."""
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"the certificate of {where} {_fault(cause)}"
    if isinstance(cause, ssl.SSLError):
        if _WANTS_OURS.search(str(cause.reason)):
            return f"{where} wants a certificate of ours; add ?ssl_certfile=FILE&ssl_keyfile=FILE"
        if cause.reason and "WRONG_VERSION" not in cause.reason:
            return f"TLS with {where} fails ({cause.reason})"
    if isinstance(cause, AuthenticationError):
        return f"{where} refuses this user or password ({_code(cause)}); {ENCODE}"
    if isinstance(cause, socket.gaierror):
        return f"no host has the name in {where}; is it spelled right?"
    return ""


def _fault(cause: ssl.SSLCertVerificationError) -> str:
    code = cause.verify_code
    if code in _NO_ISSUER:
        return "was signed by nobody known here; name its authority: ?ssl_ca_certs=FILE"
    if code == _EXPIRED:
        return "has expired; renew it, or set this host's clock"
    if code == _NOT_YET:
        return "is not valid yet; set this host's clock"
    if code in _OTHER_NAME:
        return "is for another name; write the host as the certificate names it"
    return f"is not accepted ({cause.verify_message})"


def _code(error: Exception) -> str:
    """The word that an error of the server begins with; its text may repeat what was sent."""
    found = re.match(r"[A-Z]{4,}\b", str(error))
    return found[0] if found else type(error).__name__


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


async def _answers(host: str, port: int) -> bool:
    """True where a server answers without TLS."""
    try:
        async with asyncio.timeout(_PROBE_S):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                writer.write(b"PING\r\n")
                return await reader.read(1) in (b"+", b"-")
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return False


async def _says_in_tls(host: str, port: int) -> Exception | None:
    """What a server that speaks TLS ends the connection by, if by anything; None for no TLS.

    Whom we speak to is not asked, and nothing is sent.
    """
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        async with asyncio.timeout(_PROBE_S):
            reader, writer = await asyncio.open_connection(host, port, ssl=context)
    except (OSError, TimeoutError):
        return None
    try:
        async with asyncio.timeout(_PROBE_S):
            await reader.read(1)
    except (OSError, TimeoutError) as error:
        return error
    finally:
        writer.close()
    return EOFError()
