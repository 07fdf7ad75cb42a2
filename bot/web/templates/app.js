// The Mini App: reads what Telegram puts into the fragment, saves stories, ticks topics.
// https://core.telegram.org/api/bots/webapps
"use strict";
(() => {
  const {app, save, saved, failed} = document.currentScript.dataset;
  const told = document.getElementById("told");
  const all = (selector) => [...document.querySelectorAll(selector)];
  const launch = new URLSearchParams(location.hash.slice(1));

  // Pages after the first one have no fragment of Telegram's.
  const kept = (name) => {
    const given = launch.get(name);
    try {
      if (given) sessionStorage.setItem(name, given);
      return sessionStorage.getItem(name);
    } catch {
      return given;
    }
  };

  const theme = kept("tgWebAppThemeParams");
  const initData = kept("tgWebAppData");
  const colour = /"bg_color":"#(\w\w)(\w\w)(\w\w)"/.exec((theme ?? "").replace(/\s/g, ""));
  if (colour) {
    const [red, green, blue] = colour.slice(1).map((part) => parseInt(part, 16));
    document.documentElement.dataset.theme =
      0.3 * red + 0.59 * green + 0.11 * blue < 128 ? "dark" : "light";
  }
  if (!initData) return;

  const made = (name, values, ...inside) => {
    const element = Object.assign(document.createElement(name), values);
    element.append(...inside);
    return element;
  };

  const button = (element, id, on) => {
    element.textContent = on ? saved : save;
    element.setAttribute("aria-pressed", on);
    element.onclick = () => change({story: id, on: !on}, element);
    element.hidden = false;
  };

  const listed = (story) => {
    const title = story.href ? made("a", {href: story.href}, story.title) : story.title;
    const act = made("button", {type: "button", className: "save"});
    button(act, story.id, true);
    return made("li", {}, title, " ", made("span", {className: "by"}, story.from), act);
  };

  const show = (mine) => {
    const ids = new Set(mine.saved.map((story) => story.id));
    for (const each of all("[data-story]")) button(each, each.dataset.story, ids.has(each.dataset.story));
    for (const list of all("[data-list]")) list.replaceChildren(...mine.saved.map(listed));
    for (const each of all("[data-empty]")) each.hidden = ids.size > 0;
    for (const each of all("[data-topic]")) {
      each.checked = mine.topics.includes(each.dataset.topic);
      each.onchange = () => change({topic: each.dataset.topic, on: each.checked}, each);
    }
    for (const each of all("fieldset")) each.disabled = false;
    for (const each of document.links) {
      if (!`${each.pathname}/`.startsWith(`${app}/`) || each.host !== location.host) {
        each.target = "_blank";
        each.rel = "noopener";
      }
    }
    told.textContent = mine.said ?? "";
  };

  const ask = async (asked) => {
    const answer = await fetch(`${app}/reader`, {
      method: asked ? "POST" : "GET",
      headers: {Authorization: `tma ${initData}`},
      body: asked && JSON.stringify(asked),
      cache: "no-store",
      credentials: "omit",
    });
    const mine = await answer.json();
    if (!answer.ok) throw Error(mine.error);
    return mine;
  };

  let mine;
  const work = async (asked) => {
    try {
      mine = await ask(asked);
      show(mine);
    } catch (error) {
      if (mine) show({...mine, said: ""});
      told.textContent = error.name === "Error" ? error.message : failed;
    }
  };

  const change = async (asked, element) => {
    element.disabled = true;
    await work(asked);
    element.disabled = false;
    (element.isConnected ? element : document.getElementById("saved")).focus();
  };

  work().then(() => {
    const entry = location.pathname.replace(/\/$/, "") === app;
    if (entry && mine && mine.language !== document.documentElement.lang) {
      location.replace(`${app}/${mine.language}/${location.hash}`);
    }
  });
})();
