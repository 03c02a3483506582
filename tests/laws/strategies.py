"""JSON values for property tests."""

from hypothesis import strategies as st

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.sampled_from([0.5, 1.0])
    | st.sampled_from(["", "a", "b", "~", "/"])
)


def json_values(keys: st.SearchStrategy[str]) -> st.SearchStrategy[object]:
    return st.recursive(
        SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4), max_leaves=12
    )


PLAIN_KEYS = st.sampled_from(["a", "b", "c", "~0", "x/y", "0", "-"])
KEYS = PLAIN_KEYS | st.sampled_from(["Ref", "Fn::If"])
JSON = json_values(KEYS)
OBJECTS = st.dictionaries(KEYS, JSON, max_size=4)
PLAIN_OBJECTS = st.dictionaries(PLAIN_KEYS, json_values(PLAIN_KEYS), max_size=4)
"""Objects in which nothing is, or can become, an intrinsic function."""
