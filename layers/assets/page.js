/* howclose: what a page does beside its map. */
(function (root) {
  "use strict";
  const hc = root.howclose;
  const words = hc.words;
  const details = hc.data("howclose-details");

  /** Point at a flight: on the map, in the table and in words; "" points at none. */
  hc.select = function (id) {
    hc.chosen = id === hc.chosen ? "" : id;
    const map = document.querySelector(".leaflet-container");
    map.classList.toggle("hc-dim", Boolean(hc.chosen));
    if (hc.theMap) {
      hc.theMap.eachLayer(function (layer) {
        if (!layer.hcShape || !layer._path || !layer.hcShape.id) return;
        layer._path.classList.toggle("hc-chosen", layer.hcShape.id === hc.chosen);
      });
    }
    document.querySelectorAll("[data-id]").forEach(function (element) {
      const on = Boolean(hc.chosen) && element.getAttribute("data-id") === hc.chosen;
      element.classList.toggle("hc-chosen", on);
      const button = element.querySelector("button[aria-pressed]");
      if (button) button.setAttribute("aria-pressed", String(on));
    });
    tell(details[hc.chosen]);
  };

  function tell(entry) {
    const box = document.getElementById("hc-detail");
    box.textContent = "";
    if (!entry) return;
    const close = hc.element("button", "hc-close", words.close);
    close.type = "button";
    close.addEventListener("click", function () { hc.select(hc.chosen); });
    box.appendChild(close);
    box.appendChild(hc.element("h2", "", entry.title));
    entry.lines.forEach(function (line) { box.appendChild(hc.element("p", "", line)); });
    height();
  }

  document.querySelectorAll("button[data-focus]").forEach(function (button) {
    button.addEventListener("click", function () { hc.select(button.getAttribute("data-focus")); });
  });
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && hc.chosen) hc.select(hc.chosen);
  });

  document.querySelectorAll("input[data-look]").forEach(function (input) {
    input.addEventListener("change", function () {
      document.querySelector(".leaflet-container").classList.toggle("hc-no-" + input.getAttribute("data-look"), !input.checked);
      hc.labels(hc.theMap).later();
    });
  });

  /** Files made of the findings that the page carries. */
  function download(name, type, text) {
    const link = hc.element("a");
    link.href = URL.createObjectURL(new Blob([text], { type: type }));
    link.download = name;
    document.body.appendChild(link);
    link.click();
    link.remove();
    setTimeout(function () { URL.revokeObjectURL(link.href); }, 10000);
  }
  function csv(rows) {
    const names = rows.length ? Object.keys(rows[0]) : [];
    const cell = function (value) {
      const text = value === null || value === undefined ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);
      return /[",\r\n]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
    };
    return [names].concat(rows.map(function (row) { return names.map(function (n) { return row[n]; }); }))
      .map(function (row) { return row.map(cell).join(","); }).join("\r\n") + "\r\n";
  }
  const findings = hc.data("howclose-findings");
  document.querySelectorAll("button[data-file]").forEach(function (button) {
    const name = button.getAttribute("data-file");
    button.addEventListener("click", function () {
      if (/\.csv$/.test(name)) download(name, "text/csv", csv(findings.findings));
      else download(name, "application/json", JSON.stringify(findings, null, 2) + "\n");
    });
  });

  /** Tell the page around this one how high it is: in our own words, AMP's and pym's. */
  let told = 0;
  function height() {
    if (root.parent === root) return;
    const now = Math.ceil(document.body.getBoundingClientRect().height);
    if (now === told) return;
    told = now;
    root.parent.postMessage({ type: "howclose:height", height: now }, "*");
    root.parent.postMessage({ sentinel: "amp", type: "embed-size", height: now }, "*");
    const child = hc.asked.get("childId");
    if (child) root.parent.postMessage("pymxPYMx" + child + "xPYMxheightxPYMx" + now, "*");
  }
  document.querySelectorAll("details").forEach(function (one) { one.addEventListener("toggle", height); });
  if (root.ResizeObserver) new ResizeObserver(height).observe(document.body);
  root.addEventListener("load", height);
  height();

  // On paper everything is asked for.
  root.addEventListener("beforeprint", function () {
    document.querySelectorAll("details:not([open])").forEach(function (one) {
      one.open = true;
      one.setAttribute("data-printed", "");
    });
  });
  root.addEventListener("afterprint", function () {
    document.querySelectorAll("details[data-printed]").forEach(function (one) {
      one.open = false;
      one.removeAttribute("data-printed");
    });
  });
})(window);
