"""Publishing and change sets against a narrow port."""
