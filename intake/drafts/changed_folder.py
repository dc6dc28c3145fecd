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


def read_changed(folder: Path, files: Mapping[str, str], gone: Collection[str], now: datetime) -> Folder:
    """Read the folder as it would be with these files (text by path in it) and without those that are `gone`.

    Raises RefusedError where it would not load.
    """
    with TemporaryDirectory() as made:
        copy = Path(made) / "folder"
        shutil.copytree(folder, copy, ignore=shutil.ignore_patterns(f"{BEFORE}*"))
        for name in gone:
            (copy / name).unlink()
        for name, text in files.items():
            _write(copy / name, text)
        return read_folder(copy, with_responses=True, now=now)


def write_changed(folder: Path, files: Mapping[str, str], gone: Collection[str], before: Path) -> None:
    """Write these files, and move what was there, and what is `gone`, into the new folder `before`.

    Raises FileExistsError where that folder is there already.
    """
    kept = [name for name in (*files, *gone) if (folder / name).exists()]
    if kept:
        before.mkdir()
    for name in kept:
        (before / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(folder / name, before / name)
    for name, text in files.items():
        _write(folder / name, text)
    for name in gone:
        (folder / name).unlink()


def _write(path: Path, text: str) -> None:
    """Write a file whole or not at all, under its name only once it is complete."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.write_bytes(text.encode("utf-8"))
    os.replace(unfinished, path)
