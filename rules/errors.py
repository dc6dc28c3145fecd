"""What an act cannot do: a refusal that chat and commands say in the same words."""


class RefusalError(Exception):
    """An act that cannot be done. `name` is a sentence of templates/words.yaml (refusals), with its `values`.

    `field` is the field of a form that is to blame, where one is.
    """

    def __init__(self, name: str, /, field: str = "", **values: object) -> None:
        super().__init__(name)
        self.name, self.field, self.values = name, field, values
