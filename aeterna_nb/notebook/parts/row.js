// The words of a button, and, for those who hear it apart from its question, the question's label. Not as aria-label, which
// would label the question's field a second time for whoever looks for it by its label.
const about = (model, words) => [words, make("span", { class: "aw-unseen" }, `: ${model.get("label")}`)];

// For a document, which nobody types: a file of one's own takes the place of what stands in the field.
const picker = (model, take) => {
  const name = sayer(model)("{label}: take it from a file", { label: model.get("label") });
  const file = make("input", { type: "file", "aria-label": name });
  file.onchange = async () => {
    if (file.files[0]) take(await file.files[0].slice(0, LONGEST).text());
    file.value = "";
  };
  return file;
};

// One question: title, control, help, error, origin with its ways back. Changed in place, so that focus stays where it is.
const row = (model, el, { control, grouped, describe }) => {
  const say = sayer(model);
  const id = `aw-${Math.random().toString(36).slice(2)}`;
  const help = make("p", { id: `${id}-help`, class: "help" });
  const error = make("p", { id: `${id}-error`, class: "error" });
  const said = make("span", { class: "said" });
  const origin = make("p", { class: "origin" });
  // The error takes the place of the origin's sentence, beside the same ways back.
  const notes = make("div", { class: "notes" }, error, origin);
  const title = grouped ? make("legend") : make("label", { for: id, class: "title" });
  const body = grouped ? [title, help, control, notes] : [title, control, help, notes];
  const frame = make(grouped ? "fieldset" : "div", { class: "aw-question" }, ...body);
  const draw = () => {
    const wrong = model.get("error");
    const tone = wrong ? model.get("tone") : "";
    title.textContent = model.get("label");
    // What stands between backticks is code.
    const words = model.get("help").split("`");
    help.replaceChildren(...words.map((part, index) => (index % 2 ? make("code", {}, part) : part)));
    const address = model.get("link");
    if (address) help.append(" ", make("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, say("More at {host}", { host: new URL(address).host })));
    help.hidden = !help.textContent;
    // An alert is read out at once, which is right for a mistake and a nuisance for what is merely still open.
    if (tone === "bad") error.setAttribute("role", "alert");
    else error.removeAttribute("role");
    if (error.textContent !== wrong) error.textContent = wrong;
    error.hidden = !wrong;
    frame.classList.toggle("bad", tone === "bad");
    frame.classList.toggle("todo", tone === "todo");
    const ways = model.get("ways").map(([key, words]) => {
      const button = make("button", { type: "button", class: `aw-link aw-way-${key}` }, ...about(model, words));
      button.onclick = () => model.send({ way: key });
      return button;
    });
    said.textContent = model.get("origin");
    origin.replaceChildren(said, ...ways.flatMap((way) => [" ", way]));
    origin.hidden = !origin.textContent;
    const described = [help, error].filter((note) => !note.hidden).map((note) => note.id).join(" ");
    describe({ id, described, invalid: tone === "bad" });
  };
  draw();
  for (const name of ["label", "help", "error", "tone", "origin", "ways"]) model.on(`change:${name}`, draw);
  el.append(frame);
  const focus = () => {
    if (!model.get("focus")) return;
    set(model, "focus", false);
    // The page shows a new row a moment after it was made.
    requestAnimationFrame(() => {
      frame.scrollIntoView({ block: "center" });
      (frame.querySelector("input:checked") ?? frame.querySelector("input, select, textarea") ?? frame.querySelector("button"))?.focus();
    });
  };
  focus();
  model.on("change:focus", focus);
};
