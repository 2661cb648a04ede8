// syn.js -- the segment that opened a connection, field by field: what each is for,
// in English and Portuguese, and where it is written. Reads whatever bytes there are.

import { count, language } from "./words.js";

const number = (bytes) => bytes.reduce((sum, byte) => sum * 256 + byte, 0);
const plain = (bytes) => count(number(bytes));
const bare = (bytes) => String(number(bytes)); // a port, a sequence number: no groups
const hex = (bytes) => `0x${bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
const dotted = (bytes) => bytes.join(".");

function colons(bytes) {
  const groups = Array.from({ length: 8 }, (_, i) => number(bytes.slice(2 * i, 2 * i + 2)).toString(16));
  return groups.join(":").replace(/(^|:)0(:0)+(:|$)/, "::");
}

const FLAGS = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"];
const flags = ([byte]) => FLAGS.filter((_, bit) => byte >> bit & 1).join(" ");
const FRAGMENTS = ([high, low]) => `${high & 0x40 ? "DF, " : ""}${((high & 0x1f) * 256 + low) * 8}`;

// The headers: how long each field is, its name here, and how its value is shown.
const IPV4 = [
  [1, "version", ([byte]) => `4, ${(byte & 15) * 4} B`], [1, "service", hex], [2, "total", plain], [2, "id", hex],
  [2, "fragment", FRAGMENTS], [1, "ttl", plain], [1, "protocol", plain], [2, "ipSum", hex],
  [4, "from", dotted], [4, "to", dotted],
];
const IPV6 = [
  [4, "version6", hex], [2, "payload", plain], [1, "protocol", plain], [1, "ttl", plain],
  [16, "from", colons], [16, "to", colons],
];
const TCP = [
  [2, "fromPort", bare], [2, "toPort", bare], [4, "sequence", bare], [4, "ack", bare],
  [1, "offset", ([byte]) => `${(byte >> 4) * 4} B`], [1, "flags", flags], [2, "window", plain],
  [2, "sum", hex], [2, "urgent", plain],
];
const OPTIONS = {
  0: ["end", () => ""], 1: ["nop", () => ""], 2: ["mss", plain], 3: ["scale", ([shift]) => `${shift} (× ${count(2 ** shift)})`],
  4: ["sack", () => ""], 8: ["stamps", (bytes) => `${bare(bytes.slice(0, 4))}, ${bare(bytes.slice(4))}`], 34: ["cookie", hex],
};

// Each field: { at, bytes, layer, key, value }.
export function fieldsOf(text) {
  const all = text.match(/../g).map((pair) => parseInt(pair, 16));
  const fields = [];
  let at = 0;
  const take = (size, layer, key, show) => {
    const bytes = all.slice(at, at + size);
    if (bytes.length)
      fields.push({ at, bytes, layer, key: bytes.length < size ? "rest" : key, value: bytes.length < size ? "" : show(bytes) });
    at += size;
  };
  const isSix = all[0] >> 4 === 6;
  for (const [size, key, show] of isSix ? IPV6 : IPV4)
    take(size, "IP", key, show);
  if (!isSix && (all[0] & 15) > 5)
    take((all[0] & 15) * 4 - 20, "IP", "ipOptions", hex);
  const end = at + (all[at + 12] >> 4) * 4;
  for (const [size, key, show] of TCP)
    take(size, "TCP", key, show);
  while (at < Math.min(end, all.length))
    takeOption(all, at, take);
  if (at < all.length)
    take(all.length - at, "TCP", "rest", () => "");
  return fields;
}

// An option: its kind, its length, and what it holds; the first two kinds are one byte.
function takeOption(all, at, take) {
  const [kind, length] = [all[at], all[at] > 1 ? all[at + 1] : 1];
  const [key, show] = Object.hasOwn(OPTIONS, kind) ? OPTIONS[kind] : ["option", hex];
  const isWhole = kind < 2 || length >= 2;
  take(isWhole ? length : all.length - at, "option", isWhole ? key : "rest", (bytes) => show(bytes.slice(2)));
}

// The options in a few words, for the ladder.
export function optionsOf(syn) {
  const shown = { mss: (value) => `MSS ${value}`, scale: (value) => `WScale ${value}`, sack: () => "SACK", stamps: () => "TS",
                  cookie: () => "TFO" };
  return fieldsOf(syn.bytes).flatMap(({ layer, key, value }) =>
    layer === "option" && shown[key] ? [shown[key](value)] : []).join(", ");
}

const [V4, V6, T, O] = ["RFC 791, 3.1", "RFC 8200, 3", "RFC 9293, 3.1", "RFC 9293, 3.2"];

// The name and what it is for, in both languages, and the section.
const WORDS = {
  version: [V4, "Version, header length", "Which IP this is, and how long its header is.", "Versão, comprimento do cabeçalho", "Que IP é este, e o comprimento do cabeçalho."],
  service: [V4, "Type of service", "A class of traffic (DSCP), and two bits for ECN.", "Tipo de serviço", "Uma classe de tráfego (DSCP) e dois bits para o ECN."],
  total: [V4, "Total length", "Of the packet, in bytes: all of it is headers here, as a SYN carries no data.", "Comprimento total", "Do pacote, em bytes: aqui tudo é cabeçalho, pois um SYN não leva dados."],
  id: [V4, "Identification", "Distinguishes the fragments of one packet from those of others.", "Identificação", "Distingue os fragmentos de um pacote dos de outros."],
  fragment: [V4, "Fragments", "DF: routers must not cut it. Then where this fragment begins.", "Fragmentos", "DF: os roteadores não devem cortá-lo. Depois, onde começa este fragmento."],
  ttl: ["", "Hops left", "Each router takes one off, and drops the packet at 0. Most systems begin with 64 or 128.", "Saltos restantes", "Cada roteador desconta um, e descarta o pacote em 0. A maioria dos sistemas começa com 64 ou 128."],
  protocol: ["", "Protocol", "What is inside: 6 is TCP, 17 is UDP.", "Protocolo", "O que há dentro: 6 é TCP, 17 é UDP."],
  ipSum: [V4, "Header checksum", "Over the IP header alone.", "Soma de verificação", "Só do cabeçalho IP."],
  from: ["", "Source address", "The client's, or that of whoever translates for it (NAT).", "Endereço de origem", "O do cliente, ou o de quem traduz por ele (NAT)."],
  to: ["", "Destination address", "The server's.", "Endereço de destino", "O do servidor."],
  ipOptions: [V4, "IP options", "Rarely used.", "Opções do IP", "Raramente usadas."],
  version6: [V6, "Version, class, flow", "6, then a class of traffic, and a label that keeps a flow on one way.", "Versão, classe, fluxo", "6, depois uma classe de tráfego e um rótulo que mantém um fluxo no mesmo caminho."],
  payload: [V6, "Payload length", "Bytes behind this header.", "Comprimento da carga", "Bytes depois deste cabeçalho."],
  fromPort: [T, "Source port", "The client's kernel chose it: it distinguishes this connection from the client's others.", "Porta de origem", "O kernel do cliente a escolheu: ela distingue esta conexão das outras dele."],
  toPort: [T, "Destination port", "Where the server listens.", "Porta de destino", "Onde o servidor escuta."],
  sequence: [T, "Sequence number", "The initial one (ISN), random. The SYN itself takes this number; the first byte of the stream has the next.", "Número de sequência", "O inicial (ISN), aleatório. O próprio SYN ocupa este número; o primeiro byte do fluxo tem o seguinte."],
  ack: [T, "Acknowledgement number", "Without the flag ACK it means nothing: nothing has come yet.", "Número de confirmação", "Sem a flag ACK, não significa nada: ainda não veio nada."],
  offset: [T, "Header length", "With the options: where data would begin.", "Comprimento do cabeçalho", "Com as opções: onde os dados começariam."],
  flags: [T, "Flags", "SYN asks for a connection. ECE and CWR beside it ask for congestion to be marked (ECN).", "Flags", "SYN pede uma conexão. ECE e CWR ao lado pedem que congestionamentos sejam marcados (ECN)."],
  window: [T, "Window", "So many bytes the client takes at first. In a SYN it is never scaled.", "Janela", "Quantos bytes o cliente aceita no início. Em um SYN, ela nunca é escalada."],
  sum: [T, "Checksum", "Over header, data and both addresses. A network card may fill it in later, and loopback does not.", "Soma de verificação", "De cabeçalho, dados e os dois endereços. A placa de rede pode preenchê-la depois; a interface loopback não preenche."],
  urgent: [T, "Urgent pointer", "Counts only with the flag URG. Hardly ever used.", "Ponteiro de urgência", "Só vale com a flag URG. Quase nunca é usado."],
  end: [O, "End of options", "Fills the header up to four bytes.", "Fim das opções", "Completa o cabeçalho até um múltiplo de quatro bytes."],
  nop: [O, "No operation", "One byte of filling between options.", "Sem operação", "Um byte de enchimento entre opções."],
  mss: ["RFC 9293, 3.7.1", "Maximum segment size", "The most data that the client takes in one segment.", "Tamanho máximo de segmento", "O máximo de dados que o cliente aceita em um segmento."],
  scale: ["RFC 7323, 2", "Window scale", "Later windows are shifted left by so many bits; it counts if both SYNs have it.", "Escala da janela", "As janelas seguintes são deslocadas para a esquerda por tantos bits; vale se os dois SYNs a tiverem."],
  sack: ["RFC 2018, 2", "SACK permitted", "The client can acknowledge what came behind a gap.", "SACK permitido", "O cliente pode confirmar o que veio depois de uma lacuna."],
  stamps: ["RFC 7323, 3", "Timestamps", "The client's clock, and an echo of ours (none yet): they measure round trips.", "Carimbos de tempo", "O relógio do cliente e um eco do nosso (ainda nenhum): medem o tempo de ida e volta."],
  cookie: ["RFC 7413, 4.1", "Fast Open cookie", "Asks for a cookie, or shows one, to send data with the SYN.", "Cookie de Fast Open", "Pede um cookie, ou mostra um, para enviar dados com o SYN."],
  option: [O, "Another option", "One that this page does not know; whoever does not know it passes over it by its length.", "Outra opção", "Uma que esta página não conhece; quem não a conhece passa por ela pelo comprimento."],
  rest: ["", "The rest", "Bytes that are no whole field.", "O resto", "Bytes que não formam um campo inteiro."],
};

// The name of a field, what it is for, and the section.
export function wordsOf(key) {
  const [rfc, name, means, nome, significa] = WORDS[key];
  return language() === "pt" ? { name: nome, means: significa, rfc } : { name, means, rfc };
}
