"""Changes files of an organisation's folder safely: the folder is read as it would be before anything is written."""

import os
import shutil
from collections.abc import Collection, Mapping
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from remembrancer.intake.folder.reader import Folder, read_folder

BEFORE = "before-"
"""How the name of a subfolder begins that holds files as they were before a change."""


def read_changed(
    folder: Path,
    files: Mapping[str, bytes],
    gone: Collection[str],
    now: datetime,
    feeds: Mapping[str, bytes] | None = None,
) -> Folder:
    """Read the folder as it would be with these files (by their path in it) and without those that are `gone`.

    Recorded answers are read where `feeds` give the windows of all calendars (read_folder). Raises RefusedError where
    the folder would not load.
    """
    with TemporaryDirectory() as made:
        copy = Path(made) / "folder"
        shutil.copytree(folder, copy, ignore=shutil.ignore_patterns(f"{BEFORE}*"))
        for name in gone:
            (copy / name).unlink()
        for name, data in files.items():
            _write(copy / name, data)
        return read_folder(copy, with_responses=feeds is not None, feeds=feeds, now=now)


def write_changed(folder: Path, files: Mapping[str, bytes], gone: Collection[str], before: Path) -> None:
    """Write these files, and move what was there, and what is `gone`, into the new folder `before`.

    Raises FileExistsError where that folder is there already.
    """
    kept = [name for name in (*files, *gone) if (folder / name).exists()]
    if kept:
        before.mkdir()
    for name in kept:
        (before / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(folder / name, before / name)
    for name, data in files.items():
        _write(folder / name, data)
    for name in gone:
        (folder / name).unlink()


def _write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all, under its name only once it is complete."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.write_bytes(data)
    os.replace(unfinished, path)
