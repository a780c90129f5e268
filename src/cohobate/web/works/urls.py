"""The addresses of works, methods, the board, the kinds and the ledger."""

from __future__ import annotations

from django.urls import path

from cohobate.web.works import (
    beginning,
    board,
    desk,
    hypotheses,
    kinds,
    ledger,
    looking,
    methods,
    pages,
    people,
    published,
    removing,
    versions,
)

urlpatterns = [
    path("desk/", desk.desk, name="desk"),
    path("w/<str:token>", people.enter, name="enter-work"),
    path("works/new/", beginning.new, name="new-work"),
    path("works/<slug:work>/", pages.work, name="work"),
    path("works/<slug:work>/act/", pages.act, name="act-on-work"),
    path("works/<slug:work>/hypothesis/", hypotheses.hypothesis, name="work-hypothesis"),
    path("works/<slug:work>/sources/", beginning.sources, name="work-sources"),
    path("works/<slug:work>/versions/", versions.versions, name="work-versions"),
    path("works/<slug:work>/versions/<slug:digest>/", versions.version, name="work-version"),
    path("works/<slug:work>/people/", people.people, name="work-people"),
    path("works/<slug:work>/people/<slug:invitation>/withdraw/", people.withdraw, name="withdraw-work-link"),
    path("works/<slug:work>/words/", removing.words, name="work-words"),
    path("works/<slug:work>/redact/", removing.redact, name="redact-work"),
    path("works/<slug:work>/back/", looking.look_back, name="look-back"),
    path("p/<slug:work>/", published.published, name="published"),
    path("p/<slug:work>/page.md", published.markdown_file, name="published-markdown"),
    path("p/<slug:work>/page.html", published.html_file, name="published-page"),
    path("methods/", methods.methods, name="methods"),
    path("methods/new/", methods.new, name="new-method"),
    path("methods/<slug:method>/", methods.method, name="method"),
    path("methods/<slug:method>/edit/", methods.edit, name="edit-method"),
    path("methods/<slug:method>/<int:number>/", methods.method, name="method-version"),
    path("board/", board.board, name="board"),
    path("board/<slug:wish>/", board.wish, name="wish"),
    path("kinds/", kinds.kinds, name="kinds"),
    path("ledger/", ledger.ledger, name="ledger"),
    path("ledger/ledger.jsonl", ledger.file, name="ledger-file"),
]
