"""Puts the built command and its production dependencies into the wheel, as fleetgen/_app.

The packages are those of package-lock.json, so the wheel runs what the tests have run. Packages with
binaries for one platform are optional ones and stay out: the wheel is for any platform.
"""

import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

REPOSITORY = Path(__file__).resolve().parent.parent
NPM_CI = ["ci", "--omit=dev", "--omit=optional", "--omit=peer", "--ignore-scripts"]
# What only TypeScript and debuggers read.
TYPES = ["*.ts", "*.cts", "*.mts", "*.map"]


class CommandHook(BuildHookInterface):  # type: ignore[type-arg]
    """Assembles the command in a temporary folder, which lasts until the wheel is written."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":  # Whoever works on it says with FLEETGEN_COMMAND what to run.
            return
        built = REPOSITORY / "dist"
        if not (built / "cli.js").exists():
            raise RuntimeError(f"there is no command in {built}: npm ci && npm run build makes it")
        npm = shutil.which("npm")
        if npm is None:
            raise RuntimeError("npm is not on PATH: install Node.js from https://nodejs.org")
        self.folder = TemporaryDirectory()
        app = Path(self.folder.name)
        for name in ("package.json", "package-lock.json", "LICENSE"):
            shutil.copy(REPOSITORY / name, app)
        quiet = ["--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run([npm, *NPM_CI, *quiet], cwd=app, check=True)
        (app / "package-lock.json").unlink()
        shutil.copytree(built, app / "dist", ignore=shutil.ignore_patterns(*TYPES))
        packages, whole = app / "node_modules", app / "whole"
        packages.rename(whole)
        shutil.copytree(whole, packages, ignore=shutil.ignore_patterns(*TYPES, "test", ".bin"))
        shutil.rmtree(whole)
        build_data["force_include"][str(app)] = "fleetgen/_app"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if version != "editable":
            self.folder.cleanup()
