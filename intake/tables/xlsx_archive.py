"""The zip archive that an XLSX workbook is: looked over before anything is unpacked, and named where it is none.

The limits keep any file within two seconds and 200 MB. Sizes are those that the archive declares; zipfile gives no
more of a part than that, so that they are also what is really unpacked.
"""

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from remembrancer.problems import Problems

MOST_BYTES = 25_000_000
MOST_PARTS = 1_000
MOST_UNPACKED = 200_000_000
MOST_RATIO = 200
SMALL_PART = 1_000_000  # bytes: below this a part may be packed as tightly as it likes
CHUNK = 1 << 18
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
BROKEN = (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError, ValueError, KeyError)
"""What zipfile raises of an archive that is damaged, or made to do damage."""


class UnreadableError(Exception):
    """A workbook is refused whole. `name` is its sentence in words.yaml."""

    def __init__(self, name: str, /, **values: Any) -> None:
        super().__init__(name)
        self.name = name
        self.values = values


def add_unreadable(error: UnreadableError, file: str, problems: Problems) -> None:
    problems.add(file, None, None, error.name, **error.values)


def open_archive(path: Path) -> zipfile.ZipFile:
    """The archive, looked over. Raises UnreadableError; FileNotFoundError where there is no file."""
    _check_what_it_is(path)
    try:
        archive = zipfile.ZipFile(path)
    except BROKEN as error:
        raise UnreadableError("broken_workbook") from error
    try:
        _check_parts(archive.infolist())
        _check_kind(archive)
        _check_no_archive_within(archive)
    except UnreadableError:
        archive.close()
        raise
    except BROKEN as error:
        archive.close()
        raise UnreadableError("broken_workbook") from error
    return archive


def _check_what_it_is(path: Path) -> None:
    if path.stat().st_size > MOST_BYTES:
        raise UnreadableError("file_too_big", megabytes=MOST_BYTES // 1_000_000)
    raw = path.read_bytes()
    if raw.startswith(OLD_OFFICE):
        raise UnreadableError("locked_workbook" if ENCRYPTED in raw else "old_workbook")
    if not raw.startswith(b"PK"):
        raise UnreadableError("no_workbook")


def _check_parts(parts: list[zipfile.ZipInfo]) -> None:
    if len(parts) > MOST_PARTS:
        raise UnreadableError("too_many_parts", parts=MOST_PARTS)
    if any(part.flag_bits & 1 for part in parts):
        raise UnreadableError("locked_workbook")
    if sum(part.file_size for part in parts) > MOST_UNPACKED or any(_is_bomb(part) for part in parts):
        raise UnreadableError("unpacks_too_big", megabytes=MOST_UNPACKED // 1_000_000)


def _is_bomb(part: zipfile.ZipInfo) -> bool:
    return part.file_size > SMALL_PART and part.file_size > MOST_RATIO * max(1, part.compress_size)


def _check_kind(archive: zipfile.ZipFile) -> None:
    names = [name.lower() for name in archive.namelist()]
    if "mimetype" in names or "content.xml" in names:
        raise UnreadableError("open_document")
    if any(name.endswith("vbaproject.bin") for name in names):
        raise UnreadableError("has_macros")
    if "xl/workbook.bin" in names:
        raise UnreadableError("binary_workbook")
    if any("externallinks/" in name for name in names):
        raise UnreadableError("has_links")
    if "[content_types].xml" not in names:
        raise UnreadableError("no_workbook")


def _check_no_archive_within(archive: zipfile.ZipFile) -> None:
    """By their first bytes: a name says nothing."""
    for part in archive.infolist():
        with archive.open(part) as stream:
            if stream.read(8).startswith((b"PK\x03\x04", OLD_OFFICE)):
                raise UnreadableError("archive_within", name=part.filename)


def chunks(archive: zipfile.ZipFile, name: str, most: int) -> Iterator[bytes]:
    """A part's bytes, piece by piece. Raises UnreadableError where they are more than `most`, or damaged."""
    total = 0
    try:
        with archive.open(name) as stream:
            while chunk := stream.read(CHUNK):
                total += len(chunk)
                if total > most:
                    raise UnreadableError("part_too_big", name=name, megabytes=most // 1_000_000)
                yield chunk
    except BROKEN as error:
        raise UnreadableError("broken_workbook") from error
