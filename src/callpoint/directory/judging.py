"""The judge of an installation: the validator over the data sets that are loaded."""

from pathlib import Path

from callpoint.addresses.live_validator import open_validator
from callpoint.datasets.catalogue import Catalogue
from callpoint.directory.verdicts import Judge


def open_judge(datasets: Path) -> Judge:
    """Judges by the data sets below `datasets`, and notices when they are exchanged."""
    catalogue = Catalogue(datasets)
    return Judge(
        open_validator(datasets).check,
        lambda: bool(catalogue.files("address-points") or catalogue.files("roads")),
    )
