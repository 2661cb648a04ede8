export default function (config) {
  config.addPassthroughCopy("style.css");
}
