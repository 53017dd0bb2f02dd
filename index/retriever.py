"""The library as a LangChain retriever, for use in chains that are not Attest's."""

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from index.library import Library
from index.types import Filters, Hit


class LibraryRetriever(BaseRetriever):
    """Up to `k` passages a query, best first, as LangChain documents.

    `page_content` is the exact text of the passage; the metadata says which document it is of,
    where it stands there (`start`, `end`, `pages`, `heading`), and the hit's score and ranks.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    library: Library
    k: int = 8
    filters: Filters = Filters()

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[LangChainDocument]:
        del run_manager  # one search has no steps to report
        return [_document(hit) for hit in self.library.search(query, self.k, self.filters)]


def _document(hit: Hit) -> LangChainDocument:
    passage, source = hit.passage, hit.passage.document
    return LangChainDocument(
        page_content=passage.text,
        metadata={
            "document_id": source.id,
            "title": source.title,
            "kind": source.kind,
            "publisher": source.publisher,
            "published": source.published,
            "source": source.origin,
            "start": passage.start,
            "end": passage.end,
            "pages": list(passage.pages),
            "heading": list(passage.heading_path),
            "score": hit.score,
            "dense_rank": hit.dense_rank,
            "lexical_rank": hit.lexical_rank,
        },
    )
