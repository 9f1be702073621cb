// The desk by keyboard: one key each. Works without it; forms and links are plain.
"use strict";
(() => {
  const OFF = "pintu-tombol-mati";
  const byId = (id) => document.getElementById(id);
  const writes = (one) => one && one.matches("input:not([type=checkbox]):not([type=radio]), textarea, select");
  let keysOff = false;
  try { keysOff = localStorage.getItem(OFF) === "1"; } catch { /* a browser that keeps nothing */ }

  const open = (id, field) => {
    const part = byId(id);
    if (!part) return;
    part.open = true;
    (part.querySelector(field) || part.querySelector("select, textarea, input:not([type=hidden])")).focus();
  };
  const press = (selector) => {
    const one = document.querySelector(selector);
    if (one) one.click();
  };
  const help = () => { const list = byId("bantuan"); if (list && !list.open) list.showModal(); };
  const keys = {
    o: () => byId("opd") && byId("opd").focus(),
    t: () => open("tanya", "select"),
    x: () => open("tutup", "select"),
    r: () => press("#lanjut button"),
    j: () => press("#berikut"),
    k: () => press("#sebelum"),
    u: () => press("#batal"),
    "?": help,
  };

  document.addEventListener("keydown", (event) => {
    const at = event.target;
    if (!byId("meja") || event.isComposing) return;
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && at.form) {
      event.preventDefault();
      const button = [...at.form.querySelectorAll("button[name=verb]")].pop();
      if (button) button.click();  // so that htmx knows which one
      return;
    }
    if (event.key === "Escape" && writes(at) && !at.closest("dialog")) { focusCase(); return; }
    if (keysOff || event.ctrlKey || event.metaKey || event.altKey || writes(at) || document.querySelector("dialog[open]")) return;
    const chosen = /^[1-9]$/.test(event.key) ? () => press(`[data-key="${event.key}"]`) : keys[event.key];
    if (chosen) { event.preventDefault(); chosen(); }
  });

  // A sentence that is ready stands in the field, to be changed; what was written stays.
  document.addEventListener("change", (event) => {
    const at = event.target;
    if (at.id === "tanpa-tombol") {
      keysOff = at.checked;
      try { localStorage.setItem(OFF, keysOff ? "1" : ""); } catch { /* for this page only */ }
    }
    if (!at.dataset.fills) return;
    const option = at.selectedOptions[0], field = byId(at.dataset.fills);
    if (option.dataset.text && (!field.value || field.dataset.ready === field.value)) {
      field.value = field.dataset.ready = option.dataset.text;
    }
    if (at.dataset.code && option.dataset.dismissal) byId(at.dataset.code).value = option.dataset.dismissal;
    typing();
  });
  document.addEventListener("input", (event) => { if (event.target.closest("#meja textarea, #meja input")) typing(); });
  const typing = () => {
    const sign = byId("mengetik"), there = byId("hadir");
    if (!sign || sign.value) return;
    sign.value = "1";
    if (window.htmx) window.htmx.trigger(there, "mengetik");
  };

  document.addEventListener("click", (event) => {
    const same = event.target.closest("[data-duplicate]");
    if (event.target.closest("#tombol-bantuan")) help();
    if (!same) return;
    byId("code").value = "duplicate";
    byId("duplicate_of").value = same.dataset.duplicate;
    open("tutup", "#reason_of");
  });

  const focusCase = () => { const head = byId("kasus"); if (head) head.focus(); };
  const prepare = () => {
    for (const one of document.querySelectorAll(".script[hidden]")) one.hidden = false;
    const off = byId("tanpa-tombol");
    if (off) off.checked = keysOff;
  };
  // After a decision the next one is there at once, and the keyboard with it.
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target?.id !== "meja") return;
    prepare();
    const wrong = document.querySelector("#meja [aria-invalid=true]");
    if (wrong) wrong.focus(); else focusCase();
  });
  // A refusal that is no desk stands above it: what was typed stays where it is.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, target } = event.detail;
    if (target?.id !== "meja" || xhr.status < 400 || xhr.responseText.includes('id="meja"')) return;
    event.detail.target = byId("kabar");
    event.detail.swapOverride = "innerHTML";
  });
  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, (event) => {
      if (!event.target.closest || !event.target.closest("form")) return;
      const told = document.createElement("p");
      told.textContent = byId("meja").dataset.offline;
      told.className = "late";
      byId("kabar").replaceChildren(told);
    });
  }
  prepare();
  if (byId("meja") && !location.hash) focusCase();
})();
