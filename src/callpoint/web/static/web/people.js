// Choosing everybody on a page at once; without a script people are chosen one by one.
function offer(root) {
  for (const box of root.querySelectorAll("[data-check-all]")) box.hidden = false;
}
document.addEventListener("DOMContentLoaded", () => offer(document));
document.addEventListener("htmx:afterSettle", () => offer(document));
document.addEventListener("change", (event) => {
  const name = event.target.dataset.checkAll;
  if (!name) return;
  for (const box of event.target.form.querySelectorAll(`input[type=checkbox][name="${name}"]`)) box.checked = event.target.checked;
});
