"""Says what failed outside of us - the database, a setting, the disk - in one sentence with the fix."""

import errno
import os
import socket
from collections.abc import Iterator

from remembrancer.cli.shared import stop
from remembrancer.wording import phrase

NO_DATABASE, DATABASE_FULL = "3D000", "53100"
"""PostgreSQL's error codes (its documentation, appendix A), as the two below."""
NO_ENTRY = ("28000", "28P01")
READ_ONLY = ("42501", "25006")
SETTING_FAULTS = (
    "int_parsing",
    "float_parsing",
    "bool_parsing",
    "greater_than_equal",
    "less_than_equal",
    "literal_error",
)
"""The kinds of pydantic's errors that a setting may have."""
NO_SUCH_REVISION = "Can't locate revision"
"""How Alembic begins to say that it has no migration of the database's version."""


def sentence_for(error: Exception) -> str | None:
    """Return what people can do about a failure; None for one that is a fault of our own."""
    # Imported here, because most commands fail at nothing, and '--help' needs none of them.
    from sqlite3 import Error as SqliteError

    from alembic.util import CommandError
    from psycopg import Error as PostgresError
    from pydantic import ValidationError
    from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

    if isinstance(error, ValidationError) and error.title == "Settings":
        return " ".join(_of_settings(error))
    if isinstance(error, ArgumentError | NoSuchModuleError) or _is_driver_missing(error):
        return phrase("failures.no_database_address")
    if isinstance(error, CommandError) and str(error).startswith(NO_SUCH_REVISION):
        return phrase("failures.newer_database")
    if isinstance(error, DBAPIError | PostgresError | SqliteError):
        return _of_database(error)
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return phrase("failures.disk_full")
    if isinstance(error, PermissionError):
        return phrase("failures.not_permitted", file=error.filename or "")
    return None


def _is_driver_missing(error: Exception) -> bool:
    """Whether what is missing is the driver of the database that the address names, and no part of our own."""
    from sqlalchemy.engine import make_url

    from remembrancer.settings import Settings

    if not isinstance(error, ModuleNotFoundError):
        return False
    try:
        make_url(Settings().database_url).get_dialect().import_dbapi()
    except ModuleNotFoundError as missing:
        return missing.name == error.name
    return False


def _of_settings(error: Exception) -> Iterator[str]:
    from pydantic import ValidationError

    from remembrancer.settings import Settings

    assert isinstance(error, ValidationError)
    prefix = Settings.model_config.get("env_prefix", "")
    for wrong in error.errors():
        name = str(wrong["loc"][0])
        field = Settings.model_fields.get(name)
        variable = f"{prefix}{name}".upper() if field is not None else name
        name_of_why = f"failures.{wrong['type']}"
        why = wrong["msg"].removeprefix("Value error, ").rstrip(".")
        why = phrase(name_of_why, **wrong.get("ctx", {})) if wrong["type"] in SETTING_FAULTS else why
        yield phrase("failures.setting", variable=variable, value=wrong["input"], why=why)


def _of_database(error: Exception) -> str | None:
    """What is wrong with the database, by PostgreSQL's code or SQLite's words."""
    from sqlalchemy.engine import make_url

    from remembrancer.settings import Settings

    url = make_url(Settings().database_url)
    where = {
        "database": url.database or "",
        "host": url.host or "",
        "port": url.port or 5432,
        "user": url.username or "",
    }
    if url.get_backend_name() == "sqlite":
        return _of_sqlite(str(error), str(url.database))
    code = getattr(getattr(error, "orig", error), "sqlstate", None)
    if code == NO_DATABASE or (code is None and f'database "{url.database}" does not exist' in str(error)):
        return phrase("failures.no_such_database", **where)
    is_refused = "authentication failed" in str(error) or f'role "{url.username}" does not exist' in str(error)
    if code in NO_ENTRY or (code is None and is_refused):
        return phrase("failures.database_refuses", **where)
    if code == DATABASE_FULL:
        return phrase("failures.disk_full")
    if code in READ_ONLY:
        return phrase("failures.database_read_only", **where)
    return phrase("failures.database_unreachable", **where) if code is None or code.startswith(("08", "57P")) else None


def _of_sqlite(said: str, file: str) -> str | None:
    folder = os.path.dirname(os.path.abspath(file))
    for words, name in (
        ("unable to open", "sqlite_not_opened"),
        ("is full", "disk_full"),
        ("disk I/O", "disk_full"),
        ("readonly", "sqlite_read_only"),
        ("not a database", "sqlite_is_none"),
        ("is locked", "sqlite_locked"),
    ):
        if words in said:
            return phrase(f"failures.{name}", file=file, folder=folder)
    return None


def stop_if_port_is_taken(host: str, port: int) -> None:
    """Say that another program listens there, before a server of ours fails at it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind((host, port))
        except PermissionError:
            stop(phrase("failures.port_not_permitted", port=port))
        except OverflowError:
            stop(phrase("failures.no_port", port=port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                stop(phrase("failures.port_taken", port=port))
            stop(phrase("failures.no_such_address", host=host))
