// A piece of the page made in the kernel. A button or link with data-act tells the kernel; scroll and focus survive a change.
function render({ model, el }) {
  const say = sayer(model);
  // Nobody looks for more than that, and what is far longer would end the connection on its way.
  const LONGEST_VALUE = 1000;
  const tell = (node) => model.send({ act: node.dataset.act, on: node.dataset.on ?? "", value: (node.value ?? "").slice(0, LONGEST_VALUE) });
  // What takes a moment says so until the kernel has redrawn this piece.
  const wait = (node, words) => {
    node.disabled = true;
    node.after(make("span", { role: "status", class: "note" }, ` ${words}`));
  };
  const copy = async (button) => {
    const text = button.parentElement.querySelector("pre").textContent;
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = say("Copied");
    } catch {
      button.textContent = say("Not allowed"); // Browsers let a page copy only where the connection is safe.
    }
    setTimeout(() => (button.textContent = say("Copy")), 2000);
  };
  const draw = () => {
    const held = el.contains(document.activeElement) ? document.activeElement.dataset : null;
    const caret = held && document.activeElement.selectionStart;
    const open = new Set([...el.querySelectorAll("details[open][data-name]")].map((node) => node.dataset.name));
    const shut = new Set([...el.querySelectorAll("details:not([open])[data-name]")].map((node) => node.dataset.name));
    const typed = el.querySelector("input[type=search]")?.value;
    el.innerHTML = model.get("html");
    el.querySelectorAll("details[data-name]").forEach((node) => {
      if (open.has(node.dataset.name)) node.open = true;
      if (shut.has(node.dataset.name)) node.open = false;
    });
    const arriving = el.querySelector("[data-arrive]");
    if (arriving) {
      arriving.focus({ preventScroll: true });
      arriving.scrollIntoView({ block: "center" });
      el.scrollLeft = 0;
      return;
    }
    const field = el.querySelector("input[type=search]");
    if (field && typed !== undefined) field.value = typed;
    if (!held?.act) return;
    const back = [...el.querySelectorAll("[data-act]")].find((node) => node.dataset.act === held.act && node.dataset.on === held.on);
    back?.focus({ preventScroll: true });
    if (back && typeof caret === "number") back.setSelectionRange?.(caret, caret);
  };
  // Lines are options: one of them can be reached with Tab, the arrow keys go on from there, Enter and space pick.
  const move = (line, key) => {
    const options = [...line.parentElement.children];
    const at = options.indexOf(line);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + 20, PageUp: at - 20, Home: 0, End: options.length - 1 }[key];
    if (next === undefined) return false;
    line.tabIndex = -1;
    const other = options[Math.max(0, Math.min(next, options.length - 1))];
    other.tabIndex = 0;
    other.focus({ preventScroll: true });
    other.scrollIntoView({ block: "nearest" });
    return true;
  };
  el.onkeydown = (event) => {
    // A box of the picture: a button in a drawing, which a browser does not press by itself.
    if (event.target.matches("g[role=button]") && (event.key === "Enter" || event.key === " ")) {
      tell(event.target);
      event.preventDefault();
      return;
    }
    if (!event.target.matches("[role=option]")) return;
    if (event.key === "Enter" || event.key === " ") tell(event.target);
    else if (event.key === "Escape") model.send({ act: event.target.dataset.act, on: "", value: "" });
    else if (!move(event.target, event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  el.onclick = (event) => {
    const node = event.target.closest("button, [role=option], [role=button]");
    // Who selects text to copy it does not pick a line.
    if (node?.matches("[role=option]") && !document.getSelection().isCollapsed) return;
    if (node?.dataset.act) tell(node);
    if (node?.dataset.wait) wait(node, node.dataset.wait);
    if (node && "copy" in node.dataset) copy(node);
  };
  const search = later(250, tell);
  el.oninput = (event) => event.target.matches("input[type=search]") && search.soon(event.target);
  // Together they go in one message, in which a byte may become two.
  const LARGEST_FILE = 2_000_000, LARGEST_TOGETHER = 4_000_000;
  el.onchange = async ({ target }) => {
    if (target.matches("select[data-act], input[type=number][data-act]")) tell(target);
    if (!target.matches("input[type=file]") || !target.files.length) return;
    let left = LARGEST_TOGETHER;
    const read = async (file) => {
      const taken = file.size <= Math.min(LARGEST_FILE, left);
      left -= taken ? file.size : 0;
      return { name: file.name, text: taken ? await file.text() : "" };
    };
    const files = await Promise.all([...target.files].map(read));
    wait(target, say("Reading what the files say."));
    model.send({ files });
    target.value = "";
  };
  // A new stage begins at its heading, for the eye and for a screen reader.
  const arrive = () => {
    const before = el.querySelector("h1")?.textContent;
    const ended = el.querySelector(".ending");
    draw();
    // What was made is said at the top, while the button that made it stands below.
    if (!ended) el.querySelector(".ending")?.scrollIntoView({ block: "start" });
    const heading = el.querySelector("h1[tabindex]");
    if (!heading || heading.textContent === before) return;
    el.closest(".aw-stage")?.scrollTo(0, 0);
    heading.focus({ preventScroll: true });
  };
  draw();
  model.on("change:html", arrive);
}
export default { render };
