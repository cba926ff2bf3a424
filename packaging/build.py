#!/usr/bin/env python3
"""Builds the Onsite program for the system this runs on, with the server's address baked in.

    python packaging/build.py --host https://callpoint.example.com --output DATA/installers

Linux gives a .deb (where dpkg-deb is) and a .tar.gz, Windows an .msi (WiX 5) or a setup .exe (Inno Setup) or else a
.zip, macOS a .pkg. `manifest.json` beside them lists what there is; what other systems have put there stays. No system
can build for another: run it once on each. See docs/onsite.md.
"""

import argparse
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from string import Template
from typing import Any

from callpoint.desktop.agent.host import HostError, base_url
from callpoint.desktop.agent.program import NAME, VERSION
from callpoint.desktop.agent.settings_sources import BAKED

HERE = Path(__file__).resolve().parent
SOURCE = HERE.parent / "src"
PROGRAM = "callpoint-onsite"
SYSTEMS = {"Linux": "linux", "Windows": "windows", "Darwin": "macos"}
# The machine most computers of a system are; only others are named in the file.
USUAL_MACHINE = {"linux": "x86_64", "windows": "amd64", "macos": "arm64"}
DEBIAN_MACHINES = {"x86_64": "amd64", "aarch64": "arm64", "armv7l": "armhf"}
# What httpx and Qt's bindings would use if it were there; the program gets along without.
UNUSED = (
    "uvloop",
    "trio",
    "click",
    "rich",
    "pygments",
    "attr",
    "numpy",
    "tkinter",
    "PySide6.QtOpenGL",
    "PySide6.QtSql",
)
# GTK's look for Qt programs drags half of a desktop along, in the versions of the machine this was built on.
UNUSED_FILES = (
    "PySide6/Qt/plugins/platformthemes/libqgtk3.so",
    *("libgtk-3.*", "libgdk*", "libatk*", "libatspi*", "libcairo*", "libpango*", "libepoxy*", "libharfbuzz.*"),
)


@dataclass(frozen=True)
class Build:
    """`folder` is the finished program (on macOS the .app), `work` a place for what is in between."""

    system: str
    host: str
    folder: Path
    work: Path
    output: Path

    def file(self, ending: str) -> Path:
        """Where an installer goes."""
        machine = platform.machine().lower()
        named = "" if machine == USUAL_MACHINE[self.system] else f"-{machine}"
        return self.output / f"{PROGRAM}{named}.{ending}"

    def words(self) -> Mapping[str, str]:
        """What the descriptions of installers have in the place of $names."""
        machine = DEBIAN_MACHINES.get(platform.machine(), platform.machine())
        size = sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file()) // 1024
        return {"name": NAME, "version": VERSION, "host": self.host, "architecture": machine, "kilobytes": str(size)}


def main() -> int:
    """0 when something was built, 1 when not, 2 for a host that is none."""
    parser = argparse.ArgumentParser(description="Builds the Onsite program and its installer for this system.")
    parser.add_argument("--host", required=True, help="the address screens ask: that of /onsite/, without /onsite/")
    parser.add_argument(
        "--output", type=Path, default=HERE.parent / "dist" / "installers", help="the folder for the result"
    )
    given = parser.parse_args()
    try:
        host = base_url(given.host)
    except HostError as error:
        say(str(error))
        return 2
    system = SYSTEMS.get(platform.system(), "linux")
    given.output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="onsite-build-") as work:
        build = Build(system, host, packed(Path(work), host), Path(work), given.output.resolve())
        files = WRAPPERS[system](build)
    note(given.output / "manifest.json", [line(file, system, host) for file in files])
    for file in files:
        say(f"{file} ({file.stat().st_size / 1e6:.1f} MB)")
    return 0 if files else 1


def packed(work: Path, host: str) -> Path:
    """The program with its interpreter and libraries as a folder of its own (on macOS an .app), by PyInstaller."""
    baked = work / BAKED
    baked.write_text(json.dumps({"host": host}), "utf-8")
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--onedir", "--log-level", "WARN"]
    command += ["--name", NAME if sys.platform == "darwin" else PROGRAM, "--paths", str(SOURCE)]
    command += ["--add-data", f"{baked}{os.pathsep}.", "--hidden-import", "callpoint.desktop.onsite.program"]
    command += [word for module in UNUSED for word in ("--exclude-module", module)]
    command += ["--windowed"] if sys.platform in ("win32", "darwin") else []
    command += ["--osx-bundle-identifier", "org.callpoint.onsite"] if sys.platform == "darwin" else []
    for option in ("distpath", "workpath", "specpath"):
        command += [f"--{option}", str(work / option)]
    subprocess.run([*command, str(SOURCE / "callpoint" / "desktop" / "onsite" / "__main__.py")], check=True, cwd=work)
    folder = work / "distpath" / (f"{NAME}.app" if sys.platform == "darwin" else PROGRAM)
    for pattern in UNUSED_FILES:
        for path in (folder / "_internal").glob(pattern):
            path.unlink()
    return folder


def linux(build: Build) -> list[Path]:
    """A .tar.gz with a script that installs it, and a .deb where dpkg-deb is."""
    files = [tarball(build)]
    if shutil.which("dpkg-deb"):
        files.insert(0, debian_package(build))
    else:
        say("No .deb: there is no dpkg-deb here.")
    return files


def tarball(build: Build) -> Path:
    path = build.file("tar.gz")
    with tarfile.open(path, "w:gz", compresslevel=6) as archive:
        archive.add(build.folder, f"{PROGRAM}/{PROGRAM}", filter=owned_by_root)
        for name, mode in (("install.sh", 0o755), (f"{PROGRAM}.desktop", 0o644)):
            filled = fill(HERE / "linux" / name, build.work / name, build)
            filled.chmod(mode)
            archive.add(filled, f"{PROGRAM}/{name}", filter=owned_by_root)
    return path


def debian_package(build: Build) -> Path:
    root = build.work / "deb"
    shutil.copytree(build.folder, root / "opt" / PROGRAM, symlinks=True)
    for place in ("etc/xdg/autostart", "usr/share/applications"):
        fill(HERE / "linux" / f"{PROGRAM}.desktop", root / place / f"{PROGRAM}.desktop", build)
    (root / "usr" / "bin").mkdir(parents=True)
    (root / "usr" / "bin" / PROGRAM).symlink_to(f"/opt/{PROGRAM}/{PROGRAM}")
    fill(HERE / "linux" / "control", root / "DEBIAN" / "control", build)
    fill(HERE / "linux" / "conffiles", root / "DEBIAN" / "conffiles", build)
    for script in ("postinst", "postrm"):
        fill(HERE / "linux" / script, root / "DEBIAN" / script, build).chmod(0o755)
    for folder in [root, *(path for path in root.rglob("*") if path.is_dir() and not path.is_symlink())]:
        folder.chmod(0o755)
    path = build.file("deb")
    subprocess.run(
        ["dpkg-deb", "--build", "--root-owner-group", "-Zxz", "-z1", str(root), str(path)], check=True, stdout=2
    )
    return path


def windows(build: Build) -> list[Path]:
    """An .msi by WiX, else a setup .exe by Inno Setup, else a .zip."""
    words = build.words()
    values = {"Version": words["version"], "Folder": str(build.folder), "Host": build.host}
    if (wix := shutil.which("wix")) is not None:
        path = build.file("msi")
        defines = [word for name, value in values.items() for word in ("-d", f"{name}={value}")]
        subprocess.run([wix, "build", str(HERE / "windows" / "onsite.wxs"), *defines, "-o", str(path)], check=True)
        return [path]
    if (inno := shutil.which("iscc")) is not None:
        path = build.file("exe")
        defines = [f"/D{name}={value}" for name, value in values.items()]
        target = [f"/O{path.parent}", f"/F{path.stem}"]
        subprocess.run([inno, *defines, *target, str(HERE / "windows" / "onsite.iss")], check=True)
        return [path]
    say("No .msi and no setup .exe: there is neither wix nor iscc on the path.")
    path = build.file("zip")
    return [Path(shutil.make_archive(str(path.with_suffix("")), "zip", build.folder.parent, build.folder.name))]


def macos(build: Build) -> list[Path]:
    """A .pkg that puts the program into /Applications and starts it at every log-in."""
    root = build.work / "pkg"
    shutil.copytree(build.folder, root / "Applications" / build.folder.name, symlinks=True)
    agent = "org.callpoint.onsite.plist"
    fill(HERE / "macos" / agent, root / "Library" / "LaunchAgents" / agent, build)
    path = build.file("pkg")
    command = ["pkgbuild", "--root", str(root), "--identifier", "org.callpoint.onsite", "--version", VERSION]
    subprocess.run([*command, "--install-location", "/", str(path)], check=True)
    return [path]


WRAPPERS: Mapping[str, Callable[[Build], list[Path]]] = {"linux": linux, "windows": windows, "macos": macos}


def fill(template: Path, target: Path, build: Build) -> Path:
    """Writes the description with its $names filled in."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(Template(template.read_text("utf-8")).safe_substitute(build.words()), "utf-8", newline="\n")
    return target


def owned_by_root(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """Whoever built it is nobody on the computer it goes to."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = "root"
    return entry


def line(file: Path, system: str, host: str) -> dict[str, Any]:
    """What the manifest says of an installer."""
    return {
        "system": system,
        "file": file.name,
        "size": file.stat().st_size,
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "version": VERSION,
        "host": host,
        "built_at": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
    }


def note(manifest: Path, lines: list[dict[str, Any]]) -> None:
    """Puts `lines` into the manifest, in the place of earlier ones of the same files."""
    try:
        listed = json.loads(manifest.read_text("utf-8"))["packages"]
    except FileNotFoundError:
        listed = []
    new = {one["file"] for one in lines}
    packages = sorted([*(one for one in listed if one["file"] not in new), *lines], key=lambda one: str(one["file"]))
    part = manifest.with_name(".manifest.json.part")
    part.write_text(json.dumps({"packages": packages}, indent=2) + "\n", "utf-8")
    part.replace(manifest)  # the portal may be reading it


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
