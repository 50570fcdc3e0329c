"""Pictures and files that tests send."""

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def encoded(image: Image.Image, kind: str = "PNG", **options) -> bytes:
    """Return the picture's bytes."""
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def picture(kind: str = "PNG", size: tuple[int, int] = (60, 40), **options) -> bytes:
    """Return a small picture: red on the left, blue on the right."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, *size))
    return encoded(image, kind, **options)


def upload(data: bytes, name: str = "shot.png") -> SimpleUploadedFile:
    """Return the bytes as a form sends them; what the browser says of them is a lie."""
    return SimpleUploadedFile(name, data, content_type="image/png")
