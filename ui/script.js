// What the page does without the server: footnotes lead to their sources and back, answers are
// copied, and a new turn scrolls into view. All by delegation, because Gradio redraws the turns.
(() => {
  "use strict";

  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

  function reveal(element, block) {
    element.scrollIntoView({ behavior: calm.matches ? "auto" : "smooth", block });
  }

  function showSource(reference) {
    const card = document.getElementById(reference.dataset.source);
    if (!card) return;
    document.querySelectorAll(".card.shown").forEach((other) => other.classList.remove("shown"));
    card.classList.add("shown");
    card.referrer = reference;
    card.focus({ preventScroll: true });
    const pane = card.closest(".sources");
    if (pane.scrollHeight > pane.clientHeight + 1) {
      const offset = card.getBoundingClientRect().top - pane.getBoundingClientRect().top;
      const top = pane.scrollTop + offset - 8;
      pane.scrollTo({ top, behavior: calm.matches ? "auto" : "smooth" });
      reveal(pane, "nearest");
    } else {
      reveal(card, card.offsetHeight > window.innerHeight * 0.6 ? "start" : "nearest");
    }
  }

  function backToAnswer(button) {
    const card = button.closest(".card");
    const reference =
      (card.referrer && card.referrer.isConnected && card.referrer) ||
      document.querySelector(`a.ref[data-source="${CSS.escape(card.id)}"]`);
    card.classList.remove("shown");
    if (!reference) return;
    reveal(reference, "center");
    reference.focus({ preventScroll: true });
  }

  async function copy(button) {
    const text = button.dataset.copy;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // The clipboard API is absent where the page is served over plain HTTP to another machine.
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy"), 1600);
  }

  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const reference = target?.closest("a.ref");
    if (reference) {
      event.preventDefault();
      showSource(reference);
      return;
    }
    const back = target?.closest("button.back");
    if (back) backToAnswer(back);
    const copying = target?.closest("button.copy");
    if (copying) copy(copying);
  });

  let newest = 0;
  new MutationObserver(() => {
    const turn = document.querySelector("#latest .turn");
    const number = Number(turn?.dataset.turn ?? 0);
    if (turn && number !== newest) reveal(turn, "start");
    newest = number;
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
