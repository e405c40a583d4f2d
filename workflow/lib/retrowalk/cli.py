"""The command `retrowalk`: the one module above the rooms."""

import argparse
import os
import re
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from retrowalk.errors import RetrowalkError

NAME = re.compile(r"[a-z][a-z0-9_]*")


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; exit code 0, 1 for a fault that the user can mend (one message), 2 for a wrong call."""
    chosen = _parser().parse_args(arguments)
    try:
        code = chosen.run(chosen)
    except RetrowalkError as fault:
        sys.exit(str(fault))
    except (KeyboardInterrupt, EOFError):
        sys.exit("\nStopped; nothing was written.")
    except BrokenPipeError:
        # Whoever read the output has had enough; Python would say so once more when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as fault:
        log = Path("results/logs/retrowalk.log")
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text(traceback.format_exc(), encoding="utf-8")
        kind = type(fault).__name__
        sys.exit(f"Internal error in retrowalk. Please report it and attach {log} ({kind}: {fault}).")
    sys.exit(code)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="retrowalk", description="Add, check and share cohorts; check results. `make` runs the analysis."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    new = commands.add_parser(
        "new-cohort",
        help="make a cohort from a data file",
        description="Read a data file, propose what its columns mean, ask about what is unclear, and add the cohort.",
    )
    new.add_argument("name", metavar="NAME", type=_name, help="short name: lowercase letters, digits and _")
    new.add_argument(
        "files", metavar="FILE", type=Path, nargs="+", help="data file; optionally a second table or REDCap dictionary"
    )
    new.add_argument("--sheet", default="", help='sheet of a spreadsheet; "all" stacks the sheets')
    new.add_argument("--participant-column", metavar="COLUMN", default="", help="column that identifies participants")
    new.add_argument("--arm-column", metavar="COLUMN", default="", help="column that contains the arm")
    new.add_argument("--visit-column", metavar="COLUMN", default="", help="column that contains the visit")
    new.add_argument("--control", metavar="ARM", default="", help="the control arm, as written in the file")
    new.add_argument("--weeks", default="", help="weeks after baseline of visits not named by week, such as 4,12")
    new.add_argument(
        "--instrument", metavar="COLUMN=NAME", action="append", default=[], type=_pair, help="may be repeated"
    )
    new.add_argument("--primary", metavar="OUTCOME", default="", help="the primary outcome")
    new.add_argument("--condition", default="", help='such as "knee osteoarthritis"')
    new.add_argument("--title", default="")
    new.add_argument("--citation", default="")
    new.add_argument("--comparator", default="", help="add-on, active, none or not_stated")
    new.add_argument(
        "--backward", metavar="ARM", default="", help="the arm that walked backward, as written in the file, or none"
    )
    new.add_argument(
        "--date-order", default="", choices=["", "day_first", "month_first"], help="order in dates such as 03/04/2024"
    )
    allocation = new.add_mutually_exclusive_group()
    allocation.add_argument("--randomised", dest="randomised", action="store_const", const="yes", default="")
    allocation.add_argument("--not-randomised", dest="randomised", action="store_const", const="no")
    new.add_argument(
        "--synthetic", dest="provenance", action="store_const", const="synthetic", default="", help="simulated data"
    )
    new.add_argument("--yes", action="store_true", help="ask nothing: use the most likely answers and list them")
    new.set_defaults(run=_new_cohort)

    check = commands.add_parser("check", help="check a cohort's data for problems without running the analysis")
    check.add_argument("name", metavar="NAME", type=_name)
    check.set_defaults(run=_check)

    export = commands.add_parser("export", help="write a cohort's data for sharing, without names and dates")
    export.add_argument("name", metavar="NAME", type=_name)
    export.add_argument("--to", metavar="FOLDER", type=Path, help="default: export/NAME")
    export.set_defaults(run=_export)

    freeze = commands.add_parser(
        "freeze", help="store the plan and its numbers in config/frozen/, to show later changes"
    )
    freeze.set_defaults(run=_freeze)

    _add_verify(commands)

    unlock = commands.add_parser("unlock", help="free a folder whose run was interrupted on another computer")
    unlock.set_defaults(run=_unlock)

    synthetic = commands.add_parser("synthetic", help="make the bundled synthetic cohorts in data/ again")
    synthetic.set_defaults(run=_synthetic)
    return parser


def _add_verify(commands: Any) -> None:
    verify = commands.add_parser(
        "verify",
        help="check whether results are as the run made them, and whether two runs agree",
        description="Compare the files of a results folder with its checksums.csv, and the data files and the plan beside it with its "
        "provenance.json. With --against, also compare its numbers with those of another results folder, made on another computer for "
        "instance: each must agree within 0.000001 standard errors, texts exactly. Exit code 0 if all agrees, 1 if not.",
    )
    verify.add_argument(
        "folder", metavar="FOLDER", type=Path, nargs="?", default=Path("results"), help="default: results"
    )
    verify.add_argument("--against", metavar="OTHER", type=Path, help="results folder of another run")
    verify.set_defaults(run=_verify)


def _name(text: str) -> str:
    if not NAME.fullmatch(text):
        raise argparse.ArgumentTypeError(
            f'"{text}" is not a valid name: use lowercase letters, digits and _, starting with a letter'
        )
    return text


def _pair(text: str) -> tuple[str, str]:
    column, equals, name = text.rpartition("=")
    if not (column and equals and name):
        raise argparse.ArgumentTypeError(f'"{text}" does not have the form COLUMN=NAME')
    return column, name


# --- new-cohort -------------------------------------------------------------------------------------------------------


def _new_cohort(chosen: argparse.Namespace) -> int:
    from retrowalk.ingest.add import add_cohort, propose_cohort
    from retrowalk.ingest.propose.questions import Answers

    given = {
        "sheet": chosen.sheet,
        "participant": chosen.participant_column,
        "arm": chosen.arm_column,
        "visit": chosen.visit_column,
        **{
            key: getattr(chosen, key)
            for key in (
                *("control", "weeks", "primary", "condition", "title", "citation", "comparator", "backward"),
                "date_order",
            )
        },
        "randomised": chosen.randomised,
        "provenance": chosen.provenance,
        **{f"instrument:{column}": name for column, name in chosen.instrument},
    }
    asks = not chosen.yes and sys.stdin.isatty()
    answers = Answers({key: text for key, text in given.items() if text}, _ask if asks else None)
    proposal = propose_cohort(chosen.name, chosen.files, chosen.sheet, answers)
    print(f"Read {proposal.overview}.\n")
    _print_table([("column", "meaning", "content"), *proposal.rows])
    if proposal.unused:
        print(f"\nNot used: {', '.join(proposal.unused)}.")
    for text in proposal.assumed:
        print(f"\nAssumed: {text}")
    if asks and input("\nAdd this cohort? [Y/n] ").strip().lower() not in ("", "y", "yes"):
        print("Nothing was written.")
        return 1
    path = add_cohort(chosen.name, proposal)
    print(f"\nAdded. {path} contains the settings for this file: check them and correct them there.")
    faults = _told(chosen.name)
    print(f"Correct the errors in the file, then type: make check NAME={chosen.name}" if faults else "Now type: make")
    return 0


def _ask(question) -> str:  # noqa: ANN001 (a Question; its module is imported late)
    """Ask a person until the answer is possible. Options may be answered by their number."""
    options = list(question.options)
    print(f"\n{question.text[0].upper()}{question.text[1:]}")
    for number, option in enumerate(options, start=1):
        meaning = question.options[option]
        print(f"  {number}. {option}" + (f": {meaning}" if meaning and meaning != option else ""))
    while True:
        answer = input(f"[{question.default}] > " if question.default else "> ").strip()
        if options and answer.isdigit() and answer not in options and 1 <= int(answer) <= len(options):
            answer = options[int(answer) - 1]
        answer = answer or question.default
        if (not answer and question.required) or (options and answer not in options):
            print("Please type one of the numbers above." if options else "Please type an answer.")
            continue
        return answer


def _print_table(rows: Sequence[tuple[str, ...]]) -> None:
    """Print rows in columns as wide as their widest cell, long cells cut."""
    short = [tuple(cell if len(cell) <= 60 else cell[:57] + "..." for cell in row) for row in rows]
    widths = [max(len(row[place]) for row in short) for place in range(len(short[0]))]
    for row in short:
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


# --- check ------------------------------------------------------------------------------------------------------------


def _check(chosen: argparse.Namespace) -> int:
    return 1 if _told(chosen.name) else 0


def _told(name: str) -> int:
    """Print what is wrong with a cohort's data, write problems.csv, and return the number of errors."""
    from retrowalk.ingest.verdict import examine

    verdict = examine(name)
    print("\n".join(verdict.lines))
    return verdict.errors


# --- the others -------------------------------------------------------------------------------------------------------


def _export(chosen: argparse.Namespace) -> int:
    from retrowalk.ingest.share import export_cohort

    for path in export_cohort(chosen.name, chosen.to or Path("export") / chosen.name):
        print(path)
    return 0


def _freeze(chosen: argparse.Namespace) -> int:
    from retrowalk.plan.paths import FROZEN
    from retrowalk.plan.read import load_plan
    from retrowalk.present.record.freeze import freeze

    digest = freeze(load_plan())
    print(f"Frozen in {FROZEN}/. SHA-256 of the plan: {digest}")
    print("Commit this folder to git, and publish the hash where others can see it (trial register, protocol).")
    return 0


def _verify(chosen: argparse.Namespace) -> int:
    from retrowalk.present.record.verify import verify

    found = verify(chosen.folder, chosen.against)
    print("\n".join([*found.faults, *found.notes]))
    if found.faults:
        print(f"{len(found.faults)} difference{'s' if len(found.faults) > 1 else ''} found.")
    return 1 if found.faults else 0


def _unlock(chosen: argparse.Namespace) -> int:
    from retrowalk.run.lock import unlock

    unlock()
    print("No run is using this folder. Type: make")
    return 0


def _synthetic(chosen: argparse.Namespace) -> int:
    """Write the raw files of the bundled cohorts, from the seed of the plan."""
    from retrowalk.plan.read import load_plan
    from retrowalk.simulate import make_bundled

    for path in make_bundled(load_plan().analysis.seed, Path("data")):
        print(path)
    return 0


if __name__ == "__main__":
    main()
