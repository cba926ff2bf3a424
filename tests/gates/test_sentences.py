"""What other parts say is known to the translators: the collected sentences are those in the source today."""

import importlib

import pytest
from scripts import sentences


@pytest.mark.parametrize("part", sentences.SPEAKERS)
def test_the_collection_is_up_to_date(part: str) -> None:
    kept = importlib.import_module(f"callpoint.web.wording.sentences.{part}").SENTENCES
    assert list(kept) == sentences.collected()[part], "run scripts/sentences.py, then scripts/messages.py"
