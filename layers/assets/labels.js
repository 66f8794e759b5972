/* howclose: words on the map. Each takes the best place that is free; who finds none is not shown. */
(function (root) {
  "use strict";
  const hc = root.howclose;
  const CELL = 6; // pixels of the grid in which lines are remembered
  const GAP = 3; // pixels between two labels
  const OFFSETS = [[1, 0], [-1, 0], [0, -1], [0, 1], [1, -1], [-1, -1], [1, 1], [-1, 1]];
  const REACH = { claim: [9, 30, 60, 95], closest: [9, 26], flight: [9, 24] }; // pixels from an anchor
  const CROWDED = 60; // of cost: a name across so many lines is better left out
  const ARROW = 190; // pixels between two arrows on a line

  function Labels(map) {
    this.map = map;
    this.layers = [];
    const pane = map.getPane("howclose-labels") || map.createPane("howclose-labels");
    pane.classList.add("hc-labels");
    pane.setAttribute("aria-hidden", "true");
    this.svg = hc.svg("svg", { class: "hc-words" });
    pane.appendChild(this.svg);
    map.on("zoomstart", function () { this.svg.classList.add("hc-away"); }, this);
    map.on("moveend zoomend resize viewreset", this.later, this);
  }

  Labels.prototype.add = function (layer) { this.layers.push(layer); this.later(); };
  Labels.prototype.remove = function (layer) {
    this.layers = this.layers.filter(function (other) { return other !== layer; });
    this.later();
  };
  Labels.prototype.later = function () {
    if (this.waiting) return;
    this.waiting = true;
    const self = this;
    L.Util.requestAnimFrame(function () { self.waiting = false; self.place(); });
  };

  /** Where lines run, in cells of the view, so that words can keep off them. */
  Labels.prototype.lines = function (px, size) {
    const wide = Math.ceil(size.x / CELL) + 1, high = Math.ceil(size.y / CELL) + 1;
    const cells = new Uint8Array(wide * high);
    function mark(x, y, weight) {
      const i = Math.floor(x / CELL), j = Math.floor(y / CELL);
      if (i < 0 || j < 0 || i >= wide || j >= high) return;
      cells[j * wide + i] = Math.max(cells[j * wide + i], weight);
    }
    this.layers.forEach(function (layer) {
      layer.hcLines.forEach(function (line) {
        const weight = line.weight;
        if (!weight) return;
        let before = null;
        line.at.forEach(function (ll) {
          const p = px(ll);
          if (before) {
            const steps = Math.min(400, Math.ceil(before.distanceTo(p) / CELL) + 1);
            for (let s = 0; s <= steps; s++) {
              const t = s / steps;
              mark(before.x + t * (p.x - before.x), before.y + t * (p.y - before.y), weight);
            }
          }
          before = p;
        });
      });
    });
    return function (box) {
      let sum = 0;
      for (let y = box.y0; y <= box.y1; y += CELL) {
        for (let x = box.x0; x <= box.x1; x += CELL) {
          const i = Math.floor(x / CELL), j = Math.floor(y / CELL);
          if (i >= 0 && j >= 0 && i < wide && j < high) sum += cells[j * wide + i];
        }
      }
      return sum;
    };
  };

  Labels.prototype.place = function () {
    const map = this.map;
    if (!map._loaded || !map._container) return;
    const size = map.getSize();
    const corner = map.containerPointToLayerPoint([0, 0]);
    L.DomUtil.setPosition(this.svg, corner);
    this.svg.setAttribute("width", size.x);
    this.svg.setAttribute("height", size.y);
    this.svg.textContent = "";
    this.svg.classList.remove("hc-away");
    const px = function (ll) { return map.latLngToContainerPoint(ll); };
    const narrow = size.x < 480;
    this.svg.classList.toggle("hc-narrow", narrow);
    this.crowd = this.lines(px, size);
    this.covered = controls(map);
    this.taken = this.covered.slice();
    this.size = size;
    const hidden = map._container.classList;
    const every = [];
    this.layers.forEach(function (layer) {
      layer.hcLabels.forEach(function (label) {
        const off = label.look.split(" ").some(function (look) {
          return hidden.contains("hc-no-" + look);
        });
        // A telephone has room for what matters: the legend tells the rest.
        if (!off && !(narrow && label.rank >= 7)) every.push(label);
      });
    });
    // Marks stand where they stand; words come after them, the weightier first.
    every.forEach(function (label) { this.mark(label, px); }, this);
    this.arrows(px);
    every.sort(function (a, b) { return (a.rank || 0) - (b.rank || 0); });
    every.forEach(function (label) {
      if (label.paths.length) this.curved(label, px);
      else this.beside(label, px);
    }, this);
  };

  /** Leaflet's own corners are no place for words. */
  function controls(map) {
    const frame = map._container.getBoundingClientRect();
    const out = [];
    map._container.parentNode.querySelectorAll(".leaflet-control, .hc-globe, .hc-full").forEach(function (control) {
      const r = control.getBoundingClientRect();
      if (!r.width) return;
      out.push({
        x0: r.left - frame.left, y0: r.top - frame.top,
        x1: r.right - frame.left, y1: r.bottom - frame.top,
      });
    });
    return out;
  }

  Labels.prototype.free = function (box) {
    if (box.x0 < 2 || box.y0 < 2 || box.x1 > this.size.x - 2 || box.y1 > this.size.y - 2) return false;
    return this.taken.every(function (o) {
      return box.x1 + GAP < o.x0 || box.x0 - GAP > o.x1 || box.y1 + GAP < o.y0 || box.y0 - GAP > o.y1;
    });
  };

  Labels.prototype.mark = function (label, px) {
    if (!label.mark || !label.at.length) return;
    const p = px(label.at[0]);
    const r = 3;
    // Out of sight or under a control: then its name would stand there for nothing.
    label.gone = p.x < 0 || p.y < 0 || p.x > this.size.x || p.y > this.size.y ||
      this.covered.some(function (o) { return p.x > o.x0 - r && p.x < o.x1 + r && p.y > o.y0 - r && p.y < o.y1 + r; });
    if (label.gone) return;
    this.svg.appendChild(
      label.mark === "base"
        ? hc.svg("rect", { x: p.x - r, y: p.y - r, width: 2 * r, height: 2 * r, class: "hc-mark" })
        : hc.svg("circle", { cx: p.x, cy: p.y, r: r, class: "hc-mark" })
    );
    this.taken.push({ x0: p.x - r, y0: p.y - r, x1: p.x + r, y1: p.y + r });
  };

  /** Which way it went, now and then along a line. */
  Labels.prototype.arrows = function (px) {
    const hidden = this.map._container.classList;
    this.layers.forEach(function (layer) {
      layer.hcLines.forEach(function (line) {
        const look = line.shape.look;
        if (!line.shape.arrows || hidden.contains("hc-no-" + look.split(" ")[0])) return;
        let due = ARROW / 2;
        for (let i = 1; i < line.at.length; i++) {
          const a = px(line.at[i - 1]), b = px(line.at[i]);
          const step = a.distanceTo(b);
          if (step === 0) continue;
          if (due <= step) {
            const t = due / step, x = a.x + t * (b.x - a.x), y = a.y + t * (b.y - a.y);
            due += ARROW;
            if (x > 0 && y > 0 && x < this.size.x && y < this.size.y) {
              const turn = (Math.atan2(b.y - a.y, b.x - a.x) * 180) / Math.PI;
              this.svg.appendChild(hc.svg("path", {
                d: "M-5 -4.5L6 0L-5 4.5L-3 0z",
                class: "hc-arrow " + look,
                transform: "translate(" + x.toFixed(1) + "," + y.toFixed(1) + ") rotate(" + turn.toFixed(0) + ")",
              }));
            }
          }
          due -= step;
          if (due < 0) due = ARROW + (due % ARROW);
        }
      }, this);
    }, this);
  };

  function words(label, most) {
    const text = hc.svg("text", { class: "hc-label " + label.look });
    label.lines.slice(0, most).forEach(function (line, i) {
      const span = hc.svg("tspan", { x: 0, dy: i ? "1.2em" : "0", class: line[1] ? "hc-" + line[1] : "" });
      span.textContent = line[0];
      text.appendChild(span);
    });
    return text;
  }

  /** Words beside one of their anchors: the first place is the best, a crowded one costs. */
  Labels.prototype.beside = function (label, px) {
    if (!label.at.length || (label.mark && label.gone)) return;
    const narrow = this.size.x < 480;
    const text = words(label, narrow && label.mark === "base" ? 1 : 9);
    this.svg.appendChild(text);
    const size = text.getBBox();
    const kind = label.look.split(" ")[0];
    const reach = label.mark ? [7] : REACH[kind] || [9];
    // The name of a land stands in it; all others stand beside their place.
    const offsets = kind === "state" || kind === "grid" ? [[0, 0]] : OFFSETS;
    const weight = kind === "claim" ? 1 : kind === "state" ? 40 : 3;
    let best = null, least = Infinity;
    label.at.forEach(function (ll, i) {
      const p = px(ll);
      reach.forEach(function (away, k) {
        offsets.forEach(function (o, j) {
          const cx = p.x + o[0] * (away + size.width / 2);
          const cy = p.y + o[1] * (away + size.height / 2);
          const box = {
            x0: cx - size.width / 2, x1: cx + size.width / 2,
            y0: cy - size.height / 2, y1: cy + size.height / 2,
          };
          if (!this.free(box)) return;
          // A claim is read from its line on: to the right of it or below.
          const lean = kind === "claim" && (o[0] < 0 || (k && o[1] < 0)) ? 60 : 0;
          const cost = weight * i + j + 5 * k + lean + this.crowd(box);
          if (cost < least) { least = cost; best = { box: box, side: o[0], from: k ? p : null }; }
        }, this);
      }, this);
    }, this);
    if (best && label.rank >= 7 && least > 30) best = null; // what matters least covers nothing
    if (!best && label.must) {
      // It has to be read: hold it within the map, whatever it covers.
      const p = px(label.at[0]);
      const x = Math.min(Math.max(p.x, size.width / 2 + 4), this.size.x - size.width / 2 - 4);
      const y = Math.min(Math.max(p.y, size.height / 2 + 4), this.size.y - size.height / 2 - 4);
      best = {
        box: { x0: x - size.width / 2, x1: x + size.width / 2, y0: y - size.height / 2, y1: y + size.height / 2 },
        side: 0,
      };
    }
    if (!best) { this.svg.removeChild(text); return; }
    // Words to the left of their anchor end there, and so on: lines of a label lean towards it.
    const anchor = best.side > 0 ? "start" : best.side < 0 ? "end" : "middle";
    const x = best.side > 0 ? best.box.x0 : best.side < 0 ? best.box.x1 : (best.box.x0 + best.box.x1) / 2;
    text.setAttribute("text-anchor", anchor);
    text.setAttribute("transform", "translate(" + x.toFixed(1) + "," + (best.box.y0 - size.y).toFixed(1) + ")");
    this.taken.push(best.box);
    if (best.from) {
      const b = best.box;
      const to = {
        x: Math.min(Math.max(best.from.x, b.x0), b.x1),
        y: Math.min(Math.max(best.from.y, b.y0), b.y1),
      };
      this.svg.insertBefore(hc.svg("line", {
        x1: best.from.x.toFixed(1), y1: best.from.y.toFixed(1), x2: to.x.toFixed(1), y2: to.y.toFixed(1),
        class: "hc-leader " + label.look,
      }), text);
      // Later words keep off it as they keep off words.
      for (let t = 0; t <= 1; t += 0.1) {
        const x = to.x + t * (best.from.x - to.x), y = to.y + t * (best.from.y - to.y);
        this.taken.push({ x0: x, x1: x, y0: y, y1: y });
      }
    }
    if (label.id) {
      text.classList.add("hc-own");
      text.setAttribute("data-id", label.id);
    }
  };

  /** A name along a curve, its letters spread as maps spread the names of seas. */
  Labels.prototype.curved = function (label, px) {
    const name = label.lines[0][0];
    let best = null, least = Infinity;
    const probe = hc.svg("text", { class: "hc-label " + label.look });
    probe.textContent = name;
    this.svg.appendChild(probe);
    const font = parseFloat(getComputedStyle(probe).fontSize);
    const plain = probe.getComputedTextLength();
    this.svg.removeChild(probe);
    label.paths.forEach(function (path, i) {
      const curve = inView(path.map(px), this.size);
      const length = lengthOf(curve);
      [1, 0.8, 0.66].forEach(function (scale, j) {
        const room = length * 0.86;
        const set = plain * scale;
        const spare = (room - set) / Math.max(name.length, 1);
        if (spare < 0.06 * font * scale) return;
        const spread = Math.min(spare, 0.75 * font * scale);
        const wide = set + spread * name.length;
        [0.5, 0.35, 0.65].forEach(function (middle, k) {
          const from = length * middle - wide / 2;
          if (from < 0 || from + wide > length) return;
          const boxes = along(curve, from, wide, font * scale * 0.62);
          if (!boxes.every(this.free, this)) return;
          let cost = 2 * i + 6 * j + 2 * k;
          boxes.forEach(function (box) { cost += this.crowd(box) / 4; }, this);
          if (cost < least) {
            least = cost;
            best = { curve: curve, middle: middle, spread: spread, font: font * scale, boxes: boxes };
          }
        }, this);
      }, this);
    }, this);
    if (!best || least > CROWDED) return;
    const id = "hc-curve-" + this.map._leaflet_id + "-" + this.svg.childNodes.length;
    const d = best.curve.map(function (p, i) {
      return (i ? "L" : "M") + p.x.toFixed(1) + " " + p.y.toFixed(1);
    });
    this.svg.appendChild(hc.svg("path", { id: id, d: d.join(""), class: "hc-curve" }));
    const text = hc.svg("text", { class: "hc-label " + label.look, "text-anchor": "middle", dy: "0.32em" });
    text.style.fontSize = best.font + "px";
    text.style.letterSpacing = best.spread + "px";
    const run = hc.svg("textPath", { href: "#" + id, startOffset: best.middle * 100 + "%" });
    run.textContent = name;
    text.appendChild(run);
    this.svg.appendChild(text);
    this.taken.push.apply(this.taken, best.boxes);
  };

  /** The longest part of a curve that is in view. */
  function inView(curve, size) {
    let best = [], run = [];
    curve.forEach(function (p) {
      if (p.x > 6 && p.y > 6 && p.x < size.x - 6 && p.y < size.y - 6) {
        run.push(p);
        if (run.length > best.length) best = run;
      } else {
        run = [];
      }
    });
    if (best.length > 1 && best[0].x > best[best.length - 1].x) best = best.slice().reverse();
    return best;
  }

  function lengthOf(curve) {
    let sum = 0;
    for (let i = 1; i < curve.length; i++) sum += curve[i].distanceTo(curve[i - 1]);
    return sum;
  }

  function along(curve, from, wide, half) {
    const boxes = [];
    let done = 0;
    for (let i = 1; i < curve.length; i++) {
      const a = curve[i - 1], b = curve[i], step = a.distanceTo(b);
      if (done + step >= from && done <= from + wide) {
        boxes.push({
          x0: Math.min(a.x, b.x), x1: Math.max(a.x, b.x),
          y0: Math.min(a.y, b.y) - half, y1: Math.max(a.y, b.y) + half,
        });
      }
      done += step;
    }
    return boxes.length ? boxes : [{ x0: -1, y0: -1, x1: -1, y1: -1 }];
  }

  /** The words of a map; made when its first layer comes. */
  hc.labels = function (map) {
    if (!map.hcLabels) map.hcLabels = new Labels(map);
    return map.hcLabels;
  };
})(window);
