"""`ovr`: Amplify backends customised in YAML instead of TypeScript."""

__version__ = "0.1.0"
