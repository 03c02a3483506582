"""`python -m ovr.cli`"""

from ovr.cli import main

main()
