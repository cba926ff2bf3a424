"""The one error an operator is meant to read."""


class OperatorError(Exception):
    """Something the person at the terminal can put right.

    `sentence` says what is wrong, `remedy` what to do about it; the command line prints both on standard
    error and ends with `exit_code` (1: it failed, 2: it was asked for wrongly).
    """

    def __init__(self, sentence: str, remedy: str, exit_code: int = 1) -> None:
        super().__init__(f"{sentence} {remedy}")
        self.sentence = sentence
        self.remedy = remedy
        self.exit_code = exit_code


class ConfigError(OperatorError):
    """A setting is unknown, missing or of the wrong form; `key` is its name as written by the operator."""

    def __init__(self, key: str, sentence: str, remedy: str) -> None:
        super().__init__(f"{key}: {sentence}", remedy, exit_code=2)
        self.key = key
