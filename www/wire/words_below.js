// words_below.js -- the words of what stands below send, in English and Portuguese:
// the tones, the plot over time, the ladder. words.js joins them to its own; values
// come as texts, and n is a bare number where a plural depends on it.

export const EN = {
  // The tones
  "tone acked": "acknowledged", "tone flight": "in the kernel, sent",
  "tone unsent": "in the kernel, not sent", "tone server": "still in the server",
  "tone lost flight": "sent, never acknowledged", "tone lost unsent": "accepted, never sent",
  "tone lost server": "never left the server",
  keyAcked: "acknowledged: the client's kernel has it; its program need not have read it",
  keyKernel: "in this kernel, sent or not", keyServer: "still in the server", keyAgain: "sent again",
  ackedOf: "acked {size}",
  ackedFacts: "{size} acknowledged",
  againFacts: ({ count, n }) => `${count} ${n === 1 ? "segment" : "segments"} sent again`,
  lostFacts: "{size} never acknowledged", unreadFacts: "{size} never read",
  "state stalled": ({ window }) => `stalled: the kernel takes no more${window ? ` (the client's window then: ${window})` : ""}`,
  ackedPart: ({ part, whole, isAll }) => isAll ?
    "All of it was acknowledged: the client's kernel has it. Whether its program read it, TCP does not say." :
    `The kernel accepted ${whole} of it; ${part} were acknowledged: the client's kernel has them. Whether its program read them, TCP does not say.`,
  "not read": "never looked at",
  "not read means": "The connection ended before the server looked at these bytes. Whole requests may be among them.",
  cameSegments: ({ count, n }) => `${count} ${n === 1 ? "segment" : "segments"} brought it (one more or less: the kernel counts on while we ask).`,
  cameWaited: "The last byte had waited {time} in the kernel for the server.",
};

export const PT = {
  "tone acked": "confirmado", "tone flight": "no kernel, enviado",
  "tone unsent": "no kernel, não enviado", "tone server": "ainda no servidor",
  "tone lost flight": "enviado, nunca confirmado", "tone lost unsent": "aceito, nunca enviado",
  "tone lost server": "nunca saiu do servidor",
  keyAcked: "confirmado: o kernel do cliente tem os bytes; o programa talvez ainda não os tenha lido",
  keyKernel: "neste kernel, enviado ou não", keyServer: "ainda no servidor", keyAgain: "enviado de novo",
  ackedOf: "conf. {size}",
  ackedFacts: "{size} confirmados",
  againFacts: ({ count, n }) => `${count} ${n === 1 ? "segmento enviado" : "segmentos enviados"} de novo`,
  lostFacts: "{size} nunca confirmados", unreadFacts: "{size} nunca lidos",
  "state stalled": ({ window }) => `parada: o kernel não aceita mais${window ? ` (janela do cliente nesse momento: ${window})` : ""}`,
  ackedPart: ({ part, whole, isAll }) => isAll ?
    "Tudo foi confirmado: o kernel do cliente tem os bytes. Se o programa os leu, o TCP não diz." :
    `O kernel aceitou ${whole}; ${part} foram confirmados: o kernel do cliente tem esses bytes. Se o programa os leu, o TCP não diz.`,
  "not read": "nunca examinados",
  "not read means": "A conexão terminou antes de o servidor examinar estes bytes. Pode haver requisições inteiras entre eles.",
  cameSegments: ({ count, n }) => `${count} ${n === 1 ? "segmento trouxe" : "segmentos trouxeram"} estes bytes (um a mais ou a menos: o kernel continua contando enquanto perguntamos).`,
  cameWaited: "O último byte esperou {time} no kernel pelo servidor.",
};
