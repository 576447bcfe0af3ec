"""The sentences the strangers of the practice world say. Invented; placeholders are filled by the seed."""

from __future__ import annotations

SEARCHED: dict[str, tuple[str, ...]] = {
    "butuh paket data": (
        "butuh paket data {size} buat {use}, ada yang jual {where}?",
        "Lagi butuh paket data yang awet sampai {day} 🙏 {complaint}",
        "Teman-teman, aku butuh paket data buat {use}. Rekomendasi dong",
        "butuh banget paket data malam ini, {complaint}",
    ),
    "cari paket murah": (
        "cari paket murah {size} di bawah {price}, ada info?",
        "Cari paket internet murah buat {use} {where}, {complaint}",
        "Ada yang tahu? cari paket yang murah tapi kencang buat {use} 😭",
        "cari paket kuota murah sampai {day}. DM ya",
    ),
    "kuota habis": (
        "kuota habis pas lagi {use} 😭 {complaint}",
        "Baru {day} kuota sudah habis, padahal {size}",
        "Kuota habis lagi... {complaint}\n\nYang senasib mana suaranya?",
        "dosen kasih tugas, kuota habis. {complaint}",
    ),
    "tips internet": (
        "Tips internet hemat: matikan putar otomatis saat {use}. #TipsInternet",
        "Ada tips internet stabil {where}? {complaint}",
        "tips biar internet tidak cepat habis sampai {day}, ada?",
    ),
    "paket data bandung": (
        "paket data yang bagus di Bandung apa ya buat {use}?",
        "Anak Bandung, paket data {size} di bawah {price} ada?",
        "Sinyal Bandung hari {day} lemah, paket data apa yang kuat?",
    ),
    "@contoh_operator": (
        "@contoh_operator kok sinyal {where} hilang pas {use}?",
        "Halo @contoh_operator, paket {size} saya belum masuk, {complaint}",
        "@contoh_operator makasih, sudah normal lagi sejak {day} 👍",
    ),
    "isi pulsa": (
        "Di mana isi pulsa paling murah {where}?",
        "isi pulsa {price} dapat bonus {size}, lumayan",
        "Lupa isi pulsa lagi, {complaint}",
    ),
}
"""A search -> what strangers wrote that it finds."""

OTHERS: tuple[str, ...] = (
    "Pagi semua ☀️ kopi dulu sebelum {use}",
    "Macet parah {where} hari {day} 😅",
    "Nasi uduk depan kampus naik jadi {price}, tetap beli sih",
    "Akhirnya selesai juga {use} 🎉🎉",
    "Hujan dari tadi {where}. Payung siap?\nSepatu juga.",
    "Just finished {use}, feeling good ✨",
    "Small shops {where} deserve more love ❤️",
    "Who else works better with rain outside? 🌧️",
    "Resep sambal dari ibu:\n1. cabai\n2. bawang\n3. sabar\n\nSelesai 👩‍🍳",
    "Catatan hari {day}: https://contoh.example/catatan/{price} lumayan panjang",
    "Baca ini deh https://contoh.example/berita?id={size} soal {use}",
    "Timnas main {day} malam 🇮🇩 nonton bareng yuk #Timnas",
    "Terima kasih @{friend} sudah bantu {use} 🙌",
    "Lomba 17-an {where} seru banget 👨‍👩‍👧‍👦",
)

LONG = (
    "Cerita panjang soal {use} {where}. Awalnya cuma iseng, terus jadi kebiasaan tiap {day}. Banyak yang tanya "
    "bagaimana caranya, jadi aku tulis di sini pelan-pelan supaya gampang diikuti siapa saja. Pertama siapkan waktu "
    "luang, kedua jangan buru-buru, ketiga catat semua biaya karena {complaint} Dan yang terakhir, jangan lupa "
    "istirahat yang cukup supaya besok masih kuat. Semoga ada gunanya buat yang lagi berjuang 💪"
)

FILLINGS: dict[str, tuple[str, ...]] = {
    "size": ("5GB", "10GB", "15GB", "25GB", "30GB", "50GB"),
    "use": ("kuliah online", "nonton drakor", "kerja dari rumah", "main game", "kirim tugas", "rapat zoom", "jualan"),
    "where": ("di Depok", "di Surabaya", "dekat stasiun", "di Medan", "di kos", "di Makassar", "di Malang"),
    "day": ("Senin", "Rabu", "Jumat", "akhir bulan", "tanggal tua", "minggu depan"),
    "complaint": ("dompet sudah menangis", "sinyal naik turun", "padahal baru gajian", "capek tether terus", "sedih"),
    "price": ("10000", "15000", "25000", "30000", "50000"),
}

FIRST = (
    "Ayu", "Bagas", "Citra", "Dewi", "Eko", "Fajar", "Gita", "Hendra", "Intan", "Joko", "Kirana", "Lestari",
    "Mega", "Nanda", "Oki", "Putri", "Rangga", "Sari", "Tegar", "Umi", "Vina", "Wahyu", "Yoga", "Zahra",
)  # fmt: skip
LAST = ("Pratama", "Wulandari", "Saputra", "Maharani", "Hidayat", "Kusuma", "Permata", "Santoso")
BIOS = (
    "mahasiswa semester akhir | kopi & buku",
    "Jualan online, ramah dan cepat 🛒",
    "Mahasiswa teknik. Suka hujan.",
    "Ibu dua anak, suka masak 🍳",
    "Photography, travel, and bad puns",
    "Pejuang skripsi · mahasiswa",
    "",
)
PLACES = ("Bandung", "Jakarta", "Surabaya", "Yogyakarta", "Depok", "")
