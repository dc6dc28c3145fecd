"""What keeps the service from starting."""


class SetUpError(Exception):
    """The settings do not go together; the sentence says what to set."""
