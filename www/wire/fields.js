// fields.js -- what each line of a head is for, in English and Portuguese, and
// which section defines it. The layer: "tcp" where HTTP defines how it lies in the
// stream, "http" for the message itself, "app" for what concerns only the two
// programs at the ends.

import { language } from "./words.js";

const FIELDS = {
  "accept": ["http", "RFC 9110, 12.5.1", "Types of content that the client can use.", "Tipos de conteúdo que o cliente sabe usar."],
  "accept-encoding": ["http", "RFC 9110, 12.5.3", "Compressions that the client can undo.", "Compressões que o cliente sabe desfazer."],
  "accept-language": ["http", "RFC 9110, 12.5.4", "Languages that the user prefers.", "Idiomas que o usuário prefere."],
  "accept-ranges": ["http", "RFC 9110, 14.3", "The client may request a part, counted in bytes.", "O cliente pode requisitar uma parte, contada em bytes."],
  "age": ["http", "RFC 9111, 5.1", "How many seconds a cache has had it.", "Há quantos segundos está em um cache."],
  "allow": ["http", "RFC 9110, 10.2.1", "The methods that this target accepts.", "Os métodos que este alvo aceita."],
  "authorization": ["app", "RFC 9110, 11.6.2", "Which user sends the request, with a proof.", "Qual usuário envia a requisição, com uma prova."],
  "cache-control": ["http", "RFC 9111, 5.2", "How caches may keep and use this. no-cache: check with the server before each use. no-store: do not keep it.", "Como os caches podem guardar e usar isto. no-cache: confirmar com o servidor antes de cada uso. no-store: não guardar."],
  "connection": ["tcp", "RFC 9110, 7.6.1", "For this connection alone: close means that it ends after this message, keep-alive that it may stay open. In HTTP/1.1 it stays open unless a message has close.", "Só para esta conexão: close significa que ela termina depois desta mensagem, keep-alive que pode continuar aberta. Em HTTP/1.1 ela continua aberta, a menos que uma mensagem traga close."],
  "content-encoding": ["http", "RFC 9110, 8.4", "How the content was compressed.", "Como o conteúdo foi comprimido."],
  "content-length": ["tcp", "RFC 9110, 8.6", "The number of bytes of body after the empty line. TCP marks no end of a message: the reader has to count.", "Quantos bytes de corpo vêm depois da linha vazia. O TCP não marca o fim das mensagens: quem lê precisa contar."],
  "content-range": ["http", "RFC 9110, 14.4", "Which bytes of the whole these are, and the length of the whole.", "Quais bytes do todo são estes, e qual é o tamanho do todo."],
  "content-security-policy": ["app", "W3C CSP", "Where the page may load things from.", "De onde a página pode carregar coisas."],
  "content-type": ["http", "RFC 9110, 8.3", "The type of the content in the body.", "O tipo do conteúdo que está no corpo."],
  "cookie": ["app", "RFC 6265, 4.2", "What the site asked the browser to send with each request.", "O que o site pediu que o navegador envie em cada requisição."],
  "date": ["http", "RFC 9110, 6.6.1", "When the response was made.", "Quando a resposta foi feita."],
  "dnt": ["app", "", "A wish not to be tracked.", "Um desejo de não ser rastreado."],
  "etag": ["http", "RFC 9110, 8.8.3", "A name for exactly this version. A client that has kept it can check whether it is still current.", "Um nome para exatamente esta versão. Um cliente que a guardou pode verificar se ela ainda vale."],
  "expect": ["tcp", "RFC 9110, 10.1.1", "100-continue: the client waits for a response 100 before it sends the body.", "100-continue: o cliente espera uma resposta 100 antes de enviar o corpo."],
  "expires": ["http", "RFC 9111, 5.3", "How long a copy stays fresh.", "Até quando uma cópia é válida."],
  "host": ["http", "RFC 9110, 7.2", "The site that is meant. One address may have many; HTTP/1.1 requires this field.", "De qual site se trata. Um endereço pode ter muitos; o HTTP/1.1 exige este campo."],
  "if-match": ["http", "RFC 9110, 13.1.1", "Do this only if it is still this version.", "Fazer isto só se ainda for esta versão."],
  "if-modified-since": ["http", "RFC 9110, 13.1.3", "Send it only if it has changed since then; otherwise 304.", "Enviar só se mudou desde então; senão, 304."],
  "if-none-match": ["http", "RFC 9110, 13.1.2", "The client has this version. If it is still current, a 304 without a body is enough.", "O cliente tem esta versão. Se ela ainda vale, basta um 304 sem corpo."],
  "if-range": ["http", "RFC 9110, 13.1.5", "The range is meant for this version only; otherwise send everything.", "O intervalo só vale para esta versão; senão, enviar tudo."],
  "if-unmodified-since": ["http", "RFC 9110, 13.1.4", "Do this only if it has not changed since then.", "Fazer isto só se não mudou desde então."],
  "keep-alive": ["tcp", "RFC 9112, C.2.2", "How long an idle connection may stay open. An old custom, never a standard.", "Por quanto tempo uma conexão ociosa pode continuar aberta. Um costume antigo, nunca uma norma."],
  "last-event-id": ["app", "HTML, 9.2", "The last event that the client received of a stream.", "O último evento de um fluxo que o cliente recebeu."],
  "last-modified": ["http", "RFC 9110, 8.8.2", "When the content was last changed.", "Quando o conteúdo mudou pela última vez."],
  "location": ["http", "RFC 9110, 10.2.2", "Where to go instead.", "Para onde ir em vez disto."],
  "origin": ["app", "RFC 6454, 7", "The site whose page sends the request.", "O site cuja página envia a requisição."],
  "pragma": ["http", "RFC 9111, 5.4", "no-cache, as in HTTP/1.0.", "no-cache, como no HTTP/1.0."],
  "priority": ["app", "RFC 9218, 4", "How urgent this is, compared with other requests.", "Quão urgente é isto, em comparação com outras requisições."],
  "purpose": ["app", "", "Why the browser sends the request: perhaps only in advance.", "Por que o navegador envia a requisição: talvez só por antecipação."],
  "range": ["http", "RFC 9110, 14.2", "Only these bytes, counted from 0, the last one included.", "Só estes bytes, contados a partir de 0, com o último incluído."],
  "referer": ["app", "RFC 9110, 10.1.3", "The page that the request comes from. Misspelt since 1996.", "A página de onde vem a requisição. Com erro de ortografia desde 1996."],
  "referrer-policy": ["app", "W3C Referrer Policy", "How much of the page's address is sent to other sites.", "Quanto do endereço da página é enviado a outros sites."],
  "retry-after": ["http", "RFC 9110, 10.2.3", "When to try again.", "Quando tentar de novo."],
  "server": ["http", "RFC 9110, 10.2.4", "The server's program.", "O programa do servidor."],
  "server-timing": ["app", "W3C Server Timing", "Numbers for the browser's developer tools.", "Números para as ferramentas do navegador."],
  "set-cookie": ["app", "RFC 6265, 4.1", "What the browser is asked to send from now on.", "O que o navegador deve enviar daqui em diante."],
  "te": ["tcp", "RFC 9110, 10.1.4", "The transfer codings that the client accepts, and whether it accepts trailers.", "Quais codificações de transferência o cliente aceita, e se aceita campos no fim."],
  "trailer": ["tcp", "RFC 9110, 6.6.2", "Fields that will come after the body.", "Campos que virão depois do corpo."],
  "transfer-encoding": ["tcp", "RFC 9112, 6.1", "chunked: the body comes in chunks, each with its length in front, up to one of length 0. The length of the whole need not be known in advance.", "chunked: o corpo vem em pedaços, cada um com o seu comprimento na frente, até um de comprimento 0. O tamanho total não precisa ser conhecido antes."],
  "upgrade": ["tcp", "RFC 9110, 7.8", "Proposes another protocol for this connection.", "Propõe outro protocolo para esta conexão."],
  "upgrade-insecure-requests": ["app", "W3C", "The browser prefers https.", "O navegador prefere https."],
  "user-agent": ["http", "RFC 9110, 10.1.5", "The client's program. Much of the text is history.", "O programa do cliente. Grande parte do texto é história."],
  "vary": ["http", "RFC 9110, 12.5.5", "Which fields of the request the response depends on.", "De quais campos da requisição a resposta depende."],
  "via": ["http", "RFC 9110, 7.6.3", "The proxies that it passed through.", "Os proxies pelos quais ela passou."],
  "x-content-type-options": ["app", "WHATWG Fetch, 3.5", "nosniff: use the declared type, do not guess.", "nosniff: usar o tipo declarado, não adivinhar."],
};

// Families of fields that browsers add.
const FAMILIES = [
  ["sec-fetch-", "W3C Fetch Metadata", "What the content is for, and which page sends the request.", "Para que serve o conteúdo, e qual página envia a requisição."],
  ["sec-ch-", "W3C Client Hints", "What the browser is, in several fields.", "O que o navegador é, em vários campos."],
  ["access-control-", "WHATWG Fetch", "Which other sites' pages may read this.", "Quais páginas de outros sites podem ler isto."],
];

const UNKNOWN = ["RFC 9110, 5.1",
  "A field that this page has no text for. A program that does not know it may ignore it.",
  "Um campo para o qual esta página não tem texto. Um programa que não o conhece pode ignorá-lo."];

const METHODS = {
  GET: ["RFC 9110, 9.3.1", "GET: send what is there.", "GET: envie o que está lá."],
  HEAD: ["RFC 9110, 9.3.2", "HEAD: like GET, but only the head.", "HEAD: como GET, mas só o cabeçalho."],
  POST: ["RFC 9110, 9.3.3", "POST: take this and process it.", "POST: receba isto e processe."],
  PUT: ["RFC 9110, 9.3.4", "PUT: store this there.", "PUT: guarde isto lá."],
  DELETE: ["RFC 9110, 9.3.5", "DELETE: remove it.", "DELETE: remova."],
  OPTIONS: ["RFC 9110, 9.3.7", "OPTIONS: which methods are allowed here?", "OPTIONS: quais métodos são permitidos aqui?"],
};

const STATUSES = {
  100: ["RFC 9110, 15.2.1", "100: continue, send the body.", "100: continue, envie o corpo."],
  200: ["RFC 9110, 15.3.1", "200: here it is.", "200: aqui está."],
  206: ["RFC 9110, 15.3.7", "206: here is the part that was requested.", "206: aqui está a parte requisitada."],
  301: ["RFC 9110, 15.4.2", "301: it has moved for good.", "301: mudou de lugar para sempre."],
  304: ["RFC 9110, 15.4.5", "304: the client's copy is still current; there is no body.", "304: a cópia do cliente ainda vale; não há corpo."],
  308: ["RFC 9110, 15.4.9", "308: it has moved for good; repeat the same request there.", "308: mudou de lugar para sempre; repita lá a mesma requisição."],
  400: ["RFC 9110, 15.5.1", "400: these bytes cannot be read as a request.", "400: estes bytes não podem ser lidos como uma requisição."],
  403: ["RFC 9110, 15.5.4", "403: understood, but refused.", "403: entendido, mas recusado."],
  404: ["RFC 9110, 15.5.5", "404: there is nothing of that name.", "404: não há nada com esse nome."],
  405: ["RFC 9110, 15.5.6", "405: this method is not allowed here.", "405: este método não é permitido aqui."],
  408: ["RFC 9110, 15.5.9", "408: the request took too long to arrive.", "408: a requisição demorou demais para chegar."],
  412: ["RFC 9110, 15.5.13", "412: the condition is not met.", "412: a condição não foi satisfeita."],
  413: ["RFC 9110, 15.5.14", "413: the body is too long.", "413: o corpo é grande demais."],
  414: ["RFC 9110, 15.5.15", "414: the target is too long.", "414: o alvo é longo demais."],
  416: ["RFC 9110, 15.5.17", "416: it does not have these bytes.", "416: não tem esses bytes."],
  417: ["RFC 9110, 15.5.18", "417: the expectation cannot be met.", "417: não é possível atender ao que se espera."],
  431: ["RFC 6585, 5", "431: the head is too long.", "431: o cabeçalho é grande demais."],
  500: ["RFC 9110, 15.6.1", "500: something went wrong here.", "500: algo deu errado aqui."],
  501: ["RFC 9110, 15.6.2", "501: this server does not know the method.", "501: este servidor não conhece o método."],
  503: ["RFC 9110, 15.6.4", "503: not available now.", "503: indisponível agora."],
  505: ["RFC 9110, 15.6.6", "505: this version of HTTP is not supported.", "505: esta versão do HTTP não é suportada."],
};

const tongue = (en, pt) => language() === "pt" ? pt : en;

// Each a list of sentences with their sections; empty where we have no text.
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
