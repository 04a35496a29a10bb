"""Makes a thumbnail of an image, without AWS."""

import io

from PIL import Image, ImageOps, UnidentifiedImageError

SIZE = (128, 128)
_PIXELS_MAXIMUM = 50_000_000  # with three or four bytes each, in the function's memory


class CorruptImageError(ValueError):
    """The object is not a valid image, so another attempt cannot succeed."""


def thumbnail(data: bytes) -> tuple[bytes, str]:
    """Scale an image down to fit into `SIZE`, and return it in the same format with its media type.

    Raises:
        CorruptImageError: The data is not an image, is incomplete, or is too large to decode.
    """
    try:
        with Image.open(io.BytesIO(data)) as image:
            # The header contains the size, before the image is decoded in memory.
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
        # Pillow raises the first two for incomplete data and damaged chunks.
        raise CorruptImageError(str(error)) from error
    return written.getvalue(), media_type
