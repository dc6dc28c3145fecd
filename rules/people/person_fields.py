"""What tells people apart: their roles, their e-mail addresses, and their names where several share an address."""

import re

from remembrancer.rules.nearest_name import folded

ROLES = ("admin", "director")
EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+")
_SHARED = re.compile(r"(?P<name>.+?)\s*<(?P<address>[^<>\s]+)>")


def plain_name(name: str) -> str:
    """Return a name for comparison: 'Ward,  Ruth (Head of Housing)' and 'Ruth Ward' are one."""
    family, _, given = re.sub(r"\([^()]*\)", " ", name).partition(",")
    return folded(f"{given} {family}")


def shared_identity(name: str, address: str) -> str:
    """Return what tells a person apart at an address that several share, such as 'jo hall <clerks@example.org>'."""
    return f"{plain_name(name)} <{address}>"


def split_identity(email: str) -> tuple[str, str]:
    """Return the name, empty where the address alone tells a person apart, and the address."""
    found = _SHARED.fullmatch(email)
    return (found["name"], found["address"]) if found else ("", email)


def is_own_address(email: str) -> bool:
    """Tell whether a person is told apart by an address alone, by which a chat platform may know them."""
    return split_identity(email)[0] == ""
