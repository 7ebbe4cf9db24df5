// Brings the parts of a page marked data-refresh up to date. The page works without it.
(() => {
  "use strict";
  const LEAST_SECONDS = 20;
  const parts = [...document.querySelectorAll("[data-refresh][id]")];
  if (!parts.length) return;
  const every = 1000 * Math.max(LEAST_SECONDS, ...parts.map((part) => Number(part.dataset.refresh) || 0));
  let asked = Date.now();
  let typed = false;
  document.addEventListener("input", () => { typed = true; });

  // Whoever types in a form, or has one open before them, is not to lose it.
  const isBusy = () => typed || Boolean(document.activeElement?.closest("form, details[open]"));

  async function refresh() {
    if (document.hidden || isBusy() || Date.now() - asked < every) return;
    asked = Date.now();
    let answer;
    try {
      answer = await fetch(location.href, { headers: { "X-Refresh": "1", Accept: "text/html" }, credentials: "same-origin" });
    } catch {
      return; // Without a network there is nothing newer to show.
    }
    if (answer.status === 401) {
      location.reload(); // Signed out: the server sends the page on to where one signs in.
      return;
    }
    if (!answer.ok || isBusy()) return;
    const newer = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of parts) {
      const found = newer.getElementById(part.id);
      if (!found || found.innerHTML === part.innerHTML) continue;
      const link = part.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
      part.replaceChildren(...document.adoptNode(found).childNodes);
      if (link) part.querySelector(`a[href="${CSS.escape(link)}"]`)?.focus();
    }
  }

  setInterval(refresh, every);
  document.addEventListener("visibilitychange", refresh);
})();
