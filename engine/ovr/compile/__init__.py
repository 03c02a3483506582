"""Override kinds: an entry and the nodes it selects become RFC 6902 operations."""
