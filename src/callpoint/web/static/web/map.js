// A map that needs nobody else's server: outlines, towns and doors come from this one; tiles only where they are set.
// Everything it shows stands in words beside it, and the point can be written as numbers.
(() => {
  const NATION = { center: [48, -95], zoom: 3 };
  const CLOSE = 13;
  const NAMES_FROM = 10;
  const AREAS = {
    true: { color: "#1b5e9b", weight: 2, fillOpacity: 0.12 },
    false: { color: "#565d66", weight: 1, dashArray: "4 4", fillOpacity: 0.03 },
  };

  const start = (element) => {
    const map = L.map(element, { scrollWheelZoom: false, attributionControl: true, ...NATION });
    map.attributionControl.setPrefix(false);
    L.control.scale().addTo(map);
    if (element.dataset.tiles) {
      L.tileLayer(element.dataset.tiles, { attribution: escaped(element.dataset.credit), maxZoom: 19 }).addTo(map);
    }
    const ground = L.layerGroup().addTo(map);
    const marker = L.circleMarker([0, 0], { radius: 9, color: "#a8201a", weight: 3, fillOpacity: 0.25 });
    // Names of a dozen towns on one spot cannot be read.
    map.on("zoomend", () => element.classList.toggle("far", map.getZoom() < NAMES_FROM));
    return { element, map, ground, marker, asked: "" };
  };

  const escaped = (text) => {
    const holder = document.createElement("span");
    holder.textContent = text;
    return holder.innerHTML;
  };

  const named = (layer, text, className, direction) =>
    layer.bindTooltip(escaped(text), { permanent: true, direction, className: `map-name ${className}`, offset: [0, 0] });

  const area = (view, feature) => {
    const { name, answers, sample } = feature.properties;
    const words = [name, answers ? view.element.dataset.answers : view.element.dataset.neighbour];
    if (sample) words.push(view.element.dataset.sample);
    return L.geoJSON(feature, { style: AREAS[answers], interactive: true })
      .bindTooltip(escaped(words.join(", ")), { sticky: true, className: "map-name map-area" });
  };

  const dot = (feature, options) => L.circleMarker([...feature.geometry.coordinates].reverse(), options);

  const draw = {
    psap: area,
    town: (view, feature) =>
      named(dot(feature, { radius: 2, color: "#565d66", interactive: false }), feature.properties.name, "", "right"),
    door: (view, feature) =>
      dot(feature, { radius: 3, color: "#1b7a3d", weight: 1 })
        .bindTooltip(escaped(`${feature.properties.name} ${feature.properties.street}`), { className: "map-name" }),
  };

  const surround = async (view, lat, lon, street) => {
    const query = new URLSearchParams(street);
    query.set("lat", Number(lat).toFixed(6));
    query.set("lon", Number(lon).toFixed(6));
    const url = `${view.element.dataset.around}?${query}`;
    if (url === view.asked) return;
    view.asked = url;
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    if (!answer.ok || view.asked !== url) return;
    const { features } = await answer.json();
    view.ground.clearLayers();
    features.forEach((feature) => draw[feature.properties.kind](view, feature).addTo(view.ground));
    view.marker.bringToFront();
  };

  const show = (view, lat, lon, street, zoom) => {
    view.marker.setLatLng([lat, lon]).addTo(view.map)
      .bindTooltip(escaped(view.element.dataset.here), { className: "map-name" });
    view.map.setView([lat, lon], zoom || view.map.getZoom());
    surround(view, lat, lon, street);
  };

  // --- a form in which the address is being written ----------------------------------------------------------------

  const numbers = () => ["latitude", "longitude"].map((id) => document.getElementById(id));
  const written = () => {
    const values = numbers().map((input) => (input && input.value.trim() ? Number(input.value.replace(",", ".")) : NaN));
    return values.every(Number.isFinite) && Math.abs(values[0]) <= 90 && Math.abs(values[1]) <= 180 ? values : null;
  };

  const follow = (view) => {
    const judged = document.querySelector("[data-judged]");
    const own = written();
    if (own) return show(view, ...own, judged ? judged.dataset.street : "", CLOSE);
    if (!judged || !judged.dataset.lat) return view.marker.remove();
    const { lat, lon, street, own: middle } = judged.dataset;
    if (middle === undefined) return show(view, Number(lat), Number(lon), street, CLOSE);
    // The middle of a postal area is no place of the building: it is looked at, and not marked.
    view.marker.remove();
    view.map.setView([Number(lat), Number(lon)], CLOSE - 1);
    return surround(view, lat, lon, street);
  };

  const settable = (view) => {
    view.map.on("click", ({ latlng }) => {
      const inputs = numbers();
      if (!inputs[0] || !inputs[1]) return;
      inputs[0].value = latlng.lat.toFixed(6);
      inputs[1].value = latlng.wrap().lng.toFixed(6);
      show(view, latlng.lat, latlng.wrap().lng, document.querySelector("[data-judged]")?.dataset.street ?? "");
    });
    document.addEventListener("change", (event) => {
      if (numbers().includes(event.target)) follow(view);
    });
    document.body.addEventListener("htmx:afterSwap", (event) => {
      if (event.detail.target.id === "judged") follow(view);
    });
    follow(view);
  };

  document.querySelectorAll("[data-map]").forEach((element) => {
    const view = start(element);
    if (element.dataset.settable !== undefined) settable(view);
    else if (element.dataset.lat) {
      show(view, Number(element.dataset.lat), Number(element.dataset.lon), element.dataset.street, CLOSE);
    }
  });
})();
