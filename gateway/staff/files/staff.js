// Works without it; with it, pages change in place and keys work.
"use strict";
document.addEventListener("htmx:beforeSwap", (event) => {
  // What is as it was is not announced again.
  const { target, serverResponse } = event.detail;
  if (target.ariaLive === "polite" || target.getAttribute("role") === "status") {
    const before = target.dataset.shown;
    target.dataset.shown = serverResponse;
    if (before === serverResponse) event.detail.shouldSwap = false;
  }
});
