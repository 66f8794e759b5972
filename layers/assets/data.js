/* howclose: data that came with the page. */
(function (root) {
  "use strict";
  const hc = (root.howclose = root.howclose || {});

  /** What the JSON block of that id holds; {} without one. */
  hc.data = function (id) {
    const block = document.getElementById(id);
    return block ? JSON.parse(block.textContent) : {};
  };

  /** A packed line as an array of [lon, lat] in degrees: see layers/pack.py. */
  hc.unpack = function (text, grid) {
    const bytes = atob(text || "");
    const line = [];
    let value = 0, shift = 1, x = 0, y = 0, second = false;
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes.charCodeAt(i);
      value += (byte & 127) * shift;
      shift *= 128;
      if (byte < 128) {
        const step = value % 2 ? -(value + 1) / 2 : value / 2;
        if (second) {
          y += step;
          line.push([x * grid, y * grid]);
        } else {
          x += step;
        }
        second = !second;
        value = 0;
        shift = 1;
      }
    }
    return line;
  };

  /** An element with classes and, as text and nothing else, words. */
  hc.element = function (tag, look, words) {
    const made = document.createElement(tag);
    if (look) made.className = look;
    if (Array.isArray(words)) {
      // In pieces: some in another language than the page.
      words.forEach(function (piece) {
        const part = hc.element("span", "", piece[0]);
        if (piece[1]) part.lang = piece[1];
        made.appendChild(part);
      });
    } else if (words !== undefined) made.textContent = words;
    return made;
  };

  hc.svg = function (tag, attributes) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const name in attributes) made.setAttribute(name, attributes[name]);
    return made;
  };
})(window);
