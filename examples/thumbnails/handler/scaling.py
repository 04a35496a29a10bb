"""Makes a thumbnail of an image, free of AWS."""

import io

from PIL import Image, ImageOps, UnidentifiedImageError

SIZE = (128, 128)
_PIXELS_MAXIMUM = 50_000_000  # of three or four bytes each, decoded in the memory of the function


class CorruptImageError(ValueError):
    """The object is not an image that can be scaled, however often it is delivered."""


def thumbnail(data: bytes) -> tuple[bytes, str]:
    """Scale an image down to fit into `SIZE`; returns the image in its own format, and its media type.

    Raises:
        CorruptImageError: the data is not an image, or a part of one, or too large to decode.
    """
    try:
        with Image.open(io.BytesIO(data)) as image:
            # The header says so, before anything of that size is in memory.
            if image.width * image.height > _PIXELS_MAXIMUM:
                raise CorruptImageError(f"{image.width} x {image.height} pixels are more than can be decoded")
            media_type = Image.MIME[str(image.format)]
            scaled = ImageOps.exif_transpose(image)
            scaled.thumbnail(SIZE)
            written = io.BytesIO()
            scaled.save(written, format=image.format)
    except UnidentifiedImageError as error:
        raise CorruptImageError("no image in a format that is known") from error
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        # Pillow raises the first two for what ends too early, and for chunks that are damaged.
        raise CorruptImageError(str(error)) from error
    return written.getvalue(), media_type
