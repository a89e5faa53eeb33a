// JupyterLab's single-key shortcuts (two d delete a cell) must not fire from a radio button or a tab of the page. It looks
// for this attribute on the focused element itself, so whatever gets the focus gets the attribute.
const suppress = (event) => {
  if (event.target.closest?.(".aw-root")) event.target.setAttribute("data-lm-suppress-shortcuts", "true");
};

// The stages as a list of buttons; each says its state in words.
function render({ model, el }) {
  const list = make("ol");
  const draw = () => {
    const buttons = [...list.querySelectorAll("button")];
    const held = buttons.indexOf(document.activeElement);
    list.replaceChildren(...model.get("stages").map(({ title, state, note }, index) => {
      const button = make("button", { type: "button", "aria-current": index === model.get("current") && "step" }, title, make("small", {}, note));
      button.onclick = () => set(model, "current", index);
      return make("li", { class: state }, button);
    }));
    if (held >= 0) list.querySelectorAll("button")[held]?.focus();
  };
  draw();
  for (const name of ["stages", "current"]) model.on(`change:${name}`, draw);
  el.append(make("nav", { "aria-label": "Stages" }, list));
  // ipywidgets' boxes are nothing to a screen reader; these are the parts of the page.
  requestAnimationFrame(() => {
    const page = el.closest(".aw");
    const parts = [
      ["bar", "region", "Aeterna setup"],
      ["find", "search", "Questions by their words"],
      ["main", "region", "Questions"],
      ["side", "region", "What follows from your answers"],
    ];
    for (const [part, role, name] of parts) {
      const box = page?.querySelector(`.aw-${part}`);
      box?.setAttribute("role", role);
      box?.setAttribute("aria-label", name);
    }
  });
  document.addEventListener("focusin", suppress, true);
  return () => document.removeEventListener("focusin", suppress, true);
}
export default { render };
