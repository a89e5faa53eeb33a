// Aeterna's notebooks in JupyterLab: entries in the launcher, and the setup notebook opens on its page. Written as what a
// build would make (a module federation container with one module), so that there is nothing to build: the only things it
// needs of JupyterLab are the launcher's token and the notebooks' tracker and actions.
(() => {
  const here = document.currentScript.src;
  const notebooks = [
    { name: "setup", label: "Aeterna setup", caption: "Answer questions, see what follows, write the files" },
    { name: "status", label: "Aeterna status", caption: "What is deployed, and how it is" },
    { name: "compare", label: "Aeterna compare", caption: "Two configurations side by side" },
    { name: "fleet", label: "Aeterna fleet", caption: "Every configuration of a repository" },
  ];

  const bundled = async (file) => {
    const answer = await fetch(new URL(`notebooks/${file}`, here));
    if (!answer.ok) throw new Error(`The installation of aeterna-nb is incomplete: ${file} is missing.`);
    return answer.json();
  };

  const exists = (contents, path) =>
    contents.get(path, { content: false }).then(
      () => true,
      (error) => {
        if (error?.response?.status === 404) return false;
        throw error;
      },
    );

  // The path of the notebook in `folder`, copied there unless one is there already: it may hold somebody's work.
  const copy = async (contents, folder, file) => {
    const path = folder ? `${folder}/${file}` : file;
    if (await exists(contents, path)) return path;
    const content = await bundled(file);
    try {
      await contents.save(path, { type: "notebook", format: "json", content });
    } catch (error) {
      throw new Error(`${file} cannot be copied into this folder. Open one that you may write to. (${error.message})`);
    }
    return path;
  };

  const offerInLauncher = (app, launcher) => {
    if (!launcher) return; // Voila and the plain notebook have none.
    notebooks.forEach(({ name, label, caption }, rank) => {
      const command = `aeterna:${name}`;
      app.commands.addCommand(command, {
        label,
        caption,
        execute: async ({ cwd = "" } = {}) => {
          const path = await copy(app.serviceManager.contents, cwd, `${name}.ipynb`);
          return app.commands.execute("docmanager:open", { path, factory: "Notebook" });
        },
      });
      launcher.add({ command, category: "Notebook", rank: 100 + rank, kernelIconUrl: new URL("aeterna.svg", here).href });
    });
  };

  const isCode = (cell) => cell.model.type === "code";
  const isPage = (cell) => cell.model.sharedModel.getId() === "page";
  const source = (cell) => cell.model.sharedModel.getSource();

  // Whether nothing but our own code would run: a notebook from elsewhere may say that it is ours and hold any other.
  const isOurs = async (cells) => {
    const original = (await bundled("setup.ipynb")).cells.filter((cell) => cell.cell_type === "code");
    const sources = original.map((cell) => [cell.source].flat().join(""));
    return sources.length === cells.length && cells.every((cell, at) => source(cell) === sources[at]);
  };

  // A page that was made before and is shown again, as when a window is loaded anew, holds answers: it is not made anew.
  const showsPage = async (kernel, cell) => {
    if (!cell.outputArea.model.length) return false;
    const asked = { code: "", silent: true, store_history: false, user_expressions: { page: "'page' in globals()" } };
    const reply = await kernel.requestExecute(asked).done;
    return reply.content.user_expressions?.page?.data?.["text/plain"] === "True";
  };

  // In the place of the page that is not there yet, for a notebook that somebody changed.
  const offerToRun = (app, cell) => {
    const note = document.createElement("p");
    const button = Object.assign(document.createElement("button"), {
      className: "jp-mod-styled jp-mod-accept",
      textContent: "Run all cells",
      onclick: () => app.commands.execute("notebook:run-all-cells"),
    });
    note.append(button, " to see the page. This notebook was changed, so nothing runs by itself.");
    note.style.marginLeft = "calc(var(--jp-cell-prompt-width) + var(--jp-cell-padding))";
    cell.node.append(note);
    cell.outputArea.model.changed.connect(() => note.remove());
  };

  const openOnPage = async (app, actions, panel) => {
    await panel.context.ready;
    if (panel.model.getMetadata("aeterna")?.notebook !== "setup") return;
    await panel.sessionContext.ready;
    const kernel = panel.sessionContext.session?.kernel;
    const cells = panel.content.widgets.filter(isCode);
    const page = cells.findIndex(isPage);
    if (!kernel || page < 0 || (await showsPage(kernel, cells[page]))) return;
    if (await isOurs(cells)) {
      // The page brings itself into sight where its own cell is the active one.
      panel.content.activeCellIndex = panel.content.widgets.indexOf(cells[page]);
      await actions.runCells(panel.content, cells.slice(0, page + 1), panel.sessionContext);
    } else {
      offerToRun(app, cells[page]);
    }
  };

  // What JupyterLab shares, by package and version; its own copy is the one that the launcher is registered under.
  let scope = {};
  const shared = async (name) => {
    const copies = Object.values(scope[name] ?? {});
    const own = copies.find((item) => String(item.from).startsWith("@jupyterlab/application")) ?? copies[0];
    return own && (await own.get())();
  };

  (window._JUPYTERLAB ??= {})["aeterna-nb"] = {
    init: (given) => {
      scope = given;
    },
    get: async () => {
      const [launcher, notebook] = await Promise.all([shared("@jupyterlab/launcher"), shared("@jupyterlab/notebook")]);
      const plugins = [
        {
          id: "aeterna-nb:launcher",
          description: "Aeterna's notebooks in the launcher",
          autoStart: true,
          optional: launcher ? [launcher.ILauncher] : [],
          activate: offerInLauncher,
        },
        {
          id: "aeterna-nb:page",
          description: "The setup notebook opens on its page",
          autoStart: true,
          optional: notebook ? [notebook.INotebookTracker] : [],
          activate: (app, tracker) => {
            tracker?.widgetAdded.connect((_, panel) => {
              openOnPage(app, notebook.NotebookActions, panel).catch((error) => console.error(error));
            });
          },
        },
      ];
      return () => ({ __esModule: true, default: plugins });
    },
  };
})();
