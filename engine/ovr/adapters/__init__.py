"""The outside world: YAML files, cloud assemblies, templates, plan files."""
