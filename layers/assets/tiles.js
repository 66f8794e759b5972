/* howclose: a background of somebody else's tiles, on Web Mercator. Without them all else stays. */
(function (root) {
  "use strict";
  const hc = root.howclose;
  const half = Math.PI * 6378137, unit = 128 / half;

  /** Web Mercator whose scale is pixels to a metre of its plane, as on our own planes. */
  hc.crs = function () {
    return L.extend({}, L.CRS.EPSG3857, {
      transformation: new L.Transformation(1, half, -1, half),
      scale: function (zoom) { return unit * Math.pow(2, zoom); },
      zoom: function (scale) { return Math.log2(scale / unit); },
    });
  };

  const plain = hc.map;
  hc.map = function (id) {
    const map = plain(id), tiles = hc.data(id + "-data").tiles;
    map.createPane("howclose-land").style.zIndex = 150; // under the tiles: what is seen without them
    const layer = L.tileLayer(tiles.url, Object.assign({ updateWhenZooming: false }, tiles.options)).addTo(map);
    let missed = 0, came = 0;
    const note = document.getElementById("hc-tileless");
    layer.on("tileload tileerror", function (event) {
      if (event.type === "tileload") came += 1; else missed += 1;
      note.hidden = came > 0 || missed === 0;
    });
    // On this plane a length is only right at one latitude: say at which.
    const at = map._container.querySelector(".hc-scale > :last-child");
    function latitude() {
      const lat = (at.hcMiddle ? map.getCenter() : map.containerPointToLatLng([12, map.getSize().y - 24])).lat;
      at.textContent = hc.words[lat < 0 ? "south" : "north"].replace("{d}", Math.abs(lat).toFixed(0));
    }
    map.on("moveend zoomend resize", latitude);
    latitude();
    L.Util.requestAnimFrame(latitude); // the scale is measured once more when it stands on the page
    return map;
  };
})(window);
