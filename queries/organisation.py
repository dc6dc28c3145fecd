"""Organisation(), definition(), programme_of(), get_or_raise()."""

import hashlib
import json
from typing import Any

from sqlmodel import Session

from remembrancer.models import Organisation, Programme, Window
from remembrancer.rules.organisation import OrganisationSpec
from remembrancer.rules.programmes import spec


class NothingLoadedError(Exception):
    """No organisation has been loaded yet."""


def fingerprint(definition: Any) -> str:
    """The same for the same definition, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(definition, sort_keys=True).encode()).hexdigest()


_organisations: dict[str, OrganisationSpec] = {}
_programmes: dict[str, spec.Programme] = {}


def organisation(session: Session) -> OrganisationSpec:
    """The organisation's definition. Raises NothingLoadedError before the first load."""
    row = session.get(Organisation, 1)
    if row is None:
        raise NothingLoadedError
    # A session forgets a row that nobody holds, and would read it anew each time.
    session.info["organisation"] = row
    if row.fingerprint not in _organisations:
        _organisations[row.fingerprint] = OrganisationSpec.model_validate(row.definition)
    return _organisations[row.fingerprint]


def definition(row: Programme) -> spec.Programme:
    """The programme's file as it was loaded, its boards in place."""
    if row.fingerprint not in _programmes:
        _programmes[row.fingerprint] = spec.read(row.definition)
    return _programmes[row.fingerprint]


def get(session: Session, model: type[Any], id: int | None) -> Any:
    """The row with this id, which must exist. Raises LookupError."""
    row = session.get(model, id) if id is not None else None
    if row is None:
        raise LookupError(f"no {model.__name__} {id}")
    return row


def programme_of(session: Session, window: Window) -> spec.Programme:
    row: Programme = get(session, Programme, window.programme_id)
    return definition(row)
