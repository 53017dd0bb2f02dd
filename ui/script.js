// What the page does without the server: footnotes lead to their sources and back, answers are
// copied, and what is new scrolls into view. All by delegation, because Gradio redraws the turns.
(() => {
  "use strict";

  const root = document.documentElement;
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  const behavior = () => (calm.matches ? "auto" : "smooth");

  function reveal(element, block) {
    element.scrollIntoView({ behavior: behavior(), block });
  }

  function showSource(reference) {
    const card = document.getElementById(reference.dataset.source);
    if (!card) return;
    hideSource();
    card.classList.add("shown");
    reference.classList.add("shown");
    card.referrer = reference;
    card.focus({ preventScroll: true });
    const pane = card.closest(".sources");
    if (getComputedStyle(pane).overflowY !== "visible") {
      const offset = card.getBoundingClientRect().top - pane.getBoundingClientRect().top;
      pane.scrollTo({ top: pane.scrollTop + offset - 8, behavior: behavior() });
      reveal(pane, "nearest");
    } else {
      reveal(card, card.offsetHeight > window.innerHeight * 0.6 ? "start" : "nearest");
    }
  }

  function hideSource() {
    document.querySelectorAll(".turn .shown").forEach((shown) => shown.classList.remove("shown"));
  }

  function backToAnswer(button) {
    const card = button.closest(".card");
    const reference =
      (card.referrer && card.referrer.isConnected && card.referrer) ||
      document.querySelector(`a.ref[data-source="${CSS.escape(card.id)}"]`);
    hideSource();
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

  // A new turn goes to the top of the window, the first one under the tabs; its error is shown
  // above the question box. Two frames later, because Gradio draws the earlier turns after it.
  function show(turn, number) {
    const error = turn.querySelector(".note.error");
    if (error) reveal(error, "nearest");
    else if (number > 1) turn.scrollIntoView({ block: "start" });
    else window.scrollTo({ top: 0 });
  }

  let latest = "";
  function whenDrawn() {
    const turn = document.querySelector("#latest .turn");
    const state = turn?.querySelector(".status, .note.error")?.className ?? "";
    const now = turn ? `${turn.dataset.turn} ${state}` : "";
    const begun = now.endsWith("status") || now.endsWith("error");
    const [number, before] = [parseInt(now, 10), parseInt(latest, 10)];
    if (turn && now !== latest && (begun || number !== before)) {
      requestAnimationFrame(() => requestAnimationFrame(() => show(turn, number)));
    }
    latest = now;
  }

  // The composer stands over the page's end: what scrolls into view must stop above it.
  let composer = null;
  const measured = new ResizeObserver(() =>
    root.style.setProperty("--composer", `${composer.offsetHeight}px`),
  );
  function whenPlaced() {
    const placed = document.getElementById("composer");
    if (placed === composer) return;
    composer = placed;
    measured.disconnect();
    if (composer) measured.observe(composer);
  }

  // The button that stops an addition goes when all is done: what became of it stands in the news.
  let focused = null;
  document.addEventListener("focusin", (event) => (focused = event.target));
  function whenStopped() {
    if (focused?.id !== "stop-adding" || document.activeElement !== document.body) return;
    focused = null;
    document.getElementById("news")?.focus({ preventScroll: true });
  }

  new MutationObserver(() => {
    whenPlaced();
    whenDrawn();
    whenStopped();
  }).observe(root, { childList: true, subtree: true });
})();
