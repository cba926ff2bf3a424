"""The one error of this part."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from callpoint.datasets.report import LoadReport


class DatasetError(Exception):
    """A file that cannot be loaded or read, told to the person who can do something about it.

    `sentence` says what is wrong, `remedy` what to do. Whoever raises it has changed nothing: the data set that
    was there still is. `report` holds the rows looked at so far, where there were any.
    """

    def __init__(self, sentence: str, remedy: str, report: "LoadReport | None" = None) -> None:
        super().__init__(f"{sentence} {remedy}")
        self.sentence = sentence
        self.remedy = remedy
        self.report = report
