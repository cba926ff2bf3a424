"""The judge of the addresses of a file: with data sets that are whole, as with less they would come in as less."""

from pathlib import Path

from callpoint.addresses.remote.second_opinion import SecondOpinion
from callpoint.datasets.catalogue import Catalogue
from callpoint.directory.judging import open_judge
from callpoint.directory.verdicts import Judge


def whole_judge(datasets: Path, opinion: SecondOpinion | None = None) -> Judge:
    """`judging.open_judge` over the data sets below `datasets`. Raises DatasetError for a set that cannot be read."""
    catalogue = Catalogue(datasets)
    catalogue.all_files()
    for problem in catalogue.problems():
        raise problem
    return open_judge(datasets, opinion)
