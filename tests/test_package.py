"""The wheel, installed and run far from the checkout: templates, decks and the command are in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest
from recipes import contents

ROOT = Path(__file__).parent.parent
PIP = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")
pytestmark = pytest.mark.slow


def run(*command: object, cwd: Path, **environment: str) -> str:
    env = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "SOURCE_DATE_EPOCH")}
    ran = subprocess.run(
        list(map(str, command)), cwd=cwd, env=env | environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, f"{command}: {ran.stdout}{ran.stderr}"
    return ran.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built by pip; with the hatchling that is here, where there is one."""
    folder = tmp_path_factory.mktemp("wheel")
    isolation = ["--no-build-isolation"] if find_spec("hatchling") else []
    run(*PIP, "wheel", "--no-deps", *isolation, "--wheel-dir", folder, ROOT, cwd=folder)
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def command(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """The script `netdrill` as pip installs it, and the environment in which it finds the package."""
    target = tmp_path_factory.mktemp("installed")
    run(*PIP, "install", "--no-deps", "--target", target, wheel, cwd=target)
    return target / "bin" / "netdrill", {"PYTHONPATH": str(target)}


def test_the_wheel_holds_what_it_needs_and_no_more(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as package:
        names = set(package.namelist())
    shipped = {path for name in ("generator", "templates", "decks") for path in (ROOT / name).rglob("*") if _ours(path)}
    wanted = {path.relative_to(ROOT).as_posix() for path in shipped}
    wanted = {name if name.startswith("generator/") else f"generator/{name}" for name in wanted}
    assert {name for name in names if ".dist-info/" not in name} == wanted
    assert "generator/py.typed" in names


def _ours(path: Path) -> bool:
    return path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")


def test_the_installed_command_works_far_from_the_checkout(
    command: tuple[Path, dict[str, str]], tmp_path: Path
) -> None:
    script, env = command
    where = run(sys.executable, "-c", "import generator; print(generator.__file__)", cwd=tmp_path, **env)
    assert Path(where.strip()).is_relative_to(script.parent.parent), "the checkout was run instead"
    listed = json.loads(run(script, "list", "--json", cwd=tmp_path, **env))
    assert {"lstm", "recurrent-parameters"} <= {entry["id"] for entry in listed}
    said = run(script, "build", cwd=tmp_path, **env)
    assert said.startswith("42 questions in out/exam-practice/")
    files = contents(tmp_path / "out" / "exam-practice")
    drawn = {name for name in files if name.startswith("figures/") and files[name].startswith(b"<svg ")}
    told = {"worksheet.md", "answers.md", "deck.apkg", "questions.jsonl", "netdrill.lock"}
    assert drawn and set(files) == told | drawn | {"figures"}
    assert all(files[name] for name in told)
    version = run(script, "--version", cwd=tmp_path, **env)
    assert version == f"netdrill {_version()}\n"


def _version() -> str:
    found = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return str(found["project"]["version"])
