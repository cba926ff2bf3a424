"""`callpoint administrator`: an installation's first administrator, and the way back in for one locked out."""

from typing import Annotated, Any

import typer

from callpoint.ops.django_start import with_django
from callpoint.ops.options import ConfigOption, DataOption, JsonOption, OffsetOption, configure, print_json

EmailArgument = Annotated[str, typer.Argument(metavar="EMAIL", help="The address they sign in with.")]
OrganizationOption = Annotated[
    str | None,
    typer.Option("--org", metavar="SLUG", help="Of this organization (default: of the whole installation)."),
]
RoleOption = Annotated[
    str | None,
    typer.Option(
        "--role",
        metavar="ROLE",
        help="With --org: organization_administrator (the default), security or auditor.",
    ),
]
NameOption = Annotated[str, typer.Option("--name", metavar="NAME", help="What they are called, for a new account.")]


def administrator(
    email: EmailArgument,
    org: OrganizationOption = None,
    role: RoleOption = None,
    name: NameOption = "",
    data: DataOption = None,
    config: ConfigOption = None,
    port_offset: OffsetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Appoint somebody and print a link by which they choose a password; it works once.

    Without --org a provider administrator, who makes organizations and their administrators in the portal. For
    somebody who has the role already, a new link: their password stays until it is used.
    """
    settings = configure(data, config, port_offset)
    told = with_django(settings, "callpoint.ops.administrator_work:appointed", email, org, role, name)
    if as_json:
        print_json(told)
    else:
        _tell(told)


def _tell(told: dict[str, Any]) -> None:
    where = f"of {told['organization']}" if told["organization"] else "of this installation"
    role = told["role"].replace("_", " ")
    was = "is" if told["new"] else "was already"
    typer.echo(f"{told['email']} {was} {role} {where}.")
    if told["link"]:
        typer.echo(f"\nOpen this to choose a password (it works once, and for {told['days']} days):\n  {told['link']}")
        typer.echo("\nWhoever has the link gets in: hand it over as you would a key.")
    else:
        typer.echo(f"They sign in with the password they have: {told['sign_in']}")
