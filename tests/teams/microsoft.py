"""Microsoft, as a process meets it: its hosts by their own names and over TLS, each of them a strict one of ours.

A process reaches them by the settings that every HTTP client reads: a proxy, and whose certificates are trusted. So
nothing in the product leads to any other address than Microsoft's.
"""

import asyncio
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.teams.issuing import APP, Issuer, issuing
from tests.teams.strict import Teams
from tests.teams.strict.entra import CONNECTOR, GRAPH, Entra, entra_of
from tests.teams.strict.graph import Graph, graph_of

SECRET = "the client secret"
SERVICE = "https://smba.trafficmanager.net/teams/"
"""Teams' own service URL, where the path is the strict connector's."""

BASE = "https://graph.microsoft.com/v1.0"


@dataclass
class Microsoft:
    """`environment` leads a process here."""

    teams: Teams
    entra: Entra
    issuer: Issuer
    graph: Graph
    environment: Mapping[str, str]


@contextmanager
def microsoft(folder: Path) -> Iterator[Microsoft]:
    """With the app APP, whose secret is SECRET, in the tenant of its Teams, and nobody there."""
    tokens = {scope: jwt.encode({"aud": scope}, "k" * 32, "HS256") for scope in (CONNECTOR, GRAPH)}
    with ExitStack() as stack:
        teams = stack.enter_context(Teams(token=tokens[CONNECTOR]))
        issuer, graph = stack.enter_context(issuing()), stack.enter_context(graph_of(teams))
        entra = stack.enter_context(entra_of(teams.tenant, APP, SECRET, tokens))
        ports = {
            "login.microsoftonline.com": entra.port,
            "login.botframework.com": urlsplit(issuer.url).port or 0,
            "smba.trafficmanager.net": teams.port,
            "graph.microsoft.com": urlsplit(graph.url).port or 0,
        }
        graph.url, graph.token = BASE, tokens[GRAPH]
        proxy = stack.enter_context(_proxy(_context(folder, list(ports)), ports))
        trusted = str(folder / "trusted.pem")
        own = {"HTTPS_PROXY": proxy, "NO_PROXY": "", "SSL_CERT_FILE": trusted, "REQUESTS_CA_BUNDLE": trusted}
        yield Microsoft(teams, entra, issuer, graph, own)


def _context(folder: Path, hosts: list[str]) -> ssl.SSLContext:
    """Who these hosts are, by a certificate that is trusted where trusted.pem is."""
    key, now = rsa.generate_private_key(public_exponent=65537, key_size=2048), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Strict Microsoft")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    (folder / "trusted.pem").write_bytes(made.public_bytes(pem))
    (folder / "key.pem").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "trusted.pem", folder / "key.pem")
    return context


@contextmanager
def _proxy(context: ssl.SSLContext, ports: Mapping[str, int]) -> Iterator[str]:
    """Its address. Whoever asks for any other host is refused."""
    loop = asyncio.new_event_loop()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = (await reader.readuntil(b"\r\n\r\n")).decode().split()
        port = ports.get(asked[1].removesuffix(":443")) if asked[0] == "CONNECT" else None
        if port is None:
            writer.write(b"HTTP/1.1 403 Forbidden\r\n\r\n")
            writer.close()
            return
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await writer.start_tls(context)
        there, here = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(_pass_on(reader, here), _pass_on(there, writer), return_exceptions=True)

    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    beginning = asyncio.start_server(serve, "127.0.0.1", 0)
    server = asyncio.run_coroutine_threadsafe(beginning, loop).result(10)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    asyncio.run_coroutine_threadsafe(_end(server), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()


async def _end(server: asyncio.Server) -> None:
    """With all that is under way."""
    server.close()
    under_way = asyncio.all_tasks() - {asyncio.current_task()}
    for task in under_way:
        task.cancel()
    await asyncio.gather(*under_way, return_exceptions=True)


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while part := await reader.read(65536):
            writer.write(part)
            await writer.drain()
    finally:
        writer.close()
