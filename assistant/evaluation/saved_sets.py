"""The question sets of one library, by name: `questions/NAME.jsonl` in its folder.

Each is a file of its own that can be shared, and that `evaluate` reads. What a line of it holds is
said by `questions`, what a reader's mark makes of an answer by `marked`.
"""

import re
from pathlib import Path

from assistant.evaluation.questions import Item, find, put, remove
from index.errors import InvalidInput

FOLDER, SUFFIX = "questions", ".jsonl"
DEFAULT = "saved"
# no path, no hidden file, no flag of a command line; Windows drops a full stop at the end. Letters
# of any script, which take four bytes at most: a file's name has 255.
_NAME = re.compile(r"\w(?:[\w .-]{0,58}[\w-])?")


class SavedSets:
    """The question sets in a library's folder. Nothing is made before a question is saved."""

    def __init__(self, library_folder: Path) -> None:
        self.folder = library_folder / FOLDER

    def names(self) -> tuple[str, ...]:
        """The names of all sets, sorted."""
        found = (path.stem for path in self.folder.glob(f"*{SUFFIX}") if path.is_file())
        return tuple(sorted(name for name in found if _NAME.fullmatch(name)))

    def path(self, name: str) -> Path:
        """Where the set of that name is, or will be. Raises `InvalidInput` for what is no name."""
        bare = name.strip().removesuffix(SUFFIX)
        if not _NAME.fullmatch(bare):
            raise InvalidInput(
                f"“{name}” cannot be the name of a question set",
                "use up to 60 letters, digits, spaces, -, _ and ., a letter, digit or _ first",
            )
        return self.folder / f"{bare}{SUFFIX}"

    def find(self, name: str, item_id: str) -> Item | None:
        """The item of that id in a set, None if it has none. Raises as `save` does."""
        return find(self.path(name), item_id)

    def save(self, name: str, item: Item) -> Item | None:
        """Put the item into a set, in the place of the one with its id, which is returned.

        Raises `InvalidInput` for what is no name, an item that could not be read back or a set that
        is broken, `StorageError` for one that cannot be read or written.
        """
        return put(self.path(name), item)

    def remove(self, name: str, item_id: str) -> Item | None:
        """Take the item of that id out of a set, None if it has none. Raises as `save` does."""
        return remove(self.path(name), item_id)
