// JupyterLab's single-key shortcuts (two d delete a cell) must not fire from a radio button or a tab of the page. It looks
// for this attribute on the focused element itself, so whatever gets the focus gets the attribute.
const suppress = (event) => {
  if (event.target.closest?.(".aw-root")) event.target.setAttribute("data-lm-suppress-shortcuts", "true");
};

// ipywidgets' boxes are nothing to a screen reader; these are the parts of the page.
const landmarks = (page, say) => {
  const parts = [
    ["bar", "region", say("Aeterna setup")],
    ["find", "search", say("Questions by their words")],
    ["main", "region", say("Questions")],
    ["side", "region", say("What follows from your answers")],
  ];
  for (const [part, role, name] of parts) {
    const box = page.querySelector(`.aw-${part}`);
    box?.setAttribute("role", role);
    box?.setAttribute("aria-label", name);
  }
};

// Who uses the keyboard stays where they are when the control that has the focus is taken off the page, disabled or hidden:
// the focus goes to the same question made anew, or to what is nearest. A question that is made anew comes a moment later.
const FOCUSABLE = "input:checked, :is(a[href], summary, [tabindex], :is(button, input, select, textarea):enabled):not(input[type=radio])";
const WAIT_FOR_THE_NEW_MS = 200;
const SCROLLS = ["wheel", "touchmove", "keydown"];
const keepFocus = (page) => {
  let last = null;
  let around = [];
  let timer;
  const usable = (node) => node.isConnected && !node.disabled && node.checkVisibility();
  // What changes above the control that has the focus would push it away; it is followed until the user scrolls.
  let followed = false;
  const follow = () => followed && document.activeElement === last && last.scrollIntoView({ block: "nearest" });
  const leave = ({ type, key }) => {
    // A field that the browser fills in sends a keydown without a key.
    if (type !== "keydown" || key?.startsWith("Page")) followed = false;
  };
  const remember = ({ target }) => {
    last = target;
    followed = target.matches(":focus-visible");
    around = [];
    for (let node = target.parentElement; node && node !== page; node = node.parentElement) around.push(node);
  };
  // A control that was disabled keeps the focus until the page is painted again.
  const lost = () => last && !usable(last) && [document.body, last].includes(document.activeElement);
  const first = (box) => [...box.querySelectorAll(FOCUSABLE)].find(usable);
  const anew = () => {
    const name = around.flatMap((node) => [...node.classList]).find((word) => word.startsWith("aw-q-"));
    const box = name && page.querySelector(`.${name}`);
    return box && first(box);
  };
  const recover = (found) => {
    if (!lost() || !found) return;
    found.focus({ preventScroll: true });
    found.scrollIntoView({ block: "nearest" });
  };
  const nearest = () => around.filter((node) => node.isConnected).map(first).find(Boolean) ?? page.querySelector("h1[tabindex]");
  // An offer comes over the lower half of the options; the one that it is about stays in sight.
  let offer = null;
  const uncover = () => {
    const present = page.querySelector(".aw-offer");
    if (present && present !== offer) page.querySelector(".option:has(:focus)")?.scrollIntoView({ block: "nearest" });
    offer = present;
  };
  const watcher = new MutationObserver(() => {
    uncover();
    if (!lost()) return requestAnimationFrame(follow);
    recover(anew());
    clearTimeout(timer);
    timer = setTimeout(() => recover(nearest()), WAIT_FOR_THE_NEW_MS);
  });
  // A click beside every control takes the focus away on purpose.
  const forget = () => (last = null);
  page.addEventListener("focusin", remember);
  for (const way of SCROLLS) document.addEventListener(way, leave, { capture: true, passive: true });
  document.addEventListener("pointerdown", forget, true);
  watcher.observe(page, { childList: true, subtree: true, attributeFilter: ["class", "disabled", "hidden"] });
  return () => {
    watcher.disconnect();
    for (const way of SCROLLS) document.removeEventListener(way, leave, true);
    document.removeEventListener("pointerdown", forget, true);
  };
};

// "Run All Cells" of JupyterLab leaves the last cell's end in sight, not the beginning of a page that is as high as the window.
// So the page is brought into sight, once, and only while its own cell or the last is active: who works elsewhere stays there.
let arrived = false;
const arrive = (page) => {
  const cell = page.closest(".jp-Notebook .jp-Cell");
  const cells = [...(cell?.parentElement.children ?? [])].filter((one) => one.matches(".jp-Cell"));
  const active = cells.findIndex((one) => one.matches(".jp-mod-active"));
  if (!arrived && cell && [cells.indexOf(cell), cells.length - 1].includes(active)) page.scrollIntoView({ block: "start" });
  arrived = true;
};
