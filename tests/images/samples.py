"""Image files for tests: ordinary ones, odd ones, and some that mean harm."""

import io
import struct
import zlib
from functools import cache
from typing import Any

from PIL import Image, PngImagePlugin

ORIENTATION = 0x0112
GPS = 0x8825


def picture(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """Another colour in each corner, so that a turn or a wrong cut shows."""
    across = Image.linear_gradient("L").rotate(90).resize((width, height))
    down = Image.linear_gradient("L").resize((width, height))
    blue = Image.radial_gradient("L").resize((width, height))
    image = Image.merge("RGB", (across, down, blue))
    if mode == "RGBA":
        image.putalpha(down)
        return image
    return image.convert(mode)


def encoded(image: Image.Image, format_: str, **options: Any) -> bytes:
    made = io.BytesIO()
    image.save(made, format_, **options)
    return made.getvalue()


def turned(turn: int) -> Image.Exif:
    """What a camera says that was held so."""
    exif = Image.Exif()
    exif[ORIENTATION] = turn
    return exif


def jpeg(width: int, height: int, turn: int = 1, **options: Any) -> bytes:
    return encoded(picture(width, height), "JPEG", exif=turned(turn), quality=90, **options)


def located(format_: str, turn: int = 1) -> bytes:
    """An image that says where it was taken, in all the ways that its format has."""
    exif = turned(turn)
    exif.get_ifd(GPS)[1] = "N-GPS-SECRET"
    exif[0x010F] = "GPS-SECRET maker"
    image = picture(60, 40)
    options: dict[str, Any] = {"exif": exif}
    if format_ == "JPEG":
        options |= {"comment": b"GPS-SECRET comment", "xmp": b"<x>GPS-SECRET</x>"}
    elif format_ == "PNG":
        text = PngImagePlugin.PngInfo()
        text.add_text("a", "GPS-SECRET")
        text.add_itxt("XML:com.adobe.xmp", "GPS-SECRET")
        text.add_text("zipped", "GPS-SECRET", zip=True)
        options["pnginfo"] = text
    elif format_ == "GIF":
        return encoded(image.quantize(16), "GIF", comment=b"GPS-SECRET", xmp=b"<x>GPS-SECRET</x>")
    else:
        options["xmp"] = b"<x>GPS-SECRET</x>"
    return encoded(image, format_, **options)


def animated(format_: str) -> bytes:
    frames = [picture(60, 40), picture(60, 40).rotate(180)]
    if format_ == "GIF":
        frames = [frame.quantize(32) for frame in frames]
    return encoded(frames[0], format_, save_all=True, append_images=frames[1:], duration=100)


def part_gif(canvas: tuple[int, int], at: tuple[int, int]) -> bytes:
    """A GIF whose first frame of 60 by 40 is a part of the canvas."""
    content = bytearray(encoded(picture(60, 40).quantize(16), "GIF"))
    content[6:10] = struct.pack("<HH", *canvas)
    frame = content.index(b"\x2c", 13 + 3 * 16)
    content[frame + 1 : frame + 5] = struct.pack("<HH", *at)
    return bytes(content)


def _chunk(name: bytes, content: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(name + content))
    return struct.pack(">I", len(content)) + name + content + check


@cache
def png_of(width: int, height: int, *, before: bytes = b"") -> bytes:
    """A PNG of one bit a pixel, all of them black; a few kilobytes whatever its size."""
    packer = zlib.compressobj(9)
    row = b"\0" * (1 + (width + 7) // 8)
    pixels = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    body = _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + head + before + body


@cache
def text_bomb(megabytes: int = 200) -> bytes:
    """A small PNG with a text that unpacks to very much."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b"\0" * (1 << 20)) for _ in range(megabytes))
    packed += packer.flush()
    return png_of(200, 200, before=_chunk(b"zTXt", b"a\0\0" + packed))


def jpeg_claiming(width: int, height: int) -> bytes:
    """A little JPEG whose header promises far more pixels."""
    content = bytearray(jpeg(64, 64, progressive=True))
    frame = content.index(b"\xff\xc2")
    content[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    return bytes(content)


def gif_claiming(width: int, height: int, frames: int = 1) -> bytes:
    """A GIF of that canvas whose frames are as large and hold next to nothing."""
    head = b"GIF89a" + struct.pack("<HH", width, height) + b"\x80\0\0" + b"\0\0\0\xff\xff\xff"
    frame = b"\x2c" + struct.pack("<HHHH", 0, 0, width, height) + b"\0\x02\x02\x44\x01\0"
    return head + frame * frames + b"\x3b"


def webp_claiming(width: int, height: int) -> bytes:
    """A WebP whose header promises that canvas."""
    content = bytearray(encoded(picture(64, 64, "RGBA"), "WEBP", exif=b"Exif\0\0"))
    canvas = content.index(b"VP8X") + 12
    content[canvas : canvas + 3] = (width - 1).to_bytes(3, "little")
    content[canvas + 3 : canvas + 6] = (height - 1).to_bytes(3, "little")
    return bytes(content)
