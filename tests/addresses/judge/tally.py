"""What the validator made of an address of which the truth is known."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

from callpoint.addresses.validator import Validator
from callpoint.addresses.verdict import Verdict
from tests.addresses.judge.truth import Half, Truth
from tests.addresses.judge.variants import CLEAN, WRONG, Pen

# right: valid, and there. listed: not valid, and the right door is among the suggestions. missed: neither.
# wrong: valid, and somewhere else - or valid although something would have to be corrected first.
Outcome = Literal["right", "listed", "missed", "wrong"]
OUTCOMES: Final[tuple[Outcome, ...]] = ("right", "listed", "missed", "wrong")


@dataclass
class Tally:
    """Outcomes by form and half, and some examples of what was not right."""

    counts: dict[tuple[str, Half], Counter[Outcome]] = field(default_factory=dict)
    examples: dict[tuple[str, Outcome], list[str]] = field(default_factory=dict)

    def note(self, form: str, half: Half, outcome: Outcome, example: str) -> None:
        """Counts one answer. Examples are kept of the half that may be looked at, and of everything that is wrong."""
        self.counts.setdefault((form, half), Counter())[outcome] += 1
        if half == "seen" or outcome == "wrong":
            self.examples.setdefault((form, outcome), []).append(example)

    def share(self, form: str, *outcomes: Outcome, half: Half | None = None) -> float:
        """What part of the answers to a form had one of the outcomes, in one half or both; 1 where none was asked."""
        counters = [counter for (name, at), counter in self.counts.items() if name == form and half in (None, at)]
        total = sum(counter.total() for counter in counters)
        return sum(counter[one] for counter in counters for one in outcomes) / total if total else 1.0

    def clean_share(self, half: Half | None = None) -> float:
        """What part of all clean forms was right."""
        counters = [counter for (name, at), counter in self.counts.items() if name in CLEAN and half in (None, at)]
        return sum(counter["right"] for counter in counters) / sum(counter.total() for counter in counters)

    def wrong(self) -> list[str]:
        """Everything that was called valid and was not."""
        return [text for (_, outcome), texts in self.examples.items() if outcome == "wrong" for text in texts]

    def table(self) -> Iterator[str]:
        """For people: a line for each form and half."""
        yield f"| {'form':<20} | {'towns':<8} | {'asked':>7} |" + "".join(f" {one:>8} |" for one in OUTCOMES)
        yield f"|{'-' * 22}|{'-' * 10}|{'-' * 8}:|" + f"{'-' * 9}:|" * len(OUTCOMES)
        for (form, half), counter in sorted(self.counts.items(), key=lambda one: (_order(one[0][0]), one[0][1])):
            total = counter.total()
            cells = "".join(f" {counter[one] / total:>8.2%} |" for one in OUTCOMES)
            yield f"| {form:<20} | {half:<8} | {total:>7} |{cells}"


def _order(form: str) -> int:
    return [*CLEAN, *WRONG].index(form)


def judge(validator: Validator, truths: Iterable[Truth], everything: Iterable[Truth], seed: int) -> Tally:
    """Every truth in every form; `everything` is what there is, so that no form is another truth by chance."""
    everything = list(everything)
    streets: dict[str, set[str]] = {}
    for one in everything:
        streets.setdefault(one.place, set()).add(one.street.casefold())
    frozen = {place: frozenset(names) for place, names in streets.items()}
    postals = sorted({one.postal for one in everything})
    tally = Tally()
    for truth in truths:
        for name, form in (CLEAN | WRONG).items():
            pen = Pen(f"{seed} {name} {truth.place} {truth.street} {truth.number} {truth.postal}", frozen, postals)
            text = form(truth, pen)
            if text:
                verdict = validator.check(text)
                outcome = _outcome(name, truth, verdict)
                tally.note(name, truth.half, outcome, f"{text} → {verdict.status} {verdict.civic.formatted()}")
    return tally


def _outcome(form: str, truth: Truth, verdict: Verdict) -> Outcome:
    if verdict.status in ("valid", "valid_corrected"):
        there = verdict.point is not None and truth.near(verdict.point)
        # A slip may hit upon an abbreviation of the very word ("Rivr", "Cnter"): the door is the right one then.
        return "right" if there and (form in CLEAN or form == "typo") else "wrong"
    if any(one.point is not None and truth.near(one.point) for one in verdict.suggestions):
        return "listed"
    return "missed"
