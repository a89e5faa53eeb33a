// Pairs of a name and a text as a list: add, remove, move, and paste many lines at once. What is wrong stands at its item.
function render({ model, el }) {
  const say = sayer(model);
  const id = `aw-${Math.random().toString(36).slice(2)}`;
  const list = make("ol", { class: "pairs" });
  const moved = make("span", { role: "status", class: "aw-unseen" });
  const refused = make("p", { role: "alert", class: "error" });
  const add = make("button", { type: "button", class: "aw-button" }, ...about(model, say("Add one")));
  let pairs = model.get("pairs").map((pair) => [...pair]);
  const typed = typing(model, "pairs", list);
  const send = () => typed.send(pairs.map((pair) => [...pair]));
  const { soon, now } = later(350, send);
  const fieldOf = (at, side = 0) => list.children[at]?.querySelectorAll("input")[side];
  const change = (work, focus) => {
    work();
    build();
    focus();
    now();
  };
  const move = (at, to) => {
    if (to < 0 || to >= pairs.length) return;
    change(
      () => pairs.splice(to, 0, ...pairs.splice(at, 1)),
      () => {
        const buttons = [...list.children[to].querySelectorAll("button")];
        const same = buttons[to < at ? 0 : 1];
        (same.disabled ? buttons.find((button) => !button.disabled) : same).focus();
        moved.textContent = say("Now at place {place} of {all}.", { place: to + 1, all: pairs.length });
      },
    );
  };
  const field = (at, side, words) => {
    const input = make("input", { type: "text", spellcheck: "false", autocomplete: "off", maxlength: LONGEST, "aria-describedby": `${id}-${at}` });
    input.setAttribute("aria-label", `${model.get("label")}: ${words}`);
    input.value = pairs[at][side];
    input.oninput = () => {
      pairs[at][side] = input.value;
      hint(at);
      soon();
    };
    input.onchange = now;
    input.onpaste = (event) => {
      const text = event.clipboardData.getData("text");
      if (!text.trim().includes("\n")) return;
      event.preventDefault();
      model.send({ pasted: text.slice(0, LONGEST), at });
    };
    input.onkeydown = (event) => {
      if (event.key === "Enter") append(at + 1);
      else if (event.altKey && event.key === "ArrowUp") move(at, at - 1);
      else if (event.altKey && event.key === "ArrowDown") move(at, at + 1);
      else return;
      event.preventDefault();
    };
    return input;
  };
  const button = (words, at, disabled, work) => {
    const node = make("button", { type: "button", class: "aw-link", disabled }, words, make("span", { class: "aw-unseen" }, `: ${say("item {number}", { number: at + 1 })}`));
    node.onclick = work;
    return node;
  };
  const remove = (at) =>
    change(
      () => pairs.splice(at, 1),
      () => (fieldOf(Math.min(at, pairs.length - 1)) ?? add).focus(),
    );
  const append = (at) =>
    change(
      () => pairs.splice(at, 0, ["", ""]),
      () => fieldOf(at).focus(),
    );
  // An example of one side only, beside something that was typed, would look like an answer.
  const hint = (at) => {
    const example = (model.get("example").match(/^(\S+): *(.*)/) ?? [0, "", ""]).slice(1);
    const empty = pairs[at].every((side) => !side);
    [0, 1].forEach((side) => (fieldOf(at, side).placeholder = empty ? example[side] : ""));
  };
  const build = () => {
    list.replaceChildren(
      ...pairs.map((_, at) =>
        make(
          "li",
          {},
          field(at, 0, say("name {number}", { number: at + 1 })),
          field(at, 1, say("text {number}", { number: at + 1 })),
          make("p", { id: `${id}-${at}`, class: "error" }),
          make(
            "span",
            { class: "moves" },
            button(say("Up"), at, at === 0, () => move(at, at - 1)),
            button(say("Down"), at, at === pairs.length - 1, () => move(at, at + 1)),
            button(say("Remove"), at, false, () => remove(at)),
          ),
        ),
      ),
    );
    pairs.forEach((_, at) => hint(at));
    judge();
  };
  const judge = () => {
    const problems = model.get("problems");
    [...list.children].forEach((item, at) => {
      const error = item.querySelector(".error");
      const words = problems[at] ?? "";
      if (error.textContent !== words) error.textContent = words;
      error.hidden = !words;
      item.querySelectorAll("input").forEach((input) => input.setAttribute("aria-invalid", String(Boolean(words))));
    });
  };
  add.onclick = () => append(pairs.length);
  build();
  model.on("change:pairs", () => {
    const given = model.get("pairs");
    if (JSON.stringify(given) === JSON.stringify(pairs)) return;
    if (typed.isOld(given)) return;
    const grown = given.length - pairs.length;
    pairs = given.map((pair) => [...pair]);
    const at = [...list.children].findIndex((item) => item.contains(document.activeElement));
    build();
    // After a paste the cursor stands behind what was pasted.
    if (at >= 0) fieldOf(Math.min(Math.max(at + grown, 0), pairs.length - 1), 1)?.focus();
  });
  model.on("change:problems", judge);
  const refuse = () => {
    refused.textContent = model.get("refused");
    refused.hidden = !refused.textContent;
  };
  refuse();
  model.on("change:refused", refuse);
  row(model, el, { control: make("div", { class: "control stacked" }, list, add, refused, moved), grouped: true, describe: () => {} });
}
export default { render };
