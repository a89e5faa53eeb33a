// A heading with a button that unfolds the questions below it.
function render({ model, el }) {
  const title = make("span");
  const note = make("small");
  const button = make("button", { type: "button" }, title, " ", note);
  button.onclick = () => set(model, "unfolded", !model.get("unfolded"));
  const draw = () => {
    title.textContent = model.get("title");
    note.textContent = model.get("note");
    button.setAttribute("aria-expanded", String(model.get("unfolded")));
  };
  draw();
  for (const name of ["title", "note", "unfolded"]) model.on(`change:${name}`, draw);
  el.append(make("h2", {}, button));
}
export default { render };
