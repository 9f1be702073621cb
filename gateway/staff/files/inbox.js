// Keys and printing; everything works without.
"use strict";
(() => {
  const OFF = "pintu-tombol-mati";
  let on = true;
  try { on = localStorage.getItem(OFF) !== "1"; } catch { /* a browser that keeps nothing */ }
  const toggle = document.getElementById("tombol-pintas");
  const show = () => {
    if (toggle) { toggle.hidden = false; toggle.textContent = on ? toggle.dataset.on : toggle.dataset.off; }
    document.querySelectorAll(".keys-help").forEach((one) => { one.hidden = !on; });
  };
  toggle?.addEventListener("click", () => {
    on = !on;
    try { localStorage.setItem(OFF, on ? "" : "1"); } catch { /* the same */ }
    show();
  });
  show();
  const print = document.getElementById("cetak");
  if (print) { print.hidden = false; print.addEventListener("click", () => window.print()); }
  document.querySelector("[role=alert][tabindex], [role=status][tabindex]")?.focus();

  const typing = (target) => target instanceof Element && target.closest("input, textarea, select");
  const rows = () => [...document.querySelectorAll(".row-link")];
  const move = (by) => {
    const all = rows();
    const at = all.indexOf(document.activeElement);
    const to = at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1);
    all[to]?.focus();
  };
  const act = (one) => {
    if (one.tagName === "SUMMARY") {
      one.parentElement.open = true;
      one.parentElement.querySelector("textarea")?.focus();
    } else if (one.tagName === "INPUT") {
      one.focus();
      one.select();
    } else {
      one.click();
    }
  };
  document.addEventListener("keydown", (event) => {
    if (!on || event.isComposing || event.altKey || event.metaKey) return;
    if (typing(event.target)) {
      const form = event.target.closest("form");
      if (event.key === "Escape") { event.target.blur(); }
      if (event.key === "Enter" && event.ctrlKey && form) { event.preventDefault(); form.requestSubmit(); }
      return;
    }
    if (event.ctrlKey) return;
    const key = event.key.toLowerCase();
    const named = document.querySelector(`[data-key="${CSS.escape(key)}"]:not([hidden])`);
    if (named) { event.preventDefault(); act(named); return; }
    if (rows().length && (key === "n" || key === "b")) { event.preventDefault(); move(key === "n" ? 1 : -1); }
  });
  // A second press while the first is on its way sends nothing.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; });
  });
})();
