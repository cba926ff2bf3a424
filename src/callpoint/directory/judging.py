"""The judge of an installation: the validator over the data sets that are loaded."""

from pathlib import Path

from callpoint.addresses.live_validator import open_validator
from callpoint.addresses.remote.second_opinion import SecondOpinion
from callpoint.datasets.catalogue import Catalogue
from callpoint.directory.verdicts import Judge


def open_judge(datasets: Path, opinion: SecondOpinion | None = None) -> Judge:
    """Judges by the data sets below `datasets`, and notices when they are exchanged. `opinion` is asked where they know
    only the area."""
    catalogue = Catalogue(datasets)
    check = open_validator(datasets).check
    return Judge(
        check if opinion is None else lambda civic: opinion.on(check(civic)),
        lambda: bool(catalogue.files("address-points") or catalogue.files("roads")),
    )
