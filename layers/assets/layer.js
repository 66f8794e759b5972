/* howclose: a Leaflet layer that draws what its data block says. */
(function (root) {
  "use strict";
  const hc = root.howclose;

  /** Latitude first, as Leaflet has it; longitudes moved by whole turns to where the map looks. */
  function latLngs(line, shift) {
    return line.map(function (p) { return L.latLng(p[1], p[0] + shift); });
  }

  function tip(shape, title) {
    if (!title) return;
    shape.bindTooltip(hc.element("span", "", title), { sticky: true, className: "hc-tip" });
  }

  /** A place in the pile of a map for what lies under its tracks. */
  function pane(map, name, height) {
    if (!map.getPane(name)) map.createPane(name).style.zIndex = height;
    return name;
  }

  function draw(shape, data, shift, group, shapes, map) {
    const parts = (shape.parts || []).map(function (text) {
      return latLngs(hc.unpack(text, data.grid), shift);
    });
    const options = {
      className: "hc-" + shape.kind + " " + shape.look + (shape.id ? " hc-own" : ""),
      interactive: Boolean(shape.id || shape.title),
      bubblingMouseEvents: true,
    };
    const ground = /^(grid|land|belt|area)/.test(shape.look);
    // Where there are tiles, land lies under them
    const under = shape.look === "land" && map.getPane("howclose-land");
    if (ground) options.pane = under ? "howclose-land" : pane(map, "howclose-ground", 390);
    if (shape.edge) {
      const edge = { className: "hc-line edge " + shape.look, interactive: false, pane: pane(map, "howclose-edges", 395) };
      // A ring ends where it began
      group.addLayer(L.polyline(parts, edge));
    }
    let made;
    if (shape.kind === "area") {
      made = [L.polygon(parts, options)];
    } else if (shape.kind === "line") {
      made = [L.polyline(parts, Object.assign({ smoothFactor: 0.7 }, options))];
    } else {
      made = parts.map(function (part) {
        return L.circleMarker(part[0], Object.assign({ radius: /disbelieved/.test(shape.look) ? 2.5 : 4 }, options));
      });
    }
    made.forEach(function (one) {
      one.hcShape = shape;
      tip(one, shape.title);
      if (shape.id) one.on("click", function () { if (hc.select) hc.select(shape.id); });
      group.addLayer(one);
    });
    const weight = /claim|closest|track|drawn/.test(shape.look) ? 4 : /grid/.test(shape.look) ? 0 : 1;
    if (weight) {
      shapes.push.apply(shapes, parts.map(function (part) {
        return { at: part, shape: shape, weight: weight };
      }));
    }
  }

  /** The layer whose data stand in the block `id`-data. */
  hc.layer = function (id) {
    const Layer = L.LayerGroup.extend({
      onAdd: function (map) {
        if (!this.hcDrawn) {
          this.hcDrawn = true;
          const data = hc.data(id + "-data");
          // A plane knows no edge of the world; Mercator does, so draw where the map looks.
          const flat = /^howclose/.test(map.options.crs.code);
          const away = flat || !map._loaded ? 0 : map.getCenter().lng - data.lon;
          const shift = 360 * Math.round(away / 360);
          this.hcLines = [];
          (data.shapes || []).forEach(function (shape) {
            draw(shape, data, shift, this, this.hcLines, map);
          }, this);
          this.hcLabels = (data.labels || []).map(function (label) {
            return Object.assign({}, label, {
              at: latLngs(hc.unpack(label.at, data.grid), shift),
              paths: (label.paths || []).map(function (text) {
                return latLngs(hc.unpack(text, data.grid), shift);
              }),
            });
          });
        }
        L.LayerGroup.prototype.onAdd.call(this, map);
        hc.labels(map).add(this);
      },
      onRemove: function (map) {
        hc.labels(map).remove(this);
        L.LayerGroup.prototype.onRemove.call(this, map);
      },
    });
    return new Layer();
  };
})(window);
