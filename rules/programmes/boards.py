"""The organisation's boards in a programme: the options of each question that has `options: boards`."""

from collections.abc import Iterator, Sequence

from remembrancer.rules.programmes.spec import Option, Programme, Question


def with_boards(programme: Programme, boards: Sequence[tuple[str, str, str]], kinds: dict[str, str]) -> Programme:
    """Return the programme with the organisation's boards in the place of `options: boards`.

    `boards` are (key, name, kind); `kinds` maps a kind's key to its word. A kind's own word is understood
    too, for a record that names no single board. A condition on a board or kind that is not among them never holds.
    """
    options = [Option(key=key, word=name, group=kind) for key, name, kind in boards]
    taken = {option.key for option in options}
    options += [Option(key=k, word=word, group=k, hidden=True) for k, word in kinds.items() if k not in taken]
    questions = [
        question.model_copy(update={"options": options}) if question.options == "boards" else question
        for question in programme.form.questions
    ]
    return programme.model_copy(update={"form": programme.form.model_copy(update={"questions": questions})})


def lacking_boards(programme: Programme, known: set[str]) -> Iterator[tuple[Question, str]]:
    """Yield each question of a file that is asked only where a board or kind is chosen that the organisation lacks.

    `known` are the keys of the organisation's boards and kinds.
    """
    of_boards = {question.key for question in programme.form.questions if question.options == "boards"}
    for question in programme.form.questions:
        for condition in question.asked_if:
            if condition.question in of_boards and condition.is_ and not known.intersection(condition.is_):
                yield question, condition.is_[0]
