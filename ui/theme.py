"""How the page looks and what it loads, as `launch()` takes it: nothing comes from elsewhere.

What is this project's own stands in `style/`; here are only Gradio's settings.
"""

from pathlib import Path
from typing import Any

import gradio as gr

HERE = Path(__file__).parent
STYLES = "colours page composer turn sources tabs library check evaluate".split()
SANS = (
    "system-ui",
    "-apple-system",
    "Segoe UI",
    "Roboto",
    "Noto Sans",
    "Liberation Sans",
    "sans-serif",
)
MONO = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")
# The same names in light and dark: `style/colours.css` gives them their two values.
COLOURS = {
    "body_background_fill": "var(--paper)",
    "body_text_color": "var(--ink)",
    "body_text_color_subdued": "var(--quiet)",
    "background_fill_primary": "var(--sheet)",
    "background_fill_secondary": "var(--paper)",
    "border_color_primary": "var(--rule)",
    "block_background_fill": "transparent",
    "block_label_text_color": "var(--quiet)",
    "block_title_text_color": "var(--quiet)",
    "input_background_fill": "var(--sheet)",
    "input_border_color": "var(--edge)",
    "input_border_color_focus": "var(--accent)",
    "input_placeholder_color": "var(--quiet)",
    "checkbox_border_color": "var(--edge)",
    "button_primary_background_fill": "var(--accent)",
    "button_primary_background_fill_hover": "var(--accent-strong)",
    "button_primary_text_color": "var(--on-accent)",
    "button_secondary_background_fill": "transparent",
    "button_secondary_background_fill_hover": "var(--tint)",
    "button_secondary_text_color": "var(--ink)",
    "color_accent_soft": "var(--tint)",
    "error_background_fill": "var(--error-tint)",
    "error_text_color": "var(--error)",
    "error_border_color": "var(--error)",
}


def appearance() -> dict[str, Any]:
    """The keyword arguments of `launch()` that decide what the page looks like."""
    script = (HERE / "script.js").read_text(encoding="utf-8")
    return {
        "theme": _theme(),
        "css_paths": [HERE / "style" / f"{name}.css" for name in STYLES],
        "head": f"<script>{script}</script>",
        "favicon_path": HERE / "favicon.svg",
    }


def _theme() -> gr.themes.Base:
    theme = gr.themes.Base(
        primary_hue="slate",
        neutral_hue="stone",
        font=[gr.themes.Font(name) for name in SANS],
        font_mono=[gr.themes.Font(name) for name in MONO],
    )
    dark = {f"{name}_dark": value for name, value in COLOURS.items()}
    undivided = {  # Gradio has no dark variant of these
        "block_border_width": "0px",
        "input_border_width": "1px",
        "color_accent": "var(--accent)",
    }
    return theme.set(**COLOURS, **dark, **undivided)
