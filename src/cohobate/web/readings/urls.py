"""Addresses of reader tests."""

from __future__ import annotations

from django.urls import path

from cohobate.web.people import access
from cohobate.web.readings import (
    entering,
    items,
    links,
    outcomes,
    passages,
    plan,
    progress,
    rating,
    registered,
    rehearsing,
    sitting,
    told,
    views,
)
from cohobate.web.readings.withheld import withheld

told.tell()
access.keep_back(withheld)

urlpatterns = [
    path("tests/", views.trials, name="trials"),
    path("tests/new/", views.new, name="new-trial"),
    path("tests/<slug:trial>/", views.trial, name="trial"),
    path("tests/<slug:trial>/passages/", passages.passages, name="trial-passages"),
    path("tests/<slug:trial>/items/", items.items, name="trial-items"),
    path("tests/<slug:trial>/texts/", passages.versions, name="trial-texts"),
    path("tests/<slug:trial>/plan/", plan.plan, name="trial-plan"),
    path("tests/<slug:trial>/links/", links.links, name="trial-links"),
    path("tests/<slug:trial>/links/<slug:invitation>/withdraw/", links.withdraw, name="trial-link-withdraw"),
    path("tests/<slug:trial>/readers/", progress.progress, name="trial-progress"),
    path("tests/<slug:trial>/preview/", progress.preview, name="trial-preview"),
    path("tests/<slug:trial>/rehearsal/", rehearsing.rehearsal, name="trial-rehearsal"),
    path("tests/<slug:trial>/grades/", rating.rating, name="trial-rating"),
    path("tests/<slug:trial>/outcome/", outcomes.outcome, name="trial-outcome"),
    path("tests/<slug:trial>/answers.csv", outcomes.answers, name="trial-answers"),
    path("tests/<slug:trial>/registered.json", registered.registered, name="trial-registered"),
    path("tests/<slug:trial>/reading/", sitting.sitting, name="sitting"),
    path("tests/<slug:trial>/reading/answer/", sitting.answer, name="sitting-answer"),
    path("tests/<slug:trial>/reading/go/", sitting.go, name="sitting-go"),
    path("tests/<slug:trial>/reading/mine/", sitting.mine, name="sitting-own"),
    path("r/<str:token>", entering.read, name="read"),
]
