"""Only what a real browser would fetch by itself counts as part of a page."""

from tests.bench.browser import Regions


def test_regions_that_load_by_themselves_are_found():
    html = """
      <section hx-get="/tickets/1/notes/" hx-trigger="load"><a href="/tickets/1/notes/">Notes</a>
      <div hx-trigger="load delay:50ms" hx-get="people/"></div>
      <div hx-trigger="notes-changed from:body, load" hx-get="/late/"></div>
    """
    assert Regions(html).found == ["/tickets/1/notes/", "people/", "/late/"]


def test_what_waits_for_a_person_is_not():
    html = """
      <a hx-get="/click/"></a>
      <input hx-get="/typed/" hx-trigger="input changed delay:250ms">
      <div hx-get="/later/" hx-trigger="every 2s"></div>
      <form hx-post="/post/" hx-trigger="load"></form>
      <template><p hx-get="/one-day/" hx-trigger="load"></p>
      <p hx-get="/by-words/" data-searches hx-trigger="load"></p></template>
    """
    regions = Regions(html)
    assert regions.found == []
    assert regions.in_templates == ["/one-day/", "/by-words/"]
    assert regions.searching == {"/by-words/"}
