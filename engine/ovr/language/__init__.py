"""overrides.yaml as frozen values: model, parsing, selector grammar. Pure."""
