"""The demo's home folder: three accounts as in a shop's day, whose first slots come within seconds.

Texts, numbers and handles are invented. Two accounts are enabled, one is not; pacing is short, since nobody
outside this machine is met.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from practice.posters import poster
from practice.world import World, cookies_for

MARKER = ".aviary-demo"
"""A file that marks a home as one the demo may wipe."""
ZONE = ZoneInfo("Asia/Jakarta")


@dataclass(frozen=True)
class Shop:
    """One account of the demo."""

    id: str
    handle: str
    name: str
    description: str
    enabled: bool
    colour: str
    wa: str
    first_slot_in: int  # seconds
    promos: Sequence[str]
    values: Sequence[str]

    @property
    def folder(self) -> str:
        return f"accounts/{self.id}_{self.handle}"


SHOPS = (
    Shop(
        "account1",
        "WarungPaketDemo",
        "Warung Paket - Bandung",
        "Toko utama",
        True,
        "#0f766e",
        "080000000001",
        8,
        (
            "🔥 Paket data 10GB cuma Rp25.000!\n📲 Order: {wa_number}",
            "📱 Stok ready: 25GB Rp50.000, masa aktif 30 hari. Fast response: {wa_number}",
            "Promo akhir pekan 🎉 isi dua kali, bonus 2GB. Chat: {wa_link}",
            "Kuota keluarga 👨‍👩‍👧 60GB dibagi bertiga. Info {wa_number}",
        ),
        (
            "💡 Tips hemat kuota #{number}: {tip}\nInfo: {wa_number}",
            "📊 Sinyal di {location}: {review}",
            "❓ {question}\nJawab: {answer}",
        ),
    ),
    Shop(
        "account2",
        "KuotaKilatDemo",
        "Kuota Kilat - Surabaya",
        "Cabang timur",
        True,
        "#7c3aed",
        "080000000002",
        12,
        (
            "⚡ Kuota malam 15GB, aktif dalam 3 menit. WA {wa_number}",
            "Anak kos merapat! 😄 Paket mingguan 7GB Rp15.000\nPesan di {wa_link}",
            "Begadang nonton? Paket streaming 30GB siap kirim 🍿 {wa_number}",
            "Isi ulang tanpa antre, bayar belakangan untuk pelanggan tetap 🤝 {wa_number}",
        ),
        (
            "🎓 {tutorial_title}: {tutorial_content}",
            "🔎 Tahukah kamu? {fact}",
            "Catatan teknisi {location}: {review}",
        ),
    ),
    Shop(
        "account3",
        "PulsaPagiDemo",
        "Pulsa Pagi - Medan",
        "Belum dibuka",
        False,
        "#b45309",
        "080000000003",
        0,
        ("☀️ Pulsa pagi buka jam 7. Pesan: {wa_number}",),
        ("Selamat pagi Medan! {tip}",),
    ),
)

_LISTS = """\
tips:
- Matikan putar otomatis video di aplikasi sosial.
- Unduh peta sebelum berangkat.
- Perbarui aplikasi lewat Wi-Fi saja.
tutorials:
- title: Cara cek kuota
  content: Buka aplikasi operator, lihat halaman depan.
- title: Cara hemat baterai
  content: Turunkan kecerahan layar dan matikan GPS.
faqs:
- question: Berapa lama prosesnya?
  answer: 1-5 menit setelah pembayaran.
- question: Bisa bayar lewat apa?
  answer: Transfer bank atau dompet digital.
facts:
- Streaming 480p memakai kira-kira sepertiga data 1080p.
- Mode pesawat sebentar sering memulihkan sinyal.
locations: [Bandung, Surabaya, Yogyakarta]
reviews:
- Stabil untuk rapat daring.
- Lancar untuk kirim gambar, agak pelan jam makan siang.
"""

_KEYWORDS = """\
high_intent:
- butuh paket data
- cari paket murah
medium_intent:
- kuota habis
"""


class NotADemoHome(ValueError):
    """The folder holds something else; the demo does not touch it."""


def claim_demo_home(home: Path) -> None:
    """Mark an empty or new `home` as the demo's; that of an earlier demo stays as it is.

    Raises NotADemoHome and OSError.
    """
    if (home / MARKER).exists():
        return
    if home.exists() and any(home.iterdir()):
        raise NotADemoHome(f"{home} is not empty and was not made by the demo")
    home.mkdir(parents=True, exist_ok=True)
    (home / MARKER).write_text("This folder was made by the demo; each start of the demo wipes it.\n", encoding="utf-8")


def write_demo_home(home: Path, world: World, x_address: str, now: datetime, *, lock_file: Path) -> None:
    """Make `home` anew, with its accounts known to `world`. Raises NotADemoHome and OSError.

    `x_address` is where the practice site answers; it is the only x.com the demo's browsers can reach. `lock_file`,
    which the caller holds so that no other process works there, is spared.
    """
    claim_demo_home(home)
    _clear(home, {home / MARKER, lock_file})
    _write(home / "config" / "accounts.yaml", _master_list(x_address, now))
    for shop in SHOPS:
        _write_account(home / shop.folder, shop, world, now)


def _clear(folder: Path, spared: set[Path]) -> None:
    for entry in list(folder.iterdir()):
        if entry in spared:
            continue
        if entry.is_symlink() or not entry.is_dir():
            entry.unlink()
        elif any(kept.is_relative_to(entry) for kept in spared):
            _clear(entry, spared)
        else:
            shutil.rmtree(entry)


def _master_list(x_address: str, now: datetime) -> str:
    entries = "".join(_entry(shop, now) for shop in SHOPS)
    return f"""\
# The demo's master list. A real one looks the same.
version: '1.0'
accounts:
{entries}settings:
  max_concurrent_accounts: 2
  minimum_gap_seconds: 5         # short, like all pauses here
  global_rate_limit:
    tweets_per_hour: 15
    likes_per_hour: 40
    follows_per_hour: 20
  browser:
    x_address: '{x_address}'     # the practice site; a real installation has no such line
"""


def _entry(shop: Shop, now: datetime) -> str:
    return f"""\
- id: {shop.id}
  name: {shop.name}
  username: '@{shop.handle}'
  enabled: {str(shop.enabled).lower()}
  folder: {shop.folder}
  description: {shop.description}
  created_at: '{now.astimezone(ZONE):%Y-%m-%dT%H:%M:%S}'
"""


def _write_account(folder: Path, shop: Shop, world: World, now: datetime) -> None:
    account = world.add_account(shop.handle, shop.name)
    _write(folder / "cookies.json", json.dumps(cookies_for(account), indent=1))
    _write(folder / "config" / "settings.yaml", _settings(shop, now))
    _write(folder / "config" / "templates.yaml", _templates(shop))
    _write(folder / "config" / "keywords.yaml", _KEYWORDS)
    media = folder / "media" / "promo"
    media.mkdir(parents=True)
    (media / "poster.png").write_bytes(poster(shop.name.split(" - ")[0], "Cepat, murah, ramah", shop.colour))
    (media / "harga.jpg").write_bytes(poster("Daftar harga", "10GB - 25GB - 60GB", shop.colour, "JPEG"))


def _settings(shop: Shop, now: datetime) -> str:
    first = now.astimezone(ZONE) + timedelta(seconds=shop.first_slot_in)
    second, third = first + timedelta(minutes=4), first + timedelta(minutes=8)
    return f"""\
# {shop.name}: the first slot came {shop.first_slot_in} s after the demo was started.
account:
  username: '@{shop.handle}'
  cookies_file: cookies.json
business:
  product: Paket data
  wa_number: {shop.wa}
  wa_link: https://wa.me/62{shop.wa[1:]}?text=Halo%20mau%20order
schedule:
  enabled: true
  timezone: Asia/Jakarta
  morning: {{enabled: true, time: '{first:%H:%M:%S}', like: 3, follow: 2}}
  afternoon: {{enabled: true, time: '{second:%H:%M:%S}', like: 2}}
  evening: {{enabled: true, time: '{third:%H:%M:%S}', like: 2, follow: 1}}
policy: {{post: automatic, like: automatic, follow: automatic}}
safety:
  # Short pauses, since only the practice site is met. Real accounts use the defaults: 10 to 60 s.
  delays: {{min_delay: 1, max_delay: 2, after_tweet: [1, 2], after_follow: [1, 2], after_error: [1, 2]}}
  rate_limits: {{tweets_per_hour: 5, tweets_per_day: 10, likes_per_hour: 10, follows_per_hour: 5}}
"""


def _templates(shop: Shop) -> str:
    media = ("media/promo/poster.png", "", "[media/promo/poster.png, media/promo/harga.jpg]", "media/promo/harga.jpg")
    promos = "".join(
        f"- text: {json.dumps(text, ensure_ascii=False)}\n  media: {media[index % len(media)] or 'null'}\n"
        for index, text in enumerate(shop.promos)
    )
    values = "".join(f"- {json.dumps(text, ensure_ascii=False)}\n" for text in shop.values)
    return f"promo_templates:\n{promos}value_templates:\n{values}{_LISTS}"


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
