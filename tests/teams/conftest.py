"""What is shared with the tests of the pages: a real browser."""

from tests.web.conftest import browser

__all__ = ["browser"]
