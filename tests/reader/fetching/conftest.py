"""The servers that the tests of fetching ask, and nothing else."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.reader.fetching.web import Web
from tests.support.no_network import NetworkGuard

CERTIFICATE = Path(__file__).parents[2] / "data" / "tls" / "pictures.test.pem"


@pytest.fixture
def web(loopback: NetworkGuard) -> Iterator[Web]:
    """Serve http."""
    with closing(Web()) as server:
        yield server


@pytest.fixture
def secure_web(loopback: NetworkGuard) -> Iterator[Web]:
    """Serve https, as pictures.test."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    with closing(Web(tls=context)) as server:
        yield server


@pytest.fixture
def trusting() -> ssl.SSLContext:
    """Trust the certificate of the tests."""
    return ssl.create_default_context(cafile=str(CERTIFICATE))
