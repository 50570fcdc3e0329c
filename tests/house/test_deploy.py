"""What operators copy from deploy/ and docs/operations.md names things that exist."""

import configparser
import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from tests.installation.page import PAGE, block, blocks, section

ROOT = PAGE.parents[1]
EXAMPLES = [PAGE, *(path for path in (ROOT / "deploy").rglob("*") if path.is_file())]
UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_every_command_that_is_named_exists(path: Path):
    named = re.findall(r"(?:manage\.py|^resolutionflow) ([a-z_]+)", path.read_text(), re.M)
    assert set(named) - get_commands().keys() == set()


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_every_unit_runs_as_the_application_with_its_settings(unit: Path):
    parsed = configparser.RawConfigParser(strict=False)
    parsed.read(unit)
    assert parsed["Service"]["User"] == "resolutionflow"
    assert parsed["Service"]["EnvironmentFile"] == "/etc/resolutionflow/env"


def test_the_page_starts_every_unit_but_those_of_a_timer():
    timers = {path.stem for path in UNITS[0].parent.glob("*.timer")}
    start = dict(blocks(section("Install", PAGE.read_text())))["systemd"]
    assert [unit.stem for unit in UNITS if unit.stem not in start and unit.stem not in timers] == []


def test_a_back_up_and_its_restoring_are_written_down():
    page = PAGE.read_text()
    assert "pg_dump" in block("backup", page)
    assert "pg_restore" in block("restore", page)
