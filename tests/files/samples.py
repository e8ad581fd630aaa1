"""Files of many formats, each as short as it can be and still be told by its content."""

import bz2
import gzip
import io
import json
import lzma
import sqlite3
import struct
import tarfile
import wave
import zipfile
from collections.abc import Sequence

from PIL import Image


def _image(format_: str, **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (3, 2), "red").save(out, format_, **options)
    return out.getvalue()


def _zip(*names: str, first: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        if first:
            archive.writestr("mimetype", first)
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


def _tar(format_: int) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=format_) as archive:
        entry = tarfile.TarInfo("a.txt")
        entry.size = 1
        archive.addfile(entry, io.BytesIO(b"x"))
    return out.getvalue()


def _old_tar() -> bytes:
    content = bytearray(_tar(tarfile.USTAR_FORMAT))
    content[257:265] = bytes(8)
    content[148:156] = b" " * 8
    content[148:156] = b"%06o\0 " % sum(content[:512])
    return bytes(content)


def _wave() -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8000)
        sound.writeframes(bytes(16))
    return out.getvalue()


def _sqlite() -> bytes:
    with sqlite3.connect(":memory:") as connection:
        connection.execute("CREATE TABLE t (a)")
        content = connection.serialize()
    connection.close()
    return content


def _ftyp(brand: str) -> bytes:
    return b"\0\0\0\x18ftyp" + brand.encode() + bytes(4) + b"isommp42" + bytes(40)


def _ebml(doctype: bytes) -> bytes:
    return b"\x1a\x45\xdf\xa3\x93\x42\x86\x81\x01\x42\x82" + bytes([0x80 | len(doctype)]) + doctype


def _ogg(start: bytes) -> bytes:
    return b"OggS\0\x02" + bytes(22) + start + bytes(40)


def _elf(kind: int) -> bytes:
    return b"\x7fELF\x02\x01\x01" + bytes(9) + struct.pack("<H", kind) + bytes(46)


def _compound(at_512: bytes = b"", name: str = "", class_id: str = "") -> bytes:
    content = bytearray(3200)
    content[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    content[48:52] = struct.pack("<I", 1)
    content[512 : 512 + len(at_512)] = at_512
    content[1104 : 1104 + len(class_id) // 2] = bytes.fromhex(class_id)
    encoded = name.encode("utf-16-le")
    content[1300 : 1300 + len(encoded)] = encoded
    return bytes(content)


def _with(offset: int, signature: bytes) -> bytes:
    return b"\x01" * offset + signature + bytes(300)


BINARY: dict[str, bytes] = {
    "png": _image("PNG"),
    "apng": _image("PNG", save_all=True, append_images=[Image.new("RGB", (3, 2), "blue")]),
    "jpeg": _image("JPEG"),
    "gif": _image("GIF"),
    "gif 87": b"GIF87a" + bytes(20),
    "webp": _image("WEBP"),
    "bmp": _image("BMP"),
    "ico": _image("ICO"),
    "cursor": b"\0\0\x02\0\x01\0" + bytes(20),
    "tiff": _image("TIFF"),
    "tiff, big end first": b"MM\0*\0\0\0\x08" + bytes(20),
    "ppm": _image("PPM"),
    "tga": _image("TGA"),
    "icns": b"icns" + bytes(20),
    "jp2": b"\0\0\0\x0cjP  \r\n\x87\n\0\0\0\x14ftypjp2 " + bytes(20),
    "jpx": b"\0\0\0\x0cjP  \r\n\x87\n\0\0\0\x14ftypjpx " + bytes(20),
    "jpm": b"\0\0\0\x0cjP  \r\n\x87\n\0\0\0\x14ftypjpm " + bytes(20),
    "jxl": b"\xff\x0a" + bytes(20),
    "jxl in boxes": b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(20),
    "jxs": b"\0\0\0\x0cJXS \r\n\x87\n" + bytes(20),
    "psd": b"8BPS\0\x01" + bytes(20),
    "bpg": b"BPG\xfb" + bytes(20),
    "xcf": b"gimp xcf v011\0" + bytes(20),
    "djvu": b"AT&TFORM\0\0\0\x10DJVU" + bytes(20),
    "hdr": b"#?RADIANCE\nFORMAT=x\n",
    "dwg": b"AC1032" + bytes(20),
    **{f"ftyp {brand}": _ftyp(brand) for brand in ("avif", "avis", "heic", "heix", "hevc", "mif1", "msf1", "qt  ", "mqt ", "M4A ", "M4V ", "M4VP", "F4A ", "M4B ", "MSNV", "3gp4", "3gp5", "3ge6", "3g2a", "KDDI", "mjp2", "dmb1", "isom", "mp42", "mp41", "avc1", "iso5", "dash", "f4v ", "crx ", "xxxx")},
    "quicktime moov": b"\0\0\0\x10moov\0\0\0\x08" + bytes(20),
    "quicktime mdat": b"\0\0\0\x10mdat\0\0\0\x08" + bytes(20),
    "quicktime wide": b"\0\0\0\x08wide\0\0\0\x10mdat" + bytes(20),
    "webm": _ebml(b"webm"),
    "matroska": _ebml(b"matroska"),
    "ebml, else": _ebml(b"other"),
    "avi": b"RIFF\0\0\0\0AVI LIST" + bytes(20),
    "flv": b"FLV\x01\x05" + bytes(20),
    "mpeg": b"\0\0\x01\xba\x44" + bytes(20),
    "mpeg video": b"\0\0\x01\xb3\x44" + bytes(20),
    "asf": bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c") + bytes(20),
    "rmvb": b".RMF\0\0\0\x12" + bytes(20),
    "transport stream": (b"\x47" + bytes(187)) * 4,
    "wav": _wave(),
    "mp3 with tags": b"ID3\x03\0\0\0\0\0\x15TIT2\0\0\0\x0b\0\0\0A longtext" + (b"\xff\xfb\x90\x64" + bytes(413)) * 6,
    "mp3 with empty tags": b"ID3\x04\0\0\0\0\0\0" + (b"\xff\xfb\x90\x64" + bytes(413)) * 6,
    "mp3 with a picture": b"ID3\x03\0\0\0\x01\0\0APIC\0\0\x40\0\0\0\0image/jpeg\0\x03\0" + _image("JPEG") + bytes(4000),
    "mp3, tags only": b"ID3\x04\0\0\0\0\0\x10" + bytes(100),
    "mp3, layer 2": (b"\xff\xfd\x90\x64" + bytes(413)) * 6,
    "mp3, others": (b"\xff\xfa\x90\x64" + bytes(413)) * 6,
    "mp3": b"\xff\xfb\x90\x64" + bytes(413) + b"\xff\xfb\x90\x64" + bytes(413),
    "mp3, layer 3 of mpeg 2": b"\xff\xf3\x44\xc4" + bytes(140) + b"\xff\xf3\x44\xc4" + bytes(140),
    "mp3, one frame": b"\xff\xfb\x90\x64" + bytes(20),
    "aac": b"\xff\xf1\x50\x80\x02\x1f\xfc" + bytes(20),
    "aac, mpeg 2": b"\xff\xf9\x50\x80\x02\x1f\xfc" + bytes(20),
    "flac": b"fLaC\0\0\0\x22" + bytes(40),
    "midi": b"MThd\0\0\0\x06" + bytes(20),
    "aiff": b"FORM\0\0\0\x20AIFF" + bytes(20),
    "aifc": b"FORM\0\0\0\x20AIFC" + bytes(20),
    "au": b".snd\0\0\0\x18" + bytes(20),
    "amr": b"#!AMR\n" + bytes(20),
    "ape": b"MAC \x96\x0f\0\0\x34\0\0\0\x18\0\0\0\x90\xe3" + bytes(20),
    "musepack": b"MPCK" + bytes(20),
    "voc": b"Creative Voice File\x1a" + bytes(20),
    "qcp": b"RIFF\0\0\0\0QLCMfmt " + bytes(20),
    "ogg vorbis": _ogg(b"\x01vorbis"),
    "ogg opus": _ogg(b"OpusHead"),
    "ogg flac": _ogg(b"\x7fFLAC"),
    "ogg speex": _ogg(b"Speex   "),
    "ogg theora": _ogg(b"\x80theora"),
    "ogg": _ogg(b"other"),
    "pdf": b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n" + bytes(20),
    "pdf after a line": b"\n%PDF-1.4\n" + bytes(20),
    "pdf after a mark": b"\xef\xbb\xbf%PDF-1.4\n",
    "pdf after junk": b"junk\n%PDF-1.4\n" + bytes(20),
    "fdf": b"%FDF-1.2\n" + bytes(20),
    "postscript": b"%!PS-Adobe-3.0\n",
    "postscript, plain": b"%!PS\n",
    "rtf": b"{\\rtf1\\ansi text}",
    "zip": _zip("a.txt"),
    "zip, empty": b"PK\x05\x06" + bytes(18),
    "docx": _zip("[Content_Types].xml", "_rels/.rels", "word/document.xml", "word/styles.xml"),
    "docx, late": _zip("[Content_Types].xml", "_rels/.rels", "docProps/app.xml", "docProps/core.xml", "word/document.xml"),
    "xlsx": _zip("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/worksheets/sheet1.xml"),
    "pptx": _zip("[Content_Types].xml", "_rels/.rels", "ppt/presentation.xml", "ppt/slides/slide1.xml"),
    "vsdx": _zip("[Content_Types].xml", "_rels/.rels", "visio/document.xml"),
    "office, unknown": _zip("[Content_Types].xml", "_rels/.rels", "other/a.xml"),
    "jar": _zip("META-INF/", "META-INF/MANIFEST.MF", "a.class"),
    "jar, manifest first": _zip("META-INF/MANIFEST.MF", "a.class"),
    "apk": _zip("AndroidManifest.xml", "classes.dex", "META-INF/MANIFEST.MF"),
    "kmz": _zip("doc.kml"),
    "kmz, files": _zip("files/a.png", "doc.kml"),
    **{f"open document {kind}": _zip("content.xml", first=f"application/vnd.oasis.opendocument.{kind}") for kind in ("text", "text-template", "spreadsheet", "spreadsheet-template", "presentation", "presentation-template", "graphics", "graphics-template", "formula", "chart")},
    "epub": _zip("META-INF/container.xml", first="application/epub+zip"),
    "sxc": _zip("content.xml", first="application/vnd.sun.xml.calc"),
    "xls": _compound(b"\x09\x08\x10\0\0\x06\x05\0"),
    "xls by its name": _compound(name="WksSSWorkBook"),
    "xls by its id": _compound(class_id="1008020000000000"),
    "ppt": _compound(b"\xa0\x46\x1d\xf0"),
    "ppt by its name": _compound(name="PowerPoint Document"),
    "ppt by its id": _compound(class_id="108d81649b4fcf1186ea00aa00b929e8"),
    "doc by its id": _compound(class_id="0609020000000000c000000000000046"),
    "doc by its name": _compound(name="WordDocument"),
    "msg": _compound(class_id="0b0d020000000000c000000000000046"),
    "msi": _compound(class_id="84100c0000000000c000000000000046"),
    "publisher": _compound(class_id="0112020000000000c000000000000046"),
    "compound, unknown": _compound(),
    "compound, short": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(20),
    "gzip": gzip.compress(b"x"),
    "bzip2": bz2.compress(b"x"),
    "xz": lzma.compress(b"x"),
    "lzip": b"LZIP\x01" + bytes(20),
    "zstd": b"\x28\xb5\x2f\xfd\x24" + bytes(20),
    "7z": b"7z\xbc\xaf\x27\x1c\0\x04" + bytes(20),
    "rar 4": b"Rar!\x1a\x07\0" + bytes(20),
    "rar 5": b"Rar!\x1a\x07\x01\0" + bytes(20),
    "tar": _tar(tarfile.USTAR_FORMAT),
    "tar of gnu": _tar(tarfile.GNU_FORMAT),
    "tar of old": _old_tar(),
    "xar": b"xar!\0\x1c" + bytes(20),
    "cab": b"MSCF\0\0\0\0" + bytes(20),
    "installshield": b"ISc(" + bytes(20),
    "deb": b"!<arch>\ndebian-binary   1410122664  0     0     100644  4         `\n2.0\n",
    "ar": b"!<arch>\nother.o/        0           0     0     644     4         `\n",
    "rpm": b"\xed\xab\xee\xdb\x03\0" + bytes(20),
    "cpio": b"070701" + b"0" * 100,
    "crx": b"Cr24\x02\0\0\0\0\0\0\0\0\0\0\0" + _zip("manifest.json"),
    "exe": b"MZ\x90\0" + bytes(60),
    "elf object": _elf(1),
    "elf program": _elf(2),
    "elf library": _elf(3),
    "elf core": _elf(4),
    "elf": _elf(9),
    "mach-o": b"\xcf\xfa\xed\xfe\x07\0\0\x01" + bytes(20),
    "mach-o for several": b"\xca\xfe\xba\xbe\0\0\0\x02" + bytes(20),
    "class": b"\xca\xfe\xba\xbe\0\0\0\x34" + bytes(20),
    "wasm": b"\0asm\x01\0\0\0" + bytes(20),
    "swf": b"CWS\x0a" + bytes(20),
    "swf, plain": b"FWS\x0a" + bytes(20),
    "ttf": b"\0\x01\0\0\0\x0c" + bytes(20),
    "otf": b"OTTO\0\x0c" + bytes(20),
    "ttc": b"ttcf\0\x01\0\0" + bytes(20),
    "woff": b"wOFF\0\x01\0\0" + bytes(20),
    "woff2": b"wOF2\0\x01\0\0" + bytes(20),
    "eot": _with(34, b"LP"),
    "sqlite": _sqlite(),
    "access": b"\0\x01\0\0Standard Jet DB\0" + bytes(20),
    "access, newer": b"\0\x01\0\0Standard ACE DB\0" + bytes(20),
    "mobi": _with(60, b"BOOKMOBI"),
    "lit": b"ITOLITLS" + bytes(20),
    "chm": b"ITSF\x03\0\0\0\x60\0\0\0" + bytes(20),
    "dicom": bytes(128) + b"DICM" + bytes(20),
    "fits": b"SIMPLE  =                    T" + b" " * 50,
    "parquet": b"PAR1\x15" + bytes(20),
    "torrent": b"d8:announce20:http://example.com/ae",
    "word perfect": b"\xffWPC\x10\0\0\0\x01\x0a" + bytes(20),
    "shortcut": b"\x4c\0\0\0\x01\x14\x02\0" + bytes(20),
    "glb": b"glTF\x02\0\0\0" + bytes(20),
    "nes": b"NES\x1a" + bytes(20),
    "one zero": b"\0",
    "zeros": bytes(100),
    "random": bytes((i * 89 + 41) % 256 for i in range(4000)),
    "text with a zero": b"hello\0world",
}  # fmt: skip

_WORDS = "The quick brown fox jumps over the lazy dog. "
TEXTS: dict[str, str | bytes] = {
    "empty": "", "one letter": "a", "space": " ", "new line": "\n", "words": _WORDS, "long": _WORDS * 200, "umlauts": "Grüße aus Köln", "chinese": "你好", "emoji": "hi 🎉", "latin 1": "Grüße".encode("latin-1"), "windows": b"it\x92s \x93quoted\x94", "other bytes": b"abc \xff\xfe\xfd", "cut in a letter": ("x" * 3071 + "ß").encode(), "utf-8 mark": b"\xef\xbb\xbfhello", "utf-16 le": "hello".encode("utf-16"), "utf-16 be": b"\xfe\xff" + "hello".encode("utf-16-be"), "utf-32 le": "hello".encode("utf-32"), "utf-32 be": b"\0\0\xfe\xff" + "hello".encode("utf-32-be"), "escape": "a\x1b[31mred",
    "markdown": "# Title\n\n- one\n- two\n\n[link](http://x)\n", "css": "body { color: red }\n", "javascript": "const x = () => 1;\nexport default x;\n", "typescript": "interface A { b: string }\n", "sql": "SELECT * FROM t;\n", "yaml": "a: 1\nb:\n  - c\n", "toml": "[a]\nb = 1\n", "ini": "[a]\nb=1\n", "log": "2024-01-01 10:00:00 INFO start\n" * 3, "latex": "\\documentclass{article}\n", "diff": "--- a\n+++ b\n@@ -1 +1 @@\n", "go": "package main\n", "shell": "#!/bin/sh\necho\n", "bash": "#!/bin/bash\necho\n", "env bash": "#!/usr/bin/env bash\necho\n", "zsh": "#!/bin/zsh\n",
    "php": "<?php echo 1;", "php, upper case": "<?PHP echo 1;", "php, short": "<? echo 1;", "php script": "#!/usr/bin/env php\n", "python": "#!/usr/bin/python\n", "python 3": "#!/usr/bin/env python3\n", "python with space": "#! /usr/bin/env python\n", "node": "#!/usr/bin/env node\n", "perl": "#!/usr/bin/perl\n", "ruby": "#!/usr/bin/env ruby\n", "lua": "#!/usr/bin/lua\n", "tcl": "#!/usr/bin/tclsh\n", "unknown script": "#!/usr/bin/other\n",
    "html": "<!DOCTYPE html><html><body>x</body></html>", "html, lower case": "<!doctype html>\n", "html, element": "<html>\n", "html after space": "\n\t <html>", "html, head": "<head>", "html, body": "<body>", "html, div": "<div class='a'>", "html, p": "<p>text", "html, a": "<a href='x'>", "html, bold": "<b>x</b>", "html, br": "<br/>", "html, h1": "<h1>x</h1>", "html, h2": "<h2>x</h2>", "html, script": "<script>alert(1)</script>", "html, style": "<style>", "html, title": "<title>x", "html, table": "<table>", "html, iframe": "<iframe src=x>", "html, img": "<img src=x>", "html, span": "<span>x</span>", "html, ul": "<ul>", "html, comment": "<!-- x --><html>", "html, only a comment": "<!-- x -->", "html, prefix": "<bodyx>", "html with a charset": '<html><head><meta charset="iso-8859-1">', "html with http-equiv": '<html><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1252">', "html later": "text <html>", "html, latin 1": "<html>Grüße".encode("latin-1"),
    "svg": '<svg xmlns="http://www.w3.org/2000/svg"></svg>', "svg with a declaration": '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "svg with a doctype": '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "x" "y"><svg/>', "svg inside html": "<html><svg></svg></html>", "svg after a comment": "<!-- made by x --><svg></svg>", "svg, upper case": "<SVG></SVG>", "svg after a comment and a declaration": "<?xml version='1.0'?>\n<!-- made by x -->\n<svg></svg>", "svg after a line break": "<?xml version='1.0'?>\n\n<svg></svg>", "svg with a long doctype": '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN"\n "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">\n<svg width="1"/>', "svg after a comment and a doctype": "<!DOCTYPE svg><!-- x --><svg/>", "svg with a mark": b"\xef\xbb\xbf<svg></svg>", "svg after a doctype": "<!DOCTYPE svg PUBLIC 'x' 'y'>\n<svg width='1'></svg>", "svg, line break inside": "<svg\n width='1'>", "svg, closed": "<svg/>", "svg with a mark and a declaration": b"\xef\xbb\xbf<?xml version='1.0'?><svg/>", "svg, other element with a declaration": "<?xml version='1.0'?><svgx/>", "svg, other element": "<svgx>", "svg after a style": '<?xml version="1.0"?><?xml-stylesheet href="a.css"?><svg/>', "xml about svg": '<?xml version="1.0"?><a><svg/></a>', "html with a mark": b"\xef\xbb\xbf<html>", "xml with a mark": b"\xef\xbb\xbf<?xml version='1.0'?><a/>", "xml after space": " <?xml version='1.0'?><a/>", "svg in text": "see <svg here", "svg after spaces": "\n\n  <svg></svg>",
    "xml": '<?xml version="1.0"?><root/>', "xml with encoding": '<?xml version="1.0" encoding="iso-8859-1"?><root/>', "xml with quotes": "<?xml version='1.0' encoding='UTF-16'?><root/>", "xml, upper case": '<?XML version="1.0"?><root/>', "xml without declaration": "<root><a/></root>", "rss": '<?xml version="1.0"?><rss version="2.0"></rss>', "atom": '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"></feed>', "kml": '<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"></kml>', "gpx": '<?xml version="1.0"?><gpx xmlns="http://www.topografix.com/GPX/1/1"></gpx>', "xliff": '<?xml version="1.0"?><xliff xmlns="urn:oasis:names:tc:xliff:document:1.2"></xliff>', "collada": '<?xml version="1.0"?><COLLADA xmlns="http://www.collada.org/2005/11/COLLADASchema"></COLLADA>', "gml": '<?xml version="1.0"?><x xmlns:gml="http://www.opengis.net/gml"></x>', "tcx": '<?xml version="1.0"?><TrainingCenterDatabase xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"></TrainingCenterDatabase>', "x3d": '<?xml version="1.0"?><X3D xmlns:xsd="http://www.w3.org/2001/XMLSchema-instance"></X3D>', "amf": '<?xml version="1.0"?><amf></amf>', "3mf": '<?xml version="1.0"?><model xmlns="http://schemas.microsoft.com/3dmanufacturing/core/2015/02"></model>', "xfdf": '<?xml version="1.0"?><xfdf xmlns="http://ns.adobe.com/xfdf/"></xfdf>', "owl": '<?xml version="1.0"?><Ontology xmlns="http://www.w3.org/2002/07/owl#"></Ontology>', "xhtml": '<?xml version="1.0"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"></html>', "plist": '<?xml version="1.0"?><plist version="1.0"></plist>',
    "json": '{"a": 1}', "json list": "[1, 2]", "json, empty": "{}", "json list, empty": "[]", "json text": '"a"', "json number": "5", "json, broken": '{"a": }', "json and more": '{"a":1} x', "json, spaces": ' \n{"a": [1, {"b": null}]}\n', "json, long": json.dumps({"a": ["x" * 50] * 200}), "json, long and broken at the end": '{"a":[' + '"x",' * 2000 + "}", "json with a mark": b'\xef\xbb\xbf{"a":1}', "geojson": '{"type": "Feature", "geometry": null}', "geojson, collection": '{"type":"FeatureCollection","features":[]}', "json with a type": '{"type": "other"}', "har": '{"log": {"version": "1.2", "creator": {}}}', "gltf": '{"asset": {"version": "2.0"}, "scenes": []}', "ndjson": '{"a":1}\n{"b":2}\n', "ndjson, lists": "[1]\n[2]\n", "ndjson, numbers": "1\n2\n", "ndjson, one line": '{"a":1}\n', "jupyter": '{"cells": [], "metadata": {}, "nbformat": 4}',
    "csv": "a,b\n1,2\n", "csv, one line": "a,b,c\n", "csv, no end": "a,b\n1,2", "csv, uneven": "a,b\n1,2,3\n", "csv, quotes": '"a","b,c"\n"1","2"\n', "csv, semicolons": "a;b\n1;2\n", "csv, one column": "a\nb\nc\n", "csv, crlf": "a,b\r\n1,2\r\n", "csv, long": "a,b,c\n" * 2000, "csv, comments": "#x\na,b\n1,2\n", "csv, blank lines": "a,b\n\n1,2\n", "prose with commas": "Hello, world\nHow are you, my friend\n", "tsv": "a\tb\n1\t2\n", "tsv, long": "a\tb\tc\n" * 2000, "tsv, uneven": "a\tb\n1\n",
    "vcard": "BEGIN:VCARD\nVERSION:3.0\nEND:VCARD\n", "vcard, crlf": "BEGIN:VCARD\r\nEND:VCARD\r\n", "calendar": "BEGIN:VCALENDAR\nEND:VCALENDAR\n", "calendar, lower case": "begin:vcalendar\nend:vcalendar\n", "srt": "1\n00:00:01,000 --> 00:00:02,000\nHello\n", "vtt": "WEBVTT\n\n00:01.000 --> 00:02.000\nHi\n", "vtt, bare": "WEBVTT", "warc": "WARC/1.0\r\nWARC-Type: x\r\n", "m3u": "#EXTM3U\n#EXTINF:1,a\na.mp3\n", "dxf": "  0\nSECTION\n  2\nHEADER\n", "xpm": '/* XPM */\nstatic char * x[] = {\n"1 1 1 1",\n', "ppm, text": "P3\n1 1\n255\n0 0 0\n", "pem": "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n", "pgp": "-----BEGIN PGP MESSAGE-----\n", "mail": "From: a@b.c\nTo: d@e.f\nSubject: x\n\nhi\n", "mail, received": "Received: from a\nMessage-ID: <x>\nFrom: a@b.c\n\nhi\n",
}  # fmt: skip
SAMPLES: dict[str, bytes] = {
    **BINARY,
    **{name: text.encode() if isinstance(text, str) else text for name, text in TEXTS.items()},
}


def names() -> Sequence[str]:
    """Of all samples."""
    return tuple(SAMPLES)
