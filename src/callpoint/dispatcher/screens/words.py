"""What a screen writes and says of an alert: the same words as every other channel (`channels.words`)."""

from typing import Any

from callpoint.channels import words
from callpoint.dispatcher.screens.story import Story
from callpoint.routing.alert_call import AlertCall
from callpoint.routing.alert_records import AlertPlan


def screen_words(plan: AlertPlan, story: Story, language: str) -> dict[str, Any]:
    """`title` is one line, `lines` the text; `own` says that they are the organization's and not the built-in ones."""
    chosen = tuple(
        template for one in plan.subscriptions if one.name in story.subscriptions for template in one.templates
    )
    made = words.render(
        AlertCall.from_json(story.call),
        story.type,
        "onsite",
        language,
        templates=plan.templates,
        subscription_templates=chosen,
        organization=plan.name,
        time_zone=plan.time_zone,
        test=story.test,
    )
    lines = [line for line in made.text.splitlines() if line]
    return {"title": made.subject, "lines": lines, "own": bool(made.template and not made.trouble)}


def spoken_sentences(plan: AlertPlan, story: Story, language: str) -> tuple[str, ...]:
    """What is said aloud, a sentence each, as to a phone that is called."""
    call = AlertCall.from_json(story.call)
    made = words.render(call, story.type, "voice", language, time_zone=plan.time_zone, test=story.test)
    return tuple(line for line in made.text.splitlines() if line)
