"""Makes the page of all findings: `python -m callpoint.ops.doctor.docs > docs/doctor.md`."""

import sys

from callpoint.ops.doctor.themes import THEMES, Theme

HEAD = """# callpoint doctor

<!-- Made by `python -m callpoint.ops.doctor.docs`; a test holds it against src/callpoint/ops/doctor/. -->

`callpoint doctor [--data DIR] [--config FILE] [--port-offset N] [--json]` says what is wrong with an installation, and
the remedy. It looks at files and asks questions; it changes nothing, and can be run at any time, beside a running
Callpoint or without one. Run it as the user Callpoint runs as.

It ends with 0 when there is no error, 1 when there is one, 2 when the configuration cannot be read.
`--json` gives `{"healthy": true|false, "findings": [{"id", "severity", "sentence", "remedy"}]}`; an `id` never changes
its meaning, the words of a sentence may.

- **error**: calls are lost or sent wrongly, or a process does not do its work.
- **warning**: this will happen, or happens to some people.
- **notice**: fit for a trial, or worth knowing.
- **ok**: looked at and found in order.
"""


def render() -> str:
    """The whole page, Markdown, ending in a newline."""
    return "\n".join([HEAD, *(_section(theme) for theme in THEMES)])


def _section(theme: Theme) -> str:
    head = [f"## {theme.title}\n", "| finding | severity | meaning | remedy |", "|---|---|---|---|"]
    rows = [f"| `{kind.id}` | {kind.severity} | {kind.meaning} | {kind.remedy} |" for kind in theme.kinds()]
    return "\n".join([*head, *rows, ""])


if __name__ == "__main__":
    sys.stdout.write(render())
