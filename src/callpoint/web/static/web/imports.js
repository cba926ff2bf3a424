// The upload says how far it is, and refuses a file that is too large before it has been sent in vain.
document.addEventListener("htmx:configRequest", (event) => {
  const form = event.target.closest("#upload");
  if (!form) return;
  const file = form.elements.file.files[0];
  if (file && file.size > Number(form.dataset.most)) {
    event.preventDefault();
    tell(form, form.dataset.tooLarge);
  }
});
document.addEventListener("htmx:xhr:progress", (event) => {
  const form = event.target.closest("#upload");
  if (!form || !event.detail.lengthComputable) return;
  const percent = Math.floor((100 * event.detail.loaded) / event.detail.total);
  tell(form, percent < 100 ? form.dataset.sending : form.dataset.reading, percent);
});
for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(failure, (event) => {
    const form = event.target.closest("#upload");
    if (form) tell(form, form.dataset.failed);
  });
}
function tell(form, text, percent) {
  const state = form.querySelector(".upload-state");
  const words = state.querySelector("span");
  if (words.textContent !== text) words.textContent = text;
  const bar = state.querySelector("progress");
  bar.hidden = percent === undefined;
  bar.value = percent || 0;
}
