/* howclose: the map of our own page: its frame, its manners, its scale. */
(function (root) {
  "use strict";
  const hc = root.howclose;
  const touch = matchMedia("(pointer: coarse)").matches;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  hc.words = hc.data("howclose-words");

  /** A figure with its unit, as the page's language writes it. */
  hc.counted = function (value, digits, name) {
    if (!hc.words.unit) return hc.number(value, digits) + "\u00a0" + name;
    const how = { minimumFractionDigits: digits, maximumFractionDigits: digits, useGrouping: true };
    const unit = hc.words.unit[name], lang = document.documentElement.lang;
    const form = unit.other ? unit[new Intl.PluralRules(lang, how).select(value)] || unit.other : unit;
    return form.replace("{n}", value.toLocaleString(lang, how).replace(/\s/g, "\u202f"));
  };

  const mac = /Mac|iPhone|iPad/.test(navigator.platform || "");

  /** The map in the element `id`, whose frame stands in the block `id`-data. */
  hc.map = function (id) {
    const frame = hc.data(id + "-data");
    const map = L.map(id, {
      crs: hc.crs(frame.lon, frame.lat),
      zoomSnap: 0,
      zoomDelta: 1,
      scrollWheelZoom: false,
      dragging: !touch,
      zoomAnimation: !still,
      fadeAnimation: !still,
      markerZoomAnimation: !still,
      inertia: !still,
      inertiaMaxSpeed: 600, // pixels a second: a flick must not end on the far side of the Earth
      zoomControl: false,
      attributionControl: false,
      keyboardPanDelta: 60,
    });
    hc.theMap = map;
    L.control.zoom({ position: "topright", zoomInTitle: hc.words.zoomIn, zoomOutTitle: hc.words.zoomOut }).addTo(map);
    fit(map, frame);
    keep(map, frame);
    scale(map);
    wheel(map);
    return map;
  };

  /** Show the whole frame: fitted on the plane, because degrees know nothing of it. */
  function fit(map, frame) {
    const crs = map.options.crs, r = frame.rect;
    function whole() {
      const size = map.getSize();
      const metresAPixel = Math.max((r[2] - r[0]) / size.x, (r[3] - r[1]) / size.y);
      return crs.zoom(1 / metresAPixel);
    }
    function show() {
      const zoom = whole(), size = map.getSize(), w = r[2] - r[0], h = r[3] - r[1];
      // No farther out than there is something to see: AROUND, WIDEST and HIGHEST in layers/frame.py
      const out = Math.min(Math.max(1.8 * w, 2.9 * h) / size.x, Math.max(1.8 * h, 1.6 * w) / size.y);
      map.options.minZoom = zoom - Math.max(0, Math.min(0.75, Math.log2(out / Math.max(w / size.x, h / size.y))));
      map.options.maxZoom = Math.max(zoom + 2, crs.zoom(1 / (frame.finest / 6)));
      map.setView(crs.projection.unproject(L.point((r[0] + r[2]) / 2, (r[1] + r[3]) / 2)), zoom, { animate: false });
      map.hcMoved = false;
    }
    show();
    map.on("resize", function () { if (!map.hcMoved) show(); });
    map.on("dragend zoomend", function (event) {
      if (event.type === "dragend" || Math.abs(map.getZoom() - whole()) > 0.01) map.hcMoved = true;
    });
    map.hcHome = show;
  }

  /** Bring what belongs to flights into view, no nearer than it was; what is in view stays. */
  hc.show = function (ids) {
    const map = hc.theMap, all = L.bounds([]);
    map.eachLayer(function (layer) {
      if (!layer.hcShape || ids.indexOf(layer.hcShape.id) < 0) return;
      const box = layer.hcBox ? layer.hcBox() : layer._pxBounds;
      if (box && box.isValid()) all.extend(box.min).extend(box.max);
    });
    if (!all.isValid()) return;
    const size = map.getSize(), low = map.layerPointToContainerPoint(all.min), high = map.layerPointToContainerPoint(all.max);
    if (low.x >= 0 && low.y >= 0 && high.x <= size.x && high.y <= size.y) return;
    const large = Math.max((high.x - low.x) / size.x, (high.y - low.y) / size.y) * 1.1;
    const zoom = Math.max(map.getMinZoom(), map.getZoom() - Math.max(0, Math.log2(large)));
    map.setView(map.layerPointToLatLng(all.getCenter()), zoom, { animate: !still });
  };

  /** The middle of the view stays within the frame: nobody gets lost at sea. */
  function keep(map, frame) {
    const crs = map.options.crs, r = frame.rect;
    map.on("moveend", function () {
      const p = crs.projection.project(map.getCenter());
      const x = Math.min(Math.max(p.x, r[0]), r[2]), y = Math.min(Math.max(p.y, r[1]), r[3]);
      // Leaflet moves by whole pixels: less than one would be asked for again and again.
      if (Math.max(Math.abs(x - p.x), Math.abs(y - p.y)) > 1 / crs.scale(map.getZoom())) {
        map.panTo(crs.projection.unproject(L.point(x, y)), { animate: !still });
      }
    });
  }

  /** A scale in nautical miles and kilometres, true where it stands. */
  function scale(map) {
    const control = L.control({ position: "bottomleft" });
    control.onAdd = function () {
      const box = hc.element("div", "hc-scale");
      box.setAttribute("aria-hidden", "true");
      const bars = [["NM", 1852], ["km", 1000]].map(function (unit) {
        const bar = hc.element("div", "hc-bar");
        box.appendChild(bar);
        return { bar: bar, name: unit[0], metres: unit[1] };
      });
      const note = hc.element("div");
      box.appendChild(note);
      function update() {
        const size = map.getSize();
        const wide = Math.max(112, Math.min(150, size.x / 3.2));
        const at = function (x, y) {
          const a = map.containerPointToLatLng([x, y]), b = map.containerPointToLatLng([x + wide, y]);
          return map.latLngToContainerPoint(a).distanceTo([x, y]) > 2 ? 0 : hc.metres(a, b);
        };
        // Beyond the rim of the Earth there is nothing to measure: then in the middle, and told so.
        const here = at(12, size.y - 24), metres = here || at((size.x - wide) / 2, size.y / 2);
        note.hcMiddle = !here;
        note.textContent = here ? "" : hc.words.middle;
        box.hidden = !(metres > 0);
        if (box.hidden) return;
        bars.forEach(function (one) {
          const most = metres / one.metres;
          const power = Math.pow(10, Math.floor(Math.log10(most)));
          const step = [5, 2, 1].find(function (s) { return s * power <= most; }) || 1;
          one.bar.style.width = (wide * step * power) / most + "px";
          one.bar.textContent = hc.counted(step * power, power < 1 ? -Math.log10(power) : 0, one.name);
        });
        if (!hc.words.unit) return; // "1 000 km" fits its bar, and to measure it would cost a layout
        bars.forEach(function (one) {
          // Words that are longer than their bar stand beside it.
          one.bar.style.textIndent = "";
          const short = one.bar.scrollWidth > one.bar.clientWidth + 1;
          one.bar.style.textIndent = short ? one.bar.clientWidth + "px" : "";
        });
        // So that no name of the map takes their place.
        box.style.width = Math.max.apply(null, bars.map(function (one) { return one.bar.scrollWidth; })) + "px";
      }
      map.on("moveend zoomend resize", update);
      map.whenReady(update);
      if (hc.words.unit) L.Util.requestAnimFrame(update); // once more when it stands on the page and can be measured
      return box;
    };
    control.addTo(map);
  }

  /** The wheel belongs to the article; with Ctrl or ⌘ it belongs to the map. */
  function wheel(map) {
    const hint = hc.element("div", "hc-hint");
    hint.setAttribute("aria-hidden", "true");
    map._container.appendChild(hint);
    let timer = 0;
    function say(words) {
      hint.textContent = words;
      hint.classList.add("hc-shown");
      clearTimeout(timer);
      timer = setTimeout(function () { hint.classList.remove("hc-shown"); }, 1400);
    }
    map._container.addEventListener("wheel", function (event) {
      if (!(event.ctrlKey || event.metaKey)) {
        say(mac ? hc.words.wheelMac : hc.words.wheel);
        return;
      }
      event.preventDefault();
      hint.classList.remove("hc-shown");
      const step = -event.deltaY * (event.deltaMode === 1 ? 20 : 1) * 0.005;
      map.setZoomAround(map.mouseEventToContainerPoint(event), map.getZoom() + Math.max(-1, Math.min(1, step)), { animate: false });
    }, { passive: false });
    if (touch) {
      map._container.addEventListener("touchmove", function (event) {
        if (event.touches.length === 1) say(hc.words.touch);
      }, { passive: true });
    }
  }
})(window);
