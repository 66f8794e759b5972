/* howclose: a Leaflet layer that draws what its data block says. */
(function (root) {
  "use strict";
  const hc = root.howclose;
  const FINE = 8388608; // steps across what is drawn: an SVG counts in 24 bits

  /** Lines as Leaflet has them, latitude first; longitudes moved by whole turns to where the map looks. */
  function places(path, data, shift) {
    return hc.unpack(path, data.grid).map(function (line) {
      return line.map(function (p) { return new L.LatLng(p[1], p[0] + shift); });
    });
  }

  // A line or an area that is written once: a zoom only moves and scales its path. Leaflet would
  // project, cut and thin every vertex anew at each zoom and each move, and keep an object for each.
  const quick = {
    initialize: function (way, options) {
      L.setOptions(this, options);
      this.hcWay = way;
      this._latlngs = [];
      this._bounds = L.latLngBounds([]);
    },
    _project: function () {
      const map = this._map, crs = map.options.crs, t = crs.transformation, way = this.hcWay;
      const scale = crs.scale(map.getZoom()), origin = map.getPixelOrigin();
      this.hcAt = [
        scale * t._a * way.unit, -scale * t._c * way.unit,
        scale * (t._a * way.x + t._b) - origin.x, scale * (t._c * way.y + t._d) - origin.y,
      ];
      this.hcPx = null;
      this.hcStale = true;
    },
    _update: function () {
      if (!this._map || !this.hcStale) return;
      this.hcStale = false;
      this._updatePath();
    },
    _updatePath: function () {
      const path = this._path, at = this.hcAt;
      // A layer that comes back gets a path of its own again
      if (!path.hasAttribute("d")) path.setAttribute("d", this.hcWay.path || "M0 0");
      path.setAttribute("transform", "matrix(" + at[0] + " 0 0 " + at.slice(1) + ")");
    },
    /** Where it runs in the pixels of the map: x and y in turn, and where each part ends. */
    hcPixels: function () {
      if (!this.hcPx) {
        const steps = this.hcWay.steps || (this.hcWay.steps = hc.steps(this.hcWay.path)), a = this.hcAt;
        const at = new Float64Array(steps.at.length);
        for (let k = 0; k < at.length; k += 2) {
          at[k] = a[0] * steps.at[k] + a[2];
          at[k + 1] = a[1] * steps.at[k + 1] + a[3];
        }
        this.hcPx = { ends: steps.ends, at: at };
      }
      return this.hcPx;
    },
    hcBox: function () {
      const at = this.hcPixels().at, box = L.bounds([]);
      for (let k = 0; k < at.length; k += 2) box.extend([at[k], at[k + 1]]);
      return box;
    },
    getCenter: function () { return this._map.layerPointToLatLng(this.hcBox().getCenter()); },
  };
  const Line = L.Polyline.extend(quick), Area = L.Polygon.extend(quick);

  /** Where a path runs on the plane of a map: in steps of `unit` from a point of that plane, y down. */
  function way(path, data, shift, map) {
    if (data.unit) return { path: path, unit: data.unit, x: 0, y: 0 };
    const steps = hc.steps(path), at = steps.at, here = new L.LatLng(0, 0), box = L.bounds([]);
    for (let k = 0; k < at.length; k += 2) {
      here.lng = at[k] * data.grid + shift;
      here.lat = at[k + 1] * data.grid;
      const p = map.options.crs.projection.project(here);
      box.extend(p);
      at[k] = p.x;
      at[k + 1] = p.y;
    }
    const x = box.min.x, y = box.max.y, unit = Math.max(box.max.x - x, y - box.min.y) / FINE || 1;
    const words = at.map(function (v, k) { return (at[k] = Math.round((k & 1 ? y - v : v - x) / unit)); });
    const drawn = steps.ends.map(function (end, i) {
      return "M" + words.slice(i ? steps.ends[i - 1] : 0, end).join(" ");
    });
    return { path: drawn.join(/z/.test(path) ? "z" : "") + (/z$/.test(path) ? "z" : ""), steps: steps, unit: unit, x: x, y: y };
  }

  /** Words for a pointer, made when the first one comes. */
  function tip(shape, title) {
    if (!title) return;
    shape.once("mouseover", function (event) {
      shape.bindTooltip(hc.element("span", "", title), { sticky: true, className: "hc-tip" }).openTooltip(event.latlng);
    });
  }

  /** A place in the pile of a map for what lies under its tracks. */
  function pane(map, name, height) {
    if (!map.getPane(name)) map.createPane(name).style.zIndex = height;
    return name;
  }

  /** What draws in a place of the pile: a style sheet does not reach a canvas, which a map may prefer. */
  function pen(map, name) {
    const pens = map.hcPens || (map.hcPens = {});
    return pens[name] || (pens[name] = L.svg({ pane: name }));
  }

  function draw(shape, data, shift, group, lines, map) {
    const options = {
      className: "hc-" + shape.kind + " " + shape.look + (shape.id ? " hc-own" : ""),
      interactive: Boolean(shape.id || shape.title),
      bubblingMouseEvents: true,
    };
    const ground = shape.kind !== "dot" && /^(grid|land|belt|area)/.test(shape.look);
    // Where there are tiles, land lies under them
    const under = shape.look === "land" && map.getPane("howclose-land");
    if (ground) options.pane = under ? "howclose-land" : pane(map, "howclose-ground", 390);
    if (map.options.preferCanvas) options.renderer = pen(map, options.pane || "overlayPane");
    let made;
    if (shape.kind === "dot") {
      options.radius = /disbelieved/.test(shape.look) ? 2.5 : 4;
      made = places(shape.path, data, shift).map(function (at) { return L.circleMarker(at[0], options); });
      group.hcDots.push.apply(group.hcDots, made);
    } else {
      const run = way(shape.path, data, shift, map);
      if (shape.edge) {
        const edge = { className: "hc-line edge " + shape.look, interactive: false, pane: pane(map, "howclose-edges", 395) };
        if (options.renderer) edge.renderer = pen(map, edge.pane);
        group.addLayer(new Line(run, edge));
      }
      made = [shape.kind === "area" ? new Area(run, options) : new Line(run, options)];
      const weight = /claim|closest|track|drawn/.test(shape.look) ? 4 : /grid/.test(shape.look) ? 0 : 1;
      if (weight) lines.push({ path: made[0], shape: shape, weight: weight });
    }
    made.forEach(function (one) {
      one.hcShape = shape;
      tip(one, shape.title);
      if (shape.id) {
        one.on("click", function (event) {
          if (!hc.choose) return;
          L.DomEvent.stopPropagation(event);
          hc.choose(event.layerPoint, shape.id);
        });
      }
      group.addLayer(one);
    });
  }

  const Layer = L.LayerGroup.extend({
    onAdd: function (map) {
      if (!this.hcLines) {
        const data = hc.data(this.hcBlock);
        // A plane knows no edge of the world; Mercator does, so draw where the map looks.
        const flat = /^howclose/.test(map.options.crs.code);
        const away = flat || !map._loaded ? 0 : map.getCenter().lng - data.lon;
        const shift = 360 * Math.round(away / 360);
        this.hcLines = [];
        this.hcDots = [];
        data.shapes.forEach(function (shape) { draw(shape, data, shift, this, this.hcLines, map); }, this);
        this.hcNames = function () {
          const names = data.labels.map(function (label) {
            return Object.assign({}, label, {
              at: places(label.at, data, shift)[0] || [],
              paths: places(label.paths, data, shift),
            });
          });
          this.hcNames = function () { return names; };
          return names;
        };
      }
      L.LayerGroup.prototype.onAdd.call(this, map);
      hc.labels(map).add(this);
    },
    onRemove: function (map) {
      hc.labels(map).remove(this);
      L.LayerGroup.prototype.onRemove.call(this, map);
    },
  });

  /** The layer whose data stand in the block `id`-data. */
  hc.layer = function (id) {
    const layer = new Layer();
    layer.hcBlock = id + "-data";
    return layer;
  };
})(window);
