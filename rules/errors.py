"""The error for an operation that is refused; chat and command line show the same sentence."""


class RefusalError(Exception):
    """An operation is refused; `name` and `values` give the sentence in templates/words.yaml (refusals).

    `field` is the form's field that caused the refusal; empty where none did.
    """

    def __init__(self, name: str, /, field: str = "", **values: object) -> None:
        super().__init__(name)
        self.name, self.field, self.values = name, field, values
