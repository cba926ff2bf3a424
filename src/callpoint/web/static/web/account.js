// What goes wrong with passkeys is told on the page: allauth's script tells it to nobody but the console.
(() => {
  const trouble = document.getElementById("passkey-trouble");
  const tell = (sentence) => { trouble.textContent = sentence; trouble.hidden = false; };
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    const name = event.detail.exception && event.detail.exception.name;
    const known = { NotAllowedError: "cancelled", AbortError: "cancelled", InvalidStateError: "known", SecurityError: "missing" };
    tell(trouble.dataset[known[name] || "other"]);
  });
  // A browser without passkeys: say so when one is wanted, before allauth's own listener begins.
  if (!window.PublicKeyCredential) {
    document.querySelectorAll("[data-passkey]").forEach((button) => button.addEventListener("click", (event) => {
      event.preventDefault();
      event.stopImmediatePropagation();
      tell(trouble.dataset.missing);
    }, true));
  }
})();
