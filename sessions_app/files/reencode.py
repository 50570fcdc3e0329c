"""Make one picture anew, in a process of its own: `python -I reencode.py FORMAT`.

Decoders are large programs in C, and what they read comes from strangers. This process has no
secret, little memory and little time, and ends with the picture. Standard input: the picture.
Standard output: one line of JSON (see `pictures.py`), the new picture, its thumbnail. What the
first has beside its pixels (places, cameras, names, comments, what stands behind it) is not in
the others. Of one that moves the first picture is kept.
"""

import json
import resource
import sys
import warnings
from contextlib import suppress
from io import BytesIO
from typing import Any

_MEMORY = 768 * 1024 * 1024
_CPU_SECONDS = 25
_RAISES = (OSError, ValueError, SyntaxError, ArithmeticError, LookupError, MemoryError)


def main() -> None:
    """Read, make anew, write; the first line says `refused` where that is not possible."""
    _bound_this_process()
    bounds = json.loads(sys.argv[1])
    try:
        answer, parts = _made_anew(sys.stdin.buffer.read(), bounds)
    except _Refused as refused:
        answer, parts = {"refused": str(refused)}, []
    except _RAISES as broken:
        # Whatever a decoder raises for a picture that holds none.
        answer, parts = {"refused": "broken", "by": type(broken).__name__}, []
    answer["sizes"] = [len(part) for part in parts]
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + b"".join(parts))


class _Refused(Exception):
    """A picture beyond a bound: `too_many_pixels` or `too_large`."""


def _bound_this_process() -> None:
    for limit, most in (
        (resource.RLIMIT_AS, _MEMORY),
        (resource.RLIMIT_CPU, _CPU_SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        # Where a unit forbids it, the bounds of the pixels and of the waiting stand alone.
        with suppress(OSError, ValueError):
            resource.setrlimit(limit, (most, most))


def _made_anew(data: bytes, bounds: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
    if bounds["format"] == "WEBP":
        # Its decoder takes memory for all pixels before it tells how many there are.
        _check(_size_of_webp(data), bounds)

    from PIL import Image, ImageOps

    warnings.simplefilter("ignore")  # of a broken EXIF, for instance, which is dropped
    Image.MAX_IMAGE_PIXELS = bounds["pixels"]
    try:
        image: Image.Image = Image.open(BytesIO(data), formats=[bounds["format"]])
    except Image.DecompressionBombError:
        raise _Refused("too_many_pixels") from None
    _check(image.size, bounds)
    is_photo = bounds["format"] == "JPEG"
    image.load()
    del data
    image = ImageOps.exif_transpose(image)
    sees_through = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    if sees_through:
        mode = "RGBA"
    else:
        mode = "L" if image.mode in ("1", "L", "I", "I;16", "I;16B", "F") else "RGB"
    if image.mode != mode:
        image = image.convert(mode)
    image.info.clear()  # profiles, comments and the rest, which saving would write again
    is_photo = is_photo or (bounds["format"] == "WEBP" and not sees_through)
    whole = _encoded(image, is_photo)
    if len(whole) > bounds["bytes"]:
        raise _Refused("too_large")
    width, height = image.size
    image.thumbnail((bounds["thumbnail"], bounds["thumbnail"]))
    answer = {
        "type": "image/jpeg" if is_photo else "image/png",
        "width": width,
        "height": height,
    }
    return answer, [whole, _encoded(image, is_photo)]


def _check(size: tuple[int, int], bounds: dict[str, Any]) -> None:
    width, height = size
    if width * height > bounds["pixels"] or width > bounds["width"] or height > bounds["height"]:
        raise _Refused("too_many_pixels")


def _encoded(image: Any, is_photo: bool) -> bytes:
    out = BytesIO()
    if is_photo:
        image.save(out, "JPEG", quality=90, progressive=False)
    else:
        image.save(out, "PNG", compress_level=6)
    return out.getvalue()


def _size_of_webp(data: bytes) -> tuple[int, int]:
    """Return width and height as the container's first chunk says them; ValueError without one.

    https://developers.google.com/speed/webp/docs/riff_container (2026-11-29).
    """
    chunk, body = data[12:16], data[20:30]
    if len(body) < 10:
        raise ValueError("a head that breaks off")
    if chunk == b"VP8X":
        return int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
    if chunk == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if chunk == b"VP8 ":
        wide, tall = body[6:8], body[8:10]
        return int.from_bytes(wide, "little") & 0x3FFF, int.from_bytes(tall, "little") & 0x3FFF
    raise ValueError("no such chunk")


if __name__ == "__main__":
    main()
