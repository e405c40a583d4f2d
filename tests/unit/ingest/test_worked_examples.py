"""Every worked example of config/README.md does what it says."""

import re
import shlex
import shutil
from pathlib import Path

import pytest

from retrowalk.cli import main

ROOT = Path(__file__).resolve().parents[3]
PAIR = re.compile(r"### ([^\n]+)\n(?:(?!###).)*?```sh\nretrowalk ([^\n]+)\n```\n\n```yaml\n(.*?)```", re.DOTALL)
EXAMPLES = PAIR.findall((ROOT / "config" / "README.md").read_text(encoding="utf-8"))


def test_there_is_an_example_of_each_kind_of_file():
    endings = {Path(word).suffix for _, command, _ in EXAMPLES for word in shlex.split(command)}
    assert {".csv", ".xlsx", ".sav", ".dta", ".xpt"} <= endings
    assert len(EXAMPLES) >= 12
    titles = " ".join(title for title, _, _ in EXAMPLES)
    for kind in ("CSV", "Excel", "SPSS", "Stata", "SAS", "REDCap", "ADaM"):
        assert kind in titles


@pytest.mark.parametrize(("title", "command", "written"), EXAMPLES, ids=[title for title, _, _ in EXAMPLES])
def test_an_example_writes_what_it_shows(tmp_path, monkeypatch, capsys, title, command, written):
    shutil.copytree(ROOT / "config", tmp_path / "config")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "received").symlink_to(ROOT / "tests" / "received")
    monkeypatch.chdir(tmp_path)
    arguments = shlex.split(command)
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 0, capsys.readouterr()
    assert "no faults\nNow type: make" in capsys.readouterr().out
    text = (tmp_path / "config" / "cohorts" / f"{arguments[1]}.yaml").read_text(encoding="utf-8")
    lines = [re.sub(r', sha256: "[0-9a-f]{64}"', "", line) for line in text.splitlines()]
    shown = [line for line in lines if line.strip() and not line.startswith(("#", "sha256"))]
    assert shown == written.splitlines()
    assert "provenance: synthetic" in shown  # nothing made from our files may look like evidence
