from __future__ import annotations

import pytest
from selenium.common.exceptions import TimeoutException
from selenium.webdriver.support.ui import WebDriverWait

pytestmark = pytest.mark.e2e

CELLS = """
return [...document.querySelectorAll('section [data-testid=cellInnerDiv]')].map((cell) => {
  cell.number ??= (window.cells = (window.cells ?? 0) + 1);
  const link = cell.querySelector('article a[href*="/status/"]:has(> time)');
  return [cell.number, link ? link.getAttribute('href').split('/')[3] : '', cell.style.transform,
          cell.getBoundingClientRect().top];
})
"""


HEIGHT = "return document.documentElement.scrollHeight"
TWO_FRAMES = "return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


def scroll_through(page, steps: int = 80) -> list[list[list]]:
    """What stood in the list at each step of scrolling by a window, until no more comes."""
    seen = [page.until(lambda: page.run(CELLS) or None)]
    for _ in range(steps):
        before = page.run("const before = scrollY; scrollBy(0, innerHeight); return before")
        page.run(TWO_FRAMES)
        seen.append(page.run(CELLS))
        if page.run("return scrollY") == before and not grows(page):
            return seen
    return seen


def grows(page) -> bool:
    """Whether a further page arrives within six seconds."""
    height = page.run(HEIGHT)
    try:
        WebDriverWait(page.browser, 6, 0.05).until(lambda _: page.run(HEIGHT) > height)
    except TimeoutException:
        return False
    return True


def test_only_cells_near_the_window_exist_and_their_nodes_are_used_again(page):
    page.open("/home")
    seen = scroll_through(page)
    assert max(map(len, seen)) <= 25
    posts_by_node: dict[int, set[str]] = {}
    for step in seen:
        for node, post, _, _ in step:
            posts_by_node.setdefault(node, set()).add(post)
    assert any(len(posts - {""}) > 3 for posts in posts_by_node.values())
    ids = {post for step in seen for _, post, _, _ in step if post}
    assert ids == {post.id for post in page.site.world.timeline(page.account)}


def test_cells_follow_each_other_without_gaps_and_the_box_grows(page):
    page.open("/home")
    first = page.until(lambda: page.run(CELLS) or None)
    heights = [page.run("return parseFloat(document.querySelector('section > div > div').style.minHeight)")]
    tops = [top for *_, top in first]
    assert tops == sorted(tops)
    scroll_through(page, 8)
    heights.append(page.run("return parseFloat(document.querySelector('section > div > div').style.minHeight)"))
    assert heights[1] > heights[0]
    gaps = page.run("""
      const cells = [...document.querySelectorAll('section [data-testid=cellInnerDiv]')];
      const boxes = cells.map((cell) => cell.getBoundingClientRect());
      return boxes.slice(1).map((box, i) => Math.abs(box.top - boxes[i].bottom));
    """)
    assert max(gaps) < 1


def test_search_latest_lists_what_the_world_holds_newest_first(page):
    page.open("/search?q=kuota%20habis&src=typed_query&f=live")
    ids = []
    for step in scroll_through(page):
        ids += [post for _, post, _, _ in step if post and post not in ids]
    assert len(ids) >= 15
    assert ids == sorted(ids, key=int, reverse=True)
    assert page.one("[role=tab][aria-selected=true]").text == "Latest"


def test_a_search_without_results_says_so(page):
    page.open("/search?q=zzzzz&f=live")
    assert "zzzzz" in page.one("[data-testid=empty_state_header_text]").text


def test_home_holds_an_ad_without_a_time_and_people_to_follow(page):
    page.open("/home")
    page.one("article")
    ad = page.one("[data-testid=cellInnerDiv] [data-testid=placementTracking] article")
    assert page.run("return arguments[0].querySelectorAll('a > time').length", ad) == 0
    assert page.one("[data-testid=sidebarColumn] [data-testid=UserCell] [data-testid$='-follow']")


def test_a_click_beside_links_opens_the_post_without_a_new_document(page):
    page.open("/home")
    text = page.one("article [data-testid=tweetText]")
    page.run("window.same = true")
    text.click()
    page.until(lambda: "/status/" in page.browser.current_url or None)
    assert page.one("article[tabindex='-1'] [data-testid=tweetText]")
    assert page.run("return window.same") is True
    page.browser.back()
    page.wait_for_path("/home")
