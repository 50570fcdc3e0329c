"""Addresses of the tickets: the list and the picker, the panel and its regions."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from tickets.views import boards, changes, detail, new, new_fields, notes, parse, picker
from tickets.views import list as list_views

app_name = "tickets"

ticket_patterns: list[URLPattern | URLResolver] = [
    path("", detail.detail, name="detail"),
    path("row/", detail.row, name="row"),
    path("notes/", detail.notes, name="notes"),
    path("configurations/", detail.configurations, name="configurations"),
    path("related/", detail.related, name="related"),
    path("resources/", detail.resources, name="resources"),
    path("resources/add/", changes.resource_add, name="resource-add"),
    path("resources/remove/", changes.resource_remove, name="resource-remove"),
    path("statuses/", detail.statuses, name="statuses"),
    path("status/", changes.status, name="status"),
    path("note/", notes.note, name="note"),
    path("posts/", notes.posts, name="posts"),
    path("posts/<uuid:post_id>/retry/", notes.retry, name="post-retry"),
]

tickets_patterns: list[URLPattern | URLResolver] = [
    path("", list_views.tickets, name="list"),
    path("companies/", list_views.companies, name="companies"),
    path("new/", new.new, name="new"),
    path("new/<uuid:creation_id>/", new.one, name="new-one"),
    path("new/<uuid:creation_id>/retry/", new.retry, name="new-retry"),
    path("new/choices/", new_fields.choices, name="new-choices"),
    path("new/companies/", new_fields.companies, name="new-companies"),
    path("new/contacts/", new_fields.contacts, name="new-contacts"),
    path("new/parse/", parse.parse, name="new-parse"),
    path("new/alike/", new_fields.alike, name="new-alike"),
    path("refresh/", list_views.refresh, name="refresh"),
    path("search/", picker.search, name="search"),
    path("search/filters/", picker.search_filters, name="search-filters"),
    re_path(r"^(?P<ticket_id>0|[1-9][0-9]{0,9})/", include(ticket_patterns)),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("tickets/", include(tickets_patterns)),
    re_path(
        r"^boards/(?P<board_id>[1-9][0-9]{0,9})/statuses/$", boards.statuses, name="board-statuses"
    ),
]
