"""Why a question gets no answer."""

from callpoint.i3.lost import ErrorKind, Problem


class LostRefusal(Exception):
    """Ends a question with one error (RFC 5222 §13.1)."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem

    @classmethod
    def of(cls, kind: ErrorKind, message: str) -> "LostRefusal":
        return cls(Problem(kind, message))
