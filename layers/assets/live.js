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
  if (root.parent === root) html.classList.add("hc-alone");
})(window);
