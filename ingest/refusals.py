"""Files that no reader reads, told by their first bytes: what each is and what to do instead."""

from dataclasses import dataclass

from ingest.errors import ReadError

_UNPACK = "unpack it, and add the files or the folder"
_RUN = "add a document instead"
_SPEECH = "add a transcript instead"
_AS_PICTURE = "save it as PNG, JPEG or PDF"
_HEAD_BYTES = 1024


@dataclass(frozen=True)
class Refusal:
    """What a file is, in the plural; `has_zeros` where text may begin like it as well."""

    at: int
    mark: bytes
    what: str
    remedy: str
    has_zeros: bool = False

    @property
    def is_archive(self) -> bool:
        return self.remedy == _UNPACK

    @property
    def error(self) -> ReadError:
        return ReadError(f"{self.what} are not read", self.remedy)


_REFUSALS = (
    Refusal(0, b"MZ", "programs", _RUN, has_zeros=True),
    Refusal(0, b"\x7fELF", "programs", _RUN),
    *(
        Refusal(0, mark, "programs", _RUN)
        for mark in (
            b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe",
            b"\xca\xfe\xba\xbe", b"\0asm",
        )
    ),
    Refusal(0, b"7z\xbc\xaf\x27\x1c", "7z archives", _UNPACK),
    Refusal(0, b"Rar!\x1a\x07", "RAR archives", _UNPACK),
    Refusal(0, b"\x1f\x8b", "gzip archives", _UNPACK),
    Refusal(0, b"BZh", "bzip2 archives", _UNPACK, has_zeros=True),
    Refusal(0, b"\xfd7zXZ\0", "xz archives", _UNPACK),
    Refusal(0, b"\x28\xb5\x2f\xfd", "zstd archives", _UNPACK),
    Refusal(0, b"MSCF\0\0\0\0", "cabinet archives", _UNPACK),
    Refusal(257, b"ustar", "tar archives", _UNPACK),
    Refusal(0, b"!BDN", "Outlook mailboxes", "save the e-mails that you want as .eml"),
    Refusal(0, b"\xffWPC", "WordPerfect files", "save it as .docx or PDF in a word processor"),
    Refusal(0, b"%!PS", "PostScript files", "convert it to PDF"),
    Refusal(0, b"AT&TFORM", "DjVu files", "convert it to PDF"),
    Refusal(60, b"BOOKMOBI", "Kindle books", "convert it to EPUB or PDF"),
    Refusal(0, b"SQLite format 3\0", "databases", "export the tables as CSV"),
    Refusal(0, b"\0\1\0\0Standard ", "databases", "export the tables as CSV"),
    *(
        Refusal(4, b"ftyp" + brand, "pictures of type HEIC or AVIF", _AS_PICTURE)
        for brand in (b"heic", b"heix", b"mif1", b"msf1", b"avif", b"hevc")
    ),
    Refusal(0, b"\0\0\0\x0cjP  ", "pictures of type JPEG 2000", _AS_PICTURE),
    Refusal(0, b"\0\0\1\0", "icons", _AS_PICTURE),
    Refusal(0, b"8BPS", "Photoshop files", _AS_PICTURE, has_zeros=True),
    Refusal(4, b"ftyp", "video and sound recordings", _SPEECH),
    Refusal(0, b"\x1aE\xdf\xa3", "video and sound recordings", _SPEECH),
    Refusal(8, b"AVI ", "video recordings", _SPEECH, has_zeros=True),
    Refusal(8, b"WAVE", "sound recordings", _SPEECH, has_zeros=True),
    Refusal(0, b"ID3", "sound recordings", _SPEECH, has_zeros=True),
    *(Refusal(0, mark, "sound recordings", _SPEECH) for mark in (b"OggS\0", b"fLaC\0", b"MThd\0")),
    *(
        Refusal(0, bytes((0xFF, second)), "sound recordings", _SPEECH, has_zeros=True)
        for second in (0xFB, 0xF3, 0xF2)
    ),
)  # fmt: skip

# what an OLE2 container holds, by the names of its streams; the first that is there tells
_STREAMS = (
    ("EncryptedPackage", "the file is protected by a password", "save a copy without the password"),
    ("__properties_version1.0", "Outlook's e-mails (.msg) are not read",
     "save it as .eml, from Outlook or another mail program"),
    ("WordDocument", "files of the older Word format (.doc) are not read",
     "open it in a word processor and save it as .docx"),
    ("PowerPoint Document", "files of the older PowerPoint format (.ppt) are not read",
     "open it in a presentation program and save it as .pptx"),
    ("Workbook", "files of the older Excel format (.xls) are not read",
     "open it in a spreadsheet program and save it as .xlsx"),
    ("Book\0", "files of the older Excel format (.xls) are not read",
     "open it in a spreadsheet program and save it as .xlsx"),
)  # fmt: skip


def binary_refusal(data: bytes) -> Refusal | None:
    """Why the file is not read, None where its first bytes say nothing against it."""
    has_zeros = b"\0" in data[:_HEAD_BYTES]
    return next(
        (
            refusal
            for refusal in _REFUSALS
            if data.startswith(refusal.mark, refusal.at) and has_zeros >= refusal.has_zeros
        ),
        None,
    )


def ole_refusal(data: bytes) -> ReadError:
    """Why an OLE2 file (Office before 2007, or a password around a newer file) is not read."""
    for stream, message, remedy in _STREAMS:
        if stream.encode("utf-16-le") in data:
            return ReadError(message, remedy)
    return ReadError(
        "files of Office programs before 2007 are not read",
        "open it in its program and save it in a newer format, or as PDF",
    )
