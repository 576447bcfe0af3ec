"""What an existing user's installation holds: the shapes of the field with invented content."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

SETTINGS = """\
# Settings of one shop. Comments like this one must survive.
account:
  cookies_file: cookies.json
  username: '@TokoContoh'
ai:
  enabled: false
  api_url: http://127.0.0.1:9/v1        # anything
  improve_prompt: |
    Perbaiki tweet ini.

    Tweet asli: {tweet}
business:
  niche: pulsa_kuota
  product: Paket Contoh
  prices: []
  check_kuota_url: ''  # opsional
  wa_number: 080000000001
  wa_link: https://wa.me/6280000000001?text=Halo%20mau%20order
dashboard: {enabled: true, host: 0.0.0.0, port: 5000, secret_key: change-this-to-random-string}
media:
  formats: [jpg, jpeg, png, mp4]
safety:
  delays:
    min_delay: 10
    max_delay: 30
    after_tweet: [30, 60]
    after_follow: [20, 45]
    after_error: [60, 180]
  rate_limits:
    tweets_per_hour: 5
    tweets_per_day: 10
    retweets_per_day: 5
  warnings:
    engagement_rate_min: 0.01
schedule:
  enabled: true
  timezone: Asia/Jakarta
  morning: {enabled: true, time: 08:00}
  afternoon:
    enabled: true
    time: '13:00'
  evening:
    enabled: true
    time: 20:00
targets:
  daily_orders_target: 1
"""

TEMPLATES = """\
promo_templates:
- text: "🔥 Paket 10GB cuma Rp25.000! 📲 Order: {wa_number}"
  media: media/promo/poster.png
- text: '📱 Stok ready: {wa_number}'
  media: null
- 'Promo hari ini {belum ada}: chat {wa_link}'     # old form: a plain string
value_templates:
- '💡 Tips hemat #{number}: {tip} Info: {wa_number}'
- '📊 Sinyal di {location}: {review}'
- '🎓 {tutorial_title}: {tutorial_content}'
- '❓ {question} Jawab: {answer}'
- '🔎 Tahukah kamu? {fact}'
engagement_templates:
- Setuju banget! 💯
tips:
- Matikan putar otomatis video.
tutorials:
- title: Cara cek kuota
  content: Buka aplikasi operator.
faqs:
- question: Berapa lama prosesnya?
  answer: 1-5 menit setelah pembayaran.
facts:
- Streaming 480p memakai sepertiga data 1080p.
locations: [Bandung, Surabaya, Yogyakarta]
reviews:
- Stabil untuk rapat daring.
reply_templates:
  tips_based:
  - 'Coba mode hemat data dulu ya 😊'
"""

KEYWORDS = """\
# what the shop looks for
high_intent:
  - "butuh paket data"
  - "cari paket murah"
competitor:
  - "@contoh_operator"
location_based: []
"""

ACCOUNTS = """\
version: '1.0'
accounts:
- created_at: '2025-12-21T15:30:00'
  description: Toko utama
  enabled: true
  folder: accounts/account1_TokoContoh
  id: account1
  name: Toko Contoh - Utama
  username: '@TokoContoh'
settings:
  global_rate_limit:
    follows_per_hour: 20
    likes_per_hour: 40
    tweets_per_hour: 15
  max_concurrent_accounts: 3
"""

METRICS_SQL = """\
CREATE TABLE daily_activity (id INTEGER PRIMARY KEY AUTOINCREMENT, date DATE UNIQUE NOT NULL,
  tweets_posted INTEGER DEFAULT 0, likes_given INTEGER DEFAULT 0, replies_made INTEGER DEFAULT 0,
  follows_made INTEGER DEFAULT 0, retweets_made INTEGER DEFAULT 0,
  created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE tweet_performance (id INTEGER PRIMARY KEY AUTOINCREMENT, tweet_id TEXT UNIQUE NOT NULL,
  tweet_text TEXT, tweet_type TEXT, posted_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, views INTEGER DEFAULT 0,
  likes INTEGER DEFAULT 0, retweets INTEGER DEFAULT 0, replies INTEGER DEFAULT 0,
  engagement_rate FLOAT DEFAULT 0, last_updated TIMESTAMP DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE follower_growth (id INTEGER PRIMARY KEY AUTOINCREMENT, date DATE UNIQUE NOT NULL,
  followers_count INTEGER NOT NULL, following_count INTEGER NOT NULL, ratio FLOAT,
  new_followers INTEGER DEFAULT 0, created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE conversions (id INTEGER PRIMARY KEY AUTOINCREMENT, date DATE NOT NULL, wa_messages INTEGER DEFAULT 0,
  orders INTEGER DEFAULT 0, revenue FLOAT DEFAULT 0, source TEXT DEFAULT 'twitter', notes TEXT,
  created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE keyword_performance (id INTEGER PRIMARY KEY AUTOINCREMENT, keyword TEXT NOT NULL, date DATE NOT NULL,
  tweets_found INTEGER DEFAULT 0, engaged INTEGER DEFAULT 0, conversions INTEGER DEFAULT 0,
  created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, UNIQUE(keyword, date));
CREATE TABLE activity_log (id INTEGER PRIMARY KEY AUTOINCREMENT, timestamp TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
  activity_type TEXT NOT NULL, details TEXT, success BOOLEAN DEFAULT 1, error_message TEXT);
INSERT INTO daily_activity(date,tweets_posted,likes_given,follows_made) VALUES
 ('2025-12-20',3,13,10),('2025-12-21',2,8,5);
INSERT INTO daily_activity(date,tweets_posted,likes_given,follows_made) VALUES ('2025-12-22',NULL,NULL,NULL);
INSERT INTO tweet_performance(tweet_id,tweet_text,tweet_type,posted_at,views,likes,retweets,replies) VALUES
 ('1900000000000000001','Promo contoh','promo','2025-12-20 01:00:12',120,4,1,0);
INSERT INTO follower_growth(date,followers_count,following_count,ratio,new_followers) VALUES
 ('2025-12-20',118,60,1.97,3);
INSERT INTO conversions(date,wa_messages,orders,revenue,notes) VALUES ('2025-12-20',4,1,25000,'contoh');
INSERT INTO keyword_performance(keyword,date,tweets_found,engaged) VALUES ('butuh paket data','2025-12-20',12,5);
INSERT INTO activity_log(activity_type,details,success,error_message) VALUES
 ('morning_slot','Completed successfully',1,NULL),('evening_slot',NULL,0,'login expired');
"""

FEWER_COLUMNS_SQL = """\
CREATE TABLE daily_activity (id INTEGER PRIMARY KEY AUTOINCREMENT, date DATE UNIQUE NOT NULL,
  tweets_posted INTEGER DEFAULT 0, likes_given INTEGER DEFAULT 0);
CREATE TABLE tweet_performance (id INTEGER PRIMARY KEY AUTOINCREMENT, tweet_id TEXT UNIQUE NOT NULL, tweet_text TEXT);
CREATE TABLE follower_growth (date DATE UNIQUE NOT NULL, followers_count INTEGER NOT NULL,
  following_count INTEGER NOT NULL);
CREATE TABLE conversions (date DATE NOT NULL, orders INTEGER DEFAULT 0);
CREATE TABLE keyword_performance (keyword TEXT NOT NULL, date DATE NOT NULL, tweets_found INTEGER,
  UNIQUE(keyword, date));
CREATE TABLE activity_log (activity_type TEXT NOT NULL);
CREATE TABLE commented_tweets (tweet_id TEXT NOT NULL UNIQUE);
INSERT INTO daily_activity(date,tweets_posted,likes_given) VALUES ('2025-12-21',3,13);
INSERT INTO tweet_performance(tweet_id,tweet_text) VALUES ('1900000000000000001','Promo contoh');
INSERT INTO follower_growth VALUES ('2025-12-20',118,60);
INSERT INTO conversions VALUES ('2025-12-20',1);
INSERT INTO keyword_performance VALUES ('butuh paket data','2025-12-21',NULL);
INSERT INTO activity_log VALUES ('morning_slot');
INSERT INTO commented_tweets VALUES ('1900000000000000007');
"""
"""As a first version of their bot may have made them."""

MORE_COLUMNS_SQL = (
    METRICS_SQL.replace("created_at TIMESTAMP DEFAULT", "mood TEXT DEFAULT 'ok', created_at TIMESTAMP DEFAULT")
    .replace("last_updated TIMESTAMP", "bookmarks INTEGER NOT NULL DEFAULT 7, last_updated TIMESTAMP")
    .replace("error_message TEXT", "error_message TEXT, host TEXT")
    + "CREATE TABLE own_notes (note TEXT);\nINSERT INTO own_notes VALUES ('mine');\n"
)
"""As somebody may have who went on with it."""

AUTH_TOKEN, CT0 = "0f" * 20, "1e" * 16
COOKIES = [
    {
        "domain": ".x.com",
        "expirationDate": 1893456000.5,
        "hostOnly": False,
        "httpOnly": True,
        "id": 1,
        "name": "auth_token",
        "path": "/",
        "sameSite": "no_restriction",
        "secure": True,
        "session": False,
        "storeId": "0",
        "value": AUTH_TOKEN,
    },
    {"domain": ".x.com", "name": "ct0", "path": "/", "sameSite": "lax", "secure": True, "value": CT0, "id": 2},
]
SHARED = Path(__file__).resolve().parents[2] / "shared" / "legacy"
"""Beside the project in its workshop only; what reads it is skipped elsewhere."""


def write_account(root: Path) -> None:
    """Lay the files of one account below `root`."""
    config = root / "config"
    config.mkdir(parents=True, exist_ok=True)
    for name, text in (("settings", SETTINGS), ("templates", TEMPLATES), ("keywords", KEYWORDS)):
        (config / f"{name}.yaml").write_text(text, encoding="utf-8")
    (root / "cookies.json").write_text(json.dumps(COOKIES), encoding="utf-8")


def write_metrics(file: Path, sql: str = METRICS_SQL) -> None:
    """A metrics.db as the old bot left it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(sql)
