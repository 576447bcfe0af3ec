"""One zip format for the archive of an account, the bundle that moves it elsewhere, and the backup of a home.

`manifest` says what such a zip is and checks one that comes from elsewhere, `contents` what goes into it and what never
does, `packing` and `unpacking` write and read it.
"""

from bot.storage.archives.contents import Contents, contents_of_account
from bot.storage.archives.manifest import (
    ArchiveFile,
    Manifest,
    PackedAccount,
    list_archives,
    list_zips,
    read_manifest,
)
from bot.storage.archives.packing import pack, write_zip
from bot.storage.archives.progress import Progress, Tell, tell_nobody
from bot.storage.archives.unpacking import check_content, unpack, unpack_some

__all__ = [
    "ArchiveFile",
    "Contents",
    "Manifest",
    "PackedAccount",
    "Progress",
    "Tell",
    "check_content",
    "contents_of_account",
    "list_archives",
    "list_zips",
    "pack",
    "read_manifest",
    "tell_nobody",
    "unpack",
    "unpack_some",
    "write_zip",
]
