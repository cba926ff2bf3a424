"""Sentences of the part `alerts`; written by `scripts/sentences.py`."""

from typing import Final

from django.utils.translation import gettext_noop

SENTENCES: Final = (
    gettext_noop("A location nobody could confirm, which went along as a comment only."),
    gettext_noop("Building, floor and room; the whole location where no building is known."),
    gettext_noop("Day and time of the call."),
    gettext_noop("Day of the call, in the organization's time zone."),
    gettext_noop("How far the call is, as in “answered”."),
    gettext_noop("Latitude and longitude."),
    gettext_noop("Link to acknowledge the alert."),
    gettext_noop("Link to the live board."),
    gettext_noop("Link to the person's own page, in e-mails to people."),
    gettext_noop("Link to the programs to install, in e-mails to people."),
    gettext_noop("Name of the PSAP."),
    gettext_noop("Name of the building."),
    gettext_noop("Name of the organization."),
    gettext_noop("Name of the person who calls, or whom it is about."),
    gettext_noop("Name of the trunk the call came over."),
    gettext_noop("Number the call came from."),
    gettext_noop("Number the person can be called back at."),
    gettext_noop("Suite, apartment or unit."),
    gettext_noop("The %(sign)s at “%(near)s” belongs to no variable; variables are written as {{ person }}."),
    gettext_noop("The call's identifier, by which PSAP and records know it."),
    gettext_noop("The location that went to emergency services, in one line."),
    gettext_noop("The person and their ID; the number they call from, when nobody knows them."),
    gettext_noop("The person's Device User ID."),
    gettext_noop("The subject has %(length)s characters; at most %(most)s are possible."),
    gettext_noop("The subject has more than one line."),
    gettext_noop("The text has %(length)s characters; at most %(most)s are possible."),
    gettext_noop("The text is empty."),
    gettext_noop("There is no variable called “%(name)s”."),
    gettext_noop("Time of the call, in the organization's time zone."),
    gettext_noop("What an alert without a call is about, as the trunk that does not answer."),
    gettext_noop("What happened, in a few words, as in “911 call”."),
    gettext_noop("What the call costs, where it goes to the relay center."),
    gettext_noop("What the location's own text says of the way there."),
    gettext_noop("What was dialled."),
    gettext_noop("Where the call goes: the PSAP by its name, or the relay center."),
    gettext_noop("“%(name)s” is no name of a variable; variables are written as {{ person }}."),
)
