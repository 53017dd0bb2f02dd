"""How the page looks and what it loads, as `launch()` takes it: nothing comes from elsewhere.

Colours that are this project's own stand in `style.css`; here are only Gradio's.
"""

from pathlib import Path
from typing import Any

import gradio as gr

HERE = Path(__file__).parent
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


def appearance() -> dict[str, Any]:
    """The keyword arguments of `launch()` that decide what the page looks like."""
    script = (HERE / "script.js").read_text(encoding="utf-8")
    return {
        "theme": _theme(),
        "css_paths": HERE / "style.css",
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
    return theme.set(
        body_background_fill="var(--paper)",
        body_background_fill_dark="var(--paper)",
        body_text_color="var(--ink)",
        body_text_color_dark="var(--ink)",
        body_text_color_subdued="var(--quiet)",
        body_text_color_subdued_dark="var(--quiet)",
        background_fill_primary="var(--sheet)",
        background_fill_primary_dark="var(--sheet)",
        background_fill_secondary="var(--paper)",
        background_fill_secondary_dark="var(--paper)",
        border_color_primary="var(--rule)",
        border_color_primary_dark="var(--rule)",
        block_background_fill="transparent",
        block_background_fill_dark="transparent",
        block_border_width="0px",
        block_label_text_color="var(--quiet)",
        block_label_text_color_dark="var(--quiet)",
        block_title_text_color="var(--quiet)",
        block_title_text_color_dark="var(--quiet)",
        input_background_fill="var(--sheet)",
        input_background_fill_dark="var(--sheet)",
        input_border_color="var(--edge)",
        input_border_color_dark="var(--edge)",
        input_border_width="1px",
        input_border_color_focus="var(--accent)",
        input_border_color_focus_dark="var(--accent)",
        input_placeholder_color="var(--quiet)",
        input_placeholder_color_dark="var(--quiet)",
        button_primary_background_fill="var(--accent)",
        button_primary_background_fill_dark="var(--accent)",
        button_primary_background_fill_hover="var(--accent-strong)",
        button_primary_background_fill_hover_dark="var(--accent-strong)",
        button_primary_text_color="var(--on-accent)",
        button_primary_text_color_dark="var(--on-accent)",
        button_secondary_background_fill="transparent",
        button_secondary_background_fill_dark="transparent",
        button_secondary_background_fill_hover="var(--tint)",
        button_secondary_background_fill_hover_dark="var(--tint)",
        button_secondary_text_color="var(--ink)",
        button_secondary_text_color_dark="var(--ink)",
        color_accent="var(--accent)",
        color_accent_soft="var(--tint)",
        color_accent_soft_dark="var(--tint)",
        error_background_fill="var(--error-tint)",
        error_background_fill_dark="var(--error-tint)",
        error_text_color="var(--error)",
        error_text_color_dark="var(--error)",
        error_border_color="var(--error)",
        error_border_color_dark="var(--error)",
    )
