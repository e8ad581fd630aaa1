"""Formats of files that can be told by the bytes at one place."""

from __future__ import annotations

from typing import NamedTuple


class Kind(NamedTuple):
    """A type of files: its name, how names of such files end, and other names of it."""

    content_type: str
    extension: str = ""
    aliases: tuple[str, ...] = ()


# The place, and what is there.
SIGNATURES: tuple[tuple[int, bytes, Kind], ...] = (
    (0, b"\xff\xd8\xff", Kind("image/jpeg", ".jpg")),
    (0, b"GIF87a", Kind("image/gif", ".gif")),
    (0, b"GIF89a", Kind("image/gif", ".gif")),
    (0, b"II*\x00", Kind("image/tiff", ".tiff")),
    (0, b"MM\x00*", Kind("image/tiff", ".tiff")),
    (0, b"\xff\x0a", Kind("image/jxl", ".jxl")),
    (0, b"\x00\x00\x00\x0cJXL \r\n\x87\n", Kind("image/jxl", ".jxl")),
    (0, b"\x00\x00\x00\x0cJXS \r\n\x87\n", Kind("image/jxs", ".jxs")),
    (0, b"/* XPM */", Kind("image/x-xpixmap", ".xpm")),
    (0, b"8BPS", Kind("image/vnd.adobe.photoshop", ".psd", ("image/x-psd", "application/photoshop"))),
    (0, b"BPG\xfb", Kind("image/bpg", ".bpg")),
    (0, b"icns", Kind("image/x-icns", ".icns")),
    (0, b"gimp xcf", Kind("image/x-xcf", ".xcf")),
    (0, b"#?RADIANCE\n", Kind("image/vnd.radiance", ".hdr")),
    (0, b"7z\xbc\xaf\x27\x1c", Kind("application/x-7z-compressed", ".7z")),
    (0, b"\x1f\x8b", Kind("application/gzip", ".gz", ("application/x-gzip", "application/x-gunzip", "application/gzipped", "application/gzip-compressed", "application/x-gzip-compressed", "gzip/document"))),
    (0, b"BZh", Kind("application/x-bzip2", ".bz2")),
    (0, b"\xfd7zXZ\x00", Kind("application/x-xz", ".xz")),
    (0, b"LZIP", Kind("application/lzip", ".lz", ("application/x-lzip",))),
    (0, b"\x28\xb5\x2f\xfd", Kind("application/zstd", ".zst")),
    (0, b"Rar!\x1a\x07\x00", Kind("application/vnd.rar", ".rar", ("application/x-rar-compressed", "application/x-rar"))),
    (0, b"Rar!\x1a\x07\x01\x00", Kind("application/vnd.rar", ".rar", ("application/x-rar-compressed", "application/x-rar"))),
    (0, b"xar!", Kind("application/x-xar", ".xar")),
    (0, b"MSCF\x00\x00\x00\x00", Kind("application/vnd.ms-cab-compressed", ".cab")),
    (0, b"\xed\xab\xee\xdb", Kind("application/x-rpm", ".rpm")),
    (0, b"Cr24", Kind("application/x-chrome-extension", ".crx")),
    (0, b"%PDF-", Kind("application/pdf", ".pdf", ("application/x-pdf",))),
    (0, b"%FDF", Kind("application/vnd.fdf", ".fdf")),
    (0, b"%!PS-Adobe-", Kind("application/postscript", ".ps")),
    (0, b"fLaC\x00\x00\x00\x22", Kind("audio/flac", ".flac")),
    (0, b"MThd", Kind("audio/midi", ".midi", ("audio/mid", "audio/sp-midi", "audio/x-mid", "audio/x-midi"))),
    (0, b"MAC \x96\x0f\x00\x00\x34\x00\x00\x00\x18\x00\x00\x00\x90\xe3", Kind("audio/ape", ".ape")),
    (0, b"MPCK", Kind("audio/musepack", ".mpc")),
    (0, b"#!AMR", Kind("audio/amr", ".amr", ("audio/amr-nb",))),
    (0, b".snd", Kind("audio/basic", ".au")),
    (0, b"Creative Voice File", Kind("audio/x-unknown", ".voc")),
    (0, b"\xff\xf1", Kind("audio/aac", ".aac")),
    (0, b"\xff\xf9", Kind("audio/aac", ".aac")),
    (0, b"FLV\x01", Kind("video/x-flv", ".flv")),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c", Kind("video/x-ms-asf", ".asf", ("video/asf", "video/x-ms-wmv"))),
    (0, b".RMF", Kind("application/vnd.rn-realmedia-vbr", ".rmvb")),
    (0, b"CWS", Kind("application/x-shockwave-flash", ".swf")),
    (0, b"FWS", Kind("application/x-shockwave-flash", ".swf")),
    (0, b"ZWS", Kind("application/x-shockwave-flash", ".swf")),
    (0, b"wOFF", Kind("font/woff", ".woff")),
    (0, b"wOF2", Kind("font/woff2", ".woff2")),
    (0, b"ttcf\x00\x01\x00\x00", Kind("font/collection", ".ttc")),
    (0, b"ttcf\x00\x02\x00\x00", Kind("font/collection", ".ttc")),
    (0, b"\x00asm", Kind("application/wasm", ".wasm")),
    (0, b"SQLite format 3\x00", Kind("application/vnd.sqlite3", ".sqlite", ("application/x-sqlite3",))),
    (0, b"SIMPLE  =                    T", Kind("application/fits", ".fits", ("image/fits",))),
    (0, b"#EXTM3U", Kind("application/vnd.apple.mpegurl", ".m3u", ("audio/mpegurl",))),
    *((0, version, Kind("image/vnd.dwg", ".dwg", ("image/x-dwg", "application/acad", "application/x-acad", "application/autocad_dwg", "application/dwg", "application/x-dwg", "application/x-autocad", "drawing/dwg"))) for version in (b"AC1002", b"AC1003", b"AC1004", b"AC1006", b"AC1009", b"AC1012", b"AC1014", b"AC1015", b"AC1018", b"AC1021", b"AC1024", b"AC1032")),
    *((0, start, Kind("application/x-cpio", ".cpio")) for start in (b"070701", b"070702", b"070707")),
    (0, b"ITOLITLS", Kind("application/x-ms-reader", ".lit")),
    (0, b"ITSF\x03\x00\x00\x00\x60\x00\x00\x00", Kind("application/vnd.ms-htmlhelp", ".chm")),
    (0, b"glTF\x02\x00\x00\x00", Kind("model/gltf-binary", ".glb")),
    (0, b"glTF\x01\x00\x00\x00", Kind("model/gltf-binary", ".glb")),
    (0, b"PAR1", Kind("application/vnd.apache.parquet", ".parquet", ("application/x-parquet",))),
    (0, b"d8:announce", Kind("application/x-bittorrent", ".torrent")),
    (0, b"\xffWPC", Kind("application/vnd.wordperfect", ".wpd")),
    (0, b"\x4c\x00\x00\x00\x01\x14\x02\x00", Kind("application/x-ms-shortcut", ".lnk")),
    (0, b"!<arch>\ndebian-binary", Kind("application/vnd.debian.binary-package", ".deb")),
    (0, b"!<arch>\n", Kind("application/x-archive", ".a", ("application/x-unix-archive",))),
    (0, b"\x00\x01\x00\x00Standard Jet DB", Kind("application/x-msaccess", ".mdb")),
    (0, b"\x00\x01\x00\x00Standard ACE DB", Kind("application/x-msaccess", ".accdb")),
    (0, b"NES\x1a", Kind("application/vnd.nintendo.snes.rom", ".nes")),
    (60, b"BOOKMOBI", Kind("application/x-mobipocket-ebook", ".mobi")),
    (128, b"DICM", Kind("application/dicom", ".dcm")),
    (257, b"ustar\x00", Kind("application/x-tar", ".tar")),
    (257, b"ustar \x20\x00", Kind("application/x-tar", ".tar")),
)  # fmt: skip
