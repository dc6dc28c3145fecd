"""Refuses addresses that are not on the public internet.

An address comes from a configuration file or a server's redirect. Either could name the machine's own services, or a
cloud's metadata service that hands out credentials (169.254.169.254).
"""

import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

Resolve = Callable[[str, int], Sequence[str]]
"""Resolves a host and a port to IP addresses, in the order to try them. Raises OSError."""
_TRANSLATED = IPv6Network("64:ff9b::/96")
"""IPv4 addresses as NAT64 gateways write them (RFC 6052)."""


class PrivateAddressError(Exception):
    """A host has an IP address that is not public."""


def resolve(host: str, port: int) -> list[str]:
    """Resolve a host with the system's resolver, which also accepts forms such as 0x7f.1 and 2130706433."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def checked_addresses(host: str, port: int, allow_private: bool, ask: Resolve = resolve) -> list[str]:
    """Return the host's IP addresses if all of them are public.

    Raises PrivateAddressError, and OSError where there are none.
    """
    addresses = list(dict.fromkeys(ask(host, port)))
    if not addresses:
        raise OSError("the name has no address")
    if not allow_private and not all(is_public(address) for address in addresses):
        raise PrivateAddressError
    return addresses


def is_public(address: str) -> bool:
    """Tell whether an IP address is public, and so are the IPv4 addresses that it embeds."""
    given = ip_address(address.partition("%")[0])
    embedded: list[IPv4Address | None] = []
    if isinstance(given, IPv6Address):
        translated = [IPv4Address(int(given) & 0xFFFFFFFF)] if given in _TRANSLATED else []
        embedded = [given.ipv4_mapped, given.sixtofour, *(given.teredo or ()), *translated]
    return all(
        each.is_global and not (each.is_multicast or each.is_reserved or each.is_unspecified)
        for each in (given, *embedded)
        if each is not None
    )
