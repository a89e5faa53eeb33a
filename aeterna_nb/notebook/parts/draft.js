// Keeps what was answered in this browser, so that a reload or a dead kernel loses nothing. The kernel leaves secrets out.
// A tab finds its own answers again, and not those of another tab; a new one finds what was answered last.
function render({ model, el }) {
  const key = `aeterna-draft:${location.pathname}`;
  const earlierKey = `aeterna-earlier:${location.pathname}`;
  const MOST_EARLIER = 5;
  const place = (name) => {
    try {
      return window[name];
    } catch {
      return null; // A browser may forbid it; then there are no drafts.
    }
  };
  const storage = () => place("localStorage");
  const places = () => [place("sessionStorage"), storage()].filter(Boolean);
  const stored = places().map((one) => one.getItem(key)).find(Boolean);
  if (stored && stored !== model.get("content")) model.send({ draft: stored });
  model.on("change:content", () => {
    const content = model.get("content");
    for (const one of places()) {
      if (content) one.setItem(key, content);
      else one.removeItem(key);
    }
  });
  const earlier = () => {
    try {
      return JSON.parse(storage()?.getItem(earlierKey) ?? "[]").filter((item) => item.at && item.text);
    } catch {
      return [];
    }
  };
  if (earlier().length) model.send({ earlier: earlier() });
  model.on("change:finished", () => {
    const text = model.get("finished");
    const kept = [{ at: new Date().toLocaleString(), text }, ...earlier().filter((item) => item.text !== text)];
    storage()?.setItem(earlierKey, JSON.stringify(kept.slice(0, MOST_EARLIER)));
    model.send({ earlier: earlier() });
  });
  el.hidden = true;
}
export default { render };
