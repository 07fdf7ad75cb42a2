"""Certificates of an authority that nobody knows, made by the machine's openssl."""

import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


class Authority:
    """Signs certificates into a folder; ``file`` is its own."""

    def __init__(self, folder: Path) -> None:
        if not shutil.which("openssl"):
            pytest.skip("openssl is not here to make certificates")
        self._folder, self.file = folder, folder / "authority.pem"
        key = folder / "authority.key"
        signing = (
            "-keyout",
            str(key),
            "-out",
            str(self.file),
            "-days",
            "2",
            "-subj",
            "/CN=made-up",
        )
        _openssl("req", "-x509", *_KEY, *signing)

    def serving(self, name: str, days: int = 2, *, asks: bool = False) -> ssl.SSLContext:
        """For a server with a certificate of that name; one of no days has expired.

        ``asks``: clients need a certificate, too.
        """
        key, request, made = (self._folder / f"{name}.{end}" for end in ("key", "csr", "pem"))
        alternative = ("-addext", f"subjectAltName={'IP' if name[0].isdigit() else 'DNS'}:{name}")
        asked = ("-keyout", str(key), "-out", str(request), "-subj", "/CN=made-up", *alternative)
        _openssl("req", *_KEY, *asked)
        authority = ("-CA", str(self.file), "-CAkey", str(self._folder / "authority.key"))
        signed = ("-CAcreateserial", "-copy_extensions", "copy", "-days", str(days))
        _openssl("x509", "-req", "-in", str(request), *authority, *signed, "-out", str(made))
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(self.file))
        context.load_cert_chain(made, key)
        context.verify_mode = ssl.CERT_REQUIRED if asks else ssl.CERT_NONE
        return context


def _openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


@contextmanager
def handshakes(context: ssl.SSLContext) -> Iterator[int]:
    """The port of a server that does no more than them, and tells why one fails.

    That of asyncio ends such a connection without a word.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        serving = threading.Thread(target=_shake_hands, args=(listener, context))
        serving.start()
        try:
            yield int(listener.getsockname()[1])
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            serving.join()


def _shake_hands(listener: socket.socket, context: ssl.SSLContext) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:  # it was shut down
            return
        with connection, suppress(OSError), context.wrap_socket(connection, server_side=True):
            pass
