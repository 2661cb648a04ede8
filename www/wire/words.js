// words.js -- all words of the page in English and Portuguese, and how numbers
// are written in both. Whoever writes words asks here.

import * as BELOW from "./words_below.js";
import * as CLASS from "./words_class.js";

const EN = {
  title: "HTTP on TCP, live · Soquete",
  heading: "HTTP riding on TCP, live",
  lede: "Above each ruler stand the reads or writes that moved the bytes (TCP), below it the HTTP messages in the same bytes. Their boundaries need not meet.",
  skip: "Skip to the connections", site: "The site", tongue: "Português",
  doIt: "Make something happen",
  actOne: "One small file", actOneSee: "one request, one response",
  actSix: "Six at once", actSixSee: "on several connections",
  actLarge: "A large file", actLargeSee: "8 MiB, many sends",
  actRange: "A range", actRangeSee: "a hundred bytes from its middle",
  actKept: "A 304", actKeptSee: "the same request again: no body",
  acting: "Requesting…", actFailed: "It did not work: {why}",
  acted: "{status}, {size} of body, {ms} ms. Look at the lanes that grew: a connection may have been reused.",
  actedSix: "{count} responses, {size} of body, {ms} ms. The event stream occupies one of the browser's six connections, so one request had to wait or to share a connection.",
  terminal: "In a terminal", terminalSee: "What a browser cannot do:",
  copy: "Copy", copied: "Copied", copyOf: "Copy: {name}", lookFor: "Look for:",
  cmdHalves: "A request in two halves",
  cmdHalvesSee: "after the first half, one read and no message; after the second, one message under two reads.",
  cmdTwo: "Two requests in one write",
  cmdTwoSee: "two messages under one read, and their two responses, perhaps in one send.",
  cmdNext: "curl, twice on one connection",
  cmdNextSee: "two requests in one lane; curl reports that it reuses the connection.",
  cmdSlow: "A slow reader",
  cmdSlowSee: "the whole response is queued at once, and the buffers of both kernels take the first part. Then no send succeeds, and the rest stays hollow until the client reads, after eight seconds.",
  cmdIdle: "Connect and send nothing",
  cmdIdleSee: "a lane with 0 bytes, until you type or a timeout closes it.",
  legend: "How to read a lane",
  keyChunk: "one read or write: recv, send (TCP)",
  keyHead: "head of a message (HTTP)", keyBody: "its body",
  keyQueued: "queued", keyPending: "incomplete",
  keyCut: "shortened",
  controls: "Time and view",
  pause: "Pause", live: "Live", toEnd: "To the end",
  back: "One event back", forth: "One event forward", moment: "Moment",
  filter: "Filter", filterHint: "c7, port, target",
  save: "Save", load: "Load", backToLive: "Back to live",
  toScale: "To scale", toScaleMeans: "Draw every byte equally wide; without this, what is longer than 1,024 bytes is shortened",
  keys: "Keys",
  keysText: "In a ruler: ← → next read, write or message, ↑ ↓ to the other row, Enter inspects, + − zoom, 0 shows all, L the latest, Shift ← → moves. Anywhere: P pauses, , and . step, / filters, B is the projector mode, Esc leaves it or closes the inspector.",
  lanes: "Connections", inspector: "Inspector", shut: "Close the inspector",
  emptyFirst: "No connection yet. Press “One small file” above, or copy a command into a terminal: each connection gets a lane here.",
  emptyFilter: "No connection matches the filter.",
  dropHint: "Drop a recording anywhere on the page",
  moreLanes: ({ count }) => `${number(count)} older ${count === 1 ? "connection is" : "connections are"} not drawn. The filter finds them.`,
  noScript: "This page draws the events that the server sends, and needs JavaScript for that.",
  about: "What is shown is what this server did and what its kernel reported. The kernel decides on the segments in the network; a recv is what the program got.",
  connecting: "Connecting…", gone: "Connection to the server lost. The picture stays; trying again…",
  liveNow: ({ count, conn }) => `Live: ${number(count)} events${conn ? `, received on c${conn}` : ""}.`,
  pausedNow: ({ count }) => `Paused. ${number(count)} newer events wait.`,
  recording: ({ name, count, strange }) => `Recording ${name}: ${number(count)} events.${strange ? ` ${number(strange)} lines are not events.` : ""}`,
  lost: ({ count }) => `${number(count)} events did not reach this page, because it was too slow: lanes may have gaps.`,
  forgotten: ({ count }) => `${number(count)} older events are forgotten: the page keeps 5 minutes, at most 100,000 events.`,
  noEvents: "No events in {name}.",
  in: "in", out: "out", toServer: "to the server", toClient: "to the client",
  inOf: "c{number}, stream to the server", outOf: "c{number}, stream to the client",
  client: "client", server: "server", openUnseen: "its beginning is not known",
  worker: "worker {number}",
  requests: ({ count }) => `${number(count)} ${count === 1 ? "request" : "requests"}`,
  reused: ({ count }) => `reused ${count === 1 ? "once" : `${number(count)} times`}`,
  inFacts: ({ size, count }) => `in ${size}, ${number(count)} ${count === 1 ? "recv" : "recvs"}`,
  outFacts: ({ size, count }) => `out ${size}, ${number(count)} ${count === 1 ? "send" : "sends"}`,
  pipeline: "pipeline {count} deep",
  ownStream: "this page's own event stream", otherStream: "an event stream",
  unfold: "Show its bytes", foldUp: "Hide its bytes",
  "state fresh": "open, 0 bytes", "state idle": "idle", "state asking": "in the middle of a request",
  "state answering": "sending", "state streaming": "streaming",
  closed: "closed {cause} after {age}",
  "by peer": "by the peer", "by reset": "by a reset", "by answered": "by us, as the response announced,",
  "by refused": "by us, after a refusal,", "by first-byte timeout": "by us: not one byte came,",
  "by idle timeout": "by us: idle too long,",
  "by cut": "by us, as the request asked,", "by cut by a reset": "by us with a reset, as the request asked,",
  "by newcomer": "by us, to make room for a newer one,", "by request timeout": "by us: request too slow,",
  "by send timeout": "by us: reader too slow,", "by linger timeout": "by us: the peer did not close,",
  "by draining": "by us: the server is stopping,", "by failure": "by a failure",
  nearer: "c{number}: zoom in", farther: "c{number}: zoom out",
  all: "c{number}: show the whole stream", latest: "c{number}: show the latest messages",
  rtt: "rtt", cwnd: "cwnd", resent: "resent", rate: "rate",
  rttMeans: "Smoothed round trip time", cwndMeans: "Congestion window: segments that may be in flight",
  resentMeans: "Segments sent again", rateMeans: "Delivery rate, as the kernel measured it last",
  notWhole: "not whole yet", refused: "refused",
  chunkHere: "{call}, {size}, {range}", gapHere: "not received, {size}, {range}",
  runOfChunks: ({ count, call, range }) => `${number(count)} ${call}s, ${range}; Enter zooms in`,
  runOfMessages: ({ count, range }) => `${number(count)} messages, ${range}; Enter zooms in`,
  requestHere: "request {name}, head {head} B, body {body}, {range}",
  responseHere: "response {name}, head {head} B, body {body}, {range}",
  pendingHere: "not a whole message yet, {size}, {range}", skipHere: "{why}, {size}, {range}",
  range: ({ from, to }) => to - from === 1 ? `byte ${number(from)}` : `bytes ${number(from)}–${number(to - 1)}`,
  chunkTitle: "c{number}: one {call}", chunkMoved: "One {call} moved {size} at {time}.",
  chunkIn: "That is what was there when the server called recv. Where it ends has nothing to do with where messages end.",
  chunkOut: "That is what the server handed to the kernel in one call. The kernel cuts it into segments as it likes.",
  carried: "What it carried", bytesAt: ({ range }) => `${range[0].toUpperCase()}${range.slice(1)}:`,
  wholeOf: "all of", firstOf: "the first {size} of", lastOf: "the last {size} of",
  middleOf: "{size} from the middle of",
  "head request": "the head of request #{number}", "body request": "the body of request #{number}",
  "head response": "the head of response #{number}", "body response": "the body of response #{number}",
  pending: "no whole message yet", gap: "not received",
  "empty line": "an empty line before a request", unfinished: "an unfinished message",
  "after the last answer": "came after the last response",
  "pending means": "These bytes arrived, but they are not a whole message yet. HTTP waits for more; TCP has delivered its part.",
  "gap means": "The events for these bytes did not reach this page.",
  "empty line means": "An empty line before a request is ignored (RFC 9112, 2.2).",
  "unfinished means": "The stream ended before this message was whole.",
  "after the last answer means": "The response before it announced that it is the last; what comes after is dropped.",
  requestName: "request #{number}", responseName: "response #{number}",
  requestTitle: "Request #{number} on c{conn}", responseTitle: "Response #{number} on c{conn}",
  messageAt: "Head {head} B, body {body}, at",
  refusedMeans: "This cannot be read as a request. The response was {status}, and nothing after it is read.",
  cameIn: ({ count }) => `It came in ${number(count)} ${count === 1 ? "recv" : "recvs"}`,
  leftIn: ({ count }) => `The kernel took it in ${number(count)} ${count === 1 ? "send" : "sends"}`,
  notSent: "It is queued, and not sent yet.", carrierUnseen: "Which recv brought it is not known.",
  ofMessage: ({ range, size, rest, isAll }) => `its ${range} (${size})${isAll ? "" : `, beside ${rest} of others`}`,
  itsResponse: "Its response is", itsRequest: "It responds to",
  headBytes: "Its head, byte for byte",
  headCut: "{size} more of the head did not reach this page.",
  bodyIs: "Then the body: {size}. The server reports where it is, not what is in it.",
  why: "Reason: {why}.",
  bodyNone: "No body: the head is the whole message.",
  bodyEndless: "Then a body without an end: {size} so far.",
  requestLine: "The request line: method, target, version.",
  statusLine: "The status line: version, status, and a phrase for people.",
  refusedLine: "A request line should be here, in a head that can be read.",
  emptyLine: "The empty line ends the head. Everything before it is text; after it, bytes have to be counted.",
  "layer tcp": "stream", "layer http": "HTTP", "layer app": "application",
  notThere: "At this moment it does not exist yet.", more: ({ count }) => `and ${number(count)} more`,
  ownTraffic: ({ count }) => `Of this page itself: ${number(count)} ${count === 1 ? "connection" : "connections"}`,
  below: "c{number} grew ↓", above: "c{number} grew ↑",
};

const PT = {
  title: "HTTP sobre TCP, ao vivo · Soquete",
  heading: "O HTTP viajando sobre o TCP, ao vivo",
  lede: "Acima de cada régua, as leituras ou escritas que moveram os bytes (TCP); abaixo, as mensagens HTTP neles. As fronteiras não precisam coincidir.",
  skip: "Ir para as conexões", site: "O site", tongue: "English",
  doIt: "Faça acontecer",
  actOne: "Arquivo pequeno", actOneSee: "uma requisição, uma resposta",
  actSix: "Seis de uma vez", actSixSee: "em várias conexões",
  actLarge: "Arquivo grande", actLargeSee: "8 MiB, muitos sends",
  actRange: "Um intervalo", actRangeSee: "cem bytes lá do meio",
  actKept: "Um 304", actKeptSee: "a mesma requisição de novo: sem corpo",
  acting: "Requisitando…", actFailed: "Não deu certo: {why}",
  acted: "{status}, {size} de corpo, {ms} ms. Veja as conexões que cresceram: uma delas pode ter sido reutilizada.",
  actedSix: "{count} respostas, {size} de corpo, {ms} ms. Uma das seis conexões do navegador está ocupada pelo fluxo de eventos; por isso, uma requisição teve que esperar ou dividir uma conexão.",
  terminal: "No terminal", terminalSee: "O que um navegador não faz:",
  copy: "Copiar", copied: "Copiado", copyOf: "Copiar: {name}", lookFor: "Observe:",
  cmdHalves: "Uma requisição em duas metades",
  cmdHalvesSee: "depois da primeira metade, uma leitura e nenhuma mensagem; depois da segunda, uma mensagem sob duas leituras.",
  cmdTwo: "Duas requisições em uma única escrita",
  cmdTwoSee: "duas mensagens sob uma única leitura, e as duas respostas, talvez em um único send.",
  cmdNext: "curl, duas vezes na mesma conexão",
  cmdNextSee: "duas requisições na mesma conexão; o curl informa que a reutiliza.",
  cmdSlow: "Um leitor lento",
  cmdSlowSee: "a resposta inteira vai logo para a fila, e os buffers dos dois kernels aceitam a primeira parte. Depois, nenhum send consegue mais nada, e o resto fica vazado até que o cliente leia, oito segundos depois.",
  cmdIdle: "Abrir e não enviar nada",
  cmdIdleSee: "uma conexão com 0 bytes, até que você escreva ou um prazo do servidor a feche.",
  legend: "Como ler uma conexão",
  keyChunk: "uma leitura ou escrita: recv, send (TCP)",
  keyHead: "cabeçalho (HTTP)", keyBody: "seu corpo",
  keyQueued: "na fila", keyPending: "incompleta",
  keyCut: "encurtado",
  controls: "Tempo e visualização",
  pause: "Pausa", live: "Ao vivo", toEnd: "Ir para o fim",
  back: "Um evento atrás", forth: "Um evento adiante", moment: "Momento",
  filter: "Filtro", filterHint: "c7, porta, alvo",
  save: "Salvar", load: "Abrir", backToLive: "Voltar ao vivo",
  toScale: "Em escala", toScaleMeans: "Desenha todos os bytes com a mesma largura; sem isso, o que passa de 1.024 bytes é encurtado",
  keys: "Teclas",
  keysText: "Em uma régua: ← → leitura, escrita ou mensagem seguinte, ↑ ↓ a outra fileira, Enter examina, + − aproxima e afasta, 0 mostra tudo, L mostra o mais recente, Shift ← → desloca. Em qualquer lugar: P pausa, , e . andam um evento, / filtra, B é o modo projetor, Esc sai dele ou fecha os detalhes.",
  lanes: "Conexões", inspector: "Detalhes", shut: "Fechar os detalhes",
  emptyFirst: "Ainda não há conexões. Clique em “Arquivo pequeno”, acima, ou copie um comando para um terminal: cada conexão aparece aqui.",
  emptyFilter: "Nenhuma conexão corresponde ao filtro.",
  dropHint: "Solte uma gravação em qualquer lugar da página",
  moreLanes: ({ count }) => `${number(count)} ${count === 1 ? "conexão mais antiga não está desenhada" : "conexões mais antigas não estão desenhadas"}. O filtro as encontra.`,
  noScript: "Esta página desenha os eventos que o servidor envia, e para isso precisa de JavaScript.",
  about: "Aqui aparece o que este servidor fez e o que o kernel lhe informou. Os segmentos na rede são decisão do kernel; um recv é o que o programa recebeu.",
  connecting: "Conectando…", gone: "A conexão com o servidor se perdeu. A imagem fica; tentando de novo…",
  liveNow: ({ count, conn }) => `Ao vivo: ${number(count)} eventos${conn ? `, recebidos por c${conn}` : ""}.`,
  pausedNow: ({ count }) => `Em pausa. Há ${number(count)} eventos mais novos à espera.`,
  recording: ({ name, count, strange }) => `Gravação ${name}: ${number(count)} eventos.${strange ? ` ${number(strange)} linhas não eram eventos.` : ""}`,
  lost: ({ count }) => `${number(count)} eventos não chegaram a esta página, porque ela estava lenta: pode haver lacunas.`,
  forgotten: ({ count }) => `${number(count)} eventos antigos foram esquecidos: a página guarda 5 minutos e no máximo 100.000 eventos.`,
  noEvents: "Não há eventos em {name}.",
  in: "entra", out: "sai", toServer: "para o servidor", toClient: "para o cliente",
  inOf: "c{number}, fluxo para o servidor", outOf: "c{number}, fluxo para o cliente",
  client: "cliente", server: "servidor", openUnseen: "o início não foi visto",
  worker: "worker {number}",
  requests: ({ count }) => `${number(count)} ${count === 1 ? "requisição" : "requisições"}`,
  reused: ({ count }) => `reutilizada ${count === 1 ? "uma vez" : `${number(count)} vezes`}`,
  inFacts: ({ size, count }) => `entraram ${size}, ${number(count)} ${count === 1 ? "recv" : "recvs"}`,
  outFacts: ({ size, count }) => `saíram ${size}, ${number(count)} ${count === 1 ? "send" : "sends"}`,
  pipeline: "até {count} requisições na fila",
  ownStream: "o fluxo de eventos desta página", otherStream: "um fluxo de eventos",
  unfold: "Mostrar os bytes", foldUp: "Esconder os bytes",
  "state fresh": "aberta, 0 bytes", "state idle": "ociosa", "state asking": "no meio de uma requisição",
  "state answering": "enviando", "state streaming": "transmitindo",
  closed: "fechada {cause} depois de {age}",
  "by peer": "pela outra ponta", "by reset": "por um reset", "by answered": "por nós, como a resposta anunciou,",
  "by refused": "por nós, depois de uma recusa,", "by first-byte timeout": "por nós: não veio nenhum byte,",
  "by idle timeout": "por nós: ociosa por tempo demais,",
  "by cut": "por nós, como a requisição pediu,", "by cut by a reset": "por nós, com um reset, como a requisição pediu,",
  "by newcomer": "por nós, para dar lugar a outra,", "by request timeout": "por nós: requisição lenta demais,",
  "by send timeout": "por nós: leitor lento demais,", "by linger timeout": "por nós: o fim não veio,",
  "by draining": "por nós: o servidor está parando,", "by failure": "por uma falha",
  nearer: "c{number}: aproximar", farther: "c{number}: afastar",
  all: "c{number}: mostrar o fluxo inteiro", latest: "c{number}: mostrar as últimas mensagens",
  rtt: "rtt", cwnd: "cwnd", resent: "reenvios", rate: "taxa",
  rttMeans: "Tempo de ida e volta, suavizado", cwndMeans: "Janela de congestionamento: segmentos que podem estar em trânsito",
  resentMeans: "Segmentos enviados de novo", rateMeans: "Taxa de entrega, como o kernel a mediu pela última vez",
  notWhole: "ainda incompleta", refused: "recusado",
  chunkHere: "{call}, {size}, {range}", gapHere: "não recebido, {size}, {range}",
  runOfChunks: ({ count, call, range }) => `${number(count)} ${call}s, ${range}; Enter aproxima`,
  runOfMessages: ({ count, range }) => `${number(count)} mensagens, ${range}; Enter aproxima`,
  requestHere: "requisição {name}, cabeçalho {head} B, corpo {body}, {range}",
  responseHere: "resposta {name}, cabeçalho {head} B, corpo {body}, {range}",
  pendingHere: "ainda não é uma mensagem inteira, {size}, {range}", skipHere: "{why}, {size}, {range}",
  range: ({ from, to }) => to - from === 1 ? `byte ${number(from)}` : `bytes ${number(from)}–${number(to - 1)}`,
  chunkTitle: "c{number}: um {call}", chunkMoved: "Um {call} moveu {size} às {time}.",
  chunkIn: "Era o que havia quando o servidor chamou recv. O lugar onde termina não tem nada a ver com onde terminam as mensagens.",
  chunkOut: "Foi o que o servidor entregou ao kernel em uma chamada. O kernel corta isso em segmentos como quiser.",
  carried: "O que levava", bytesAt: ({ range }) => `${range[0].toUpperCase()}${range.slice(1)}:`,
  wholeOf: "inteiro:", firstOf: "os primeiros {size} de:", lastOf: "os últimos {size} de:",
  middleOf: "{size} do meio de:",
  "head request": "cabeçalho da requisição #{number}", "body request": "corpo da requisição #{number}",
  "head response": "cabeçalho da resposta #{number}", "body response": "corpo da resposta #{number}",
  pending: "ainda nenhuma mensagem inteira", gap: "não recebido",
  "empty line": "uma linha vazia antes de uma requisição", unfinished: "uma mensagem inacabada",
  "after the last answer": "veio depois da última resposta",
  "pending means": "Estes bytes chegaram, mas ainda não são uma mensagem inteira. O HTTP espera por mais; o TCP já entregou a sua parte.",
  "gap means": "Os eventos destes bytes não chegaram a esta página.",
  "empty line means": "Uma linha vazia antes de uma requisição é ignorada (RFC 9112, 2.2).",
  "unfinished means": "O fluxo terminou antes de esta mensagem ficar inteira.",
  "after the last answer means": "A resposta anterior anunciou que era a última; o que vem depois é descartado.",
  requestName: "requisição #{number}", responseName: "resposta #{number}",
  requestTitle: "Requisição #{number} em c{conn}", responseTitle: "Resposta #{number} em c{conn}",
  messageAt: "Cabeçalho {head} B, corpo {body}, em",
  refusedMeans: "Isto não pode ser lido como uma requisição. A resposta foi {status}, e nada do que vem depois é lido.",
  cameIn: ({ count }) => `Veio em ${number(count)} ${count === 1 ? "recv" : "recvs"}`,
  leftIn: ({ count }) => `O kernel a aceitou em ${number(count)} ${count === 1 ? "send" : "sends"}`,
  notSent: "Está na fila e ainda não foi enviada.", carrierUnseen: "Não se sabe que recv a trouxe.",
  ofMessage: ({ range, size, rest, isAll }) => `seus ${range} (${size})${isAll ? "" : `, ao lado de ${rest} de outros`}`,
  itsResponse: "A resposta é a", itsRequest: "Responde à",
  headBytes: "O cabeçalho, byte a byte",
  headCut: "Mais {size} do cabeçalho não chegaram a esta página.",
  bodyIs: "Depois o corpo: {size}. O servidor informa onde ele está, não o que há nele.",
  why: "Motivo, nas palavras do servidor: {why}.",
  bodyNone: "Sem corpo: o cabeçalho é a mensagem toda.",
  bodyEndless: "Depois um corpo sem fim: {size} até agora.",
  requestLine: "A linha de requisição: método, alvo e versão.",
  statusLine: "A linha de status: versão, código e uma frase para pessoas.",
  refusedLine: "Aqui deveria haver uma linha de requisição, com um cabeçalho que se possa ler.",
  emptyLine: "A linha vazia termina o cabeçalho. Antes dela, tudo é texto; depois dela, é preciso contar.",
  "layer tcp": "fluxo", "layer http": "HTTP", "layer app": "aplicação",
  notThere: "Neste momento, ainda não existe.", more: ({ count }) => `e mais ${number(count)}`,
  ownTraffic: ({ count }) => `Da própria página: ${number(count)} ${count === 1 ? "conexão" : "conexões"}`,
  below: "c{number} cresceu ↓", above: "c{number} cresceu ↑",
};

const TONGUES = { en: { ...EN, ...BELOW.EN, ...CLASS.EN }, pt: { ...PT, ...BELOW.PT, ...CLASS.PT } };
let words = TONGUES.en;
let figures, decimals;

export const language = () => (words === TONGUES.pt ? "pt" : "en");

export function speak(tongue) {
  words = TONGUES[tongue] ?? TONGUES.en;
  figures = new Intl.NumberFormat(language() === "pt" ? "pt-BR" : "en", { useGrouping: "always" });
  decimals = new Intl.NumberFormat(language() === "pt" ? "pt-BR" : "en", { maximumFractionDigits: 1 });
}
speak("en");

// A text by its name, with values put in. Names are held against both tongues by
// a test; a name that nobody knows is shown as it is.
export function t(name, values = {}) {
  const text = Object.hasOwn(words, name) ? words[name] : undefined;
  if (typeof text === "function")
    return text(values);
  return (text ?? name).replace(/\{(\w+)\}/g, (_, key) => values[key]);
}

const number = (value) => figures.format(value);
export const count = number;
export const span = (from, to) => t("range", { from, to });

// A number of bytes: exact while it is short.
export function bytes(value) {
  if (value < 10_000)
    return `${number(value)} B`;
  const units = ["KiB", "MiB", "GiB", "TiB"];
  const at = Math.min(units.length - 1, Math.floor(Math.log2(value) / 10) - 1);
  if (at < 0)
    return `${decimals.format(value / 1024)} KiB`;
  return `${decimals.format(value / 1024 ** (at + 1))} ${units[at]}`;
}

export const micros = (value) =>
  value < 10_000 ? `${number(value)} µs` : `${decimals.format(value / 1000)} ms`;
export const seconds = (us) =>
  us < 1_000_000 ? `${decimals.format(us / 1000)} ms` : `${decimals.format(us / 1_000_000)} s`;

export const millis = (us) => `${decimals.format(us / 1000)} ms`;

// A time since something, or how long it took: to a tenth of a unit.
export const timeSpan = (us) => us > 0 && us < 1000 ? `${number(Math.round(us))} µs` : us ? seconds(us) : "0";

// The time of day of an event, to the microsecond.
export function clock(us) {
  const date = new Date(us / 1000);
  const two = (value) => String(value).padStart(2, "0");
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.` +
    String(us % 1_000_000).padStart(6, "0");
}

export const TONGUE_WORDS = TONGUES;
