"""The roles that a person may have, and the pattern of an e-mail address."""

import re

ROLES = ("admin", "director")
EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+")
