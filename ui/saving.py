"""A file that the reader saves from the page: it travels as a value, and the browser writes it.

A draft may be confidential, and a report too: no copy of it is left in a folder of the server.
"""

import base64
import json
from dataclasses import dataclass

# For the HTML widget whose value is an `Export.value`. It is emptied, so that the same file can be
# saved again.
SAVING = """
watch("value", () => {
  if (!props.value) return;
  const { name, media_type, data } = JSON.parse(props.value);
  const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
  const address = URL.createObjectURL(new Blob([bytes], { type: media_type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
  props.value = "";
});
"""


@dataclass(frozen=True)
class Export:
    """A file to be saved by the reader."""

    name: str
    media_type: str
    data: bytes

    @property
    def value(self) -> str:
        """The file as `SAVING` reads it."""
        data = base64.b64encode(self.data).decode()
        return json.dumps({"name": self.name, "media_type": self.media_type, "data": data})
