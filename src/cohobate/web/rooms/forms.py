"""The forms around a room."""

from __future__ import annotations

from typing import Any

from django import forms

from cohobate.practicum.forms import LONG
from cohobate.practicum.workshop import Workshop
from cohobate.web.people.forms import LASTING, LinkForm
from cohobate.web.rooms.starting import Given, Offer

OTHERS, ALONE = "others", "alone"
PASTED = ""


class RoomForm(forms.Form):
    """What a new room needs, from the workshop that it is to run."""

    topic = forms.CharField(label="Topic", max_length=400, widget=forms.Textarea({"rows": 2}))
    title = forms.CharField(
        label="Title of the room",
        max_length=120,
        required=False,
        help_text="What people see in their list. Left empty, it is the workshop's title.",
    )
    people = forms.ChoiceField(
        label="Who takes part",
        choices=[(OTHERS, "Others and I"), (ALONE, "I alone")],
        initial=OTHERS,
        widget=forms.RadioSelect,
    )
    seat = forms.ChoiceField(label="Your own seat", required=False)
    beside = forms.ChoiceField(
        label="Compare notes with",
        required=False,
        help_text="Groups that work beside each other see each other's notes where the workshop says so.",
    )

    def __init__(
        self,
        workshop: Workshop,
        offers: dict[str, list[Offer]],
        beside: list[tuple[str, str]],
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.workshop, self.offers = workshop, offers
        self.fields["topic"].help_text = f"Bring {workshop.topic}."
        self.fields["title"].widget.attrs["placeholder"] = workshop.title
        seats = [
            (seat.name, f"{seat.name}: {seat.duty}" if seat.duty else seat.name) for seat in workshop.seats.values()
        ]
        self.fields["seat"].choices = [("", "None yet; I only open the room"), *seats]
        if beside:
            self.fields["beside"].choices = [("", "nobody: this group works by itself"), *beside]
        else:
            del self.fields["beside"]
        for need in workshop.needs.values():
            if offers.get(need.name):
                self.fields[f"offer_{need.name}"] = forms.ChoiceField(
                    label=f"{need.title}, from an earlier room",
                    choices=[(PASTED, "none of these"), *((one.id, one.label) for one in offers[need.name])],
                    required=False,
                )
            self.fields[f"words_{need.name}"] = forms.CharField(
                label=f"{need.title}, as text",
                max_length=LONG,
                required=False,
                help_text=need.form.about[:1].upper() + need.form.about[1:] + (" (optional)" if need.optional else ""),
                widget=forms.Textarea({"rows": 5}),
            )

    def clean(self) -> dict[str, Any]:
        """Each need that is not optional has to be filled in one way."""
        cleaned: dict[str, Any] = super().clean()
        for need in self.workshop.needs.values():
            given = self._given(cleaned, need.name)
            if not need.optional and not given.offer and not given.words:
                self.add_error(f"words_{need.name}", f"This workshop starts from this; choose or paste {need.title}.")
        if cleaned.get("people") == ALONE and not cleaned.get("seat"):
            least = self.workshop.people[0]
            if least <= 1:
                cleaned["seat"] = next(s.name for s in self.workshop.seats.values() if s.does != "watches")
            else:
                self.add_error("seat", "Alone you need a seat; choose which.")
        return cleaned

    @staticmethod
    def _given(cleaned: dict[str, Any], need: str) -> Given:
        offer = cleaned.get(f"offer_{need}", "")
        return Given(offer, "" if offer else cleaned.get(f"words_{need}", ""))

    @property
    def given(self) -> dict[str, Given]:
        """What the room starts from, by need; needs that stay empty are left out."""
        found = {need: self._given(self.cleaned_data, need) for need in self.workshop.needs}
        return {need: one for need, one in found.items() if one.offer or one.words}


class InvitationForm(LinkForm):
    """A new link into a room, or to be a host."""

    seat = forms.ChoiceField(label="Seat", required=False)
    field_order = ("seat", "lasts", "most_uses")

    def __init__(self, workshop: Workshop | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if workshop is None:
            del self.fields["seat"]
            self.fields["lasts"].choices = [("7", "for a week"), ("1", "for a day"), ("30", "for a month")]
            self.fields["most_uses"].help_text = "Left empty: once."
        else:
            self.fields["lasts"].choices = [("", "until the room ends"), *LASTING.items()]
            self.fields["most_uses"].help_text = "Left empty: as often as there are places."
            self.fields["seat"].choices = [
                ("", "any that is free"),
                *((seat.name, seat.name) for seat in workshop.seats.values()),
            ]
