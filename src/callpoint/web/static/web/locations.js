// A counter beside the text PSAP screens cut, and shorter words at a press.
const count = (input) => {
  const shown = document.getElementById(input.dataset.counterShown);
  const most = Number(input.dataset.counter);
  const length = [...input.value].length;
  shown.textContent = `${length} / ${most} ${length > most ? input.dataset.counterOver : input.dataset.counterWithin}`;
  shown.classList.toggle("over", length > most);
};
document.querySelectorAll("[data-counter]").forEach((input) => {
  count(input);
  input.addEventListener("input", () => count(input));
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-fill]");
  if (!button) return;
  const input = document.getElementById(button.dataset.fill);
  input.value = button.dataset.text;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.focus();
});
