"""The Linux package, built for real, and the program out of it started: nothing is installed here."""

import hashlib
import importlib.util
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from callpoint.desktop.agent.program import VERSION
from tests.desktop.screen import x_screen
from tests.desktop.server import TOKEN, OnsiteServer, until

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "packaging" / "build.py"
pytestmark = [pytest.mark.peers, pytest.mark.timeout(1200)]


@pytest.fixture(scope="module")
def baked_server() -> Any:
    running = OnsiteServer().start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def output(peer: Callable[[str], str], baked_server: OnsiteServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with what was built, beside an installer of another system that was there before."""
    for program in ("dpkg-deb", "objdump"):
        peer(program)
    folder = tmp_path_factory.mktemp("installers")
    other = {"system": "windows", "file": "callpoint-onsite.msi", "size": 1, "sha256": "", "version": "0", "host": "x"}
    (folder / "manifest.json").write_text(json.dumps({"packages": [other]}), "utf-8")
    command = [sys.executable, str(SCRIPT), "--host", f"{baked_server.url}/onsite/", "--output", str(folder)]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    return folder


@pytest.fixture(scope="module")
def unpacked(output: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tree of the .deb."""
    folder = tmp_path_factory.mktemp("unpacked")
    subprocess.run(["dpkg-deb", "-x", str(output / "callpoint-onsite.deb"), str(folder)], check=True)
    return folder


def bare(home: Path, **more: str) -> dict[str, str]:
    """The environment of a computer that has no Python of ours."""
    return {"HOME": str(home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", **more}


def program(unpacked: Path) -> Path:
    return unpacked / "opt" / "callpoint-onsite" / "callpoint-onsite"


def test_the_manifest_lists_every_installer_with_its_digest(output: Path, baked_server: OnsiteServer) -> None:
    packages = json.loads((output / "manifest.json").read_text("utf-8"))["packages"]
    by_file = {one["file"]: one for one in packages}
    assert set(by_file) == {"callpoint-onsite.deb", "callpoint-onsite.tar.gz", "callpoint-onsite.msi"}
    for name in ("callpoint-onsite.deb", "callpoint-onsite.tar.gz"):
        one, content = by_file[name], (output / name).read_bytes()
        assert one["size"] == len(content)
        assert one["sha256"] == hashlib.sha256(content).hexdigest()
        assert (one["system"], one["version"], one["host"]) == ("linux", VERSION, baked_server.url)
        assert one["built_at"].endswith("Z")


def test_the_built_program_knows_its_server_and_reaches_it(
    unpacked: Path, baked_server: OnsiteServer, tmp_path: Path
) -> None:
    environment = bare(tmp_path, CALLPOINT_ONSITE_TOKEN=TOKEN)
    run = subprocess.run([program(unpacked), "--check"], env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.splitlines() == [
        f"Callpoint Onsite {VERSION}",
        f"host: {baked_server.url}",
        "token: set",
        "server: reached, and accepts the token",
    ]


def test_the_built_program_shows_itself_and_follows_the_server(
    unpacked: Path, baked_server: OnsiteServer, peer: Callable[[str], str], tmp_path: Path
) -> None:
    peer("xdotool")
    before = len(baked_server.streams())
    with x_screen(peer("Xvfb"), peer("openbox")) as display:
        environment = bare(tmp_path, CALLPOINT_ONSITE_TOKEN=TOKEN, DISPLAY=display)
        with (tmp_path / "log").open("wb") as log:
            process = subprocess.Popen([program(unpacked)], env=environment, stdout=log, stderr=log)
            try:
                until(lambda: len(baked_server.streams()) > before or process.poll() is not None, seconds=60)
                assert process.poll() is None, (tmp_path / "log").read_text("utf-8")
                again = subprocess.run([program(unpacked)], env=environment, timeout=60, check=False)
                assert again.returncode == 0, "a second one asks the first to show itself, and ends"
                assert len(baked_server.streams()) == before + 1
            finally:
                process.terminate()
                process.wait(20)


def test_the_package_starts_the_program_at_log_in_and_takes_a_token_in_silence(unpacked: Path, output: Path) -> None:
    entry = (unpacked / "etc/xdg/autostart/callpoint-onsite.desktop").read_text("utf-8")
    assert "Exec=/opt/callpoint-onsite/callpoint-onsite\n" in entry
    assert os.readlink(unpacked / "usr/bin/callpoint-onsite") == "/opt/callpoint-onsite/callpoint-onsite"
    fields = subprocess.run(
        ["dpkg-deb", "-f", str(output / "callpoint-onsite.deb")], capture_output=True, text=True, check=True
    ).stdout
    assert f"Version: {VERSION}\n" in fields
    assert "libxcb-cursor0" in fields
    control = output / "control"
    subprocess.run(["dpkg-deb", "-e", str(output / "callpoint-onsite.deb"), str(control)], check=True)
    postinst = (control / "postinst").read_text("utf-8")
    assert "${CALLPOINT_ONSITE_TOKEN:-}" in postinst
    for script in ("postinst", "postrm"):
        subprocess.run(["sh", "-n", str(control / script)], check=True)


def test_the_archive_holds_the_program_and_the_script_that_installs_it(output: Path, tmp_path: Path) -> None:
    with tarfile.open(output / "callpoint-onsite.tar.gz") as archive:
        names = archive.getnames()
        archive.extract("callpoint-onsite/install.sh", tmp_path, filter="data")
    assert "callpoint-onsite/callpoint-onsite/callpoint-onsite" in names
    assert "callpoint-onsite/callpoint-onsite.desktop" in names
    subprocess.run(["sh", "-n", str(tmp_path / "callpoint-onsite" / "install.sh")], check=True)


def test_a_host_that_is_none_is_refused_before_anything_is_built(tmp_path: Path) -> None:
    command = [sys.executable, str(SCRIPT), "--host", "no host", "--output", str(tmp_path)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert "is not the address of a server" in run.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["windows/onsite.wxs", "macos/org.callpoint.onsite.plist"])
def test_descriptions_for_other_systems_are_well_formed(name: str) -> None:
    etree = pytest.importorskip("lxml.etree")
    assert etree.parse(str(SCRIPT.parent / name)).getroot() is not None


def test_the_folder_hides_no_library_of_the_same_name() -> None:
    """`packaging` is also a library that pip and PyInstaller use: ours must stay a mere folder."""
    assert not (SCRIPT.parent / "__init__.py").exists()
    found = importlib.util.find_spec("packaging")
    assert found is not None
    assert found.origin is not None
    assert "site-packages" in found.origin
