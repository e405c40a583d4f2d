"""A figure in pixels: PDFium draws its finished PDF, in a third of the time in which matplotlib would draw it again."""

from pathlib import Path

from PIL import Image

#: Inches in a point, the unit of PDF.
POINT = 1 / 72
#: What a palette holds. Smooth edges have more colours than that: each comes out a few of 255 levels away at most.
COLOURS = 256


def drawn(pdf: bytes, size: tuple[float, float], dpi: int) -> Image.Image:
    """Return the page of a PDF as a picture on white.

    Parameters
    ----------
    pdf
        A PDF of one page.
    size
        Width and height of the page in inches.
    dpi
        Dots per inch.

    Returns
    -------
    Image.Image
        In RGB, without transparency. It has the whole dots that the size has room for, as matplotlib's own pictures have;
        a dot is exactly 1 / `dpi` inch, counted from the lower left.
    """
    import pypdfium2
    from pypdfium2 import raw

    width, height = (int(length * dpi) for length in size)
    scale = POINT * dpi
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0]
        bitmap = pypdfium2.PdfBitmap.new_native(width, height, raw.FPDFBitmap_BGR, rev_byteorder=True)
        bitmap.fill_rect((255, 255, 255, 255), 0, 0, width, height)
        # `page.render` would have a dot more each way, and stretch the page to fill it.
        place = raw.FS_MATRIX(scale, 0, 0, scale, 0, height - page.get_height() * scale)
        whole = raw.FS_RECTF(0, 0, width, height)
        raw.FPDF_RenderPageBitmapWithMatrix(bitmap, page, place, whole, raw.FPDF_REVERSE_BYTE_ORDER)
    return bitmap.to_pil()


def save_png(picture: Image.Image, dpi: int, path: Path, description: str) -> None:
    """Save as PNG with a palette, a third of the bytes that it takes without; the tags are those that matplotlib gives."""
    import matplotlib
    from PIL.PngImagePlugin import PngInfo

    tags = PngInfo()
    tags.add_text("Software", f"Matplotlib version{matplotlib.__version__}, https://matplotlib.org/")
    tags.add_text("Title", description)
    few = picture.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(path, dpi=(dpi, dpi), pnginfo=tags)


def save_tiff(picture: Image.Image, dpi: int, path: Path, description: str) -> None:
    """Save as TIFF with LZW compression, and in RGB without a palette, as journals want it."""
    from PIL.TiffImagePlugin import IMAGEDESCRIPTION, ImageFileDirectory_v2

    tags = ImageFileDirectory_v2()
    tags[IMAGEDESCRIPTION] = description
    picture.save(path, compression="tiff_lzw", dpi=(dpi, dpi), tiffinfo=tags)
