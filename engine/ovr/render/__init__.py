"""A Plan as text or JSON. Pure: no colour in the model, no I/O."""
