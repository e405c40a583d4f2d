"""The command `retrowalk`: the one module above the rooms."""

import argparse
import sys
from pathlib import Path

from retrowalk.errors import RetrowalkError
from retrowalk.plan import load_plan


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; a fault that the user can mend is one message and exit code 1."""
    parser = argparse.ArgumentParser(prog="retrowalk", description="What the workflow does not do by itself.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    synthetic = commands.add_parser("synthetic", help="make the bundled synthetic cohorts anew below data/")
    synthetic.set_defaults(run=make_synthetic)
    chosen = parser.parse_args(arguments)
    try:
        chosen.run()
    except RetrowalkError as fault:
        sys.exit(str(fault))


def make_synthetic() -> None:
    """Write the raw files of the bundled cohorts, from the seed of the plan."""
    from retrowalk.simulate import make_bundled

    for path in make_bundled(load_plan().seed, Path("data")):
        print(path)
