"""Paths of the data files that are shipped with the code, in a checkout and in an installed wheel alike."""

from pathlib import Path

ROOT = Path(__file__).parent
EXAMPLES = ROOT / "examples"
JURISDICTIONS = ROOT / "jurisdictions"
MIGRATIONS = ROOT / "migrations"
PROGRAMMES = ROOT / "programmes"
TEMPLATES = ROOT / "templates"
