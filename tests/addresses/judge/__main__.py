"""`python -m tests.addresses.judge [--sample N] [--examples N]`: the whole judgement as a table.

Loads Vermont, Montréal and Toronto into a directory that is thrown away, and asks for every door in every form.
"""

import argparse
import tempfile
from pathlib import Path
from random import Random
from time import perf_counter

from tests.addresses.judge.loaded_sets import SETS, validator_over
from tests.addresses.judge.tally import Tally, judge
from tests.addresses.judge.truth import Truth
from tests.conftest import SHARED_DATA

SEED = 20260911


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, default=0, help="doors of each set; 0: all")
    parser.add_argument("--examples", type=int, default=0, help="examples of each outcome that is not right")
    parser.add_argument("--only", default="", help="one set")
    options = parser.parse_args()
    geo = SHARED_DATA / "geo"
    with tempfile.TemporaryDirectory(prefix="callpoint-judge-") as folder:
        validator = validator_over(Path(folder), geo)
        for name, read in SETS.items():
            if options.only in ("", name):
                everything = read(geo)
                chosen = Random(SEED).sample(everything, options.sample) if options.sample else everything
                began = perf_counter()
                tally = judge(validator, chosen, everything, SEED)
                _print(name, chosen, tally, perf_counter() - began, options.examples)


def _print(name: str, truths: list[Truth], tally: Tally, seconds: float, examples: int) -> None:
    print(f"\n{name}: {len(truths)} doors, {seconds:.0f} s\n")
    for line in tally.table():
        print(line)
    for half in ("seen", "held out"):
        print(f"clean forms right, {half}: {tally.clean_share(half):.3%}")
    wrong = tally.wrong()
    print(f"called valid and not there: {len(wrong)}")
    for text in wrong[:50]:
        print(f"  wrong: {text}")
    for (form, outcome), texts in tally.examples.items():
        if outcome not in ("right", "wrong"):
            for text in texts[:examples]:
                print(f"  {form}, {outcome}: {text}")


if __name__ == "__main__":
    main()
