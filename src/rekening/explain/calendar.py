"""A dated to-do list as a calendar file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b

from rekening import __version__
from rekening.explain.numbers import Lang, clean
from rekening.explain.words import labels
from rekening.payers.mine.bill import Duty

__all__ = ["calendar"]

_REMIND_DAYS = 7


def calendar(duties: Sequence[Duty], lang: Lang, made: date) -> bytes:
    """Write duties as whole-day events with a reminder a week before (RFC 5545).

    The same list gives the same bytes, so that a calendar that reads it twice holds each event once.
    """
    from icalendar import Alarm, Calendar, Event

    words = labels("my_bill", lang)
    found = Calendar()
    found.add("prodid", f"-//Rekening//{__version__}//{lang.upper()}")
    found.add("version", "2.0")
    for duty in duties:
        event = Event()
        items = ", ".join(words.get(item) or clean(item) for item in duty.items)
        text = f"{words[f'do.{duty.kind}']}: {items}"
        event.add("summary", text)
        event.add("dtstart", duty.day)
        event.add("dtstamp", datetime(made.year, made.month, made.day, tzinfo=UTC))
        key = f"{duty.day} {duty.kind} {', '.join(duty.items)}"
        event.add("uid", blake2b(key.encode(), digest_size=16).hexdigest() + "@rekening")
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", text)
        alarm.add("trigger", timedelta(days=-_REMIND_DAYS))
        event.add_component(alarm)
        found.add_component(event)
    return bytes(found.to_ical())
