// The stages as a list of buttons; each says its state in words. Changed in place, so that focus stays where it is.
function render({ model, el }) {
  const say = sayer(model);
  const list = make("ol");
  const stage = () => {
    const title = make("span");
    const note = make("small");
    const button = make("button", { type: "button" }, title, note);
    button.onclick = () => set(model, "current", [...list.children].indexOf(button.parentElement));
    return make("li", {}, button);
  };
  const draw = () => {
    const stages = model.get("stages");
    while (list.children.length > stages.length) list.lastChild.remove();
    while (list.children.length < stages.length) list.append(stage());
    stages.forEach(({ title, state, note }, index) => {
      const item = list.children[index];
      const [heading, words] = item.firstChild.children;
      item.className = state;
      if (heading.textContent !== title) heading.textContent = title;
      if (words.textContent !== note) words.textContent = note;
      if (index === model.get("current")) item.firstChild.setAttribute("aria-current", "step");
      else item.firstChild.removeAttribute("aria-current");
    });
  };
  // Where the stages stand in one line, the present one is brought into sight; only the line moves.
  const show = () => {
    const item = list.children[model.get("current")];
    if (item) list.scrollLeft = item.offsetLeft - list.offsetLeft - (list.clientWidth - item.offsetWidth) / 2;
  };
  draw();
  for (const name of ["stages", "current"]) model.on(`change:${name}`, draw);
  model.on("change:current", show);
  el.append(make("nav", { "aria-label": say("Stages") }, list));
  let release = () => {};
  requestAnimationFrame(() => {
    const page = el.closest(".aw");
    if (!page) return;
    landmarks(page, say);
    page.lang = model.get("language");
    arrive(page);
    release = keepFocus(page);
  });
  document.addEventListener("focusin", suppress, true);
  return () => {
    document.removeEventListener("focusin", suppress, true);
    release();
  };
}
export default { render };
