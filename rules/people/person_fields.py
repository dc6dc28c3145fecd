"""E-mail pattern, roles."""

import re

ROLES = ("admin", "director")
EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+")
