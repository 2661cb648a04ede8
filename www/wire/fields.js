// fields.js -- what each line of a head is for, in English and Portuguese, and
// where it is written. The layer: "tcp" where HTTP says how it lies in the
// stream, "http" for the message itself, "app" for what only the two programs
// at the ends care about.

import { language } from "./words.js";

const FIELDS = {
  "accept": ["http", "RFC 9110, 12.5.1", "Types of content that the client can use.", "Tipos de conteúdo que o cliente sabe usar."],
  "accept-encoding": ["http", "RFC 9110, 12.5.3", "Ways of compressing that the client can undo.", "Compressões que o cliente sabe desfazer."],
  "accept-language": ["http", "RFC 9110, 12.5.4", "Languages that the reader prefers.", "Línguas que o leitor prefere."],
  "accept-ranges": ["http", "RFC 9110, 14.3", "A part may be asked for, counted in bytes.", "Pode pedir-se uma parte, contada em bytes."],
  "age": ["http", "RFC 9111, 5.1", "For how many seconds a cache has had it.", "Há quantos segundos está numa cache."],
  "allow": ["http", "RFC 9110, 10.2.1", "The methods that this target takes.", "Os métodos que este alvo aceita."],
  "authorization": ["app", "RFC 9110, 11.6.2", "Who asks, and a proof.", "Quem pede, e uma prova."],
  "cache-control": ["http", "RFC 9111, 5.2", "How caches may keep and use this. no-cache: ask again before each use. no-store: do not keep it.", "Como as caches podem guardar e usar isto. no-cache: perguntar antes de cada uso. no-store: não guardar."],
  "connection": ["tcp", "RFC 9110, 7.6.1", "About this connection alone: close says that it ends after this message, keep-alive that it may stay. In HTTP/1.1 it stays unless said otherwise.", "Só sobre esta conexão: close diz que acaba depois desta mensagem, keep-alive que pode ficar. Em HTTP/1.1 fica, salvo aviso."],
  "content-encoding": ["http", "RFC 9110, 8.4", "How the content was compressed.", "Como o conteúdo foi comprimido."],
  "content-length": ["tcp", "RFC 9110, 8.6", "So many bytes of body follow the empty line. TCP marks no end: whoever reads has to count.", "A seguir à linha vazia vêm tantos bytes de corpo. O TCP não marca fins: quem lê tem de contar."],
  "content-range": ["http", "RFC 9110, 14.4", "Which bytes of the whole these are, and how long the whole is.", "Que bytes do todo são estes, e que tamanho tem o todo."],
  "content-security-policy": ["app", "W3C CSP", "From where the page may load things.", "De onde a página pode carregar coisas."],
  "content-type": ["http", "RFC 9110, 8.3", "What kind of content the body is.", "De que tipo é o conteúdo do corpo."],
  "cookie": ["app", "RFC 6265, 4.2", "What the site asked the browser to say each time.", "O que o sítio pediu ao navegador que diga de cada vez."],
  "date": ["http", "RFC 9110, 6.6.1", "When the answer was made.", "Quando a resposta foi feita."],
  "dnt": ["app", "", "A wish not to be tracked.", "Um desejo de não ser rastreado."],
  "etag": ["http", "RFC 9110, 8.8.3", "A name for exactly this version. A client that kept it can ask whether it still holds.", "Um nome para exatamente esta versão. Um cliente que a guardou pode perguntar se ainda vale."],
  "expect": ["tcp", "RFC 9110, 10.1.1", "100-continue: the client waits for a word before it sends the body.", "100-continue: o cliente espera uma palavra antes de enviar o corpo."],
  "expires": ["http", "RFC 9111, 5.3", "Until when a copy is fresh.", "Até quando uma cópia está fresca."],
  "host": ["http", "RFC 9110, 7.2", "Which site is meant. One address may have many; HTTP/1.1 demands it.", "De que sítio se trata. Um endereço pode ter muitos; o HTTP/1.1 exige-o."],
  "if-match": ["http", "RFC 9110, 13.1.1", "Do it only if it is still this version.", "Fazer só se ainda for esta versão."],
  "if-modified-since": ["http", "RFC 9110, 13.1.3", "Send it only if it changed since then; else 304.", "Enviar só se mudou desde então; senão, 304."],
  "if-none-match": ["http", "RFC 9110, 13.1.2", "The client has this version. If it still holds, 304 and no body will do.", "O cliente tem esta versão. Se ainda vale, basta 304 e nenhum corpo."],
  "if-range": ["http", "RFC 9110, 13.1.5", "The range counts only for this version; else send all.", "O intervalo só vale para esta versão; senão, enviar tudo."],
  "if-unmodified-since": ["http", "RFC 9110, 13.1.4", "Do it only if it has not changed since then.", "Fazer só se não mudou desde então."],
  "keep-alive": ["tcp", "RFC 9112, C.2.2", "How long an idle connection may stay. An old custom, never a standard.", "Quanto tempo uma conexão parada pode ficar. Um costume antigo, nunca norma."],
  "last-event-id": ["app", "HTML, 9.2", "Where a stream of events broke off.", "Onde se interrompeu um fluxo de eventos."],
  "last-modified": ["http", "RFC 9110, 8.8.2", "When the content was last changed.", "Quando o conteúdo mudou pela última vez."],
  "location": ["http", "RFC 9110, 10.2.2", "Where to look instead.", "Onde procurar em vez disto."],
  "origin": ["app", "RFC 6454, 7", "Which site's page asks.", "De que sítio é a página que pede."],
  "pragma": ["http", "RFC 9111, 5.4", "no-cache, as HTTP/1.0 said it.", "no-cache, como se dizia em HTTP/1.0."],
  "priority": ["app", "RFC 9218, 4", "How urgent this is, against the others.", "Quão urgente é isto, perante os outros."],
  "purpose": ["app", "", "Why the browser asks: perhaps only in advance.", "Por que o navegador pede: talvez só por antecipação."],
  "range": ["http", "RFC 9110, 14.2", "Only these bytes, counted from 0, the last one included.", "Só estes bytes, contados a partir de 0, com o último incluído."],
  "referer": ["app", "RFC 9110, 10.1.3", "The page from which it is asked. Misspelt since 1996.", "A página a partir da qual se pede. Com erro de ortografia desde 1996."],
  "referrer-policy": ["app", "W3C Referrer Policy", "How much of the page's address others are told.", "Quanto do endereço da página se diz a outros."],
  "retry-after": ["http", "RFC 9110, 10.2.3", "When to try again.", "Quando tentar de novo."],
  "server": ["http", "RFC 9110, 10.2.4", "The program that answers.", "O programa que responde."],
  "server-timing": ["app", "W3C Server Timing", "Numbers for the browser's developer tools.", "Números para as ferramentas do navegador."],
  "set-cookie": ["app", "RFC 6265, 4.1", "What the browser shall say from now on.", "O que o navegador deve dizer daqui em diante."],
  "te": ["tcp", "RFC 9110, 10.1.4", "Which ways of transfer, and whether trailers, the client takes.", "Que formas de transferência o cliente aceita, e se aceita campos no fim."],
  "trailer": ["tcp", "RFC 9110, 6.6.2", "Fields that will come behind the body.", "Campos que virão depois do corpo."],
  "transfer-encoding": ["tcp", "RFC 9112, 6.1", "chunked: the body comes in pieces, each with its length in front, up to one of length 0. Its length need not be known before.", "chunked: o corpo vem em pedaços, cada um com o seu comprimento à frente, até um de comprimento 0. O tamanho não precisa de se saber antes."],
  "upgrade": ["tcp", "RFC 9110, 7.8", "Asks to speak another protocol on this connection.", "Propõe falar outro protocolo nesta conexão."],
  "upgrade-insecure-requests": ["app", "W3C", "The browser would rather have https.", "O navegador preferia https."],
  "user-agent": ["http", "RFC 9110, 10.1.5", "The program that asks. Much of it is history.", "O programa que pede. Muito disto é história."],
  "vary": ["http", "RFC 9110, 12.5.5", "Which fields of the request the answer depends on.", "De que campos da requisição depende a resposta."],
  "via": ["http", "RFC 9110, 7.6.3", "Who passed it on, on the way.", "Quem a passou adiante pelo caminho."],
  "x-content-type-options": ["app", "WHATWG Fetch, 3.5", "nosniff: believe the type, do not guess.", "nosniff: acreditar no tipo, não adivinhar."],
};

// Families of fields that browsers add.
const FAMILIES = [
  ["sec-fetch-", "W3C Fetch Metadata", "The browser tells what the content is for, and which page asked.", "O navegador diz para que é o conteúdo, e que página pediu."],
  ["sec-ch-", "W3C Client Hints", "The browser tells what it is, in pieces.", "O navegador diz o que é, aos bocados."],
  ["access-control-", "WHATWG Fetch", "Which other sites' pages may read this.", "Que páginas de outros sítios podem ler isto."],
];

const UNKNOWN = ["RFC 9110, 5.1",
  "A field that this page has no word for. Whoever does not know it may ignore it.",
  "Um campo para o qual esta página não tem palavras. Quem não o conhece pode ignorá-lo."];

const METHODS = {
  GET: ["RFC 9110, 9.3.1", "GET: send me what is there.", "GET: envia-me o que aí está."],
  HEAD: ["RFC 9110, 9.3.2", "HEAD: like GET, but the head alone.", "HEAD: como GET, mas só o cabeçalho."],
  POST: ["RFC 9110, 9.3.3", "POST: take this and do your work with it.", "POST: recebe isto e trata-o."],
  PUT: ["RFC 9110, 9.3.4", "PUT: let this be there from now on.", "PUT: fique isto aí de agora em diante."],
  DELETE: ["RFC 9110, 9.3.5", "DELETE: let it be gone.", "DELETE: deixe de haver."],
  OPTIONS: ["RFC 9110, 9.3.7", "OPTIONS: what can one do here?", "OPTIONS: o que se pode fazer aqui?"],
};

const STATUSES = {
  100: ["RFC 9110, 15.2.1", "100: go on, send the body.", "100: continua, envia o corpo."],
  200: ["RFC 9110, 15.3.1", "200: here it is.", "200: aqui está."],
  206: ["RFC 9110, 15.3.7", "206: here is the part that you asked for.", "206: aqui está a parte pedida."],
  301: ["RFC 9110, 15.4.2", "301: it lives elsewhere now.", "301: agora está em outro lugar."],
  304: ["RFC 9110, 15.4.5", "304: your copy is still good; there is no body.", "304: a tua cópia ainda vale; não há corpo."],
  308: ["RFC 9110, 15.4.9", "308: it lives elsewhere now, ask there in the same way.", "308: agora está em outro lugar; peça lá da mesma maneira."],
  400: ["RFC 9110, 15.5.1", "400: this was no request that can be read.", "400: isto não era uma requisição que se possa ler."],
  403: ["RFC 9110, 15.5.4", "403: understood, and refused.", "403: percebido, e recusado."],
  404: ["RFC 9110, 15.5.5", "404: there is nothing of that name.", "404: não há nada com esse nome."],
  405: ["RFC 9110, 15.5.6", "405: not with this method.", "405: não com este método."],
  408: ["RFC 9110, 15.5.9", "408: the request took too long to come.", "408: a requisição demorou demais para chegar."],
  412: ["RFC 9110, 15.5.13", "412: the condition does not hold.", "412: a condição não se verifica."],
  413: ["RFC 9110, 15.5.14", "413: the body is too long.", "413: o corpo é grande demais."],
  414: ["RFC 9110, 15.5.15", "414: the target is too long.", "414: o alvo é comprido demais."],
  416: ["RFC 9110, 15.5.17", "416: it has no such bytes.", "416: não tem tais bytes."],
  417: ["RFC 9110, 15.5.18", "417: what is expected cannot be met.", "417: não se pode cumprir o que se espera."],
  431: ["RFC 6585, 5", "431: the head is too long.", "431: o cabeçalho é grande demais."],
  500: ["RFC 9110, 15.6.1", "500: something went wrong here.", "500: algo correu mal aqui."],
  501: ["RFC 9110, 15.6.2", "501: this server does not know the method.", "501: este servidor não conhece o método."],
  503: ["RFC 9110, 15.6.4", "503: not now.", "503: agora não."],
  505: ["RFC 9110, 15.6.6", "505: not this version of HTTP.", "505: não nesta versão do HTTP."],
};

const tongue = (en, pt) => language() === "pt" ? pt : en;

// Each a list of sentences with their sections; empty where we have no word.
const meaning = (row) => row ? [[tongue(row[1], row[2]), row[0]]] : [];
export const methodOf = (method) => Object.hasOwn(METHODS, method) ? meaning(METHODS[method]) : [];
export const statusOf = (status) => meaning(STATUSES[status]);

// What a field is for, and its layer.
export function fieldOf(name) {
  const key = name.toLowerCase();
  if (Object.hasOwn(FIELDS, key)) {
    const [layer, ...row] = FIELDS[key];
    return { layer, says: meaning(row) };
  }
  for (const [start, ...row] of FAMILIES)
    if (key.startsWith(start))
      return { layer: "app", says: meaning(row) };
  return { layer: "http", says: meaning(UNKNOWN) };
}
