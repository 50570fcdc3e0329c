"""Only what a real browser would fetch by itself counts as part of a page."""

from tests.bench.browser import Region, Regions


def test_regions_that_load_by_themselves_are_found():
    html = """
      <section hx-get="/tickets/1/notes/" hx-trigger="load"
        hx-headers="{&quot;X-About&quot;: &quot;a=1&amp;b&quot;}"
      ><a href="/tickets/1/notes/">Notes</a>
      <div hx-trigger="load delay:50ms" hx-get="people/"></div>
      <div hx-trigger="notes-changed from:body, load" hx-get="/late/"></div>
    """
    found = Regions(html).found
    assert [region.path for region in found] == ["/tickets/1/notes/", "people/", "/late/"]
    assert found[0].headers == {"X-About": "a=1&b"}
    assert found[1].headers == {}


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
    assert regions.in_templates == [
        Region(path="/one-day/"),
        Region(path="/by-words/", searches=True),
    ]
