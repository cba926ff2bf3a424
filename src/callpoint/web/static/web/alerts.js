// In a box one searches by, the enter key finds; anywhere else in a form it saves.
document.addEventListener("keydown", (event) => {
  const button = event.key === "Enter" && event.target.dataset && event.target.dataset.enter;
  if (!button) return;
  event.preventDefault();
  document.getElementById(button).click();
});
