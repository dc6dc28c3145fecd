"""Loads the definitions of the organisation and its programmes, parsed once for each version."""

import hashlib
import json
from typing import Any

from sqlmodel import Session

from remembrancer.models import Organisation, Programme, Window
from remembrancer.rules.organisation import OrganisationSpec
from remembrancer.rules.programmes import spec


class NothingLoadedError(Exception):
    """The database holds no organisation yet."""


def fingerprint(definition: Any) -> str:
    """Return a hash of a definition that does not depend on the order of its keys."""
    return hashlib.sha256(json.dumps(definition, sort_keys=True).encode()).hexdigest()


_organisations: dict[str, OrganisationSpec] = {}
_programmes: dict[str, spec.Programme] = {}


def organisation(session: Session) -> OrganisationSpec:
    """Return the organisation's definition. Raises NothingLoadedError before the first load."""
    row = session.get(Organisation, 1)
    if row is None:
        raise NothingLoadedError
    # A session references its rows weakly: hold the row, so that it is read once for each session.
    session.info["organisation"] = row
    if row.fingerprint not in _organisations:
        _organisations[row.fingerprint] = OrganisationSpec.model_validate(row.definition)
    return _organisations[row.fingerprint]


def definition(row: Programme) -> spec.Programme:
    """Return the checked programme file of a programme's row."""
    if row.fingerprint not in _programmes:
        _programmes[row.fingerprint] = spec.Programme.model_validate(row.definition)
    return _programmes[row.fingerprint]


def get(session: Session, model: type[Any], id: int | None) -> Any:
    """Return the row with this id. Raises LookupError where there is none."""
    row = session.get(model, id) if id is not None else None
    if row is None:
        raise LookupError(f"no {model.__name__} {id}")
    return row


def programme_of(session: Session, window: Window) -> spec.Programme:
    """Return the checked programme file of a window's programme."""
    row: Programme = get(session, Programme, window.programme_id)
    return definition(row)
