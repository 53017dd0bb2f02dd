"""PDF: opened, read page by page, cleaned and put together as one text with its maps."""

from ingest.formats.pdf.reader import read_pdf

__all__ = ["read_pdf"]
