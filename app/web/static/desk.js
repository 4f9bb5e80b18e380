// Keys for the doctor's pages: j and k go from one line to the next, Enter opens, a accepts, m adapts, x sets aside,
// Shift+A accepts all. They act only while the focus is within the list (WCAG 2.1.4), and everything works without them.
"use strict";
(() => {
  const list = document.querySelector("[data-keys]");
  if (!list) return;
  const rows = [...list.querySelectorAll("[data-row]")];
  const typing = (node) => /^(INPUT|TEXTAREA|SELECT)$/.test(node.tagName) && node.type !== "radio" && node.type !== "checkbox";
  const move = (step) => {
    const at = rows.findIndex((row) => row.contains(document.activeElement));
    const to = rows[Math.min(rows.length - 1, Math.max(0, at + step))];
    if (to) { to.focus(); to.scrollIntoView({ block: "nearest" }); }
  };
  const act = (key) => {
    const row = rows.find((each) => each.contains(document.activeElement));
    const target = key === "A" ? list.querySelector('[data-key="A"]') : row && row.querySelector(`[data-key="${key}"]`);
    if (!target) return false;
    if (target.tagName === "DETAILS") {
      target.open = true;
      const field = target.querySelector("select, textarea, input:not([type=hidden])");
      if (field) field.focus();
    } else target.click();
    return true;
  };
  list.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "j" || event.key === "k") move(event.key === "j" ? 1 : -1);
    else if (!["a", "m", "x", "A", "o"].includes(event.key) || !act(event.key)) return;
    event.preventDefault();
  });
  if (rows.length && document.activeElement === document.body && !location.hash) rows[0].focus({ preventScroll: true });
})();
