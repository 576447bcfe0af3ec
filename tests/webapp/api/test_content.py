"""Templates over the API, through the same functions as the panel."""

from __future__ import annotations

from typing import Any

import pytest

from tests.homes import write_yaml
from tests.webapp.api.conftest import Api
from tests.webapp.api.test_accounts import errors, kind

LIST = "/accounts/one/templates"


@pytest.fixture
def shop(api: Api) -> Api:
    """An account with two promo templates."""
    write_yaml(
        api.world.home.root / "accounts/one_OneShop/config/templates.yaml",
        {"promo_templates": ["{a|b} {wa_number}", {"text": "second", "weight": 2, "mine": "kept"}]},
    )
    api.manager.reload()
    return api


def preview(api: Api, **body: Any) -> Any:
    answer = api.post("/accounts/one/preview", body)
    assert answer.status_code == 200, answer.text
    return answer.json


def items(api: Api) -> Any:
    return api.json(LIST)["items"]


def test_a_preview_tells_what_a_text_comes_to(shop: Api) -> None:
    found = preview(shop, text="{Halo|Hai kak}, {wa_link}", media=[])
    assert found["text"] in {"Halo, https://wa.me/6280000000000", "Hai kak, https://wa.me/6280000000000"}
    assert found["weighted_length"] in {29, 32}
    assert {key: found[key] for key in ("greatest_length", "valid", "distinct", "distinct_is_exact", "warnings")} == {
        "greatest_length": 32,
        "valid": True,
        "distinct": 2,
        "distinct_is_exact": True,
        "warnings": [],
    }


def test_a_preview_tells_what_is_wrong(shop: Api) -> None:
    found = preview(shop, text="{tip}", media=["media/none.png"])
    assert (found["text"], found["valid"], found["distinct"]) == (None, False, 0)
    assert "{tip} has no value: write some tips." in found["warnings"]
    assert any("none.png is missing" in warning for warning in found["warnings"])
    assert "Another template says the same: promo 2." in preview(shop, text="Second")["warnings"]


def test_a_preview_warns_of_a_template_that_says_nearly_the_same(shop: Api) -> None:
    shop.post(LIST, {"kind": "promo", "text": "Stok ready: 25GB Rp50.000, masa aktif 30 hari. Chat {wa_number}"})
    near = "It is nearly the same as another template: promo 3."
    assert near in preview(shop, text="📱 Stok ready 10GB Rp20.000! Masa aktif 7 hari, chat: {wa_number}")["warnings"]
    assert near not in preview(shop, text="Kopi susu gula aren dingin, pesan sekarang: {wa_number}")["warnings"]
    same = preview(shop, text="Stok ready: 25GB Rp50.000, masa aktif 30 hari. Chat {wa_number}")["warnings"]
    assert same == ["Another template says the same: promo 3."]


def test_a_preview_warns_of_a_text_like_that_of_another_account(shop: Api) -> None:
    text = "Paket keluarga murah berlaku sampai akhir bulan"
    shop.manager.guards.texts.enter_past("two", f"{text} 25GB 🎉", shop.manager._clock.now())
    [warning] = preview(shop, text=f"🔥 {text}!", media=[])["warnings"]
    assert warning.startswith("A run would pass over this post now: it is 100% like what Shop TwoShop posted")
    assert preview(shop, text="Kopi susu dingin gula aren", media=[])["warnings"] == []


def test_a_preview_writes_nothing(shop: Api) -> None:
    mark = shop.get(LIST).headers["ETag"]
    preview(shop, text="x" * 281)
    assert shop.get(LIST).headers["ETag"] == mark


def test_templates_are_listed_with_how_long_they_last(shop: Api) -> None:
    found = shop.json(LIST)
    assert [(each["kind"], each["place"], each["text"], each["weight"]) for each in found["items"]] == [
        ("promo", 0, "{a|b} {wa_number}", 1),
        ("promo", 1, "second", 2),
    ]
    assert found["items"][0]["preview"]["distinct"] == 2
    assert found["runway"] == [{"kind": "promo", "per_week": 7, "fresh": 3, "days": 3}]


def test_a_template_is_added_changed_and_deleted(shop: Api) -> None:
    answer = shop.post(LIST, {"kind": "story", "text": "once", "more": ["upon"], "cool_down_days": 4})
    assert answer.status_code == 200, answer.text
    assert items(shop)[2]["more"] == ["upon"]
    mark = shop.get(LIST).headers["ETag"]
    answer = shop.ask("PUT", f"{LIST}/promo/1", {"text": "other", "media": ["media/a.png"]}, If_Match=mark)
    assert answer.status_code == 200, answer.text
    assert (items(shop)[1]["text"], items(shop)[1]["weight"], items(shop)[1]["media"]) == ("other", 1, ["media/a.png"])
    text = shop.json("/accounts/one/files/templates")["text"]
    assert "mine: kept" in text
    answer = shop.ask("DELETE", f"{LIST}/promo/0", If_Match=answer.headers["ETag"])
    assert [each["text"] for each in items(shop)] == ["other", "once"]


def test_of_two_programs_the_second_is_told(shop: Api) -> None:
    mark = shop.get(LIST).headers["ETag"]
    assert shop.ask("DELETE", f"{LIST}/promo/0", If_Match=mark).status_code == 200
    assert kind(shop.ask("DELETE", f"{LIST}/promo/0", If_Match=mark)) == (412, "changed-meanwhile")
    assert kind(shop.ask("DELETE", f"{LIST}/promo/0")) == (428, "mark-needed")
    assert kind(shop.ask("PUT", f"{LIST}/promo/9", {"text": "a"}, If_Match="*")) == (404, "not-found")


@pytest.mark.parametrize(
    ("body", "pointer", "expected"),
    [
        ({"kind": "reply", "text": "a"}, "/kind", (409, "clash")),
        (
            {"kind": "promo", "text": "a", "media": ["a.png"], "poll": {"options": ["a", "b"]}},
            "/poll",
            (409, "clash"),
        ),
        ({"kind": "promo", "text": "a", "weight": 11}, "/weight", (422, "values")),
        ({"kind": "promo", "text": "a", "poll": {"options": ["a"]}}, "/poll/options", (422, "values")),
        ({"kind": "promo", "text": ""}, "/text", (422, "values")),
        ({"kind": "Promo", "text": "a"}, "/kind", (422, "values")),
    ],
)
def test_what_cannot_be_is_told_with_its_place(shop: Api, body: Any, pointer: str, expected: tuple[int, str]) -> None:
    answer = shop.post(LIST, body)
    assert kind(answer) == expected
    assert errors(answer)[0]["pointer"] == pointer
    assert len(items(shop)) == 2


def test_while_a_file_is_broken_it_is_said(shop: Api) -> None:
    file = shop.world.home.root / "accounts/one_OneShop/config/templates.yaml"
    file.write_text("promo_templates: 5", encoding="utf-8")
    shop.manager.reload()
    assert kind(shop.get(LIST)) == (409, "entry-broken")
    assert kind(shop.post(LIST, {"kind": "promo", "text": "a"})) == (409, "entry-broken")
