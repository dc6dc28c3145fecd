// Everything works without this. It asks a form's changed questions without leaving the page, moves the focus to
// what has just been said, and keeps a button from being pressed twice.
(() => {
  "use strict";

  const form = document.getElementById("form");

  /** Take over from `fresh` what surrounds a field's own input, and leave what is typed alone. */
  function refresh(field, fresh) {
    for (const live of fresh.querySelectorAll("[data-live]")) {
      const here = field.querySelector(`[data-live="${live.dataset.live}"]`);
      if (here && here.innerHTML !== live.innerHTML) here.innerHTML = live.innerHTML;
    }
  }

  /** Bring the fields to what `page` asks; true where other questions are asked now. */
  function merge(page) {
    const fields = document.getElementById("fields");
    const here = new Map([...fields.children].map((field) => [field.dataset.key, field]));
    let changed = false;
    let before = null;
    for (const fresh of [...page.getElementById("fields").children]) {
      const old = here.get(fresh.dataset.key);
      if (old) refresh(old, fresh);
      const field = old || document.importNode(fresh, true);
      changed ||= !old;
      if (!old) before ? before.after(field) : fields.prepend(field);
      here.delete(fresh.dataset.key);
      before = field;
    }
    for (const gone of here.values()) gone.remove();
    return changed || here.size > 0;
  }

  let asked = 0;
  async function change() {
    const mine = ++asked;
    const typed = new URLSearchParams(new FormData(form));
    typed.set("do", "change");
    const answer = await fetch(form.action, { method: "POST", body: typed });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("form");
    if (mine !== asked || !answer.ok || !fresh) return;
    const told = document.getElementById("told");
    told.textContent = merge(page) ? form.dataset.more : "";
    form.action = fresh.action;
    form.elements.event.value = fresh.elements.event.value;
    form.dataset.asked = String(mine);
  }

  if (form) {
    form.addEventListener("change", (event) => {
      if (event.target.closest("[data-steers]")) change().catch(() => {}); // sending it asks the same
    });
  }

  for (const each of document.forms) {
    each.addEventListener("submit", () => {
      requestAnimationFrame(() => each.querySelectorAll("button").forEach((button) => { button.disabled = true; }));
    });
  }
  addEventListener("pageshow", () => {
    document.querySelectorAll("button:disabled").forEach((button) => { button.disabled = false; });
  });

  const write = document.getElementById("text");
  if (write) {
    write.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) write.form.requestSubmit();
    });
  }

  const place = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (place && place.matches("[tabindex], input, textarea, select")) place.focus({ preventScroll: false });
})();
