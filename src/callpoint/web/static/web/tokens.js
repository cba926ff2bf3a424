// Copies a new token; where the browser gives no clipboard (plain HTTP), the text is selected to be copied by hand.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  field.focus();
  field.select();
  const copied = navigator.clipboard
    ? await navigator.clipboard.writeText(field.value).then(() => true, () => false)
    : document.execCommand("copy");
  if (!copied) return;
  button.textContent = button.dataset.copied;
  document.getElementById("copied").textContent = button.dataset.copied;
});
