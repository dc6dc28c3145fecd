"""The types of question, each in a class of its own, by their names in a programme file (docs/programme-file.md)."""

from remembrancer.rules.programmes.field_types.base import QuestionType
from remembrancer.rules.programmes.field_types.choices import Choice, Choices
from remembrancer.rules.programmes.field_types.dates import Date, Dates
from remembrancer.rules.programmes.field_types.numbers import Number
from remembrancer.rules.programmes.field_types.text import Text

QUESTION_TYPES: dict[str, type[QuestionType]] = {
    "choice": Choice,
    "choices": Choices,
    "text": Text,
    "date": Date,
    "dates": Dates,
    "number": Number,
}
