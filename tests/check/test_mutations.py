"""What the checks catch of properties that were spoilt; `OVR_EXPLORE=1` tries all there are (about a minute)."""

import os

from tests.check.mutations import all_mutations, run, table

SEED = 20261122


def test_spoilt_properties_are_found_where_they_are() -> None:
    mutations, hits = run(SEED, None if os.environ.get("OVR_EXPLORE") else 500)
    told = f"seed {SEED}\n{table(mutations, hits)}"
    print(told)
    assert sum(hits) >= 0.95 * len(hits), told
    assert {m.what for m in mutations} == {m.what for m in all_mutations()}, told
