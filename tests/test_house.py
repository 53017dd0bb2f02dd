"""The house keeps its plan: four rooms, one direction of imports, each library in its own place."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import assistant.errors
import index.errors
import ingest.errors

ROOT = Path(__file__).parents[1]
ROOMS = {"index": (), "ingest": ("index",), "assistant": ("index",),
         "ui": ("assistant", "index", "ingest")}  # fmt: skip
# foreign packages, and the only modules that may import them
WRAPPED = {
    "chromadb": ("index/vectors.py",),
    "sentence_transformers": ("index/embedder.py", "index/evidence/cross_encoder.py"),
    "torch": ("index/embedder.py", "index/evidence/"),
    "transformers": ("index/embedder.py",),
    "safetensors": ("index/evidence/",),
    "scipy": ("index/evidence/training/",),
    "sqlite3": (
        "index/catalogue.py",
        "index/provenance.py",
        "index/rows.py",
        "assistant/doctor.py",
    ),
    "datasketch": ("index/likeness.py",),
    "filelock": ("index/lock.py",),
    "ir_measures": ("assistant/evaluation/ranking.py",),
    "nupunkt": ("index/sentences.py",),
    "pypdfium2": ("ingest/formats/pdf/",),
    "rapidocr": ("ingest/formats/recognition.py",),
    "PIL": ("ingest/formats/",),
    "docx": ("ingest/formats/docx.py", "assistant/drafts/export_docx.py"),
    "pptx": ("ingest/formats/pptx.py",),
    "openpyxl": ("ingest/formats/spreadsheet.py",),
    "striprtf": ("ingest/formats/rtf.py",),
    "trafilatura": ("ingest/formats/html.py",),
    "charset_normalizer": ("ingest/formats/text.py",),
    "rich": ("ingest/terminal.py",),
    "pebble": ("ingest/workers.py",),
    "watchfiles": ("ingest/sync.py",),
    "langchain": ("assistant/chat_model.py",),
    "gradio": ("ui/",),
    "httpx": ("ingest/web/addresses.py",),
    "httpcore": ("ingest/web/exchange.py",),
}
MOST_LINES = 340
VAGUE = ("utils", "helpers", "common", "misc")


def modules() -> list[Path]:
    return [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]


def imports(path: Path) -> Iterator[str]:
    """Dotted names of all modules that a file imports, inside functions too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_room_imports_only_the_rooms_below_it(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    met = {name.split(".")[0] for name in imports(path)} & {*ROOMS, "tests"}
    assert met <= {room, *ROOMS[room]}


@pytest.mark.parametrize("package", WRAPPED)
def test_a_foreign_package_is_imported_where_it_is_wrapped_and_nowhere_else(package: str) -> None:
    found = {
        str(path.relative_to(ROOT))
        for path in modules()
        if any(name.split(".")[0] == package for name in imports(path))
    }
    assert found, f"{package} is not used"
    assert all(place.startswith(WRAPPED[package]) for place in found)


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_says_what_it_is_and_stays_readable(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MOST_LINES
    assert path.stem not in VAGUE
    assert path.name == "__init__.py" or ast.get_docstring(ast.parse(text))


def test_the_error_tree_is_drawn_as_it_is() -> None:
    rooms = (index.errors, ingest.errors, assistant.errors)
    classes = {
        name
        for room in rooms
        for name, value in vars(room).items()
        if isinstance(value, type) and issubclass(value, index.errors.AttestError)
    }
    drawn = re.findall(r"^[│├└─ ]*([A-Z]\w+)  ", index.errors.__doc__ or "", re.MULTILINE)
    assert sorted(drawn) == sorted(classes)


def test_the_top_level_holds_what_the_user_fixed_and_nothing_else() -> None:
    fixed = {"assistant", "index", "ingest", "ui", "tests", "requirements.txt"}
    usual = {"README.md", "LICENSE", "CHANGELOG.md", "Makefile", "pyproject.toml",
             "requirements.lock"}  # fmt: skip
    made = {"bench.json", "__pycache__"}
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert fixed | usual <= found
    assert found - made <= fixed | usual
