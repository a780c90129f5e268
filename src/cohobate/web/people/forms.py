"""The form for a new link."""

from __future__ import annotations

from datetime import datetime, timedelta

from django import forms
from django.utils import timezone

LASTING = {"1": "for a day", "7": "for a week", "30": "for a month"}
MOST_USES = 20
"""Of one link; whoever wants more makes another."""


class LinkForm(forms.Form):
    """A new link: how long it works, and how often."""

    lasts = forms.ChoiceField(
        label="It works", choices=[("", "until it is withdrawn"), *LASTING.items()], required=False
    )
    most_uses = forms.IntegerField(label="Uses, at most", min_value=1, max_value=MOST_USES, required=False)

    @property
    def expires_at(self) -> datetime | None:
        """When it stops working."""
        days = self.cleaned_data.get("lasts")
        return timezone.now() + timedelta(days=int(days)) if days else None
