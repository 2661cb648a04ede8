// witness.mjs -- what the texts of rules mean to Netlify's own readers, as JSON
//
//     node witness.mjs MODULES headers|redirects FOLDER COUNT
//
// The texts are FOLDER/0, FOLDER/1, ...; for each, one line is written: an array of
// the rules that hold. What the readers do to both kinds of input is left out, such
// as merging rules that are equal.
import { pathToFileURL } from 'node:url'

const [modules, kind, folder, count] = process.argv.slice(2)
const load = (path) => import(pathToFileURL(`${modules}/${path}`))
const isHeaders = kind === 'headers'
const reader = isHeaders ? 'netlify-headers-parser' : 'netlify-redirect-parser'
const lines = await load(`${reader}/lib/line_parser.js`)
const rules = await load(`${reader}/lib/normalize.js`)

for (let i = 0; i < Number(count); i++) {
  const file = `${folder}/${i}`
  let found
  if (isHeaders) {
    const { headers } = await lines.parseFileHeaders(file)
    found = rules.normalizeHeaders(headers, true).headers
  } else {
    const { redirects } = await lines.parseFileRedirects(file)
    found = rules.normalizeRedirects(redirects, true).redirects
  }
  console.log(JSON.stringify(found))
}
