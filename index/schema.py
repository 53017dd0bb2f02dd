"""The tables of a library's catalogue. What is read from and written to them is not said here."""

SCHEMA_VERSION = 3
SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE documents (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, kind TEXT NOT NULL, publisher TEXT, author TEXT,
    published TEXT, jurisdiction TEXT, origin TEXT NOT NULL, media_type TEXT NOT NULL,
    retrieved TEXT, supersedes TEXT, inferred TEXT NOT NULL, corrected TEXT NOT NULL,
    caution TEXT NOT NULL,
    text TEXT NOT NULL, pages TEXT NOT NULL, headings TEXT NOT NULL, day INTEGER,
    vector_key TEXT NOT NULL UNIQUE, added TEXT NOT NULL, signature BLOB NOT NULL
);
CREATE INDEX editions ON documents (supersedes);
CREATE TABLE origins (
    address TEXT PRIMARY KEY, document_id TEXT NOT NULL REFERENCES documents ON DELETE CASCADE,
    fingerprint TEXT NOT NULL, etag TEXT, last_modified TEXT, final_address TEXT
);
CREATE INDEX origins_of ON origins (document_id);
CREATE TABLE originals (
    document_id TEXT PRIMARY KEY REFERENCES documents ON DELETE CASCADE, data BLOB NOT NULL
);
CREATE TABLE likenesses (
    document_id TEXT NOT NULL REFERENCES documents ON DELETE CASCADE,
    other_id TEXT NOT NULL REFERENCES documents ON DELETE CASCADE, similarity REAL NOT NULL,
    PRIMARY KEY (document_id, other_id)
);
CREATE INDEX likenesses_of ON likenesses (other_id);
CREATE TABLE passages (
    id INTEGER PRIMARY KEY, document_id TEXT NOT NULL REFERENCES documents ON DELETE CASCADE,
    number INTEGER NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
    embedding TEXT NOT NULL REFERENCES embeddings,
    UNIQUE (document_id, number), UNIQUE (document_id, start)
);
CREATE INDEX passages_of ON passages (embedding);
CREATE TABLE embeddings (
    key TEXT PRIMARY KEY, vector BLOB NOT NULL, offsets BLOB NOT NULL, tokens BLOB NOT NULL
);
CREATE VIRTUAL TABLE words USING fts5 (text, tokenize = 'porter unicode61 remove_diacritics 2');
CREATE TABLE pending (vector_key TEXT PRIMARY KEY);
INSERT INTO meta VALUES ('revision', '0');
"""
