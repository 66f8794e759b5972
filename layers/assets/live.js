/* howclose: before anything is drawn, the page is live, and wears what its address asks for. */
(function (root) {
  "use strict";
  const hc = (root.howclose = root.howclose || {});
  hc.asked = new URLSearchParams(root.location.search);
  const html = document.documentElement;
  const theme = hc.asked.get("theme") || (hc.asked.get("dark") === "true" ? "dark" : "");
  if (theme === "dark" || theme === "light") html.classList.add("hc-" + theme);
  html.classList.add("hc-live");
  // In a frame all has to be laid out at once: its height is told to the article.
  if (root.parent !== root) return;
  html.classList.add("hc-alone");
  // Who comes back or loads it anew is to find the place that was left.
  const came = root.performance.getEntriesByType("navigation")[0];
  if (came && came.type !== "navigate") return;
  // Else the map comes first, and what stands below it is laid out when it has been drawn.
  html.classList.add("hc-first");
  root.addEventListener("load", function () {
    const rest = function () { html.classList.remove("hc-first"); };
    root.requestAnimationFrame(function () { setTimeout(rest); });
    setTimeout(rest, 200); // no frame is drawn out of sight
  });
})(window);
