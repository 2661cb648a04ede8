import "./app.css";
import mark from "./mark.svg?url";

/* A router by the path, as frameworks have it; one route is loaded when needed. */
const routes = [
  [/^\/$/, () => "Home"],
  [/^\/users\/(\d+)$/, (id) => `User ${id}`],
  [/^\/about$/, async () => (await import("./about.js")).text],
];

async function show(path) {
  const [match, page] = routes.map(([pattern, page]) => [path.match(pattern), page])
    .find(([match]) => match) ?? [[], () => "Nothing here"];
  const heading = document.createElement("h1");
  const image = new Image();
  heading.textContent = await page(match[1]);
  image.src = mark;
  image.alt = "";
  document.querySelector("main").replaceChildren(image, heading);
}

document.addEventListener("click", (event) => {
  if (event.target.localName !== "a")
    return;
  event.preventDefault();
  history.pushState(null, "", event.target.href);
  show(location.pathname);
});
addEventListener("popstate", () => show(location.pathname));
show(location.pathname);
