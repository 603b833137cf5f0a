"""`python -m supasync`."""

from supasync.cli import main

main()
