"""The labelled messages of this project, both halves, are read within the aims."""

import pytest

from tests.reading.corpus import Labelled, corpus

AIMS = {"intent": 0.97, "org": 0.97, "date": 0.95, "other": 0.95}
GROUPS = {"intent": "intent", "org": "org", "date": "date", "due": "date"}
EXTRA = {"note", "subject", "number", "reason", "milestone", "act"}
"""Fields that a label may leave out: they repeat words of the message, or (the act) these labels are older than they are."""


def score(messages: list[Labelled]) -> dict[str, float]:
    """The share that is read as labelled, for each group of fields; a field that is wrongly there counts as wrong."""
    right = dict.fromkeys(AIMS, 0)
    total = dict.fromkeys(AIMS, 0)
    for said in messages:
        found = said.read()
        for name in {*said.expect, *(found.keys() - EXTRA)}:
            group = GROUPS.get(name, "other")
            total[group] += 1
            right[group] += found.get(name) == said.expect.get(name)
    return {group: right[group] / total[group] for group in AIMS}


@pytest.mark.parametrize("half", ["reading_known", "reading_aside", "reading_late"])
def test_a_half_of_the_corpus_is_read_within_the_aims(half: str) -> None:
    messages = list(corpus(half))
    assert len(messages) >= 125
    found = score(messages)
    assert {group: share for group, share in found.items() if share < AIMS[group]} == {}


@pytest.mark.parametrize("half", ["reading_known", "reading_aside", "reading_late"])
def test_no_organisation_is_taken_that_is_neither_meant_nor_the_senders_own(half: str) -> None:
    wrong = []
    for said in corpus(half):
        org = said.read().get("org")
        if org not in (None, said.expect.get("org"), said.message["sender"]["org"]):
            wrong.append(said.place)
    assert wrong == []
