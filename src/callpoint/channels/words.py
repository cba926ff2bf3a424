"""A call in words: for one recipient, by an organization's template where there is one, else by the built-in words."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from callpoint.channels import builtin
from callpoint.channels.cleaning import lines, one_line
from callpoint.channels.phrases import Phrases, short_language
from callpoint.channels.phrases_en import ENGLISH
from callpoint.channels.phrases_fr import FRENCH
from callpoint.channels.sample_call import SAMPLE_AROUND, sample_call
from callpoint.channels.templates import BrokenTemplateError, check_template, fill
from callpoint.channels.variables import Circumstances, values_of
from callpoint.routing.alert_call import AlertCall
from callpoint.routing.alert_records import ALERT_TYPES, Channel, TemplateRecord
from callpoint.speech.numbers import say_digits

MESSAGE_TYPES: Final = (*ALERT_TYPES, "self_test", "welcome", "update_available", "reminder")
"""Everything there are words for."""

LANGUAGES: Final[Mapping[str, Phrases]] = {"en": ENGLISH, "fr": FRENCH}
LONGEST_SUBJECT: Final = 200
LONGEST_TEXT: Final = 20_000
# Said digit by digit, never "nine hundred eleven".
_EMERGENCY_NUMBER: Final = re.compile(r"\b9[13][13]\b")
_LONGEST: Final = {"sms": 1_200, "voice": 2_500}
_TEST_TYPES: Final = frozenset({"test_call", "self_test"})
_TEST_SERVICES: Final = frozenset({"read_back", "test"})


@dataclass(frozen=True)
class Words:
    """`subject` is one line, `text` several (for the voice channel a sentence a line).

    `template` is the id of the template they were made from, or of the broken one that was to be used; `trouble` says
    why that one could not be, and then the words are the built-in ones ("" = all is well).
    """

    subject: str
    text: str
    trouble: str = ""
    template: str = ""


def render(
    call: AlertCall,
    type: str,  # noqa: A002 - the word the plan, the notice and the record have for it
    channel: str,
    language: str,
    *,
    templates: Sequence[TemplateRecord] = (),
    subscription_templates: Sequence[str] = (),
    organization: str = "",
    time_zone: str = "UTC",
    links: Mapping[str, str] | None = None,
    state: str = "",
    test: bool | None = None,
) -> Words:
    """The words for `type` (one of MESSAGE_TYPES) on one channel; never fails for what a template or a call holds.

    Of `templates` the subscription's own go first, then those of the whole plan in their order, each only for its
    type, channel and language. `organization` is the name people know; `state` how far the call is ("answered").
    `test` is by itself true for test calls. Raises KeyError for a type there are no words for.
    """
    phrases = LANGUAGES[short_language(language)]
    is_test = is_test_call(call, type) if test is None else test
    around = Circumstances(organization, time_zone, links or {}, state)
    values = values_of(call, type, channel, phrases, around)
    subject = one_line(builtin.subject(type, values, phrases, is_test), LONGEST_SUBJECT)
    template = chosen(templates, subscription_templates, type, channel, phrases.language)
    if template is not None:
        try:
            return _by_template(template, values, subject, phrases, is_test)
        except BrokenTemplateError as error:
            trouble = one_line(f"Template “{template.name}” cannot be used: {error}", 500)
            return Words(subject, _built_in(type, channel, values, phrases, is_test), trouble, template.id)
    return Words(subject, _built_in(type, channel, values, phrases, is_test))


def is_test_call(call: AlertCall, alert_type: str) -> bool:
    """Whether nobody is in danger."""
    return alert_type in _TEST_TYPES or call.service in _TEST_SERVICES


def chosen(
    templates: Sequence[TemplateRecord], first: Sequence[str], alert_type: str, channel: str, language: str
) -> TemplateRecord | None:
    """The template to use: the first of `first` (ids) that fits, else the first that fits, else none."""
    fitting = [
        one
        for one in templates
        if (one.type, one.channel, short_language(one.language)) == (alert_type, channel, language)
    ]
    named = {one.id: one for one in reversed(fitting)}
    return next((named[key] for key in first if key in named), fitting[0] if fitting else None)


def preview(
    body: str,
    subject: str,
    type: str,  # noqa: A002 - as in `render`
    channel: Channel,
    language: str,
) -> Words:
    """How a template looks for the sample call; the built-in words for an empty one, and with the trouble of a broken.

    Raises KeyError for a type there are no words for.
    """
    template = TemplateRecord("preview", "preview", type, channel, language, body, subject)
    return render(
        sample_call(type),
        type,
        channel,
        language,
        templates=(template,) if body or subject else (),
        organization=SAMPLE_AROUND.organization,
        time_zone=SAMPLE_AROUND.time_zone,
        links=SAMPLE_AROUND.links,
        state=SAMPLE_AROUND.state,
    )


def _by_template(
    template: TemplateRecord, values: Mapping[str, str], subject: str, phrases: Phrases, test: bool
) -> Words:
    """Raises BrokenTemplateError. A template does not get rid of the mark that says it is only a test."""
    problems = check_template(template.body, template.subject, template.channel)
    if problems:
        raise BrokenTemplateError(problems[0])
    body = fill(template.body, values)
    if not body.strip():
        raise BrokenTemplateError("for this call it has no text at all")
    mark = phrases.test_mark if test else ""
    own = one_line(fill(template.subject, values), LONGEST_SUBJECT - len(mark))
    text = _fitting(mark + body if mark not in body else body, template.channel, phrases)
    return Words(mark + own if own else subject, text, template=template.id)


def _built_in(alert_type: str, channel: str, values: Mapping[str, str], phrases: Phrases, test: bool) -> str:
    return _fitting(builtin.text(alert_type, channel, values, phrases, test), channel, phrases)


def _fitting(text: str, channel: str, phrases: Phrases) -> str:
    if channel == "voice":
        text = _EMERGENCY_NUMBER.sub(lambda code: say_digits(code[0], phrases.language), text)
    return lines(text, _LONGEST.get(channel, LONGEST_TEXT))
