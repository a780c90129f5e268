"""All addresses."""

from __future__ import annotations

from django.urls import path

from cohobate.web.library import views as library
from cohobate.web.people import views as people
from cohobate.web.readings import urls as readings
from cohobate.web.rooms import entering, invitations, live, own, programs, records
from cohobate.web.rooms import views as rooms
from cohobate.web.sources import views as sources
from cohobate.web.works import urls as works

urlpatterns = [
    path("", rooms.home, name="home"),
    path("about/", people.about, name="about"),
    path("robots.txt", people.robots, name="robots"),
    path("me/", people.me, name="me"),
    path("me/name/", people.rename, name="rename"),
    path("me/renew/", people.renew, name="renew"),
    path("me/out/", people.sign_out, name="sign-out"),
    path("me/estimates/", programs.calibration, name="calibration"),
    path("me/<str:token>", people.come_back, name="come-back"),
    path("i/<str:token>", entering.enter, name="enter"),
    path("hosts/", invitations.hosts, name="hosts"),
    path("hosts/<slug:person>/", invitations.host, name="host"),
    path("invitations/<slug:invitation>/withdraw/", invitations.withdraw, name="withdraw"),
    path("rooms/new/", rooms.new, name="new-room"),
    path("rooms/<slug:room>/", live.room, name="room"),
    path("rooms/<slug:room>/live/", live.part, name="live"),
    path("rooms/<slug:room>/act/", live.act, name="act"),
    path("rooms/<slug:room>/since/", live.since, name="since"),
    path("rooms/<slug:room>/talk/", live.talk, name="talk"),
    path("rooms/<slug:room>/program/", live.choose, name="choose-program"),
    path("rooms/<slug:room>/run/", live.measure, name="run-program"),
    path("rooms/<slug:room>/record/", records.record, name="record"),
    path("rooms/<slug:room>/record/at/", records.at, name="record-at"),
    path("rooms/<slug:room>/record.md", records.markdown_file, name="record-markdown"),
    path("rooms/<slug:room>/record.json", records.json_file, name="record-json"),
    path("rooms/<slug:room>/redact/", records.redact, name="redact"),
    path("rooms/<slug:room>/words/", own.own, name="own-words"),
    path("rooms/<slug:room>/people/", rooms.people, name="room-people"),
    path("rooms/<slug:room>/invitations/", invitations.of_room, name="room-invitations"),
    path("sources/", sources.sources, name="sources"),
    path("sources/new/", sources.bring, name="new-source"),
    path("sources/<slug:source>/", sources.source, name="source"),
    path("sources/<slug:source>/gone/", sources.gone, name="gone-source"),
    path("sources/<slug:source>/<str:digest>/", sources.source, name="source-version"),
    path("sources/<slug:source>/<str:digest>/file/", sources.file, name="source-file"),
    path("workshops/", library.workshops, name="workshops"),
    path("workshops/new/", library.begin, name="new-workshop"),
    path("workshops/check/", library.check, name="check-workshop"),
    path("workshops/preview/", library.preview, name="preview-workshop"),
    path("workshops/<slug:name>/", library.workshop, name="workshop"),
    path("workshops/<slug:name>/edit/", library.edit, name="edit-workshop"),
    path("workshops/<slug:name>/<str:digest>/", library.workshop, name="workshop-version"),
    path("workshops/<slug:name>/<str:digest>/file/", library.file, name="workshop-file"),
    *works.urlpatterns,
    *readings.urlpatterns,
]

handler400 = "cohobate.web.edge.bad_request"
handler403 = "cohobate.web.edge.forbidden"
handler404 = "cohobate.web.edge.not_found"
handler500 = "cohobate.web.edge.broken"
