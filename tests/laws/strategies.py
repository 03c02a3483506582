"""JSON values for property tests."""

from hypothesis import strategies as st

SCALARS = (
    st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from([0.5, 1.0]) | st.sampled_from(["", "a", "b", "~", "/"])
)
KEYS = st.sampled_from(["a", "b", "c", "~0", "x/y", "0", "-", "Ref", "Fn::If"])
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)
OBJECTS = st.dictionaries(KEYS, JSON, max_size=4)
