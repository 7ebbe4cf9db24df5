// Looks for what has come, every three seconds while somebody looks, and sends without a new page.
"use strict";

const talk = document.getElementById("talk");
const events = document.getElementById("events");
const text = document.getElementById("text");
const EVERY = 3000;
const SOON = 150;
let shown = "";

const toTheEnd = () => { talk.scrollTop = talk.scrollHeight; };

async function look() {
  if (document.hidden) return;
  const answer = await fetch("/conversation").catch(() => null);
  if (!answer || !answer.ok) return;
  const html = await answer.text();
  if (html === shown) return;
  shown = html;
  events.innerHTML = html;
  toTheEnd();
}

for (const form of document.querySelectorAll("form[action='/send'], form[action='/ring']")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = event.submitter || form.querySelector("button");
    button.setAttribute("aria-busy", "true");
    const data = new FormData(form, button);
    const isWritten = form.contains(text);
    const sending = fetch(form.action, { method: "POST", body: new URLSearchParams(data), redirect: "manual" }).catch(() => null);
    if (isWritten) { text.value = ""; text.focus(); }
    // What was sent is seen at once, as on a phone, however long it takes to arrive.
    setTimeout(look, SOON);
    const answer = await sending;
    button.removeAttribute("aria-busy");
    if (!answer || (answer.type !== "opaqueredirect" && !answer.ok)) {
      if (isWritten) text.value = data.get("text");
      form.submit();
      return;
    }
    await look();
  });
}

// Enter sends, as on a phone; with Shift it is a new line.
text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    text.form.requestSubmit();
  }
});

document.addEventListener("visibilitychange", look);
setInterval(look, EVERY);
toTheEnd();
look();
