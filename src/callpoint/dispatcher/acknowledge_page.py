"""`/acknowledge/<token>`: the page behind the link of a notice, where its recipient says "I see to it".

Looking acknowledges nothing, since mail scanners follow every link; only the button (POST) does. Whoever has the link
may use it: it was sent to the recipient alone, is signed, and opens one alert.
"""

import secrets
from collections.abc import Mapping
from html import escape
from typing import Final, Protocol
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from callpoint.channels.local_time import local_moment
from callpoint.channels.variables import readable_number
from callpoint.dispatcher import links
from callpoint.dispatcher.links import Link
from callpoint.dispatcher.open_alert import OpenAlert
from callpoint.dispatcher.screens.requests import RefusedError, body_of
from callpoint.routing.alert_records import Recipient

LONGEST_NAME: Final = 80
LONGEST_BODY: Final = 4096
Phrases = Mapping[str, str]

_ENGLISH: Final[Phrases] = {
    "title": "Acknowledge an alert",
    "about": "Who, and where",
    "callback": "Callback number",
    "at": "Since",
    "name": "Your name",
    "button": "I see to it",
    "explain": "Everybody who was told sees that you see to it, and nobody further is told.",
    "done": "Thank you. Everybody who was told now sees that {by} sees to it.",
    "already": "Somebody has acknowledged this alert already. You can say so, too.",
    "over": "This alert is over. Call records in the portal tell how it went.",
    "unknown": "This link is not valid, or is too old.",
    "test": "This is only a test.",
    "nowhere": "not known",
    "somebody": "somebody with the link",
}
_FRENCH: Final[Phrases] = {
    "title": "Confirmer une alerte",
    "about": "Qui, et où",
    "callback": "Numéro de rappel",
    "at": "Depuis",
    "name": "Votre nom",
    "button": "Je m’en occupe",
    "explain": "Toutes les personnes prévenues verront que vous vous en occupez, et personne d’autre ne sera prévenu.",
    "done": "Merci. Toutes les personnes prévenues voient maintenant que {by} s’en occupe.",
    "already": "Quelqu’un a déjà confirmé cette alerte. Vous pouvez le faire aussi.",
    "over": "Cette alerte est terminée. Le dossier de l’appel se trouve dans le portail.",
    "unknown": "Ce lien n’est pas valide, ou il est trop ancien.",
    "test": "Ceci n’est qu’un test.",
    "nowhere": "inconnu",
    "somebody": "quelqu’un qui a le lien",
}
_STYLE: Final = (
    "body{font:1.1rem/1.5 system-ui,sans-serif;margin:0 auto;max-width:36rem;padding:1.5rem;color:#1b1b1f;"
    "background:#fff}h1{font-size:1.4rem}dt{color:#55555c}dd{margin:0 0 .6rem;font-weight:600}"
    "input,button{font:inherit;padding:.6rem;width:100%;box-sizing:border-box;margin:.3rem 0 .9rem;"
    "border:1px solid #55555c;border-radius:.3rem}button{background:#9a1b1b;color:#fff;border:0;font-weight:700}"
    "p.test{background:#e7f0ff;padding:.6rem}"
)


class Acknowledging(Protocol):
    """What is needed of the engine."""

    def linked(self, link: Link) -> tuple[OpenAlert, Recipient | None] | None: ...

    async def acknowledge(self, organization: str, alert: str, by: str, how: str, recipient_id: str = "") -> bool: ...


def acknowledge_routes(engine: Acknowledging, key: str) -> list[Route]:
    """`key` is what the links are signed with."""

    async def page(request: Request) -> Response:
        link = links.read(key, request.path_params["token"])
        phrases = _phrases(request.headers.get("accept-language", ""))
        if link is None:
            return _answer(phrases, f"<p>{phrases['unknown']}</p>", 404)
        linked = engine.linked(link)
        if linked is None:
            return _answer(phrases, f"<p>{phrases['over']}</p>", 410)
        alert, recipient = linked
        if recipient is not None and recipient.language:
            phrases = _phrases(recipient.language)
        name = recipient.name if recipient is not None else ""
        if request.method != "POST":
            return _answer(phrases, _form(phrases, name, alert))
        by = await _name(request) or name or phrases["somebody"]
        if not await engine.acknowledge(alert.organization, alert.id, by, "link", link.recipient_id):
            return _answer(phrases, f"<p>{phrases['over']}</p>", 410)
        return _answer(phrases, f'<p role="status">{escape(phrases["done"].format(by=by))}</p>')

    return [Route(f"{links.PATH}{{token}}", page, methods=["GET", "POST"])]


def _form(phrases: Phrases, name: str, alert: OpenAlert) -> str:
    call = alert.call
    where = call.location or call.location_unsure or phrases["nowhere"]
    spot = ", ".join(part for part in (call.building, call.floor, call.room, call.note) if part)
    who = call.person or call.device_user_id or call.caller_number or phrases["nowhere"]
    lines = [(phrases["about"], " — ".join(part for part in (who, spot, where) if part))]
    if not call.call_id:
        lines = [(phrases["about"], call.about or call.trunk)]
    when = local_moment(call.at, "UTC", "fr" if phrases is _FRENCH else "en")
    lines += [(phrases["callback"], readable_number(call.callback_number)), (phrases["at"], when)]
    facts = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in lines if value)
    test = f'<p class="test">{phrases["test"]}</p>' if alert.test else ""
    already = f"<p>{phrases['already']}</p>" if alert.acknowledged else ""
    return (
        f"{test}<dl>{facts}</dl>{already}"
        f'<form method="post"><label for="by">{phrases["name"]}</label>'
        f'<input id="by" name="by" maxlength="{LONGEST_NAME}" autocomplete="name" value="{escape(name)}">'
        f"<button>{phrases['button']}</button></form><p>{phrases['explain']}</p>"
    )


def _answer(phrases: Phrases, inside: str, status: int = 200) -> HTMLResponse:
    nonce = secrets.token_urlsafe(16)
    language = "fr" if phrases is _FRENCH else "en"
    page = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{phrases["title"]} · Callpoint'
        f'</title><style nonce="{nonce}">{_STYLE}</style></head><body><main><h1>{phrases["title"]}</h1>{inside}</main>'
        "</body></html>"
    )
    policy = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    headers = {
        "Content-Security-Policy": policy,
        "Cache-Control": "no-store",
        # The address is the key to the alert: it must not be told to whatever is visited next.
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex",
    }
    return HTMLResponse(page, status, headers)


async def _name(request: Request) -> str:
    """What was typed as a name, on one line; "" for nothing, for more than any name, or for one that does not come."""
    try:
        body = await body_of(request, LONGEST_BODY)
    except RefusedError:
        return ""
    typed = parse_qs(body.decode("utf-8", "replace")).get("by", [""])[0]
    return " ".join("".join(one if one.isprintable() else " " for one in typed).split())[:LONGEST_NAME]


def _phrases(language: str) -> Phrases:
    return _FRENCH if language.lower().startswith("fr") else _ENGLISH
