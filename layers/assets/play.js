/* howclose: time. A player under the map, and the chart of the distance, each moving the other. */
(function (root) {
  "use strict";
  const hc = root.howclose;
  const data = hc.data("howclose-play");
  const box = document.getElementById("hc-play");
  if (!box || !data.flights) return;
  const map = hc.theMap, words = hc.words;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const span = data.end - data.start;
  const SPEEDS = [30, 60, 120, 300, 600, 1200];

  const flights = data.flights.map(function (flight) {
    const at = hc.unpack(flight.line, data.grid)[0], when = hc.unpack(flight.time, 1)[0];
    const sign = hc.svg("svg", { width: 30, height: 30, viewBox: "-15 -15 30 30", "aria-hidden": "true" });
    const body = hc.svg("path", { d: "M0-12L2.5-4 12 3 12 6 2.5 3 2 8 5 11 5 12.5 0 11-5 12.5-5 11-2 8-2.5 3-12 6-12 3-2.5-4z" });
    body.setAttribute("class", "hc-plane hue-" + flight.hue);
    sign.appendChild(body);
    const marker = L.marker([0, 0], {
      icon: L.divIcon({ html: sign, className: "hc-sign", iconSize: [30, 30], iconAnchor: [15, 15] }),
      interactive: false, keyboard: false,
    });
    sign.setAttribute("class", "hc-own");
    const trail = L.polyline([], { className: "hc-own hc-line trail hue-" + flight.hue, interactive: false });
    return {
      id: flight.id, name: flight.name, hue: flight.hue, at: at, gaps: new Set(flight.gaps),
      time: when.map(function (p) { return p[0]; }),
      height: when.map(function (p) { return p[1] === -1000 ? null : p[1] * data.gridM; }),
      marker: marker, trail: trail, body: body, sign: sign,
    };
  });

  // When anybody flew: what lies between, perhaps a year, is neither played nor on the slider.
  const flown = [];
  flights.map(function (f) { return [f.time[0], f.time[f.time.length - 1]]; })
    .sort(function (a, b) { return a[0] - b[0]; })
    .forEach(function (one) {
      const last = flown[flown.length - 1];
      if (last && one[0] <= last[1]) last[1] = Math.max(last[1], one[1]); else flown.push(one);
    });
  /** How many seconds were flown up to a time, and when so many were. */
  function played(t) {
    return flown.reduce(function (sum, p) { return sum + Math.max(0, Math.min(t, p[1]) - p[0]); }, 0);
  }
  function after(seconds) {
    const in_ = flown.find(function (p) { return seconds <= p[1] - p[0] || (seconds -= p[1] - p[0], false); });
    return in_ ? in_[0] + seconds : span;
  }
  const whole = played(span);

  /** The last index at or before a time in rising numbers. */
  function before(times, t) {
    let low = 0, high = times.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (times[middle] <= t) low = middle; else high = middle - 1;
    }
    return low;
  }

  const TRAIL_S = 1200;
  function move(flight, t) {
    const times = flight.time, last = times.length - 1;
    if (t < times[0] || t > times[last]) {
      flight.marker.remove();
      flight.trail.remove();
      return;
    }
    const i = Math.min(before(times, t), last - 1);
    const part = times[i + 1] > times[i] ? (t - times[i]) / (times[i + 1] - times[i]) : 0;
    const a = flight.at[i], b = flight.at[i + 1];
    const here = L.latLng(a[1] + part * (b[1] - a[1]), a[0] + part * (b[0] - a[0]));
    const from = map.latLngToLayerPoint([a[1], a[0]]), to = map.latLngToLayerPoint([b[1], b[0]]);
    if (from.distanceTo(to) > 0.01) flight.turn = (Math.atan2(to.x - from.x, from.y - to.y) * 180) / Math.PI;
    flight.body.setAttribute("transform", "rotate(" + (flight.turn || 0).toFixed(1) + ")");
    flight.body.classList.toggle("hc-unseen", flight.gaps.has(i));
    flight.marker.setLatLng(here);
    if (!map.hasLayer(flight.marker)) { flight.trail.addTo(map); flight.marker.addTo(map); }
    const line = [];
    for (let k = before(times, t - TRAIL_S); k <= i; k++) {
      const p = flight.at[k], next = k < i ? flight.at[k + 1] : [here.lng];
      if (!flight.gaps.has(k)) line.push([p[1], p[0]]);
      if (flight.gaps.has(k) || (hc.parted && hc.parted(p, next))) line.length = 0;
    }
    if (!flight.gaps.has(i)) line.push(here);
    flight.trail.setLatLngs(line.length > 1 ? line : []);
    // A trail that comes back to the map is made anew
    const chosen = (hc.meant || []).indexOf(flight.id) >= 0;
    [flight.sign, flight.trail._path].forEach(function (one) {
      one.setAttribute("data-id", flight.id);
      one.classList.toggle("hc-chosen", chosen);
    });
  }

  /* ------------------------------------------------------------------ the player */
  const play = hc.element("button", "hc-go", words.play);
  play.type = "button";
  const slider = hc.element("input", "hc-when");
  slider.type = "range";
  slider.min = 0;
  slider.step = Math.max(1, Math.round(whole / 600));
  slider.max = Math.ceil(whole / slider.step) * slider.step; // so that its end is the end
  slider.setAttribute("aria-label", words.time);
  const clock = hc.element("output", "hc-clock");
  const speed = hc.element("select", "hc-speed");
  speed.setAttribute("aria-label", words.speed);
  SPEEDS.forEach(function (s) {
    const option = hc.element("option", "", s + "\u00d7");
    option.value = s;
    speed.appendChild(option);
  });
  speed.value = SPEEDS.reduce(function (best, s) {
    return Math.abs(s - whole / 40) < Math.abs(best - whole / 40) ? s : best;
  });
  [play, slider, clock, speed].forEach(function (part) { box.appendChild(part); });
  box.hidden = false;

  let now = 0, running = 0;
  function set(t, quiet) {
    now = Math.max(0, Math.min(span, t));
    slider.value = played(now);
    flights.forEach(function (flight) { move(flight, now); });
    const told = hc.clock(data.start + now);
    clock.textContent = told;
    const away = chart ? chart.at(now) : "";
    slider.setAttribute("aria-valuetext", told + (away ? "; " + away : ""));
    if (chart) chart.point(now);
    if (!quiet) hc.time = data.start + now;
  }
  hc.setTime = function (time_s) { set(time_s - data.start); };
  hc.redrawTime = function () { if (chart) chart.draw(); set(now, hc.time === undefined); };

  function stop() {
    cancelAnimationFrame(running);
    running = 0;
    play.textContent = words.play;
    if (hc.linkHere) hc.linkHere();
  }
  function go() {
    if (now >= span) now = 0;
    play.textContent = words.pause;
    let last = null, shown = 0;
    function frame(stamp) {
      if (last !== null) now += ((stamp - last) / 1000) * speed.value;
      last = stamp;
      const next = flown.find(function (p) { return p[1] > now; });
      if (next) now = Math.max(now, next[0]);
      // Who asked for less motion gets two steps a second.
      if (!still || stamp - shown > 500) { shown = stamp; set(now); }
      if (now >= span) { set(span); stop(); } else { running = requestAnimationFrame(frame); }
    }
    running = requestAnimationFrame(frame);
  }
  play.addEventListener("click", function () { if (running) stop(); else go(); });
  slider.addEventListener("input", function () { if (running) stop(); set(after(Number(slider.value))); });
  slider.addEventListener("change", function () { if (hc.linkHere) hc.linkHere(); });
  map.on("zoomend", function () { set(now, hc.time === undefined); });

  /* ------------------------------------------------------ what a pointer is told */
  const tip = L.tooltip({ className: "hc-tip hc-told", direction: "top", offset: [0, -8] });
  map.on("zoomstart viewreset", function () { flights.forEach(function (flight) { flight.px = null; }); tip.remove(); });

  /** The recorded flight that runs nearest to a point of the map, within reach, and when it was there. */
  hc.nearest = function (p, reach) {
    let best = null, least = reach;
    const hidden = map._container.classList.contains("hc-no-track");
    if (!hidden) flights.forEach(function (flight) {
      const px = flight.px || (flight.px = flight.at.map(function (at) { return map.latLngToLayerPoint([at[1], at[0]]); }));
      for (let i = 1; i < px.length; i++) {
        if (flight.gaps.has(i - 1) || (hc.parted && hc.parted(flight.at[i - 1], flight.at[i]))) continue;
        const near = hc.beside(p, px[i - 1].x, px[i - 1].y, px[i].x, px[i].y);
        if (near.away >= least) continue;
        least = near.away;
        const a = px[i - 1], b = px[i];
        best = {
          id: flight.id, flight: flight, at: L.point(a.x + near.part * (b.x - a.x), a.y + near.part * (b.y - a.y)),
          time: flight.time[i - 1] + near.part * (flight.time[i] - flight.time[i - 1]),
        };
      }
    });
    return best;
  };
  hc.goTo = function (t) {
    if (running) stop();
    set(t);
    if (hc.linkHere) hc.linkHere();
  };

  let due = 0, where = null;
  function show() {
    due = 0;
    const hit = where && hc.nearest(where, 12);
    map._container.classList.toggle("hc-near", Boolean(hit));
    if (chart) chart.point(hit && hit.id === data.chart.id ? hit.time : now);
    if (!hit) { tip.remove(); return; }
    const words = hc.element("span"), name = hc.element("b", "", hit.flight.name);
    words.appendChild(name);
    [hc.clock(data.start + hit.time), reading(hit.flight, hit.time)].forEach(function (line) {
      words.appendChild(hc.element("br"));
      words.appendChild(hc.element("span", "", line));
    });
    // Away from an edge of the map, which would cut it.
    const size = map.getSize(), at = map.layerPointToContainerPoint(hit.at);
    const side = at.x < 110 ? 1 : at.x > size.x - 110 ? -1 : 0, below = at.y < 90;
    tip.options.direction = side > 0 ? "right" : side ? "left" : below ? "bottom" : "top";
    tip.options.offset = side ? [8 * side, Math.max(0, 40 - at.y) + Math.min(0, size.y - 40 - at.y)] : [0, below ? 8 : -8];
    tip.setLatLng(map.layerPointToLatLng(hit.at)).setContent(words);
    if (!map.hasLayer(tip)) tip.addTo(map);
  }
  function look(event) {
    where = event && event.layerPoint;
    if (!due) due = requestAnimationFrame(show);
  }
  if (!matchMedia("(pointer: coarse)").matches) {
    map.on("mousemove", look);
    map.on("mouseout movestart", function () { look(null); });
  }

  /** What is told of a flight at a time: how far it was, where the chart knows, and how high. */
  function reading(flight, t) {
    if (chart && flight.id === data.chart.id) return chart.at(t);
    const high = flight.height[before(flight.time, t)];
    return high === null ? "" : feet(high);
  }
  /** A round figure of feet at or above another. */
  function ceiling(feet) {
    const power = Math.pow(10, Math.floor(Math.log10(Math.max(feet, 100))));
    return [1, 2, 3, 4, 5, 10].find(function (s) { return s * power >= feet; }) * power;
  }
  function feet(metres) { return hc.counted(Math.round(metres / 0.3048 / 100) * 100, 0, "ft"); }

  /* ------------------------------------------------------------------- the chart */
  const chart = data.chart ? makeChart(document.getElementById("hc-chart")) : null;

  function makeChart(holder) {
    const line = function (text) {
      return hc.unpack(text, 1)[0].map(function (p) { return [p[0], p[1] * data.gridM]; });
    };
    const parts = data.chart.parts.map(line), under = line(data.chart.low), over = line(data.chart.high);
    const every = [].concat.apply([], parts);
    const flight = flights.find(function (f) { return f.id === data.chart.id; });
    const high = Math.max.apply(null, every.map(function (p) { return p[1]; }).concat([1]));
    const lowest = function (of) { return Math.min.apply(null, of.map(function (p) { return p[1]; }).concat([0])); };
    /* a band that reaches inside is seen to, but does not squeeze what was seen */
    const low = Math.min(lowest(every), Math.max(lowest(under), -high / 6));
    const t0 = every[0][0], t1 = every[every.length - 1][0];
    // Under the distance, on the same clock, the height, where it is known.
    const known = flight.height.filter(function (h) { return h !== null; });
    const highest = known.length ? ceiling(Math.max.apply(null, known) / 0.3048) : 0;
    const top = 19, foot = 20, base = 135, sky = base + 20, ground = highest ? sky + 40 : base, tall = ground + foot;
    const graph = hc.svg("svg", { class: "hc-graph hue-" + flight.hue, role: "img", "aria-label": words.chart });
    holder.appendChild(graph);
    let side = 68, wide = 600, needle, dot, reading;

    const x = function (t) { return side + ((t - t0) / Math.max(t1 - t0, 1)) * (wide - side - 10); };
    const y = function (d) { return top + ((high - d) / Math.max(high - low, 1)) * (base - top); };
    const up = function (h) { return ground - (Math.max(0, h / 0.3048) / highest) * (ground - sky); };

    function value(t) {
      for (let i = 0; i < parts.length; i++) {
        const p = parts[i], last = p.length - 1;
        if (t < p[0][0] || t > p[last][0]) continue;
        const times = p.map(function (q) { return q[0]; });
        const k = Math.min(before(times, t), Math.max(last - 1, 0));
        if (!p[k + 1] || p[k + 1][0] === p[k][0]) return p[k][1];
        return p[k][1] + ((t - p[k][0]) / (p[k + 1][0] - p[k][0])) * (p[k + 1][1] - p[k][1]);
      }
      return null;
    }

    // Below the map, so drawn when there is time for it.
    graph.setAttribute("height", tall);
    (root.requestIdleCallback || setTimeout)(function () { if (!needle) draw(); point(now); });
    root.addEventListener("beforeprint", draw);

    function draw() {
      wide = Math.max(280, Math.min(holder.clientWidth || 600, 1150));
      graph.textContent = "";
      graph.setAttribute("viewBox", "0 0 " + wide + " " + tall);
      graph.setAttribute("width", wide);
      graph.setAttribute("height", tall);
      const ticks = hc.ticks(low, high);
      const most = hc.counted(highest, 0, "ft");
      ticks.concat(highest ? { words: most } : []).forEach(function (tick) { side = Math.max(side, 14 + 6.5 * tick.words.replace(/[^\0-\u2fff]/g, "mm").length); });
      ticks.forEach(function (tick) {
        graph.appendChild(hc.svg("line", { x1: side, x2: wide - 10, y1: y(tick.m), y2: y(tick.m), class: tick.m === 0 ? "hc-zero" : "hc-tick" }));
        const label = hc.svg("text", { x: side - 7, y: y(tick.m) + 4, "text-anchor": "end" });
        label.textContent = tick.words;
        graph.appendChild(label);
      });
      if (highest) height(most);
      [t0, t1].forEach(function (t, i) {
        // On a telephone there is no room for two dates: minutes do, and the day once. Where there is
        // little, the first begins farther to the left.
        const small = wide <= 480, told = hc.clock(data.start + t);
        const label = hc.svg("text", { x: i || small ? x(t) : Math.max(0, Math.min(x(t), wide - 310)), y: tall - 4, "text-anchor": i ? "end" : "start" });
        // More than a day apart they are days, for an hour alone would be one of the first day.
        const day = t1 - t0 >= 86400 && /\W*\d?\d:\d\d.*/;
        label.textContent = !small ? told : day ? told.replace(day, "") :
          told.replace(/(\d\d:\d\d):\d\d(.*)/, i ? "$1$2" : "$1").replace(i ? /^.*?(?=\d\d:\d\d)/ : "", "");
        graph.appendChild(label);
      });
      if (low < 0) {
        graph.appendChild(hc.svg("rect", { x: side, y: y(0), width: wide - side - 10, height: Math.max(0, y(low) - y(0)), class: "hc-inside" }));
      }
      const spot = function (p) {
        return x(p[0]).toFixed(1) + " " + y(Math.max(low, Math.min(p[1], high))).toFixed(1);
      };
      const around = over.map(spot).concat(under.map(spot).reverse());
      graph.appendChild(hc.svg("path", { d: "M" + around.join("L") + "Z", class: "hc-band" }));
      parts.forEach(function (part) {
        graph.appendChild(hc.svg("path", { d: "M" + part.map(spot).join("L"), class: "hc-curve-line" }));
      });
      for (let i = 1; i < parts.length; i++) {
        const a = parts[i - 1][parts[i - 1].length - 1], b = parts[i][0];
        graph.appendChild(hc.svg("line", { x1: x(a[0]), y1: y(a[1]), x2: x(b[0]), y2: y(b[1]), class: "hc-hole" }));
      }
      if (data.chart.at !== null && value(data.chart.at) !== null) {
        graph.appendChild(hc.svg("circle", { cx: x(data.chart.at), cy: y(value(data.chart.at)), r: 4, class: "hc-nearest" }));
      }
      needle = hc.svg("line", { y1: top - 11, y2: ground, class: "hc-needle" });
      dot = hc.svg("circle", { r: 4, class: "hc-here" });
      reading = hc.svg("text", { y: top - 8, class: "hc-reading" });
      [needle, dot, reading].forEach(function (part) { graph.appendChild(part); });
    }

    function write(x, y, words, end) {
      const made = hc.svg("text", { x: x, y: y, "text-anchor": end ? "end" : "start" });
      made.textContent = words;
      graph.appendChild(made);
    }

    /** How high it was: a line of its own, parted where nobody saw it. */
    function height(most) {
      [sky, ground].forEach(function (line) {
        graph.appendChild(hc.svg("line", { x1: side, x2: wide - 10, y1: line, y2: line, class: "hc-tick" }));
      });
      write(side + 4, sky - 5, words.height);
      write(side - 7, sky + 4, most, true);
      write(side - 7, ground + 4, hc.counted(0, 0, "ft"), true);
      let d = "", pen = "M";
      flight.time.forEach(function (t, i) {
        const h = flight.height[i];
        if (h === null || t < t0 || t > t1) { pen = "M"; return; }
        d += pen + x(t).toFixed(1) + " " + up(h).toFixed(1);
        pen = flight.gaps.has(i) ? "M" : "L";
      });
      if (d) graph.appendChild(hc.svg("path", { d: d, class: "hc-height" }));
    }

    function point(t) {
      if (!needle) return;
      const here = Math.max(t0, Math.min(t1, t)), d = value(here);
      needle.setAttribute("x1", x(here));
      needle.setAttribute("x2", x(here));
      dot.setAttribute("visibility", d === null ? "hidden" : "visible");
      if (d !== null) { dot.setAttribute("cx", x(here)); dot.setAttribute("cy", y(d)); }
      reading.textContent = told(t);
      const right = x(here) > wide * 0.6;
      const long = reading.getComputedTextLength();
      reading.setAttribute("x", right ? Math.max(x(here) - 6, long) : Math.min(x(here) + 6, wide - long));
      reading.setAttribute("text-anchor", right ? "end" : "start");
    }

    function told(t) {
      if (t < t0 || t > t1) return "";
      const d = value(t);
      if (d === null) return words.unseen;
      const k = before(flight.time, t), h = flight.height[k];
      // The answer has the figures of the answer: no more digits than its doubt leaves it.
      const of = data.chart, answer = Math.abs(t - of.at) < 1;
      const away = (answer && of.most ? "\u2264\u00a0" : "") + (answer ? hc.length.apply(hc, of.told) : hc.length(Math.abs(d)));
      return (d < 0 ? words.inside.replace("{d}", away) : away) +
        (h === null ? "" : words.comma + feet(h));
    }

    function from(event) {
      const r = graph.getBoundingClientRect();
      const px = ((event.clientX - r.left) / r.width) * wide;
      if (running) stop();
      set(t0 + ((px - side) / (wide - side - 10)) * (t1 - t0));
    }
    let held = false;
    graph.addEventListener("pointermove", function (event) { if (event.pointerType === "mouse" || held) from(event); });
    graph.addEventListener("pointerdown", function (event) { held = true; from(event); });
    root.addEventListener("pointerup", function () { if (held && hc.linkHere) hc.linkHere(); held = false; });
    if (root.ResizeObserver) new ResizeObserver(function () { if (needle) { draw(); point(now); } }).observe(holder);
    return { at: told, point: point, draw: draw };
  }

  set(data.chart && data.chart.at !== null ? data.chart.at : 0, true);
})(window);
