"""`python -m retrowalk`: the command, without a launcher that pip wrote."""

from retrowalk.cli import main

main()
