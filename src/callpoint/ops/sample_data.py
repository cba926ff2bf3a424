"""The sample data sets of `callpoint demo`. They are marked as samples, and never for real routing."""

import hashlib
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

from callpoint.addresses import reference
from callpoint.datasets.boundary_build import load_boundaries
from callpoint.datasets.catalogue import Catalogue
from callpoint.datasets.kinds import Kind
from callpoint.datasets.loading import LoadRequest
from callpoint.ops import sample_sets

NAME: Final = "sample"
KINDS: Final[tuple[Kind, ...]] = ("address-points", "psaps")
ATTRIBUTION: Final = "made up for trying out Callpoint; coordinates read off a map by hand"


def build_sample_sets(datasets: Path) -> list[Kind]:
    """Load the sets named `sample` that are not there as this version has them; which. Raises DatasetError.

    They claim completeness for nothing: a number they lack may well exist.
    """
    catalogue = Catalogue(datasets)
    return [kind for kind in KINDS if _build(kind, datasets, catalogue)]


def _build(kind: Kind, datasets: Path, catalogue: Catalogue) -> bool:
    with as_file(files(sample_sets).joinpath(f"{kind}.csv")) as path:
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        if any(file.meta.name == NAME and file.meta.sha256 == sha256 for file in catalogue.files(kind)):
            return False
        request = LoadRequest(kind, path, NAME, datasets, complete=False, sample=True, attribution=ATTRIBUTION)
        if kind == "psaps":
            load_boundaries(request)
        else:
            reference.load(request)
    return True
