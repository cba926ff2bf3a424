// The browsable description of the interface. What is typed under "Authorize" is forgotten with the page.
"use strict";
window.addEventListener("DOMContentLoaded", () => {
  const place = document.getElementById("interface");
  SwaggerUIBundle({
    domNode: place,
    url: place.dataset.description,
    presets: [SwaggerUIBundle.presets.apis],
    // Title and introduction stand above, in the page's own words and language.
    plugins: [() => ({ wrapComponents: { InfoContainer: () => () => null } })],
    layout: "BaseLayout",
    deepLinking: true,
    docExpansion: "none",
    defaultModelsExpandDepth: -1,
    persistAuthorization: false,
    validatorUrl: null,
  });
});
