"""`callpoint recording`: what was recorded, and one of it as a WAV file, for whoever can read the key."""

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from callpoint.media.recording_key import FOLDER_NAME, RecordingKeyError, existing_key
from callpoint.media.sealed_recording import SUFFIX, SealedRecording, SealError, export_wav, read
from callpoint.ops.errors import OperatorError
from callpoint.ops.options import ConfigOption, DataOption, JsonOption, print_json, read_configuration
from callpoint.speech.mu_law import BYTES_PER_SECOND

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="As `list` shows it: organization/file.")]
WavArgument = Annotated[
    Path, typer.Argument(metavar="FILE.wav", dir_okay=False, help="The file to write; it must not exist.")
]
KEY_REMEDY: Final = "Bring back the recording-key this installation had when the calls were recorded."

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    help="Recorded calls. They are kept encrypted; taking one out leaves a copy that is not.",
)


@app.command("list")
def list_recordings(as_json: JsonOption = False, data: DataOption = None, config: ConfigOption = None) -> None:
    """Every recording, oldest first, with its call."""
    data_dir = read_configuration(data, config).data
    paths = sorted((data_dir / FOLDER_NAME).glob(f"*/*{SUFFIX}"))
    found = [_told(data_dir, path) for path in paths] if paths else []
    if as_json:
        print_json(found)
        return
    for one in found:
        typer.echo(_line(one))
    if not found:
        typer.echo("No call was recorded.")


@app.command()
def export(name: NameArgument, wav: WavArgument, data: DataOption = None, config: ConfigOption = None) -> None:
    """Write a recording as stereo WAV: the caller (and guards who joined) left, the PSAP right. For its owner alone."""
    data_dir = read_configuration(data, config).data
    path = _path(data_dir, name)
    if wav.exists():
        raise OperatorError(f"{wav} exists already.", "Name a file that does not.")
    key = _key(data_dir)
    try:
        wav.touch(mode=0o600, exist_ok=False)
        recording = export_wav(path, key, wav)
    except SealError as error:
        wav.unlink(missing_ok=True)
        raise OperatorError(f"{name} cannot be opened: {error}.", KEY_REMEDY) from error
    except OSError as error:
        wav.unlink(missing_ok=True)
        raise OperatorError(f"{wav} cannot be written: {error.strerror}.", "Choose another place.") from error
    typer.echo(f"{_seconds(recording):.1f} s written to {wav}.")
    if not recording.complete:
        typer.echo("It was cut off: recording ended before the call did, or goes on.")


def _path(data_dir: Path, name: str) -> Path:
    """Of a recording of this installation and of no other file."""
    known = {f"{path.parent.name}/{path.name}": path for path in (data_dir / FOLDER_NAME).glob(f"*/*{SUFFIX}")}
    if name not in known:
        raise OperatorError(f"There is no recording {name}.", "`callpoint recording list` names them.")
    return known[name]


def _key(data_dir: Path) -> bytes:
    try:
        return existing_key(data_dir)
    except RecordingKeyError as error:
        raise OperatorError(f"Recordings cannot be opened: {error}.", KEY_REMEDY) from error


def _told(data_dir: Path, path: Path) -> dict[str, Any]:
    told: dict[str, Any] = {"name": f"{path.parent.name}/{path.name}"}
    try:
        recording = read(path.read_bytes(), _key(data_dir))
    except SealError as error:
        return told | {"trouble": str(error)}
    return told | recording.particulars | {"seconds": _seconds(recording), "complete": recording.complete}


def _line(one: dict[str, Any]) -> str:
    if "trouble" in one:
        return f"{one['name']}  {one['trouble']}"
    cut = "" if one["complete"] else "  (cut off, or going on)"
    return f"{one['name']}  {one['seconds']:.1f} s  call {one['call_id']}{cut}"


def _seconds(recording: SealedRecording) -> float:
    return len(recording.left) / BYTES_PER_SECOND
